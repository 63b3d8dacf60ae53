"""L-BFGS and Levenberg-Marquardt: they end in the minimum that other methods find, and say how much work it was."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from strategies import XOR_X, XOR_Y, linear_sample, two_classes

import backproof as bp
from backproof.optimizers import LBFGS, LevenbergMarquardt
from backproof.second_order import Damping, damped_step

pytestmark = pytest.mark.usefixtures("each_engine")

METHODS = ["l-bfgs", "levenberg-marquardt"]
DECAY = 0.01


def log_loss(point, X, y):
    """The objective of a single sigmoid unit with weights point[:-1] and bias point[-1], written out."""
    z = X @ point[:-1] + point[-1]
    return np.mean(np.logaddexp(0, z) - y[:, 0] * z) + DECAY / 2 * point[:-1] @ point[:-1]


@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
@pytest.mark.parametrize("method", METHODS)
def test_linear_least_squares_reach_the_closed_form(method, weight_decay):
    X, y = linear_sample()
    design = np.hstack([X, np.ones((len(X), 1))])
    decay = len(X) * weight_decay * np.diag([1, 1, 1, 0])  # the bias does not decay
    exact = np.linalg.solve(design.T @ design + decay, design.T @ y)[:, 0]
    network = bp.Network([3, 1], output="identity", seed=0)
    run = bp.train(network, X, y, optimizer=method, epochs=200, weight_decay=weight_decay)
    np.testing.assert_allclose(run.network.parameters, exact, atol=1e-7)
    assert run.stopped == "converged"


def test_without_damping_one_step_solves_linear_least_squares():
    X, y = linear_sample()
    network = bp.Network([3, 1], output="identity", seed=0)
    run = bp.train(network, X, y, optimizer=LevenbergMarquardt(1e-12), epochs=1)
    best = bp.train(network, X, y, optimizer="l-bfgs", epochs=200)
    assert run.loss == pytest.approx(best.loss, rel=1e-10)


@pytest.mark.parametrize("method", METHODS)
def test_logistic_regression_reaches_scikit_learns_minimum(method):
    X, y = two_classes()
    theirs = LogisticRegression(C=1 / (DECAY * len(X)), tol=1e-12, max_iter=10_000).fit(X, y[:, 0])
    network = bp.Network([2, 1], seed=0)
    run = bp.train(network, X, y, optimizer=method, weight_decay=DECAY, epochs=200)
    lowest = log_loss(np.append(theirs.coef_, theirs.intercept_), X, y)
    assert run.loss == pytest.approx(log_loss(run.network.parameters, X, y), abs=1e-14)
    assert run.loss == pytest.approx(lowest, abs=1e-8)
    np.testing.assert_allclose(run.network.weights[0], theirs.coef_.T, atol=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_logistic_regression_reaches_scipys_minimum(method):
    X, y = two_classes()

    def gradient(point):
        error = (expit(X @ point[:-1] + point[-1]) - y[:, 0]) / len(X)
        return np.append(X.T @ error + DECAY * point[:-1], error.sum())

    theirs = minimize(log_loss, np.zeros(3), (X, y), jac=lambda p, *_: gradient(p), tol=1e-12)
    run = bp.train(
        bp.Network([2, 1], seed=0), X, y, optimizer=method, weight_decay=DECAY, epochs=200
    )
    assert run.loss == pytest.approx(theirs.fun, abs=1e-8)


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_both_methods_find_the_same_minimum_of_a_convex_problem(output):
    X, _ = linear_sample()
    y = np.eye(3)[np.arange(len(X)) % 3]
    network = bp.Network([3, 3], output=output, seed=0)
    losses = [
        bp.train(network, X, y, optimizer=method, weight_decay=DECAY, epochs=200).loss
        for method in METHODS
    ]
    assert losses[0] == pytest.approx(losses[1], abs=1e-10)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    ("output", "loss"),
    [("sigmoid", None), ("sigmoid", "squared-error"), ("tanh", None), ("identity", None)],
)
@pytest.mark.parametrize("method", METHODS)
def test_no_epoch_raises_the_loss(method, output, loss, dtype):
    for seed in range(5):
        network = bp.Network([2, 3, 1], output=output, loss=loss, seed=seed, dtype=dtype)
        run = bp.train(network, XOR_X, XOR_Y, optimizer=method, epochs=30)
        falls = np.diff(run.history["loss"])
        assert (falls <= 1e-6 * run.history["loss"][:-1]).all()
        assert run.loss == pytest.approx(run.history["loss"][-1], rel=1e-5, abs=1e-7)


def test_softmax_problems_are_solved_as_well():
    """Two units for two classes: the Gauss-Newton matrix is singular there, and the damping carries the step."""
    network = bp.Network([2, 3, 2], output="softmax", seed=0)
    run = bp.train(
        network, XOR_X, XOR_Y[:, 0], optimizer="levenberg-marquardt", epochs=200, restarts=20
    )
    np.testing.assert_array_equal(run.network.predict(XOR_X).argmax(axis=1), XOR_Y[:, 0])
    assert run.largest_error < 0.1


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_columns_that_say_the_same_do_not_stop_the_method(dtype):
    """They make the matrix singular; with the damping all but gone no step can be computed from it."""
    x = np.linspace(-1, 1, 20)[:, None]
    network = bp.Network([2, 4, 1], hidden="tanh", output="identity", seed=1, dtype=dtype)
    run = bp.train(
        network, np.hstack([x, x]), np.sin(3 * x), optimizer="levenberg-marquardt", epochs=1000
    )
    assert run.loss < 1e-5


def test_a_start_at_the_minimum_has_converged_without_an_epoch():
    X = np.array([[1.0], [2.0]])
    network = bp.Network([1, 1], output="identity", seed=0)
    network.parameters[:] = [2, 1]
    for method in METHODS:
        run = bp.train(network, X, 2 * X + 1, optimizer=method, epochs=10)
        assert (run.stopped, run.epochs) == ("converged", 0)
        np.testing.assert_array_equal(run.network.parameters, [2, 1])
        assert run.history["loss"].size == 0


def test_the_work_is_counted():
    """A Jacobian counts one gradient for each output, a trial step one loss."""
    X, _ = linear_sample()
    network = bp.Network([3, 4, 2], output="identity", seed=0)
    y = np.hstack([np.sin(X[:, :1]), np.cos(X[:, :1])])
    run = bp.train(network, X, y, optimizer="levenberg-marquardt", epochs=10)
    assert run.gradient_evaluations == 2 * (1 + run.epochs)
    assert run.loss_evaluations >= run.epochs
    descent = bp.train(network, X, y, optimizer="sgd", batch_size=7, epochs=10)
    assert descent.gradient_evaluations == pytest.approx(10)


def test_memory_reaches_scipy(monkeypatch):
    seen = {}

    def spy(*arguments, **settings):
        seen.update(settings["options"])
        return minimize(*arguments, **settings)

    monkeypatch.setattr("scipy.optimize.minimize", spy)
    X, y = linear_sample()
    network = bp.Network([3, 1], output="identity", seed=0)
    bp.train(network, X, y, optimizer=LBFGS(memory=3), epochs=7)
    assert (seen["maxcor"], seen["maxiter"]) == (3, 7)


def test_the_quadratic_model_keeps_its_promise_where_the_loss_is_quadratic(monkeypatch):
    """Won over promised is 1 there, at any damping."""
    gains = []
    monkeypatch.setattr(Damping, "trust", lambda damping, gain: gains.append(gain))
    X, y = linear_sample()
    network = bp.Network([3, 1], output="identity", seed=0)
    bp.train(network, X, y, optimizer=LevenbergMarquardt(2.0), epochs=3)
    np.testing.assert_allclose(gains, [1, 1, 1], rtol=1e-6)


def test_damping_falls_with_trust_and_grows_faster_with_each_doubt():
    damping = Damping(1.0)
    seen = []
    for change in (damping.doubt, damping.doubt, damping.doubt, lambda: damping.trust(0.9)):
        change()
        seen.append(damping.value)
    assert seen == pytest.approx([2, 8, 64, 6.4])
    damping.doubt()  # counted anew
    assert damping.value == pytest.approx(12.8)
    damping.trust(0.3)
    assert damping.value == pytest.approx(12.8)
    damping.trust(0.05)
    assert damping.value == pytest.approx(25.6)


def test_damped_step_solves_its_system():
    random = np.random.default_rng(0)
    J, gradient = random.normal(size=(6, 4)), random.normal(size=4)
    curvature = J.T @ J
    before = curvature.copy()
    step = damped_step(curvature, gradient, 0.3)
    np.testing.assert_allclose((curvature + 0.3 * np.eye(4)) @ step, -gradient, atol=1e-12)
    np.testing.assert_array_equal(curvature, before)


def lbfgs_run(**settings):
    X, y = linear_sample()
    network = bp.Network([3, 4, 1], hidden="tanh", output="identity", seed=0)
    return bp.train(network, X, y, optimizer=LBFGS(**settings), epochs=500, weight_decay=0.01)


@pytest.mark.parametrize("setting", ["flat", "least_fall"])
def test_lbfgs_converges_earlier_where_less_is_asked(setting):
    exact, coarse = lbfgs_run(), lbfgs_run(**{setting: 1e-3})
    assert exact.stopped == coarse.stopped == "converged"
    assert coarse.epochs < exact.epochs
    assert exact.loss < coarse.loss < exact.loss + 0.01


def test_lbfgs_keeps_to_its_evaluations():
    run = lbfgs_run(evaluations=10)
    assert run.stopped == "epochs"
    assert run.epochs <= 10
    assert run.gradient_evaluations <= 10 + 1  # SciPy finishes the line search that it is in
