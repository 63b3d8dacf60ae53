"""scikit-learn's checks of an estimator, each with the defaults and with each solver on all rows at once: none excused.

With mini-batches and with early stopping a few things cannot hold, for the reasons given here.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from backproof.estimators import MLPClassifier, MLPRegressor
from backproof.estimators.solvers import AUTO, SOLVERS

pytest.importorskip("pandas")  # without them, some checks would pass unseen
pytest.importorskip("polars")

SMOOTH = {"activation": "tanh", "hidden_layer_sizes": (5,)}  # what Levenberg-Marquardt takes
FULL_BATCH = {
    name: {"solver": name} | (SMOOTH if name == "levenberg-marquardt" else {})
    for name in (AUTO, *SOLVERS)
}
# Tenths of ten rows are too few to hold out; a quarter will do.
EARLY = {"solver": "adam", "early_stopping": True, "validation_fraction": 0.25}
BATCHES = {"solver": "adam", "batch_size": 8}

WEIGHTS = [
    "check_sample_weight_equivalence_on_dense_data",
    "check_sample_weight_equivalence_on_sparse_data",
]
OTHER_BATCHES = (
    "a row that counts twice is in one batch, and a row that comes twice is in two, or twice in the same: "
    "other updates, whatever the method"
)
OTHER_ROWS = "with rows that come twice, others are held out than with rows that count twice"
CANNOT_HOLD = {
    "batches": dict.fromkeys(WEIGHTS, OTHER_BATCHES),
    "early": dict.fromkeys(WEIGHTS, OTHER_ROWS)
    | {
        "check_class_weight_classifiers": "one class counts a million times as much as the others, in the score as well: "
        "it is perfect as soon as that class's few held-out rows are right, and no later weights are better"
    },
}


def both(settings):
    return [MLPClassifier(**settings), MLPRegressor(**settings)]


# scikit-learn's checks ignore or expect warnings themselves; some of ours say that a training was cut short, as it is.
ignore_convergence = pytest.mark.filterwarnings(
    "ignore::sklearn.exceptions.ConvergenceWarning",
    "ignore:`batch_size` is 8:UserWarning",
    "ignore::sklearn.exceptions.SkipTestWarning",
)


@ignore_convergence
@parametrize_with_checks([one for settings in FULL_BATCH.values() for one in both(settings)])
def test_every_check_passes(estimator, check):
    check(estimator)


@ignore_convergence
@parametrize_with_checks(both(BATCHES), expected_failed_checks=lambda _: CANNOT_HOLD["batches"])
def test_with_mini_batches(estimator, check):
    check(estimator)


@ignore_convergence
@parametrize_with_checks(both(EARLY), expected_failed_checks=lambda _: CANNOT_HOLD["early"])
def test_with_early_stopping(estimator, check):
    check(estimator)


def test_the_check_that_needs_scipys_array_interface():
    """It is skipped above: the switch is read when SciPy is loaded, so it takes a process of its own."""
    program = """
from sklearn.utils.estimator_checks import check_estimator
from backproof.estimators import MLPClassifier, MLPRegressor
for estimator in (MLPClassifier(), MLPRegressor()):
    rows = check_estimator(estimator, on_skip=None, on_fail="raise")
    print(*(row["status"] for row in rows if row["check_name"] == "check_array_api_input"))
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        capture_output=True,
        text=True,
        env={**os.environ, "SCIPY_ARRAY_API": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    if not done.stdout.split():
        pytest.skip("this scikit-learn has no such check")
    assert done.stdout.split() == ["passed", "passed"]
