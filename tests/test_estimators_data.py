"""MLPClassifier and MLPRegressor: precisions, sparse and weighted rows, labels, counts, data frames."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse
from estimators_at_hand import (
    IRIS,
    SMOOTH,
    every_estimator,
    flat,
    iris_part,
)
from sklearn.datasets import load_digits, make_multilabel_classification
from sklearn.preprocessing import StandardScaler
from strategies import linear_sample

from backproof.estimators import MLPClassifier, MLPRegressor
from backproof.estimators.solvers import AUTO, SOLVERS

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


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
    classes = range(Y.shape[1])
    thin, full = (
        MLPClassifier(random_state=0).partial_fit(X, labels, classes=classes)
        for labels in (form(Y), Y)
    )
    np.testing.assert_array_equal(flat(thin), flat(full))


def test_several_columns_of_classes_are_refused():
    X, y = iris_part()
    with pytest.raises(ValueError, match="MultiOutputClassifier"):
        MLPClassifier().fit(X, np.stack([y, y], axis=1))
