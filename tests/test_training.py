"""train(): what it promises of the network, the seed, the epochs, the batches, the history and the result."""

import csv

import numpy as np
import pytest
from strategies import XOR_X, XOR_Y, linear_sample, two_classes

import backproof as bp
from backproof.network import Network
from backproof.optimizers import OPTIMIZERS
from backproof.problem import Problem

pytestmark = pytest.mark.usefixtures("each_engine")

SEEDS_PER_TEST = 50


def train_xor(seed=0, **settings):
    return bp.train(bp.Network([2, 3, 1], seed=seed), XOR_X, XOR_Y, seed=seed, **settings)


def recorded_batches(monkeypatch):
    """The list into which every batch's row numbers go, for inputs that are row numbers."""
    seen = []
    original = Problem.batch_gradient

    def recording(problem, X, Y, *rest):
        seen.append(X[:, 0].astype(int).tolist())
        np.testing.assert_array_equal(X, Y)  # rows and targets stay together
        return original(problem, X, Y, *rest)

    monkeypatch.setattr(Problem, "batch_gradient", recording)
    return seen


def train_on_row_numbers(rows=10, **settings):
    numbers = np.arange(rows, dtype=float)[:, None]
    network = bp.Network([1, 1], output="identity", seed=0)
    return bp.train(
        network, numbers, numbers, optimizer=bp.SGD(1e-6), engine="reference", **settings
    )


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("first", range(0, 300, SEEDS_PER_TEST))
def test_xor_is_solved_from_every_seed(first, dtype):
    for seed in range(first, first + SEEDS_PER_TEST):
        network = bp.Network([2, 3, 1], seed=seed, dtype=dtype)
        run = bp.train(network, XOR_X, XOR_Y, seed=seed)
        assert np.abs(run.network.predict(XOR_X) - XOR_Y).max() < 0.1, f"seed {seed}"


def test_the_answers_own_settings_solve_xor():
    """One example at a time in order, learning rate 0.1, 10,000 epochs; about 97 of 100 starts succeed, and this is one."""
    run = train_xor(optimizer=bp.SGD(0.1), batch_size=1, epochs=10_000, dtype="float32")
    assert run.epochs == 10_000
    assert run.largest_error < 0.1
    assert not run.settings.shuffle


@pytest.mark.parametrize("optimizer", ["auto", *OPTIMIZERS])
def test_the_network_and_the_data_given_are_left_as_they_were(optimizer):
    network, X, Y = bp.Network([2, 3, 1], seed=0), XOR_X.copy(), XOR_Y.copy()
    before = network.parameters.copy()
    run = bp.train(network, X, Y, optimizer=optimizer, epochs=5, seed=0, dtype="float32")
    np.testing.assert_array_equal(network.parameters, before)
    np.testing.assert_array_equal(X, XOR_X)
    np.testing.assert_array_equal(Y, XOR_Y)
    assert network.dtype == np.float64
    assert run.network.dtype == np.float32
    assert not np.shares_memory(run.network.parameters, network.parameters)


@pytest.mark.parametrize("optimizer", ["auto", *OPTIMIZERS])
def test_the_same_seed_gives_identical_parameters(optimizer):
    X, y = two_classes()
    network = bp.Network([2, 4, 1], hidden="tanh", seed=0)
    settings = {"optimizer": optimizer, "epochs": 8, "restarts": 1, "validation": 0.2}
    runs = [bp.train(network, X, y, seed=7, **settings) for _ in range(2)]
    assert runs[0].seed == 7
    np.testing.assert_array_equal(runs[0].network.parameters, runs[1].network.parameters)
    np.testing.assert_array_equal(runs[0].history["loss"], runs[1].history["loss"])


def test_another_seed_gives_other_parameters():
    X, y = two_classes()
    network = bp.Network([2, 4, 1], seed=0)
    runs = [bp.train(network, X, y, optimizer="sgd", epochs=3, seed=seed) for seed in (1, 2)]
    assert np.abs(runs[0].network.parameters - runs[1].network.parameters).max() > 1e-6


def test_a_drawn_seed_repeats_the_training():
    X, y = two_classes()
    network = bp.Network([2, 4, 1], seed=0)
    runs = [bp.train(network, X, y, optimizer="sgd", epochs=3) for _ in range(2)]
    assert runs[0].seed != runs[1].seed
    again = bp.train(network, X, y, optimizer="sgd", epochs=3, seed=runs[0].seed)
    np.testing.assert_array_equal(again.network.parameters, runs[0].network.parameters)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "irprop"])
@pytest.mark.parametrize("epochs", [1, 7, 250])
def test_without_a_stopping_rule_every_epoch_runs(optimizer, epochs):
    run = train_xor(optimizer=optimizer, epochs=epochs)
    assert run.epochs == len(run.history["loss"]) == epochs
    assert run.stopped == "epochs"


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("optimizer", ["l-bfgs", "levenberg-marquardt"])
@pytest.mark.parametrize("seed", range(5))
def test_a_method_that_stops_before_the_last_epoch_does_not_say_it_ran_all(seed, optimizer, dtype):
    X, y = linear_sample()
    network = bp.Network([3, 4, 1], output="identity", seed=seed, dtype=dtype)
    run = bp.train(network, X, y, optimizer=optimizer, epochs=100)
    assert run.stopped == ("epochs" if run.epochs == 100 else "converged")


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("optimizer", ["auto", *OPTIMIZERS])
def test_every_optimiser_lowers_the_loss(optimizer, dtype):
    X, y = two_classes()
    network = bp.Network([2, 4, 1], hidden="tanh", seed=0, dtype=dtype)
    start = network.loss.value(network.predict(X), y).mean()
    run = bp.train(network, X, y, optimizer=optimizer, epochs=100, seed=0)
    assert run.loss < 0.9 * start
    assert run.network.dtype == dtype


@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_the_loss_is_that_of_the_network_returned(weight_decay):
    X, y = two_classes()
    network = bp.Network([2, 4, 1], seed=0)
    run = bp.train(network, X, y, optimizer="adam", epochs=5, weight_decay=weight_decay, seed=0)
    squares = sum((weights**2).sum() for weights in run.network.weights)
    mean = run.network.loss.value(run.network.predict(X), y).mean()
    assert run.loss == pytest.approx(mean + weight_decay / 2 * squares, rel=1e-12)
    assert run.largest_error == pytest.approx(np.abs(run.network.predict(X) - y).max())


@pytest.mark.parametrize("batch_size", [1, 3, 10])
def test_batches_in_order_the_last_one_smaller(monkeypatch, batch_size):
    seen = recorded_batches(monkeypatch)
    run = train_on_row_numbers(batch_size=batch_size, shuffle=False, epochs=2)
    rows = list(range(10))
    epoch = [rows[begin : begin + batch_size] for begin in range(0, 10, batch_size)]
    assert seen == epoch + epoch
    assert run.gradient_evaluations == pytest.approx(2)


@pytest.mark.parametrize("batch_size", [1, 3, 10])
def test_shuffling_uses_every_row_once_in_each_epoch_in_another_order(monkeypatch, batch_size):
    seen = recorded_batches(monkeypatch)
    train_on_row_numbers(batch_size=batch_size, shuffle=True, epochs=3, seed=0)
    flat = np.array([row for batch in seen for row in batch]).reshape(3, 10)
    assert max(map(len, seen)) == batch_size
    np.testing.assert_array_equal(np.sort(flat), np.tile(np.arange(10), (3, 1)))
    assert len({tuple(order) for order in [range(10), *flat.tolist()]}) == 4


# batch size: rows to an update and whether they are shuffled, when nothing is asked
@pytest.mark.parametrize(
    ("asked", "used", "shuffled"), [(None, 32, True), (1, 1, False), (5, 5, True), (40, 40, False)]
)
def test_what_is_left_open_is_settled(asked, used, shuffled):
    run = train_on_row_numbers(rows=40, batch_size=asked, epochs=1)
    assert (run.settings.batch_size, run.settings.shuffle) == (used, shuffled)


def test_batches_are_no_larger_than_the_rows():
    assert train_on_row_numbers(rows=10, epochs=1).settings.batch_size == 10


def test_a_batch_of_all_rows_is_the_same_in_any_order():
    runs = [train_on_row_numbers(batch_size=10, shuffle=s, epochs=5, seed=0) for s in (True, False)]
    np.testing.assert_allclose(*(run.network.parameters for run in runs), rtol=1e-12)


def test_float32_follows_float64():
    runs = [
        train_xor(optimizer="adam", epochs=200, dtype=dtype) for dtype in ("float32", "float64")
    ]
    np.testing.assert_allclose(*(run.history["loss"] for run in runs), rtol=1e-4)


# rows, network -> method, and words that the reason must hold
def test_yes_or_no_answers_with_noise_are_no_truth_table():
    """Most combinations of twenty answers are missing from a hundred rows, so other rows are to be predicted."""
    random = np.random.default_rng(0)
    X = random.integers(2, size=(300, 20)).astype(float)
    y = (X[:, :3].sum(axis=1) + random.normal(size=300) > 1.5).astype(float)[:, None]
    network = bp.Network([20, 5, 1], hidden="tanh", seed=0)
    run = bp.train(network, X[:100], y[:100], seed=0)
    met = bp.train(network, X[:100], y[:100], seed=0, weight_decay=0)
    assert run.method == "l-bfgs"
    known, by_heart = (
        network.loss.value(one.network.predict(X[100:]), y[100:]).mean() for one in (run, met)
    )
    assert known < 0.8 * by_heart


@pytest.mark.parametrize("name", ["xor", "parity-6", "encoder-8"])
def test_tables_are_truth_tables(name):
    X, y = bp.datasets.load(name)
    network = bp.Network([X.shape[1], 6, y.shape[1]], seed=0)
    assert "truth table" in bp.train(network, X, y, epochs=1, seed=0).settings.reason


def test_auto_with_a_batch_size_takes_a_method_that_takes_batches():
    run = bp.train(bp.Network([2, 3, 1], seed=0), *two_classes(), batch_size=10, epochs=2, seed=0)
    assert (run.method, run.settings.batch_size) == ("adam", 10)
    assert "batch size" in run.settings.reason
    whole = bp.train(bp.Network([2, 3, 1], seed=0), *two_classes(), batch_size=60, epochs=2)
    assert whole.method == "l-bfgs"


@pytest.mark.parametrize(
    ("sample", "settings", "method", "words"),
    [
        ((XOR_X, XOR_Y), {}, "levenberg-marquardt", ["truth table", "13 parameters", "4 rows"]),
        ((XOR_X, XOR_Y), {"hidden": "relu"}, "l-bfgs", ["truth table", "kink"]),
        (two_classes(rows=300), {"hidden": "relu"}, "l-bfgs", ["300 rows"]),
        (two_classes(rows=300), {}, "l-bfgs", ["300 rows"]),
        (two_classes(rows=3000), {}, "adam", ["3,000 rows", "validation"]),
    ],
)
def test_auto_takes_what_fits_and_says_why(sample, settings, method, words):
    run = bp.train(bp.Network([2, 3, 1], seed=0, **settings), *sample, epochs=2, seed=0)
    assert run.method == method
    for word in words:
        assert word in run.settings.reason


def test_an_optimiser_that_was_asked_for_is_taken():
    run = train_xor(optimizer=bp.Adam(0.02), epochs=1)
    assert run.settings.optimizer == bp.Adam(0.02)
    assert run.settings.reason == "as asked"


def test_history_has_one_number_for_each_epoch_and_column():
    run = train_xor(optimizer="sgd", epochs=5)
    assert list(run.history) == ["start", "epoch", "loss", "learning_rate"]
    np.testing.assert_array_equal(run.history["epoch"], [1, 2, 3, 4, 5])
    np.testing.assert_array_equal(run.history["learning_rate"], [0.1] * 5)


def test_history_written_as_csv_is_the_history(tmp_path):
    X, y = two_classes()
    run = bp.train(
        bp.Network([2, 1], seed=0), X, y, optimizer="sgd", epochs=4, validation=0.2, seed=0
    )
    run.write_history(tmp_path / "history.csv")
    with open(tmp_path / "history.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["start", "epoch", "loss", "validation_loss", "learning_rate"]
    for name, column in run.history.items():
        np.testing.assert_allclose([float(row[name]) for row in rows], column, rtol=1e-8)


def test_history_cannot_be_written_into_a_missing_folder(tmp_path):
    with pytest.raises(bp.BackproofError, match="cannot write"):
        train_xor(optimizer="sgd", epochs=1).write_history(tmp_path / "missing" / "history.csv")


def test_the_run_says_what_happened():
    run = train_xor(optimizer="sgd", epochs=5)
    for words in ("sgd", f"loss {run.loss:.6f}", "after 5 epochs", "ran every epoch"):
        assert words in str(run)


def test_restarts_begin_anew_and_the_best_start_is_returned():
    run = train_xor(optimizer="sgd", epochs=5, restarts=3)
    assert run.starts == 4
    np.testing.assert_array_equal(run.history["start"], np.repeat([1, 2, 3, 4], 5))
    np.testing.assert_array_equal(run.history["epoch"], np.tile([1, 2, 3, 4, 5], 4))
    firsts = run.history["loss"][::5]
    assert len(set(firsts)) == 4  # other first weights each time
    # a few small steps: the best start ends below every loss it and the others had on the way
    assert run.loss <= min(run.history["loss"][4::5])


def test_restarts_end_when_every_output_is_near():
    run = train_xor(optimizer="levenberg-marquardt", epochs=200, restarts=50)
    assert run.largest_error < 0.1
    assert run.starts < 51


def test_a_start_in_a_local_minimum_is_left():
    """Equal weights make equal hidden units, which stay equal: this start can never solve XOR."""
    network = bp.Network([2, 3, 1], seed=0)
    network.parameters[:] = 0.5
    run = bp.train(network, XOR_X, XOR_Y, seed=0)
    assert run.starts > 1
    assert run.largest_error < 0.1


def test_class_numbers_and_columns_are_the_same_targets():
    X, _ = linear_sample(rows=12)
    network = bp.Network([3, 3], output="softmax", seed=0)
    classes = np.arange(12) % 3
    runs = [
        bp.train(network, X, y, optimizer="sgd", epochs=3, seed=0)
        for y in (classes, np.eye(3)[classes])
    ]
    np.testing.assert_array_equal(*(run.network.parameters for run in runs))


def test_training_goes_on_from_where_the_network_is():
    """Two times five epochs of plain gradient descent are ten."""
    once = train_xor(optimizer="sgd", epochs=10)
    first = train_xor(optimizer="sgd", epochs=5)
    second = bp.train(first.network, XOR_X, XOR_Y, optimizer="sgd", epochs=5)
    assert isinstance(second.network, Network)
    np.testing.assert_allclose(second.network.parameters, once.network.parameters, rtol=1e-12)
