"""What the tests of the estimators share: both of them, data, and their weights in one vector."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
import sklearn
from sklearn.datasets import load_iris

from backproof.estimators import MLPClassifier, MLPRegressor
from backproof.estimators.solvers import AUTO, SOLVERS

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


def clone_by_pickle(estimator):
    return pickle.loads(pickle.dumps(estimator))
