"""How training ends: tolerance, early stopping, callbacks, Ctrl-C, divergence; and which network is then returned."""

import re

import numpy as np
import pytest
from strategies import XOR_X, XOR_Y, linear_sample, two_classes

import backproof as bp
from backproof.errors import DivergedError
from backproof.optimizers import OPTIMIZERS
from backproof.problem import Problem
from backproof.run import ENDINGS

pytestmark = pytest.mark.usefixtures("each_engine")


def overfitting(early_stopping=True, optimizer="adam", patience=10, **settings):
    """A network with far too many parameters for 40 noisy rows, a quarter of them held out."""
    X, y = two_classes(rows=40)
    network = bp.Network([2, 30, 1], hidden="tanh", seed=0)
    method = bp.Adam(0.02) if optimizer == "adam" else optimizer
    settings = {"validation": 0.25, "epochs": 400, "seed": 0, **settings}
    return bp.train(
        network,
        X,
        y,
        optimizer=method,
        early_stopping=early_stopping,
        patience=patience,
        **settings,
    )


def bowl(rate, epochs=100, rows=40, **settings):
    """Gradient descent on all rows of a linear problem: it converges or diverges as the rate decides."""
    X, y = linear_sample(rows=rows)
    network = bp.Network([3, 1], output="identity", seed=0)
    return bp.train(
        network, X, y, optimizer=bp.SGD(rate), batch_size=rows, epochs=epochs, **settings
    )


def interrupt_after(epoch):
    def callback(progress):
        if progress.epoch == epoch:
            raise KeyboardInterrupt

    return callback


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_early_stopping_returns_the_best_validation_weights(optimizer):
    run = overfitting(optimizer=optimizer)
    assert run.validation_loss == pytest.approx(run.history["validation_loss"].min(), rel=1e-12)


def test_early_stopping_stops_when_the_validation_loss_has_not_fallen_for_so_many_epochs():
    run = overfitting(patience=7)
    losses = run.history["validation_loss"]
    assert run.stopped == "validation"
    assert run.epochs < 400
    assert losses[:-8].min() <= losses[-7:].min()
    assert np.argmin(losses) == len(losses) - 1 - 8  # more than seven in a row


def test_without_early_stopping_the_validation_part_is_only_watched():
    run = overfitting(early_stopping=False)
    assert (run.epochs, run.stopped) == (400, "epochs")
    assert run.validation_loss > run.history["validation_loss"].min()


def test_a_validation_pair_is_used_as_it_is():
    X, y = two_classes(rows=40)
    other = two_classes(seed=1, rows=30)
    network = bp.Network([2, 30, 1], hidden="tanh", seed=0)
    run = bp.train(network, X, y, optimizer=bp.Adam(0.02), validation=other, epochs=300, seed=0)
    loss = network.loss.value(run.network.predict(other[0]), other[1]).mean()
    assert run.stopped == "validation"  # early stopping is on where validation rows are given
    assert run.validation_loss == pytest.approx(loss, rel=1e-12)


def test_a_validation_loss_that_stands_still_has_not_fallen():
    """A dead relu: nothing ever changes, so waiting is pointless."""
    network = bp.Network([1, 1, 1], hidden="relu", output="identity", seed=0)
    network.parameters[:] = [1, -10, 1, 0]
    X, y = np.ones((20, 1)), np.zeros((20, 1))
    run = bp.train(network, X, y, optimizer="sgd", early_stopping=True, epochs=100, seed=0)
    assert run.stopped == "validation"


def test_tolerance_stops_when_the_loss_has_stopped_falling():
    run = bowl(0.1, epochs=5000, tolerance=1e-4, patience=5)
    losses = run.history["loss"]
    assert run.stopped == "tolerance"
    assert losses[-8] - losses[-2] <= 6e-4
    assert losses[0] - losses[-1] > 0.1
    finer = bowl(0.1, epochs=5000, tolerance=1e-8, patience=5)
    assert finer.epochs > run.epochs
    assert finer.loss < run.loss


@pytest.mark.parametrize("answer", [True, np.True_], ids=repr)
@pytest.mark.parametrize("optimizer", ["auto", *OPTIMIZERS])
def test_a_callback_that_returns_true_stops_the_training(optimizer, answer):
    """NumPy's own True, the value of a comparison of arrays, says so as well."""
    network = bp.Network([2, 3, 1], seed=0)
    run = bp.train(
        network,
        XOR_X,
        XOR_Y,
        optimizer=optimizer,
        epochs=50,
        callback=lambda progress: answer if progress.epoch == 3 else None,
    )
    assert (run.stopped, run.epochs) == ("callback", 3)


@pytest.mark.parametrize("answer", [None, False, np.False_, 1, 0.3, "text", [1]], ids=repr)
def test_any_other_answer_of_a_callback_goes_on(answer):
    """A callback that happens to return something, a count or a loss, asks for nothing."""
    run = bowl(0.1, epochs=3, callback=lambda progress: answer)
    assert (run.stopped, run.epochs) == ("epochs", 3)


def test_a_callback_sees_every_epoch():
    seen = []
    run = overfitting(early_stopping=False, epochs=4, callback=seen.append)
    assert tuple(seen) == run.progress
    assert [progress.epoch for progress in seen] == [1, 2, 3, 4]
    assert {(progress.start, progress.starts, progress.epochs) for progress in seen} == {(1, 1, 4)}
    np.testing.assert_array_equal([p.loss for p in seen], run.history["loss"])
    np.testing.assert_array_equal([p.validation_loss for p in seen], run.history["validation_loss"])


def test_a_callbacks_own_error_is_not_swallowed():
    def callback(progress):
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        bowl(0.1, callback=callback)


@pytest.mark.parametrize("optimizer", ["auto", *OPTIMIZERS])
def test_ctrl_c_ends_the_run(optimizer):
    network = bp.Network([2, 3, 1], seed=0)
    run = bp.train(
        network, XOR_X, XOR_Y, optimizer=optimizer, epochs=50, callback=interrupt_after(3)
    )
    assert (run.stopped, run.epochs) == ("interrupted", 3)
    assert np.isfinite(run.network.predict(XOR_X)).all()
    assert run.loss <= run.history["loss"][0]


def test_ctrl_c_keeps_the_best_network_so_far():
    """With all rows in a batch the history's losses are exact: those from which each step set out."""
    rising = bowl(2.0, callback=interrupt_after(10))
    assert rising.stopped == "interrupted"
    assert rising.loss == pytest.approx(rising.history["loss"][0], rel=1e-12)
    falling = bowl(0.1, callback=interrupt_after(10))
    assert falling.loss < falling.history["loss"].min()  # the last step's result is better yet


def test_ctrl_c_keeps_the_best_validation_loss_so_far():
    best = overfitting(early_stopping=False, callback=interrupt_after(300))
    assert best.epochs == 300
    assert best.validation_loss == pytest.approx(best.history["validation_loss"].min(), rel=1e-12)


def test_ctrl_c_at_a_trial_beyond_the_precision_is_no_divergence(monkeypatch):
    """A method tries points that it will not take; Ctrl-C may come while it stands on one."""
    original, calls = Problem.loss, []

    def loss(problem):
        calls.append(1)
        if len(calls) == 3:
            problem.network.parameters[:] = 1e300
            raise KeyboardInterrupt
        return original(problem)

    monkeypatch.setattr(Problem, "loss", loss)
    network = bp.Network([2, 3, 1], output="identity", seed=0)
    run = bp.train(network, XOR_X, XOR_Y, optimizer="levenberg-marquardt", epochs=50)
    assert run.stopped == "interrupted"
    assert run.loss <= run.history["loss"].min()


def test_ctrl_c_stops_restarts_too():
    run = bp.train(
        bp.Network([2, 3, 1], seed=0),
        XOR_X,
        XOR_Y,
        optimizer="sgd",
        epochs=5,
        restarts=9,
        callback=lambda progress: interrupt_after(2)(progress) if progress.start == 2 else None,
    )
    assert (run.stopped, run.starts, run.epochs) == ("interrupted", 2, 7)


def test_divergence_names_the_epoch_and_a_rate_that_works():
    with pytest.raises(DivergedError) as caught:
        bowl(1e6, epochs=1000)
    run, message = caught.value.run, str(caught.value)
    assert f"epoch {run.epochs}" in message
    assert "standardise the inputs" in message
    assert run.stopped == "diverged"
    assert run.epochs < 1000
    assert isinstance(caught.value, bp.BackproofError)
    advice = re.search(r"try a learning rate of (\S+), not 1e\+06", message)
    assert advice is not None
    assert bowl(float(advice[1]), epochs=1000).loss < run.history["loss"][0]


def test_the_run_of_a_divergence_holds_the_best_network_before_it():
    X, y = linear_sample()
    with pytest.raises(DivergedError) as caught:
        bowl(1e6, epochs=1000)
    run = caught.value.run
    losses = run.history["loss"]
    assert np.isfinite(losses[:-1]).all()
    assert np.isfinite(run.network.parameters).all()
    mean = run.network.loss.value(run.network.predict(X), y).mean()
    assert mean == pytest.approx(run.loss)
    assert run.loss <= losses[np.isfinite(losses)].min()


@pytest.mark.parametrize("epochs", [1, 2])
def test_a_divergence_in_the_last_step_is_one_too(epochs):
    """The history's loss is taken before the step, so the last step's result is in none of them."""
    with pytest.raises(DivergedError, match=f"epoch {epochs}"):
        bowl(1e200 if epochs == 1 else 1e120, epochs=epochs)


@pytest.mark.parametrize("optimizer", ["auto", *OPTIMIZERS])
def test_values_beyond_the_precision_are_a_divergence_with_every_optimiser(optimizer):
    """Squares of 1e200 are infinite: no method can start from there."""
    X, y = linear_sample()
    network = bp.Network([3, 1], output="identity", seed=0)
    with pytest.raises(DivergedError, match=r"diverged.*standardise the inputs"):
        bp.train(network, X * 1e200, y, optimizer=optimizer, epochs=5)


def test_every_ending_is_explained():
    for name, words in ENDINGS.items():
        assert words
        assert name == name.lower()
    assert {bowl(0.1).stopped, overfitting().stopped} <= set(ENDINGS)


SADDLES = {  # hidden units that hardly move at first: the loss of XOR and AND stands still before anything is learnt
    "xor": (XOR_Y, bp.SGD(0.5)),
    "and": (np.array([[0.0], [0], [0], [1]]), bp.SGD(0.05)),
}


@pytest.mark.parametrize("name", SADDLES)
@pytest.mark.parametrize("seed", range(5))
def test_tolerance_does_not_take_the_plateau_before_learning_for_the_end(name, seed):
    Y, method = SADDLES[name]
    network = bp.Network([2, 3, 1], seed=seed)
    run = bp.train(network, XOR_X, Y, optimizer=method, epochs=20_000, tolerance=1e-4, seed=0)
    losses = run.history["loss"]
    stood_still = np.convolve(losses[:-1] - losses[1:] <= 1e-4, np.ones(11), "valid") >= 11
    constant = network.loss.value(np.full_like(Y, Y.mean()), Y).mean()
    assert (losses[:-11][stood_still[: len(losses) - 11]] > 0.95 * constant).any()  # a plateau
    assert run.stopped == "tolerance"
    assert run.loss < 0.95 * constant


def test_tolerance_stops_where_there_is_nothing_to_learn():
    """All targets alike: the outputs need not tell the rows apart."""
    X, _ = linear_sample()
    network = bp.Network([3, 2, 1], output="identity", seed=0)
    run = bp.train(
        network, X, np.ones((len(X), 1)), optimizer="adam", epochs=5000, tolerance=1e-4, seed=0
    )
    assert run.stopped == "tolerance"
