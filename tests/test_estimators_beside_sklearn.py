"""MLPClassifier and MLPRegressor beside scikit-learn's own, and in the company of its other estimators."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import joblib
import numpy as np
import pytest
import sklearn.neural_network as theirs
from estimators_at_hand import (
    IRIS,
    every_estimator,
    flat,
    iris_part,
    newest,
)
from sklearn import config_context
from sklearn.calibration import CalibratedClassifierCV
from sklearn.model_selection import GridSearchCV, cross_val_score, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from test_sklearn_suite import EXCUSED

from backproof.estimators import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


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
