"""MLPClassifier and MLPRegressor: what their arguments, attributes and methods promise, beside scikit-learn's own."""

from __future__ import annotations

import re
import subprocess
import sys
import warnings
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse
import sklearn
import sklearn.neural_network as theirs
from sklearn import config_context
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_digits, load_iris, make_multilabel_classification
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.metrics import accuracy_score, r2_score
from sklearn.model_selection import GridSearchCV, cross_val_score, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from strategies import XOR_X, linear_sample, two_classes
from test_sklearn_suite import EXCUSED

import backproof as bp
from backproof.activations import ACTIVATIONS
from backproof.backprop import forward
from backproof.errors import InputError
from backproof.estimators import MLPClassifier, MLPRegressor
from backproof.estimators.solvers import AUTO, SOLVERS
from backproof.estimators.watching import class_accuracy, label_accuracy, r_squared
from backproof.optimizers import LBFGS, Adam
from backproof.run import ENDINGS

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

# The comparisons are with scikit-learn 1.9; older ones know no sample weights, Poisson loss or names in Polars frames.
newest = pytest.mark.skipif(
    sklearn.__version__.startswith(("1.6.", "1.7.", "1.8.")),
    reason="compares with scikit-learn 1.9",
)
XOR = np.array([0, 1, 1, 0])
IRIS = load_iris(return_X_y=True)
BOTH = [MLPClassifier, MLPRegressor]
every_estimator = pytest.mark.parametrize("Estimator", BOTH)
STEPS = [AUTO, *(name for name, row in SOLVERS.items() if row.steps)]
SMOOTH = {"activation": "tanh", "hidden_layer_sizes": (4,)}


def iris_part(rows=60):
    """Rows of all three classes."""
    X, y = IRIS
    places = np.random.default_rng(0).permutation(len(X))[:rows]
    return X[places], y[places]


def flat(estimator):
    return np.concatenate([part.ravel() for part in [*estimator.coefs_, *estimator.intercepts_]])


# -- solver="auto" ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("activation", ["relu", "logistic", "tanh"])
def test_xor_with_three_hidden_units_is_solved_from_every_random_state(activation, dtype):
    X = XOR_X.astype(dtype)
    for state in range(100):
        classifier = MLPClassifier((3,), activation, random_state=state).fit(X, XOR)
        right = classifier.predict_proba(X)[np.arange(4), XOR]
        assert right.min() > 0.9, f"random_state {state}"


def test_auto_says_what_it_took_and_why():
    X, y = two_classes(rows=1200)
    few = MLPClassifier(random_state=0, max_iter=3).fit(X[:300], y[:300, 0])
    many = MLPClassifier(random_state=0, max_iter=3).fit(X, y[:, 0])
    table = MLPClassifier((3,), "tanh", random_state=0).fit(XOR_X, XOR)
    exact = MLPClassifier((3,), "tanh", alpha=0, random_state=0).fit(X[:20], y[:20, 0])
    chosen = [one.solver_ for one in (few, many, table, exact)]
    assert chosen == ["l-bfgs", "adam", "levenberg-marquardt", "levenberg-marquardt"]
    assert "300 rows are few" in few.reason_
    assert "truth table" in table.reason_


def test_a_start_that_fails_is_followed_by_another():
    starts = [
        MLPClassifier((3,), random_state=state).fit(XOR_X, XOR).n_starts_ for state in range(30)
    ]
    assert min(starts) == 1
    assert max(starts) > 1


@pytest.mark.parametrize("n_jobs", [2, -1])
@pytest.mark.parametrize("solver", ["auto", "levenberg-marquardt", "lbfgs"])
def test_starts_side_by_side_end_as_starts_one_after_another(solver, n_jobs):
    settings = {"activation": "logistic", "solver": solver, "restarts": 4, "random_state": 3}
    X, y = iris_part(40)
    alone = MLPRegressor(hidden_layer_sizes=(3,), **settings).fit(X, y)
    aside = MLPRegressor(hidden_layer_sizes=(3,), n_jobs=n_jobs, **settings).fit(X, y)
    np.testing.assert_array_equal(flat(alone), flat(aside))
    assert alone.n_starts_ == aside.n_starts_ > 1
    assert alone.loss_curve_ == aside.loss_curve_


def test_restarts_keep_the_best():
    X, y = iris_part(40)
    settings = {"hidden_layer_sizes": (3,), "activation": "tanh", "solver": "lbfgs", "max_iter": 30}
    single, best = (
        [
            MLPRegressor(random_state=state, restarts=more, **settings).fit(X, y)
            for state in range(4)
        ]
        for more in (0, 6)
    )
    assert all(one.n_starts_ == 7 for one in best)
    losses = np.array([[one.loss_ for one in kind] for kind in (single, best)])
    assert (losses[1] <= losses[0]).all()
    assert (losses[1] < losses[0]).any()


# -- the same as scikit-learn's -------------------------------------------------------------------------------------

EQUAL = {
    "hidden_layer_sizes": (5, 4),
    "activation": "tanh",
    "shuffle": False,
    "max_iter": 30,
    "learning_rate_init": 0.01,
    "alpha": 0.3,
    "n_iter_no_change": np.inf,  # when to stop is compared by itself
}
# what is compared: settings, and whether rows count differently
METHODS = {
    "sgd": {"solver": "sgd"},
    "sgd without momentum": {"solver": "sgd", "momentum": 0.0},
    "sgd, plain momentum": {"solver": "sgd", "nesterovs_momentum": False},
    "sgd, inverse scaling": {"solver": "sgd", "learning_rate": "invscaling", "power_t": 0.25},
    "sgd, adaptive": {
        "solver": "sgd",
        "learning_rate": "adaptive",
        "tol": 0.05,
        "n_iter_no_change": 5,
    },
    "adam": {"solver": "adam"},
    "adam, batches": {"solver": "adam", "batch_size": 20},
    "adam, other betas": {"solver": "adam", "beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-3},
}


def same_start(ours, theirs_, X, y):
    """Both from the same first weights, by warm starts."""
    for estimator in (ours, theirs_):
        estimator.set_params(warm_start=True, max_iter=1, learning_rate_init=1e-300).fit(X, y)
        estimator.set_params(
            max_iter=EQUAL["max_iter"], learning_rate_init=EQUAL["learning_rate_init"]
        )
    ours.coefs_ = [part.copy() for part in theirs_.coefs_]
    ours.intercepts_ = [part.copy() for part in theirs_.intercepts_]
    for estimator in (ours, theirs_):
        estimator.loss_curve_, estimator.t_ = [], 0
        if not estimator.early_stopping:
            estimator.best_loss_ = np.inf
    theirs_._no_improvement_count = 0  # else it would count on


TARGETS = {
    "three classes": (MLPClassifier, theirs.MLPClassifier, lambda y: y),
    "two classes": (MLPClassifier, theirs.MLPClassifier, lambda y: np.where(y > 0, "b", "a")),
    "labels": (
        MLPClassifier,
        theirs.MLPClassifier,
        lambda y: np.stack([y > 0, y == 1], 1).astype(int),
    ),
    "numbers": (MLPRegressor, theirs.MLPRegressor, lambda y: y / 2.0),
    "counts": (MLPRegressor, theirs.MLPRegressor, lambda y: y.astype(float)),
}


@newest
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", TARGETS)
def test_the_same_steps_as_scikit_learns(kind, method, weighted):
    Ours, Theirs, of = TARGETS[kind]
    X, y = iris_part()
    X, y = StandardScaler().fit_transform(X), of(y)
    extra = {"loss": "poisson"} if kind == "counts" else {}
    ours, other = (E(**EQUAL | METHODS[method] | extra, random_state=0) for E in (Ours, Theirs))
    same_start(ours, other, X, y)
    # In batches, scikit-learn divides by each batch's own sum of weights; alternating ones make all of them alike.
    weights = np.tile([0.5, 2.0], len(X) // 2) if weighted else None
    ours.fit(X, y, sample_weight=weights)
    other.fit(X, y, sample_weight=weights)
    for one, two in zip(
        ours.coefs_ + ours.intercepts_, other.coefs_ + other.intercepts_, strict=True
    ):
        np.testing.assert_allclose(one, two, atol=1e-9)
    np.testing.assert_allclose(ours.loss_curve_, other.loss_curve_, rtol=1e-9)
    assert ours.best_loss_ == pytest.approx(other.best_loss_, rel=1e-9)
    for attribute in (
        "n_iter_",
        "t_",
        "n_layers_",
        "n_outputs_",
        "out_activation_",
        "n_features_in_",
    ):
        assert getattr(ours, attribute) == getattr(other, attribute), attribute
    np.testing.assert_array_equal(ours.predict(X), other.predict(X)) if Ours is MLPClassifier else (
        np.testing.assert_allclose(ours.predict(X), other.predict(X), atol=1e-9)
    )
    if Ours is MLPClassifier:
        np.testing.assert_array_equal(ours.classes_, other.classes_)
        np.testing.assert_allclose(ours.predict_proba(X), other.predict_proba(X), atol=1e-9)
        np.testing.assert_allclose(ours.predict_log_proba(X), other.predict_log_proba(X), atol=1e-6)
    assert ours.score(X, y, weights) == pytest.approx(other.score(X, y, weights), abs=1e-9)


@newest
@every_estimator
def test_every_argument_of_scikit_learns_is_there_with_its_default(Estimator):
    ours, other = Estimator().get_params(), getattr(theirs, Estimator.__name__)().get_params()
    different = {name for name, value in other.items() if ours[name] != value}
    assert different == {"solver"}
    assert ours["solver"] == "auto"


@newest
@every_estimator
def test_every_fitted_attribute_of_scikit_learns_is_there(Estimator):
    X, y = iris_part()
    for settings in ({}, {"early_stopping": True}):
        ours = Estimator(solver="adam", max_iter=2, **settings).fit(X, y)
        other = getattr(theirs, Estimator.__name__)(max_iter=2, **settings).fit(X, y)
        public = {name for name in vars(other) if name.endswith("_") and not name.startswith("_")}
        assert public <= set(vars(ours))
        for name in public - {"coefs_", "intercepts_", "classes_"}:
            assert type(getattr(ours, name)) is type(getattr(other, name)) or np.isscalar(
                getattr(ours, name)
            ), name
    assert len(public) > 12


@newest
@every_estimator
def test_tags_and_metadata_requests_are_scikit_learns(Estimator):
    ours, other = Estimator(), getattr(theirs, Estimator.__name__)()
    tags, expected = ours.__sklearn_tags__(), other.__sklearn_tags__()
    expected.target_tags.multi_output = tags.target_tags.multi_output  # said here, true in both
    assert tags == expected
    with config_context(enable_metadata_routing=True):
        assert repr(ours.get_metadata_routing()) == repr(other.get_metadata_routing())
        asked = ours.set_fit_request(sample_weight=True).get_metadata_routing()
        assert asked.fit.requests == {"sample_weight": True}


# -- stopping -------------------------------------------------------------------------------------------------------


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


# -- partial_fit and warm_start --------------------------------------------------------------------------------------


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


def clone_by_pickle(estimator):
    import pickle

    return pickle.loads(pickle.dumps(estimator))


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


# -- data ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", [AUTO, *SOLVERS])
@every_estimator
def test_float32_stays_float32(Estimator, solver):
    X, y = iris_part()
    one = Estimator(solver=solver, max_iter=5, random_state=0, **SMOOTH).fit(
        X.astype(np.float32), y
    )
    assert {part.dtype for part in [*one.coefs_, *one.intercepts_]} == {np.dtype("float32")}
    answers = one.predict_proba(X) if Estimator is MLPClassifier else one.predict(X)
    assert answers.dtype == np.float32


@pytest.mark.parametrize("form", ["csr_matrix", "csc_matrix", "csr_array", "csc_array"])
@pytest.mark.parametrize("written_out", [True, False])
@every_estimator
def test_sparse_rows_are_full_rows(Estimator, written_out, form, monkeypatch):
    if not written_out:
        monkeypatch.setattr("backproof.estimators.rows.WRITTEN_OUT", 0)
    X, y = load_digits(n_class=3, return_X_y=True)
    X, y = X[:80], y[:80]
    sparse = getattr(scipy.sparse, form)(X)
    settings = {"solver": "adam", "hidden_layer_sizes": (6,), "max_iter": 10, "random_state": 0}
    full, thin = Estimator(**settings).fit(X, y), Estimator(**settings).fit(sparse, y)
    np.testing.assert_allclose(flat(thin), flat(full), atol=1e-10)
    np.testing.assert_allclose(thin.predict(sparse), full.predict(X), atol=1e-10)


@every_estimator
def test_rows_of_no_weight_are_left_out(Estimator):
    """In batches and in the held-out part as well."""
    X, y = IRIS
    weights = (np.arange(len(X)) % 3 > 0).astype(float)
    settings = {
        "solver": "adam",
        "batch_size": 16,
        "early_stopping": True,
        "max_iter": 5,
        "random_state": 0,
    }
    weighted = Estimator(**settings).fit(X, y, sample_weight=weights)
    without = Estimator(**settings).fit(X[weights > 0], y[weights > 0])
    np.testing.assert_allclose(flat(weighted), flat(without), rtol=1e-12)


@pytest.mark.parametrize("solver", ["lbfgs", "levenberg-marquardt", "irprop"])
@every_estimator
def test_methods_that_see_all_rows_heed_neither_their_order_nor_their_repetition(Estimator, solver):
    X, y = iris_part()
    counts = np.random.default_rng(0).integers(1, 4, len(X))
    often = np.random.default_rng(1).permutation(np.repeat(np.arange(len(X)), counts))
    settings = {"solver": solver, "max_iter": 30, "random_state": 0, **SMOOTH}
    once = Estimator(**settings).fit(X, y, sample_weight=counts)
    repeated = Estimator(**settings).fit(X[often], y[often])
    np.testing.assert_array_equal(flat(once), flat(repeated))


def test_class_weights_are_row_weights():
    X, y = iris_part()
    settings = {"solver": "adam", "max_iter": 10, "random_state": 0}
    by_class = MLPClassifier(class_weight={0: 3.0, 1: 1.0, 2: 0.5}, **settings).fit(X, y)
    by_row = MLPClassifier(**settings).fit(X, y, sample_weight=np.array([3.0, 1.0, 0.5])[y])
    np.testing.assert_array_equal(flat(by_class), flat(by_row))
    both = MLPClassifier(class_weight={0: 2.0}, **settings).fit(
        X, y, sample_weight=np.full(len(y), 2.0)
    )
    twice = MLPClassifier(**settings).fit(X, y, sample_weight=np.array([4.0, 2.0, 2.0])[y])
    np.testing.assert_array_equal(flat(both), flat(twice))
    balanced = MLPClassifier(class_weight="balanced", **settings).fit(X, y)
    shares = len(y) / (3 * np.bincount(y))
    explicit = MLPClassifier(**settings).fit(X, y, sample_weight=shares[y])
    np.testing.assert_allclose(flat(balanced), flat(explicit), rtol=1e-12)
    with pytest.raises(ValueError, match=r"needs all rows at once; .* give a dictionary"):
        MLPClassifier(class_weight="balanced").partial_fit(X, y, classes=[0, 1, 2])


def test_several_labels_and_several_numbers():
    X, Y = make_multilabel_classification(n_samples=60, random_state=0)
    labels = MLPClassifier(random_state=0).fit(X, Y)
    assert labels.predict(X).shape == labels.predict_proba(X).shape == Y.shape
    assert labels.out_activation_ == "logistic"
    assert labels.score(X, Y) > 0.9
    X, y = linear_sample()
    targets = np.hstack([y, -2 * y])
    numbers = MLPRegressor(random_state=0).fit(X, targets)
    assert numbers.predict(X).shape == targets.shape
    assert numbers.score(X, targets) > 0.9


@pytest.mark.parametrize("solver", [AUTO, "sgd", "adam", "lbfgs"])
def test_poisson_learns_the_means_of_counts(solver):
    random = np.random.default_rng(0)
    X = random.uniform(-1, 1, (400, 1))
    means = np.exp(1 + X[:, 0])
    one = MLPRegressor(
        "poisson",
        (10,),
        solver=solver,
        learning_rate_init=0.02 if solver == "adam" else 0.005,
        random_state=0,
        max_iter=300,
    ).fit(X, random.poisson(means))
    assert one.out_activation_ == "exp"
    assert np.abs(one.predict(X) / means - 1).mean() < 0.15
    with pytest.raises(ValueError, match="poisson needs targets from 0"):
        MLPRegressor("poisson").fit(X, -means)


def test_shares_are_learnt_by_cross_entropy():
    X, y = linear_sample()
    shares = 1 / (1 + np.exp(-y[:, 0]))
    one = MLPRegressor("binary_cross_entropy", (5,), "tanh", random_state=0).fit(X, shares)
    assert 0 < one.predict(X).min() < one.predict(X).max() < 1
    assert one.score(X, shares) > 0.9


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
@every_estimator
def test_data_frames_in(Estimator, frame):
    X, y = iris_part()
    names = ["a", "b", "c", "d"]
    table = frame({name: X[:, i] for i, name in enumerate(names)})
    target = (pd.Series if frame is pd.DataFrame else pl.Series)(
        name="y", **{"data" if frame is pd.DataFrame else "values": y}
    )
    one = Estimator(random_state=0).fit(table, target)
    plain = Estimator(random_state=0).fit(X, y)
    np.testing.assert_array_equal(flat(one), flat(plain))
    np.testing.assert_array_equal(one.predict(table), plain.predict(X))
    known = getattr(StandardScaler().fit(table), "feature_names_in_", None)
    if known is None:  # scikit-learn before 1.9 asks this version of Polars for no names
        return
    assert list(one.feature_names_in_) == list(known) == names
    with pytest.raises(ValueError, match="feature names"):
        one.predict(
            table.rename(columns={"a": "z"}) if frame is pd.DataFrame else table.rename({"a": "z"})
        )


@every_estimator
def test_the_quick_way_past_the_checks_refuses_what_they_refuse(Estimator):
    X, y = IRIS
    one = Estimator(max_iter=2, solver="adam").fit(X, y)
    bad = X.copy()
    bad[3, 1] = np.nan
    for wrong, words in (
        (bad, "NaN"),
        (X[:, :3], "3 features"),
        (X[:0], "0 sample"),
        (X[0], "1D array"),
    ):
        with pytest.raises(ValueError, match=words):
            one.predict(wrong)
    with pytest.raises(ValueError, match="NaN"):
        one.fit(bad, y)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        one.fit(X, y[:-1])
    assert not hasattr(one, "feature_names_in_")
    one.fit(pd.DataFrame(X, columns=list("abcd")), y).fit(X, y)
    assert not hasattr(one, "feature_names_in_")


# -- the network inside ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, row in ACTIVATIONS.items() if row.hidden])
@every_estimator
def test_an_activation_for_each_layer(Estimator, name):
    X, y = iris_part()
    one = (
        Estimator((4, 3), activation=[name, "tanh"])
        if Estimator is MLPClassifier
        else Estimator(hidden_layer_sizes=(4, 3), activation=[name, "tanh"])
    )
    one.fit(X, y)
    assert [row.name for row in one.network_.activations[:2]] == [name, "tanh"]
    layers = one.hidden_activations(X)
    assert [layer.shape for layer in layers] == [(len(X), 4), (len(X), 3)]
    expected = forward(one.network_, X)
    np.testing.assert_array_equal(layers[0], expected[1])
    np.testing.assert_array_equal(layers[1], expected[2])
    np.testing.assert_allclose(
        ACTIVATIONS[name].value(X @ one.coefs_[0] + one.intercepts_[0]), layers[0], rtol=1e-12
    )


@pytest.mark.parametrize("solver", [AUTO, "sgd"])
def test_a_single_class_is_certain(solver):
    X, _ = iris_part()
    one = MLPClassifier(solver=solver, random_state=0).fit(X, np.full(len(X), "only"))
    assert list(one.classes_) == ["only"]
    assert (one.predict(X) == "only").all()
    np.testing.assert_array_equal(one.predict_proba(X), np.ones((len(X), 1)))


@pytest.mark.parametrize("form", [scipy.sparse.csr_matrix, scipy.sparse.csr_array])
def test_sparse_labels_are_full_labels(form):
    X, Y = make_multilabel_classification(n_samples=60, random_state=0)
    thin, full = (MLPClassifier(random_state=0).fit(X, labels) for labels in (form(Y), Y))
    np.testing.assert_array_equal(flat(thin), flat(full))


def test_probabilities_near_0_and_1_keep_their_digits():
    """1 - p, of a p that rounds to 1, would be 0; sigmoid(-z) is not."""
    X = np.array([[-60.0], [60.0]])
    one = MLPClassifier((), solver="sgd", max_iter=1, random_state=0).fit(X, [0, 1])
    one.coefs_[0][:], one.intercepts_[0][:] = 1, 0
    expected = np.array([[1, np.exp(-60)], [np.exp(-60), 1]])
    np.testing.assert_allclose(one.predict_proba(X), expected, rtol=1e-12)
    assert np.isfinite(one.predict_log_proba(X * 1000)).all()


def test_several_columns_of_classes_are_refused():
    X, y = iris_part()
    with pytest.raises(ValueError, match="MultiOutputClassifier"):
        MLPClassifier().fit(X, np.stack([y, y], axis=1))


@every_estimator
def test_no_hidden_layer_is_a_linear_model(Estimator):
    X, y = iris_part()
    one = Estimator(hidden_layer_sizes=()).fit(X, y)
    assert (len(one.coefs_), one.n_layers_) == (1, 2)
    assert one.score(X, y) > 0.8


@every_estimator
def test_the_network_and_the_coefficients_are_the_same_memory(Estimator):
    X, y = iris_part()
    one = Estimator(random_state=0).fit(X, y)
    assert all(np.shares_memory(part, one.network_.parameters) for part in one.coefs_)
    one.coefs_[-1][:] = 0  # numbers changed in place
    one.intercepts_[-1] = np.full_like(one.intercepts_[-1], 0.7)  # an array put in
    outputs = one.network_.predict(X)
    assert np.ptp(outputs) < 1e-12
    if Estimator is MLPRegressor:
        np.testing.assert_allclose(one.predict(X), 0.7)
    one.coefs_ = [np.zeros((4, 2)), np.zeros((2, one.n_outputs_))]  # another network
    one.intercepts_ = [np.zeros(2), np.zeros(one.n_outputs_)]
    assert one.network_.sizes == (4, 2, one.n_outputs_)


@every_estimator
def test_pickles_and_copies_go_their_own_ways(Estimator):
    X, y = iris_part()
    one = Estimator(random_state=0).fit(X, y)
    twin = clone_by_pickle(one)
    np.testing.assert_array_equal(one.predict(X), twin.predict(X))
    assert np.shares_memory(twin.coefs_[0], twin.network_.parameters)
    twin.coefs_[0][:] = 0
    assert np.abs(one.coefs_[0]).max() > 0
    fresh = clone(one)
    assert not hasattr(fresh, "coefs_")
    assert fresh.get_params() == one.get_params()


def test_the_network_saves_and_is_loaded(tmp_path):
    X, y = iris_part()
    one = MLPClassifier(random_state=0).fit(X, y)
    one.network_.save(tmp_path / "iris.safetensors")
    np.testing.assert_allclose(
        bp.load(tmp_path / "iris.safetensors").predict(X), one.predict_proba(X)
    )


def test_a_counting_network_saves_and_is_loaded(tmp_path):
    one = MLPRegressor("poisson", (3,), random_state=0).fit(XOR_X, XOR)
    one.network_.save(tmp_path / "counts.safetensors")
    np.testing.assert_allclose(
        bp.load(tmp_path / "counts.safetensors").predict(XOR_X)[:, 0], one.predict(XOR_X)
    )


@pytest.mark.parametrize(
    ("one", "y"),
    [
        (MLPClassifier((3,), "tanh"), np.array(["no", "yes", "yes", "no"])),
        (MLPClassifier((3,), "tanh"), np.array([0, 1, 2, 1])),
        (MLPRegressor(hidden_layer_sizes=(3,), activation="tanh"), XOR + 0.5),
        (MLPRegressor("poisson", (3,), "tanh"), XOR),
    ],
)
def test_explanations_of_an_example_and_of_a_batch(one, y):
    one.fit(XOR_X, y)
    example = one.explain(XOR_X[1], y[1], only="delta2")
    batch = one.explain(XOR_X, y)
    for derivation in (example, batch):
        assert derivation.steps
        assert all(proof.holds for step in derivation.steps for proof in step.proofs)
    expected = bp.explain(one.network_, XOR_X, one._encoded(y, anew=False, goes_on=True))
    assert str(batch) == str(expected)


@every_estimator
def test_before_fit_there_is_nothing_to_ask(Estimator):
    one = Estimator()
    assert not hasattr(one, "network_")
    for ask in (one.predict, one.hidden_activations, lambda X: one.explain(X[0], 0)):
        with pytest.raises(NotFittedError):
            ask(XOR_X)


# -- callbacks, progress, warnings -----------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", [AUTO, *SOLVERS])
@every_estimator
def test_a_callback_sees_every_epoch_and_can_stop(Estimator, solver):
    X, y = IRIS
    seen = []

    def callback(progress):
        seen.append(progress)
        return progress.epoch == 3

    one = Estimator(
        solver=solver, early_stopping=True, callback=callback, random_state=0, **SMOOTH
    ).fit(X, y)
    assert [progress.epoch for progress in seen] == [1, 2, 3]
    assert one.stopped_ == "callback"
    assert [progress.loss for progress in seen] == one.loss_curve_
    assert [progress.validation_score for progress in seen] == one.validation_scores_


def test_a_callback_hears_of_starts_side_by_side():
    seen = []
    X, y = iris_part(30)
    MLPRegressor(
        solver="lbfgs",
        restarts=3,
        n_jobs=2,
        max_iter=4,
        callback=lambda p: seen.append(p.start),
        random_state=0,
        **SMOOTH,
    ).fit(X, y)
    assert set(seen) == {1, 2, 3, 4}


def test_progress_and_lines(capsys):
    X, y = iris_part()
    MLPClassifier(solver="adam", max_iter=3, verbose=True, progress=True).fit(X, y)
    out, err = capsys.readouterr()
    assert [line.split(",")[0] for line in out.splitlines()] == [
        "Iteration 1",
        "Iteration 2",
        "Iteration 3",
    ]
    assert "epoch 3/3" in err
    MLPClassifier(solver="adam", max_iter=3).fit(X, y)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("solver", [AUTO, *SOLVERS])
@every_estimator
def test_a_training_cut_short_is_told(Estimator, solver):
    X, y = iris_part()
    one = Estimator(solver=solver, max_iter=1, **SMOOTH)
    with pytest.warns(ConvergenceWarning, match="still learning when it reached max_iter=1"):
        one.fit(X, y)
    assert one.stopped_ == "epochs"
    assert one.stopped_ in ENDINGS
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        if hasattr(one, "partial_fit"):
            one.partial_fit(X, y)


@every_estimator
def test_ctrl_c_keeps_the_best_network_so_far(Estimator):
    X, y = iris_part()

    def interrupt(progress):
        if progress.epoch == 5:
            raise KeyboardInterrupt

    one = Estimator(solver="adam", callback=interrupt)
    with pytest.warns(UserWarning, match="stopped by hand"):
        one.fit(X, y)
    assert one.stopped_ == "interrupted"
    assert one.predict(X).shape == (len(X),)


@every_estimator
def test_divergence_is_an_error_that_says_what_to_do(Estimator):
    X, y = iris_part()
    one = Estimator(solver="sgd", learning_rate_init=1e200, activation="identity")
    with pytest.raises(
        ValueError,
        match=r"training diverged: .* lower the learning rate of 1e\+200, or standardise",
    ):
        one.fit(X, y)


def test_divergence_with_early_stopping_keeps_the_best_weights():
    X, y = IRIS
    one = MLPRegressor(
        solver="sgd",
        learning_rate_init=1,
        activation="identity",
        early_stopping=True,
        random_state=0,
    )
    with pytest.warns(
        ConvergenceWarning, match="diverged; the weights with the best validation score are kept"
    ):
        one.fit(X, y)
    assert np.isfinite(one.predict(X)).all()


# argument -> a value that it cannot have, and what is said
WRONG = {
    "hidden_layer_sizes": ((3, 0), "whole numbers > 0"),
    "activation": (3, "a name, or one for each hidden layer"),
    "solver": ("adm", "`adm` is not a solver; .*adam"),
    "alpha": (-1, "from 0 upwards"),
    "batch_size": (0, '"auto" or a whole number from 1'),
    "learning_rate": ("fast", 'one of "constant", "invscaling", "adaptive"'),
    "learning_rate_init": (0, "above 0"),
    "power_t": (-1, "from 0"),
    "max_iter": (0, "a whole number from 1"),
    "shuffle": (1, "True or False"),
    "random_state": (-1, "`random_state` is -1"),
    "tol": (-1, "from 0"),
    "verbose": ("much", "True, False or a number"),
    "warm_start": (1, "True or False"),
    "momentum": (1.0, "from 0 to below 1"),
    "nesterovs_momentum": (1, "True or False"),
    "early_stopping": (1, "True or False"),
    "validation_fraction": (1.0, "between 0 and 1"),
    "beta_1": (1.0, "from 0 to below 1"),
    "beta_2": (-0.1, "from 0 to below 1"),
    "epsilon": (0, "above 0"),
    "n_iter_no_change": (0, "inf or a whole number from 1"),
    "max_fun": (0, "a whole number from 1"),
    "loss": ("hinge", "`hinge` is not a loss"),
    "dropout": (1.0, "`dropout` is 1.0"),
    "start": ("cold", "`cold` is not a start"),
    "restarts": (-1, "None or a whole number from 0"),
    "n_jobs": (0.5, "None or a number"),
    "callback": (3, "None or a function"),
    "progress": (1, "True or False"),
    "engine": ("steam", "`steam` is not an engine"),
    "class_weight": ("heavy", "class_weight"),
    "output_activation": ("step", "`step` is not an activation"),
}


@pytest.mark.parametrize(
    ("Estimator", "name"),
    [(Estimator, name) for Estimator in BOTH for name in WRONG if name in Estimator().get_params()],
)
def test_arguments_are_checked_when_they_are_used(Estimator, name):
    value, words = WRONG[name]
    one = Estimator(**{name: value})  # nothing is said before `fit`
    with pytest.raises(ValueError, match=words):
        one.fit(XOR_X, XOR)


@every_estimator
def test_every_argument_has_a_wrong_value_above_and_a_line_in_the_documentation(Estimator):
    for name in Estimator().get_params():
        assert name in WRONG
        assert name in Estimator.__doc__
    assert "{" not in Estimator.__doc__.replace("{class: weight}", "")


def test_wrong_arguments_are_errors_of_both_houses():
    with pytest.raises(InputError, match="`alpha` of MLPClassifier is -1"):
        MLPClassifier(alpha=-1).fit(XOR_X, XOR)
    assert issubclass(InputError, ValueError)


@pytest.mark.parametrize("weights", [[1, 1, 1, -1], [np.nan, 1, 1, 1], [1, 1], [0, 0, 0, 0]])
@every_estimator
def test_weights_that_cannot_be_are_refused(Estimator, weights):
    with pytest.raises(ValueError, match="sample_weight"):
        Estimator().fit(XOR_X, XOR, sample_weight=weights)


def test_an_optimiser_of_ones_own():
    X, y = iris_part()
    one = MLPClassifier(solver=Adam(0.03), max_iter=20, random_state=0).fit(X, y)
    by_name = MLPClassifier(
        solver="adam", learning_rate_init=0.03, max_iter=20, random_state=0
    ).fit(X, y)
    np.testing.assert_array_equal(flat(one), flat(by_name))
    assert clone(one).solver == Adam(0.03)


def test_dropout_reaches_the_training():
    X, y = IRIS
    settings = {"solver": "adam", "max_iter": 10, "random_state": 0}
    with_it, without = (
        MLPClassifier((8, 4), dropout=share, **settings).fit(X, y) for share in ([0.5, 0.0], 0.0)
    )
    assert np.abs(flat(with_it) - flat(without)).max() > 1e-3
    assert MLPClassifier(dropout=0.2, max_iter=2).fit(X, y).solver_ == "adam"
    with pytest.raises(ValueError, match="with dropout each is another network's; use sgd or adam"):
        MLPClassifier(dropout=0.2, solver="lbfgs").fit(X, y)


# -- in scikit-learn's company ---------------------------------------------------------------------------------------


@newest
@pytest.mark.parametrize("output", ["default", "pandas", "polars"])
def test_pipelines_and_set_output(output):
    X, y = IRIS
    model = make_pipeline(StandardScaler(), MLPClassifier(random_state=0)).set_output(
        transform=output
    )
    assert model.fit(X, y).score(X, y) > 0.95
    if output != "default":
        assert len(model[-1].feature_names_in_) == 4


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_searches_and_cross_validation_in_parallel(backend):
    X, y = IRIS
    model = make_pipeline(StandardScaler(), MLPClassifier((5,), "tanh", random_state=0))
    alone = cross_val_score(model, X, y, cv=3)
    grid = {"mlpclassifier__alpha": [1e-4, 1.0], "mlpclassifier__solver": ["auto", "lbfgs"]}
    with joblib.parallel_config(backend=backend, n_jobs=2):
        np.testing.assert_array_equal(cross_val_score(model, X, y, cv=3), alone)
        search = GridSearchCV(model, grid, cv=3, error_score="raise").fit(X, y)
    assert alone.min() > 0.9
    assert search.best_score_ >= alone.mean()
    assert search.best_estimator_[-1].network_.sizes == (4, 5, 3)


def test_calibration():
    X, y = IRIS
    model = CalibratedClassifierCV(MLPClassifier((5,), "tanh", random_state=0), cv=3).fit(X, y)
    assert model.score(X, y) > 0.9


@newest
def test_metadata_is_routed():
    X, y = IRIS
    weights = np.where(y == 2, 1e-6, 1.0)
    with config_context(enable_metadata_routing=True):
        inner = (
            MLPClassifier(random_state=0)
            .set_fit_request(sample_weight=True)
            .set_score_request(sample_weight=True)
        )
        found = cross_validate(
            make_pipeline(StandardScaler().set_fit_request(sample_weight=False), inner),
            X,
            y,
            params={"sample_weight": weights},
            return_estimator=True,
        )
    assert found["test_score"].min() > 0.9
    plain = cross_validate(
        make_pipeline(StandardScaler(), MLPClassifier(random_state=0)), X, y, return_estimator=True
    )
    assert np.abs(flat(found["estimator"][0][-1]) - flat(plain["estimator"][0][-1])).max() > 1e-3


def test_joblib_files(tmp_path):
    X, y = iris_part()
    one = MLPClassifier(solver="adam", random_state=0, max_iter=5).fit(X, y)
    joblib.dump(one, tmp_path / "one.joblib")
    two = joblib.load(tmp_path / "one.joblib")
    np.testing.assert_array_equal(flat(one.partial_fit(X, y)), flat(two.partial_fit(X, y)))


def test_without_scikit_learn_the_error_says_what_to_install():
    program = """
import sys
sys.modules["sklearn"] = None
import backproof
try:
    import backproof.estimators
except ImportError as error:
    print(type(error).__name__, error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("MissingPackageError backproof.estimators needs scikit-learn")
    assert 'pip install "backproof[sklearn]"' in done.stdout


def test_too_old_a_scikit_learn_is_told():
    program = """
import sklearn
sklearn.__version__ = "1.5.2"
try:
    import backproof.estimators
except ImportError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "needs scikit-learn 1.6 or newer, and 1.5.2 is installed" in done.stdout


@newest
def test_the_migration_page_does_what_it_says(tmp_path, monkeypatch, capsys):
    """Its programs run one after another, and its count of excused tests is the table's."""
    page = (Path(__file__).parents[1] / "docs" / "scikit-learn.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    programs = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(programs) == 3
    names: dict[str, object] = {}
    for program in programs:
        exec(program, names)
    assert float(capsys.readouterr().out.split()[0]) > 0.9
    assert (tmp_path / "xor.safetensors").exists()
    assert f"{len(EXCUSED)} of them that do not pass" in page
    for name in MLPRegressor().get_params():
        if name not in theirs.MLPRegressor().get_params() and name != "engine":
            assert name in page, name
