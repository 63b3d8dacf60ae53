"""The NumPy program of a network: it runs by itself, trains as the engine does, and `check` has nothing to say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import HIDDEN, PAIRS, SEEDS, XOR_X, XOR_Y, Case, make_case

import backproof as bp
from backproof.derivation.codegen.program import Program, program
from backproof.optimizers import IRprop

# Keeps what a program ends with, for the comparison; the program itself is as it is.
KEEP = """
import runpy, sys
import numpy
names = runpy.run_path(sys.argv[1])
numpy.savez(sys.argv[2], **{n: v for n, v in names.items() if n[0] in "Wb" and n[1:].isdigit()})
"""

OPTIMIZERS = [
    bp.SGD(0.05),
    bp.SGD(0.02, momentum=0.8),
    bp.SGD(0.02, momentum=0.8, nesterov=True),
    bp.Adam(0.01),
    IRprop(0.02),
]
SCHEDULES = ["constant", "inverse-scaling", "adaptive"]
TRAINING = st.fixed_dictionaries(
    {
        "optimizer": st.sampled_from(OPTIMIZERS),
        "epochs": st.integers(1, 15),
        "schedule": st.sampled_from(SCHEDULES),
        "power": st.sampled_from([0.2, 0.5]),
        "weight_decay": st.sampled_from([0, 0.05]),
        "patience": st.just(1),
        "seed": st.integers(0, 9),
    }
)


def ended_with(made: Program, folder: Path, sizes: tuple[int, ...]) -> np.ndarray:
    """The flat parameters that a program trains to, in an interpreter of its own."""
    path = folder / "made.py"
    made.write(path)
    done = subprocess.run(
        [sys.executable, "-c", KEEP, str(path), str(folder / "end.npz")],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "error"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    assert "loss" in done.stdout
    with np.load(folder / "end.npz") as end:
        layers = range(1, len(sizes))
        return np.concatenate([end[f"{n}{i}"].ravel() for i in layers for n in "Wb"])


def engine_ends_with(case: Case, made: Program) -> np.ndarray:
    """The flat parameters that the reference engine trains to under the program's settings."""
    names = (
        "optimizer", "epochs", "batch_size", "shuffle", "schedule", "power", "weight_decay",
        "patience", "seed",
    )  # fmt: skip  # a list of names reads better unbroken
    chosen = {name: getattr(made.settings, name) for name in names}
    run = bp.train(case.network, case.X, case.Y, engine="reference", **chosen)
    assert run.epochs == made.settings.epochs
    return run.network.parameters


def assert_same_training(case: Case, **training) -> Program:
    made = program(case.network, case.X, case.Y, **training)
    with TemporaryDirectory() as folder:
        got = ended_with(made, Path(folder), case.network.sizes)
    assert np.abs(got - engine_ends_with(case, made)).max() <= 1e-12
    assert np.abs(got - case.network.parameters).max() > 0
    return made


def small_case(seed: int, depth: int, hidden: str, pair: tuple[str, str], rows: int = 7) -> Case:
    """A case whose weights are small enough for a steady training."""
    loss, output = pair
    case = make_case(
        seed, [*[3, 4, 3, 4][:depth], 2], rows, hidden=hidden, output=output, loss=loss
    )
    case.network.parameters[:] /= 2
    return case


@settings(max_examples=25)
@given(
    st.builds(
        small_case, SEEDS, st.integers(1, 4), st.sampled_from(HIDDEN), st.sampled_from(PAIRS)
    ),
    TRAINING,
    st.sampled_from([1, 3, 7]),
    st.sampled_from([None, True, False]),
)
def test_the_program_trains_to_the_weights_of_the_engine(case, training, batch_size, shuffle):
    if training["optimizer"].whole_batch:
        batch_size = 7
    assert_same_training(case, batch_size=batch_size, shuffle=shuffle, **training)


@pytest.mark.parametrize("pair", PAIRS)
def test_each_output_and_loss(pair):
    assert_same_training(small_case(1, 2, "tanh", pair), optimizer="sgd", epochs=5, batch_size=3)


@pytest.mark.parametrize("hidden", HIDDEN)
def test_each_activation(hidden):
    case = small_case(2, 3, hidden, ("squared-error", "identity"))
    assert_same_training(case, optimizer=bp.SGD(0.05), epochs=5, batch_size=3)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=str)
def test_each_optimiser_with_weight_decay(optimizer):
    case = small_case(3, 2, "tanh", ("categorical-cross-entropy", "softmax"))
    assert_same_training(case, optimizer=optimizer, epochs=30, weight_decay=0.05)


@pytest.mark.parametrize("schedule", ["inverse-scaling", "adaptive"])
@pytest.mark.parametrize("rate", [0.0001, 0.3])
def test_each_schedule_of_the_rate(schedule, rate):
    case = small_case(4, 2, "tanh", ("squared-error", "identity"))
    training = {"epochs": 40, "batch_size": 3, "schedule": schedule, "patience": 2}
    assert_same_training(case, optimizer=bp.SGD(rate), **training)


def test_saturated_outputs_make_no_difference():
    """Where outputs are 0 and 1 to the last digit, only the sign of rounding errors is left to iRPROP."""
    X, y = bp.datasets.load("and")
    network = bp.Network(
        [2, 4, 2], hidden="identity", output="softmax", loss="binary-cross-entropy", seed=1
    )
    case = Case(network, X, np.hstack([1 - y, y]))
    assert_same_training(case, optimizer=IRprop(0.05), epochs=400)


def test_a_truth_table_is_written_out_and_learnt():
    network = bp.Network([2, 3, 1], seed=0)
    made = assert_same_training(Case(network, XOR_X, XOR_Y))
    assert not made.files
    assert "[[0, 0], [0, 1], [1, 0], [1, 1]]" in made.source
    assert made.settings.batch_size == 1


def test_a_large_table_and_many_weights_are_read_from_files_beside_the_program():
    case = make_case(5, [8, 20, 3], 60, output="softmax")
    made = assert_same_training(case, epochs=4)
    assert sorted(made.files) == [".csv", ".npz"]
    assert len(made.source.splitlines()) < 110


def test_single_precision_stays_single(tmp_path):
    case = make_case(6, [3, 4, 2], 5, output="identity", dtype="float32")
    made = program(case.network, case.X, case.Y, optimizer="adam", epochs=5)
    got = ended_with(made, tmp_path, case.network.sizes)
    assert got.dtype == np.float32
    assert np.abs(got - engine_ends_with(case, made)).max() < 1e-6


def test_the_program_knows_nothing_of_backproof_and_has_short_lines():
    case = small_case(7, 4, "leaky-relu", ("binary-cross-entropy", "softmax"))
    made = program(case.network, case.X, case.Y, optimizer="adam", weight_decay=0.1, epochs=9)
    assert "backproof" not in made.source
    assert max(map(len, made.source.splitlines())) <= 115


@pytest.mark.parametrize("method", ["l-bfgs", "levenberg-marquardt"])
def test_a_second_order_method_is_refused_with_what_to_choose(method):
    network = bp.Network([2, 3, 1], seed=0)
    with pytest.raises(bp.BackproofError, match="choose sgd, adam or irprop"):
        program(network, XOR_X, XOR_Y, optimizer=method)


def test_a_program_is_written_only_as_python(tmp_path):
    made = program(bp.Network([2, 3, 1], seed=0), XOR_X, XOR_Y)
    with pytest.raises(bp.BackproofError, match=r"must end with \.py"):
        made.write(tmp_path / "xor.txt")
    assert made.write(tmp_path / "xor.py") == [tmp_path / "xor.py"]
    assert (tmp_path / "xor.py").read_text(encoding="utf-8") == made.source == str(made)


CLASSES = np.hstack([1 - XOR_Y, XOR_Y])  # XOR with an output for each class
# As many as fit into a test run; benchmarks/programs.py checks many more.
CHECKED = [
    ([4], "relu", "softmax", "binary-cross-entropy", bp.SGD(0.1, momentum=0.8), 2),
    ([4], "sigmoid", "softmax", "squared-error", IRprop(0.1), 4),
]


@pytest.mark.parametrize(("units", "hidden", "output", "loss", "optimizer", "batch"), CHECKED)
def test_check_has_no_finding(units, hidden, output, loss, optimizer, batch, tmp_path):
    network = bp.Network([2, *units, 2], hidden=hidden, output=output, loss=loss, seed=3)
    made = program(network, XOR_X, CLASSES, optimizer=optimizer, epochs=300, batch_size=batch)
    made.write(tmp_path / "made.py")
    report = bp.check(tmp_path / "made.py", timeout=240)
    assert (report.verdict, list(report.findings)) == ("correct", [])


def test_check_has_no_finding_about_xor(tmp_path):
    program(bp.Network([2, 3, 1], seed=0), XOR_X, XOR_Y).write(tmp_path / "xor.py")
    report = bp.check(tmp_path / "xor.py", timeout=240)
    assert (report.verdict, list(report.findings)) == ("correct", [])
