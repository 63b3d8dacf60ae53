"""MLPClassifier and MLPRegressor: when they stop, and how they go on by partial_fit and warm starts."""

from __future__ import annotations

import joblib
import numpy as np
import pytest
import sklearn.neural_network as theirs
from estimators_at_hand import (
    IRIS,
    SMOOTH,
    STEPS,
    XOR,
    clone_by_pickle,
    every_estimator,
    flat,
    iris_part,
)
from sklearn.metrics import accuracy_score, r2_score
from sklearn.preprocessing import StandardScaler
from strategies import XOR_X, two_classes

from backproof.estimators import MLPClassifier, MLPRegressor
from backproof.estimators.solvers import AUTO, SOLVERS
from backproof.estimators.watching import class_accuracy, label_accuracy, r_squared
from backproof.optimizers import LBFGS

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


RATES = {
    ("xor", "sgd"): 0.01,
    ("xor", "adam"): 0.001,
    ("and", "sgd"): 0.01,
}


@pytest.mark.parametrize(("name", "solver"), RATES)
def test_the_plateau_before_learning_is_no_end(name, solver):
    """scikit-learn's own stops there: at the loss that constant outputs have."""
    y = XOR if name == "xor" else np.array([0, 0, 0, 1])
    settings = {
        "hidden_layer_sizes": (3,),
        "activation": "logistic",
        "solver": solver,
        "learning_rate_init": RATES[name, solver],
        "max_iter": 20_000,
    }
    constant = -np.mean(y * np.log(y.mean()) + (1 - y) * np.log(1 - y.mean()))
    stopped_early = 0
    for state in range(5):
        ours = MLPClassifier(random_state=state, **settings).fit(XOR_X, y)
        other = theirs.MLPClassifier(random_state=state, **settings).fit(XOR_X, y)
        stopped_early += other.loss_ > 0.95 * constant
        assert ours.loss_ < 0.9 * constant
        assert name == "xor" or ours.score(XOR_X, y) == 1
        assert ours.stopped_ == "tolerance"
    assert stopped_early > 0


def test_patience_and_tolerance():
    X, y = two_classes()
    for patience in (2, 5, 20):
        one = MLPClassifier(
            solver="sgd", tol=0.01, n_iter_no_change=patience, max_iter=3000, random_state=0
        )
        curve = np.array(one.fit(X, y[:, 0]).loss_curve_)
        assert one.stopped_ == "tolerance"
        best = np.minimum.accumulate(curve)
        assert (curve[-patience - 1 :] > best[-patience - 2 : -1] - 0.01).all()


def test_an_infinite_patience_runs_every_epoch():
    X, y = two_classes()
    one = MLPClassifier(solver="sgd", tol=1e9, n_iter_no_change=np.inf, max_iter=70)
    assert one.fit(X, y[:, 0]).n_iter_ == 70


def test_the_adaptive_rate_falls_to_its_floor():
    X, y = two_classes()
    rates = []
    MLPClassifier(
        solver="sgd",
        learning_rate="adaptive",
        tol=0.5,
        max_iter=3000,
        callback=lambda p: rates.append(p.learning_rate),
    ).fit(X, y[:, 0])
    assert rates[0] == 0.001
    assert rates[-1] <= 1e-6
    assert np.all(np.diff(rates) <= 0)


def test_inverse_scaling_goes_on_over_warm_starts():
    rates = []
    one = MLPClassifier(
        solver="sgd", learning_rate="invscaling", power_t=0.25, max_iter=1, warm_start=True,
        callback=lambda progress: rates.append(progress.learning_rate),
    )  # fmt: skip
    for _ in range(2):
        one.set_params(max_iter=2).fit(XOR_X, XOR)
    assert one.t_ == 16
    # As scikit-learn: each fit begins with the first rate, then goes by all examples ever seen.
    np.testing.assert_allclose(rates, 0.001 * np.array([1, 5**-0.25, 1, 13**-0.25]))


@pytest.mark.parametrize("solver", [AUTO, *SOLVERS])
@every_estimator
def test_early_stopping_keeps_the_best_score(Estimator, solver):
    X, y = IRIS
    one = Estimator(
        solver=solver,
        early_stopping=True,
        validation_fraction=0.3,
        max_iter=60,
        random_state=0,
        **SMOOTH,
    ).fit(X, y)
    assert one.best_validation_score_ == max(one.validation_scores_)
    assert len(one.validation_scores_) == one.n_iter_
    assert one.best_loss_ is None


@pytest.mark.parametrize("solver", STEPS)
@every_estimator
def test_early_stopping_works_with_partial_fit(Estimator, solver):
    """The same epochs, scores and weights as `fit` with early stopping, from one call to the next."""
    X, y = IRIS
    settings = {
        "solver": "adam" if solver == AUTO else solver,
        "early_stopping": True,
        "learning_rate_init": 0.01,
        "n_iter_no_change": 5,
        "random_state": 0,
    }
    at_once = Estimator(**settings).fit(X, y)
    bit_by_bit = Estimator(**settings | {"solver": solver})
    classes = {"classes": [0, 1, 2]} if Estimator is MLPClassifier else {}
    calls = 0
    while calls == 0 or bit_by_bit.stopped_ != "validation":
        bit_by_bit.partial_fit(X, y, **classes)
        calls += 1
        assert calls <= at_once.n_iter_
    assert calls == at_once.n_iter_ < 200
    assert bit_by_bit.validation_scores_ == at_once.validation_scores_
    np.testing.assert_array_equal(flat(bit_by_bit), flat(at_once))
    bit_by_bit.partial_fit(X, y)  # it has ended
    np.testing.assert_array_equal(flat(bit_by_bit), flat(at_once))
    assert len(bit_by_bit.validation_scores_) == calls


def test_scores_are_scikit_learns():
    random = np.random.default_rng(0)
    outputs, weights = random.uniform(size=(50, 3)), random.uniform(size=50)
    Y, labels = np.eye(3)[random.integers(3, size=50)], random.integers(2, size=(50, 3))
    numbers = random.normal(size=(50, 3))
    numbers[:, 1] = 2.0  # does not vary
    for counts in (None, weights):
        expected = accuracy_score(Y.argmax(1), outputs.argmax(1), sample_weight=counts)
        assert class_accuracy(outputs, Y, counts) == pytest.approx(expected)
        expected = accuracy_score(labels, (outputs > 0.5).astype(int), sample_weight=counts)
        assert label_accuracy(outputs, labels, counts) == pytest.approx(expected)
        expected = r2_score(numbers, outputs, sample_weight=counts)
        assert r_squared(outputs, numbers, counts) == pytest.approx(expected)


@pytest.mark.parametrize("batch_size", ["auto", 16])
@pytest.mark.parametrize("solver", ["sgd", "adam", "irprop"])
@every_estimator
def test_partial_fits_are_one_fit(Estimator, solver, batch_size):
    X, y = iris_part()
    settings = {
        "solver": solver,
        "batch_size": batch_size,
        "random_state": 1,
        "max_iter": 12,
        "tol": 0.0,
    }
    whole = Estimator(**settings).fit(X, y)
    pieces = Estimator(**settings)
    classes = {"classes": [0, 1, 2]} if Estimator is MLPClassifier else {}
    for call in range(12):
        pieces.partial_fit(X, y, **classes)
        if call == 5:
            pieces = joblib.hash(pieces) and clone_by_pickle(pieces)
    np.testing.assert_array_equal(flat(whole), flat(pieces))
    assert whole.loss_curve_ == pieces.loss_curve_
    assert (pieces.n_iter_, pieces.t_) == (1, whole.t_)


def test_partial_fit_learns_a_class_that_comes_later():
    one = MLPClassifier(random_state=0, learning_rate_init=0.05)
    one.partial_fit([[0.0], [1.0]], ["a", "b"], classes=["a", "b", "c"])
    assert list(one.classes_) == ["a", "b", "c"]
    for _ in range(60):
        one.partial_fit([[0.0], [1.0], [3.0]], ["a", "b", "c"])
    assert list(one.predict([[0.0], [1.0], [3.0]])) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("first", "then", "words"),
    [
        ({}, {}, "`classes` must name every class"),
        ({"classes": [0, 1]}, {"classes": [0, 2]}, "the first call of partial_fit had"),
        ({"classes": [1, 2]}, {}, r"`y` has the classes \[0 1\]"),
    ],
)
def test_partial_fit_refuses_classes_that_it_does_not_know(first, then, words):
    one = MLPClassifier()
    with pytest.raises(ValueError, match=words):
        one.partial_fit(XOR_X, XOR, **first).partial_fit(XOR_X, XOR, **then)


@pytest.mark.parametrize("solver", ["lbfgs", "levenberg-marquardt", LBFGS()])
@every_estimator
def test_partial_fit_is_not_there_for_methods_that_see_all_rows(Estimator, solver):
    one = Estimator(solver=solver)
    assert not hasattr(one, "partial_fit")
    with pytest.raises(AttributeError, match="has no attribute 'partial_fit'"):
        one.partial_fit(XOR_X, XOR)


def test_partial_fit_with_a_solver_that_there_is_not():
    one = MLPClassifier(solver="adm")
    with pytest.raises(ValueError, match=r"`adm` is not a solver; .*adam"):
        one.partial_fit(XOR_X, XOR, classes=[0, 1])


@every_estimator
def test_partial_fit_with_another_solver_begins_its_memory_anew(Estimator):
    X, y = iris_part()
    one = Estimator(solver="adam", random_state=0, max_iter=5).fit(X, y)
    two = Estimator(solver="sgd", random_state=0, warm_start=True)
    one.set_params(solver="sgd").partial_fit(X, y).partial_fit(X, y)
    first = Estimator(solver="adam", random_state=0, max_iter=5).fit(X, y)
    classes = {"classes": [0, 1, 2]} if Estimator is MLPClassifier else {}
    two.partial_fit(X, y, **classes)
    two.coefs_, two.intercepts_ = first.coefs_, first.intercepts_
    two._memory = None
    two.partial_fit(X, y).partial_fit(X, y)
    np.testing.assert_allclose(flat(one), flat(two), rtol=1e-12)


def test_with_rows_held_out_their_score_alone_says_when_to_stop():
    """A tolerance that no loss ever meets ends nothing; the score is what it is for."""
    X, y = IRIS
    one = MLPRegressor(
        solver="adam", early_stopping=True, tol=0.02, n_iter_no_change=4, random_state=0
    )
    one.set_params(learning_rate_init=0.003).fit(StandardScaler().fit_transform(X), y)
    assert one.stopped_ == "validation"
    curve = np.array(one.loss_curve_)
    falls = np.minimum.accumulate(curve)[:-1] - curve[1:]
    assert (
        np.convolve(falls <= 0.02, np.ones(5), "valid") == 5
    ).any()  # the loss stood still before


@every_estimator
def test_a_warm_start_goes_on_from_the_weights(Estimator):
    X, y = iris_part()
    one = Estimator(solver="adam", warm_start=True, random_state=0, max_iter=40)
    first = one.fit(X, y).loss_
    again = one.fit(X, y)
    assert again.loss_ < first
    assert len(again.loss_curve_) == 40 + again.n_iter_
    with pytest.raises(
        ValueError, match=r"layers of \[4, 100, .* are asked for; set warm_start=False"
    ):
        one.set_params(hidden_layer_sizes=(3,)).fit(X, y)
