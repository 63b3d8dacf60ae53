"""The compiled core is the reference, only faster: every table's rows, every rule, both precisions, and whatever can go wrong."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from strategies import PAIRS, SEEDS, Case, cases, make_case

import backproof as bp
from backproof import core
from backproof.activations import ACTIVATIONS
from backproof.compiled import Compiled
from backproof.core import LEVELS
from backproof.engine import REFERENCE, engine
from backproof.errors import BackproofError, DivergedError
from backproof.losses import LOSSES
from backproof.monitor import Monitor
from backproof.optimizers import OPTIMIZERS, FirstOrder
from backproof.problem import Problem
from backproof.schedules import SCHEDULES
from backproof.settings import Settings
from backproof.settling import Asked, settle
from backproof.training import attempt

CORE = core.core()
assert CORE is not None, "the tests are those of an installation with a compiler"
COMPILED = engine("compiled")
assert isinstance(COMPILED, Compiled)

DTYPES = ("float64", "float32")
EPS = {np.dtype(name): np.finfo(name).eps for name in DTYPES}
METHODS = {
    "sgd": bp.SGD(0.1),
    "momentum": bp.SGD(0.01, momentum=0.9),
    "nesterov": bp.SGD(0.01, momentum=0.9, nesterov=True),
    "adam": bp.Adam(0.01),
    "irprop": "irprop",
}


def close(got: Any, expected: Any, dtype: Any, ulps: float = 2000.0) -> None:
    """Equal up to rounding: to so many units in the last place of the largest number."""
    scale = max(1.0, float(np.abs(expected).max(initial=0)))
    np.testing.assert_allclose(got, expected, rtol=0, atol=ulps * EPS[np.dtype(dtype)] * scale)


def both(case: Case, **asked: Any) -> tuple[bp.Run, bp.Run]:
    """The same training by the reference and by the core."""
    runs = [
        bp.train(case.network, case.X, case.Y, engine=name, seed=0, **asked)
        for name in ("reference", "compiled")
    ]
    return runs[0], runs[1]


def agree(case: Case, ulps: float = 2000.0, **asked: Any) -> bp.Run:
    reference, fast = both(case, **asked)
    dtype = case.network.dtype
    assert fast.stopped == reference.stopped
    assert list(fast.history) == list(reference.history)
    for name, column in reference.history.items():
        close(fast.history[name], column, dtype, ulps)
    close(fast.network.parameters, reference.network.parameters, dtype, ulps)
    close(fast.loss, reference.loss, dtype, ulps)
    assert fast.gradient_evaluations == pytest.approx(reference.gradient_evaluations)
    return fast


def test_the_core_knows_every_row_of_every_table():
    assert set(CORE.ACTIVATIONS) == set(ACTIVATIONS)
    assert set(CORE.LOSSES) == set(LOSSES)
    assert set(CORE.SCHEDULES) == set(SCHEDULES)
    first_order = {name for name, row in OPTIMIZERS.items() if issubclass(row, FirstOrder)}
    assert set(CORE.METHODS) == first_order


def test_auto_takes_the_core():
    assert engine("auto") is COMPILED
    assert engine("reference") is REFERENCE


@given(case=cases())
def test_outputs_losses_and_gradients_are_the_reference_s(case):
    dtype = case.network.dtype
    close(COMPILED.outputs(case.network, case.X), REFERENCE.outputs(case.network, case.X), dtype)
    weights = np.linspace(0.5, 1.5, len(case.X)).astype(dtype)
    for counts in (None, weights):
        rows = case.X, case.Y, counts
        close(COMPILED.loss(case.network, *rows), REFERENCE.loss(case.network, *rows), dtype)
        for got, expected in zip(
            COMPILED.gradient(case.network, *rows),
            REFERENCE.gradient(case.network, *rows),
            strict=True,
        ):
            close(got, expected, dtype)


@given(case=cases(layers=3, units=5, rows=80))
def test_gauss_newton_is_the_reference_s(case):
    weights = np.linspace(0.5, 1.5, len(case.X)).astype(case.network.dtype)
    for counts in (None, weights):
        rows = case.X, case.Y, counts
        for got, expected in zip(
            COMPILED.gauss_newton(case.network, *rows),
            REFERENCE.gauss_newton(case.network, *rows),
            strict=True,
        ):
            close(got, expected, case.network.dtype, ulps=20_000)


@settings(max_examples=40)
@given(
    seed=SEEDS,
    sizes=st.lists(st.integers(1, 300), min_size=2, max_size=4),
    rows=st.integers(1, 300),
    dtype=st.sampled_from(DTYPES),
)
def test_every_shape_up_to_300(seed, sizes, rows, dtype):
    case = make_case(seed, sizes, rows, hidden="tanh", output="identity", dtype=dtype)
    case.network.parameters /= np.sqrt(max(sizes))
    rows_ = case.X, case.Y
    close(COMPILED.outputs(case.network, case.X), REFERENCE.outputs(case.network, case.X), dtype)
    for got, expected in zip(
        COMPILED.gradient(case.network, *rows_),
        REFERENCE.gradient(case.network, *rows_),
        strict=True,
    ):
        close(got, expected, dtype)


@given(case=cases(), data=st.data())
def test_one_step_from_equal_states(case, data):
    """Of every optimiser, with every schedule, with and without decay, weights and shuffles, in batches of any size."""
    name = data.draw(st.sampled_from(list(METHODS)))
    rows = len(case.X)
    batch = rows if name == "irprop" else data.draw(st.integers(1, rows))
    agree(
        case,
        optimizer=METHODS[name],
        epochs=1,
        batch_size=batch,
        shuffle=data.draw(st.booleans()),
        schedule=data.draw(st.sampled_from(list(SCHEDULES))),
        weight_decay=data.draw(st.sampled_from([0.0, 0.1])),
        weights=data.draw(st.sampled_from([None, np.linspace(0.5, 1.5, rows)])),
    )


# what is asked; every one over hundreds of steps
FITS: dict[str, dict[str, Any]] = {
    "in order": {"shuffle": False},
    "shuffled": {"shuffle": True},
    "weight decay": {"weight_decay": 0.01},
    "falling rate": {"schedule": "inverse-scaling", "power": 0.3},
    "adaptive rate": {"schedule": "adaptive", "tolerance": 0.01, "patience": 2},
    "tolerance": {"tolerance": 1e-3, "patience": 3},
    "early stopping": {"early_stopping": True, "patience": 3},
    "validation": {"validation": 0.2, "early_stopping": False},
    "weights": {"weights": np.linspace(0.2, 2, 40)},
    "dropout": {"dropout": 0.3},
    "single rows": {"batch_size": 1},
    "all rows": {"batch_size": 40},
}


@pytest.mark.parametrize("method", ["sgd", "momentum", "nesterov", "adam"])
@pytest.mark.parametrize("fit", FITS)
def test_first_order_methods_agree_over_hundreds_of_steps(fit, method):
    case = make_case(3, [3, 5, 4, 2], 40, hidden="tanh", loss="squared-error", output="identity")
    asked = {"batch_size": 7, **FITS[fit]}
    if "validation" in asked or "early_stopping" in asked:
        asked["batch_size"] = min(asked["batch_size"], 30)
    agree(case, ulps=1e6, optimizer=METHODS[method], epochs=60, **asked)


@pytest.mark.parametrize("fit", ["weight decay", "tolerance", "validation", "weights"])
def test_irprop_agrees_over_hundreds_of_steps(fit):
    case = make_case(3, [3, 5, 2], 40, hidden="tanh", loss="squared-error", output="identity")
    agree(case, ulps=1e6, optimizer="irprop", epochs=100, **FITS[fit])


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("batch_size", [1, 3, 4, 10])
@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "relu", "softplus"])
@pytest.mark.parametrize("output", ["sigmoid", "identity"])
def test_the_smallest_networks_agree_over_hundreds_of_steps(output, hidden, batch_size, shuffle):
    """They have a way of their own, with every weight in a register."""
    for inputs, units in [(1, 1), (2, 3), (2, 4), (3, 6), (4, 8)]:
        for rows in (batch_size, 13):
            case = make_case(inputs, [inputs, units, 1], rows, hidden=hidden, output=output)
            fit = {"batch_size": min(batch_size, rows), "shuffle": shuffle, "epochs": 40}
            agree(case, ulps=1e6, optimizer=bp.SGD(0.05), **fit)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_smallest_networks_follow_every_rule(dtype):
    case = make_case(5, [2, 3, 1], 12, dtype=dtype)
    for asked in (
        {"schedule": "inverse-scaling"},
        {"tolerance": 1e-3, "patience": 3},
        {"validation": 0.25, "early_stopping": False},
        {"early_stopping": True, "patience": 2},
    ):
        agree(case, ulps=1e4, optimizer=bp.SGD(0.1), batch_size=1, epochs=50, **asked)


@pytest.mark.parametrize("output", ["sigmoid", "identity"])
def test_lbfgs_and_levenberg_marquardt_agree_over_20_iterations(output):
    case = make_case(1, [2, 4, 1], 20, hidden="tanh", output=output)
    for method in ("l-bfgs", "levenberg-marquardt"):
        reference, fast = both(case, optimizer=method, epochs=20)
        np.testing.assert_allclose(fast.history["loss"], reference.history["loss"], rtol=1e-6)
        assert fast.loss == pytest.approx(reference.loss, rel=1e-6)
    # from equal states, iteration by iteration
    damped = [
        bp.train(
            case.network, case.X, case.Y, engine=name, optimizer="levenberg-marquardt", epochs=3
        )
        for name in ("reference", "compiled")
    ]
    np.testing.assert_allclose(*(run.network.parameters for run in damped), atol=1e-10)


@pytest.mark.parametrize("method", ["sgd", "adam", "l-bfgs"])
def test_sparse_rows_are_the_dense_ones(method):
    random = np.random.default_rng(0)
    X = random.normal(size=(50, 20)) * (random.uniform(size=(50, 20)) < 0.2)
    Y = random.uniform(size=(50, 1)).round()
    network = bp.Network([20, 5, 1], seed=0)
    asked = {"optimizer": method, "epochs": 20, "seed": 0, "engine": "compiled"}
    dense = bp.train(network, X, Y, **asked)
    thin = bp.train(network, sparse.csr_array(X), Y, **asked)
    close(thin.network.parameters, dense.network.parameters, "float64", ulps=1e5)
    close(thin.network.predict(sparse.csr_array(X)), dense.network.predict(X), "float64", ulps=1e5)


def test_sparse_rows_in_threads_and_blocks_are_the_dense_ones(monkeypatch):
    random = np.random.default_rng(1)
    X = random.normal(size=(600, 3000)) * (random.uniform(size=(600, 3000)) < 0.01)
    Y = X[:, :2] @ np.ones((2, 1)) > 0
    network = bp.Network([3000, 20, 1], hidden="tanh", seed=0)
    asked = {"optimizer": "adam", "epochs": 3, "batch_size": 500, "seed": 0, "engine": "compiled"}
    for threads in ("1", "2"):
        monkeypatch.setenv(core.THREADS_VARIABLE, threads)
        dense = bp.train(network, X, Y, **asked)
        thin = bp.train(network, sparse.csr_array(X), Y, **asked)
        close(thin.network.parameters, dense.network.parameters, "float64", ulps=1e6)
    narrow = sparse.csr_array(X[:, :5])
    with pytest.raises(ValueError, match="full X"):
        COMPILED.gauss_newton(bp.Network([5, 1]), narrow, Y.astype(float))


def test_a_callback_sees_every_epoch_and_ends_training():
    case = make_case(0, [2, 3, 1], 10)
    seen: list[Any] = []

    def until_seven(progress: Any) -> bool:
        seen.append(progress)
        return progress.epoch == 7

    run = agree(case, optimizer=bp.SGD(0.1), batch_size=2, epochs=50, callback=until_seven)
    assert run.stopped == "callback"
    assert [progress.epoch for progress in seen] == [1, 2, 3, 4, 5, 6, 7] * 2
    losses = [progress.loss for progress in seen]
    assert losses[:7] == pytest.approx(losses[7:], rel=1e-10)


def test_training_that_diverges_says_so_and_keeps_the_best():
    case = make_case(0, [3, 4, 1], 20, hidden="relu", output="identity")
    for name in ("reference", "compiled"):
        with pytest.raises(DivergedError, match="training diverged") as caught:
            bp.train(case.network, case.X, case.Y, optimizer=bp.SGD(1e6), epochs=50, engine=name)
        assert np.isfinite(caught.value.run.network.parameters).all()


def test_the_best_of_a_training_that_diverges_is_the_reference_s():
    case = make_case(0, [3, 4, 1], 20, hidden="leaky-relu", output="identity")
    for rate, batch_size in ((0.5, 1), (1, 3), (1, 20)):
        kept = []
        for name in ("reference", "compiled"):
            with pytest.raises(DivergedError) as caught:
                bp.train(
                    *(case.network, case.X, case.Y),
                    optimizer=bp.SGD(rate),
                    batch_size=batch_size,
                    epochs=50,
                    seed=0,
                    engine=name,
                )
            assert np.isfinite(caught.value.run.network.parameters).all()
            kept.append(caught.value.run)
        assert kept[0].epochs == kept[1].epochs
        for run in kept:  # it was never better than at first
            np.testing.assert_array_equal(run.network.parameters, case.network.parameters)


@pytest.mark.parametrize("method", ["sgd", "adam"])
@pytest.mark.parametrize("batch_size", [1, 3, 20])
def test_the_best_of_a_training_that_gets_worse_is_the_reference_s(batch_size, method):
    case = make_case(0, [3, 4, 1], 20, output="identity")
    kept = {}
    for name in ("reference", "compiled"):
        problem, settings = problem_of(case, name, METHODS[method], batch_size)
        monitor = Monitor(problem, settings, None, None, 1)
        attempt(problem, settings, monitor)
        assert np.argmin(monitor.history.loss) > 0
        kept[name] = monitor.memory.best
    assert not np.array_equal(kept["reference"], case.network.parameters)
    close(kept["compiled"], kept["reference"], np.float64)


def problem_of(case: Case, name: str, method: Any, batch_size: int) -> tuple[Problem, Settings]:
    """A training of 12 epochs, to be made by hand."""
    asked = Asked(method, 12, batch_size, True, "constant", 0.5, 0.0, None, None, None, 10, None, 0)
    network = case.network.copy()
    settings, (X, Y), _ = settle(network, case.X, case.Y, asked)
    return Problem(network, X, Y, 0.0, engine(name)), settings


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("outputs", [1, 3, 12])
def test_large_layers_that_stay_where_they_are_agree(dtype, outputs):
    """A layer of whole vectors is worked on in Python's own array, the others are copied."""
    case = make_case(0, [40, 512, 64, outputs], 90, hidden="tanh", output="identity", dtype=dtype)
    case.network.parameters /= 20
    asked = {"optimizer": bp.Adam(1e-3), "batch_size": 40, "epochs": 3}
    run = agree(case, **asked)
    seen: list[float] = []
    watched = bp.train(
        *(case.network, case.X, case.Y), callback=lambda p: seen.append(p.loss), seed=0, **asked
    )
    assert seen == list(run.history["loss"])
    np.testing.assert_array_equal(watched.network.parameters, run.network.parameters)


def test_numbers_that_are_not_finite_go_through_as_they_do_in_numpy():
    """`train` and `predict` refuse them; the engine below must not turn them into ordinary numbers."""
    for name in ACTIVATIONS:
        output = name if not ACTIVATIONS[name].elementwise else "identity"
        hidden = name if ACTIVATIONS[name].hidden else "tanh"
        network = bp.Network([1, 2, 2], hidden=hidden, output=output, loss="squared-error", seed=1)
        outputs = COMPILED.outputs(network, np.array([[np.nan], [0.5]]))
        assert np.isnan(outputs[0]).all()
        assert np.isfinite(outputs[1]).all()
    network = bp.Network([1, 2, 1], hidden="relu", output="identity", seed=1)
    X, Y = np.array([[np.inf], [1.0]]), np.ones((2, 1))
    assert not np.isfinite(COMPILED.loss(network, X, Y))
    assert not np.isfinite(COMPILED.gradient(network, X, Y)[1]).all()


def test_huge_inputs_saturate_without_overflow():
    network = bp.Network([1, 1], loss="squared-error", seed=0)
    network.parameters[:] = 1, 0
    X = np.array([[-1e300], [-800.0], [0.0], [800.0], [1e300]])
    np.testing.assert_allclose(COMPILED.outputs(network, X).ravel(), [0, 0, 0.5, 1, 1], atol=1e-300)
    tanh = bp.Network([1, 1], output="tanh", seed=0)
    tanh.parameters[:] = 1, 0
    np.testing.assert_array_equal(COMPILED.outputs(tanh, X).ravel(), [-1, -1, 0, 1, 1])
    tiny = np.array([[1e-12]])
    np.testing.assert_allclose(COMPILED.outputs(tanh, tiny), tiny, rtol=1e-12)


def test_no_rows_give_no_outputs():
    network = bp.Network([3, 4, 2], seed=0)
    assert COMPILED.outputs(network, np.empty((0, 3))).shape == (0, 2)


def test_strides_and_order_do_not_matter():
    case = make_case(0, [6, 4, 2], 30)
    expected = COMPILED.outputs(case.network, case.X)
    for X in (np.asfortranarray(case.X), np.repeat(case.X, 2, axis=0)[::2], case.X[::-1][::-1]):
        np.testing.assert_array_equal(COMPILED.outputs(case.network, X), expected)


def test_read_only_rows_stay_as_they_are():
    case = make_case(0, [2, 3, 1], 10)
    for array in (case.X, case.Y):
        array.setflags(write=False)
    before = case.X.copy(), case.network.parameters.copy()
    bp.train(case.network, case.X, case.Y, optimizer="adam", epochs=3)
    np.testing.assert_array_equal(case.X, before[0])
    np.testing.assert_array_equal(case.network.parameters, before[1])


def test_arrays_that_do_not_fit_are_refused_at_the_border():
    network = bp.Network([2, 3, 1], seed=0)
    made = COMPILED.architecture(network)
    X, out = np.zeros((4, 2)), np.zeros((4, 1))
    for arguments in (
        (network.parameters[:-1], 4, X, out),
        (network.parameters, 5, X, out),
        (network.parameters, 4, X.astype("float32"), out),
        (network.parameters, 4, X.astype(int), out),
        (network.parameters, 4, X, np.zeros((4, 2))),
        (network.parameters, 4, (np.ones(1), np.array([7], "int32"), np.arange(5)), out),
        (network.parameters, 4, (np.ones(1), np.array([0], "int32"), np.arange(5)), out),
    ):
        with pytest.raises(ValueError, match=r"needed|precision|column|ends"):
            made.outputs(*arguments)


def test_a_network_too_large_for_the_memory_is_an_exception():
    made = COMPILED.core.Architecture([2**31 - 20, 2**31 - 20], ["tanh"], "squared-error")
    with pytest.raises((MemoryError, ValueError)):
        made.outputs(np.zeros(1), 1, np.zeros((1, 1)), np.zeros((1, 1)))
    script = (
        "import resource, numpy as np, backproof as bp\n"
        "network = bp.Network([1500, 1500, 1500], dtype='float32', output='identity')\n"
        "X = np.zeros((10, 1500), 'float32')\n"
        "used = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (used + 30_000_000,) * 2)\n"
        "try:\n    bp.train(network, X, X, optimizer='adam', epochs=1)\n"
        "except MemoryError:\n    print('MemoryError')\n"
    )
    sanitized = "asan" in os.environ.get("LD_PRELOAD", "")  # it reserves terabytes
    if sys.platform == "linux" and not sanitized:
        assert python(script).stdout.strip() == "MemoryError"


@pytest.mark.parametrize(("rows", "most"), [(40, 10**6), (200_000, 1)])
def test_ctrl_c_stops_within_an_epoch_and_keeps_what_there_is(rows, most):
    """A single epoch of many rows takes far longer than the wait, and is not waited for."""
    import _thread

    X = np.random.default_rng(0).normal(size=(rows, 20))
    Y = X[:, :1]
    network = bp.Network([20, 300, 300, 1], hidden="tanh", output="identity", seed=0)
    timer = threading.Timer(0.3, _thread.interrupt_main)
    timer.start()
    run = bp.train(network, X, Y, optimizer="adam", epochs=10**6, batch_size=20, seed=0)
    assert run.stopped == "interrupted"
    assert np.isfinite(run.network.parameters).all()
    assert 0 < run.gradient_evaluations < most


def test_two_trainings_in_two_threads_do_not_disturb_each_other():
    case = make_case(0, [4, 16, 2], 200, hidden="tanh", output="identity")

    def trained(seed: int) -> np.ndarray:
        run = bp.train(case.network, case.X, case.Y, optimizer="adam", epochs=200, seed=seed)
        return run.network.parameters

    expected = [trained(0), trained(1)]
    found: dict[int, np.ndarray] = {}
    threads = [
        threading.Thread(target=lambda seed=seed: found.__setitem__(seed, trained(seed)))
        for seed in (0, 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for seed in (0, 1):
        np.testing.assert_array_equal(found[seed], expected[seed])


@pytest.mark.parametrize("dropout", [0.0, 0.4])
def test_threads_change_nothing_but_the_rounding(monkeypatch, dropout):
    case = make_case(0, [100, 200, 10], 700, hidden="tanh", output="softmax")
    case.network.parameters /= 20
    asked = {"optimizer": "adam", "epochs": 3, "batch_size": 300, "seed": 0, "dropout": dropout}
    results = {}
    for threads in (1, 2, 3, 2):
        monkeypatch.setenv(core.THREADS_VARIABLE, str(threads))
        run = bp.train(case.network, case.X, case.Y, **asked)
        numbers = np.concatenate([run.network.parameters, run.history["loss"]])
        if threads in results:  # the same number of threads: the same numbers
            np.testing.assert_array_equal(numbers, results[threads])
        results[threads] = numbers
    assert not np.array_equal(results[1], results[2]), "one batch was meant to be shared"
    for threads in (2, 3):
        close(results[threads], results[1], np.float64)


@pytest.mark.parametrize("threads", ["0", "-1", "two"])
def test_a_number_of_threads_that_is_none_is_refused(monkeypatch, threads):
    monkeypatch.setenv(core.THREADS_VARIABLE, threads)
    with pytest.raises(BackproofError, match="BACKPROOF_THREADS"):
        bp.train(bp.Network([1, 1]), [[0.0]], [[1.0]], optimizer="sgd", epochs=1)


def python(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=120,
        check=False,
    )


LEVEL_SCRIPT = """
import numpy as np, backproof as bp
from backproof.core import core
print(core().LEVEL)
X = np.linspace(-2, 2, 300).reshape(60, 5); Y = (X[:, :2] > 0.1) * 1.0
for dtype in ("float64", "float32"):
    for sizes, hidden in (([5, 9, 2], "tanh"), ([5, 33, 17, 2], "softplus")):
        network = bp.Network(sizes, hidden=hidden, seed=0, dtype=dtype)
        for batch in (1, 7, 60):
            run = bp.train(network, X, Y, optimizer="adam", epochs=5, batch_size=batch, seed=0)
            print(repr(run.loss))
    small = bp.Network([4, 3, 1], seed=0, dtype=dtype)
    for batch in (1, 4):
        print(repr(bp.train(small, X[:, :4], Y[:, :1], optimizer="sgd", epochs=9, batch_size=batch, seed=0).loss))
"""


def test_every_level_that_this_processor_has_computes_the_same():
    best = LEVELS.index(CORE.best_level())
    answers = {}
    for level in LEVELS[: best + 1]:
        first, *losses = python(LEVEL_SCRIPT, BACKPROOF_CPU=level).stdout.split()
        assert first == level
        answers[level] = np.array(losses, float)
        assert len(losses) == 16
    for losses in answers.values():
        np.testing.assert_allclose(losses, answers["baseline"], rtol=2e-5)
        np.testing.assert_allclose(losses[:8], answers["baseline"][:8], rtol=1e-10)


def test_a_level_that_there_is_not_is_refused_with_those_that_there_are():
    answer = python(
        "import backproof as bp; bp.Network([1, 1]).predict([[0.0]])", BACKPROOF_CPU="avx9"
    )
    assert "avx9" in answer.stderr
    assert "baseline" in answer.stderr


def test_without_the_core_the_reference_does_the_work_and_it_is_said_once():
    script = """
import sys
sys.modules["backproof._core_baseline"] = None
import backproof as bp
for _ in range(2):
    print(bp.train(bp.Network([2, 3, 1], seed=0), [[0, 1], [1, 0]], [0, 1], seed=0).largest_error < 0.1)
try:
    bp.train(bp.Network([1, 1]), [[0.0]], [[1.0]], engine="compiled")
except bp.BackproofError as error:
    print(error)
"""
    answer = python(script)
    assert answer.stdout.startswith("True\nTrue\nthe engine `compiled` is not there")
    assert answer.stderr.count("compiled core") == 1
    assert "NumPy does the work" in answer.stderr


def test_the_command_line_says_in_a_plain_line_that_the_core_is_missing():
    answer = python("""
import sys
sys.modules["backproof._core_baseline"] = None
from backproof.cli import main
main(["train", "xor", "--seed", "0"])
""")
    (line,) = [line for line in answer.stderr.splitlines() if "compiled core" in line]
    assert line.startswith("warning: backproof was installed without its compiled core")
    assert line.endswith("more slowly")
    assert "UserWarning" not in answer.stderr
    assert ".py" not in answer.stderr


def test_a_network_that_was_used_can_be_pickled_and_copied():
    import copy
    import pickle

    network = bp.Network([2, 3, 1], seed=0)
    expected = network.predict([[0.0, 1.0]])
    for twin in (pickle.loads(pickle.dumps(network)), copy.deepcopy(network), network.copy()):
        np.testing.assert_array_equal(twin.predict([[0.0, 1.0]]), expected)


def test_pairs_of_the_tests_cover_every_loss():
    assert {loss for loss, _ in PAIRS} == set(LOSSES)


def test_the_version_names_the_level():
    answer = python(
        "import backproof.cli as cli; cli.main(['--version'])", BACKPROOF_CPU="baseline"
    )
    assert answer.stdout.strip() == f"backproof, version {bp.__version__} (compiled core: baseline)"
