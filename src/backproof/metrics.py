"""How good the outputs are: accuracy, confusion, F1 for classes; R2 and RMSE for numbers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from backproof.arrays import Array

Classes = npt.NDArray[np.intp]  # class numbers, (n,)


def confusion(actual: Classes, predicted: Classes, classes: int) -> npt.NDArray[np.intp]:
    """How often class i (row) was taken for class j (column), (classes, classes)."""
    counts = np.zeros((classes, classes), np.intp)
    np.add.at(counts, (actual, predicted), 1)
    return counts


def accuracy(matrix: npt.NDArray[np.intp]) -> float:
    """The share of a confusion matrix on its diagonal."""
    return float(np.trace(matrix) / matrix.sum())


def f1_scores(matrix: npt.NDArray[np.intp]) -> Array:
    """F1 of each class, 2 * hits / (actual + predicted); 0 for a class that neither side has."""
    hits, total = np.diag(matrix), matrix.sum(axis=0) + matrix.sum(axis=1)
    scores: Array = 2 * hits / np.maximum(total, 1)
    return scores


def rmse(actual: Array, predicted: Array) -> Array:
    """Root of the mean squared error of each column."""
    root: Array = np.sqrt(np.mean((actual - predicted) ** 2, axis=0))
    return root


def r_squared(actual: Array, predicted: Array) -> Array:
    """1 - residual / total sum of squares of each column; NaN for a column that does not vary."""
    residual = np.sum((actual - predicted) ** 2, axis=0)
    total = np.sum((actual - actual.mean(axis=0)) ** 2, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        score: Array = np.where(total > 0, 1 - residual / total, np.nan)
    return score
