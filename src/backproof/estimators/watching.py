"""One start, watched as scikit-learn does it: scores on the held-out rows, and a printed line for each epoch.

ScoreMonitor      early stopping by a score, where the base's monitor goes by the loss
class_accuracy, label_accuracy, r_squared    the scores, of outputs beside targets
printing          the lines
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from backproof.arrays import Array
from backproof.backprop import mean_loss
from backproof.monitor import Callback, Monitor, Progress

Score = Callable[
    [Array, Array, Array | None], float
]  # outputs, targets, weights -> the more the better


class ScoreMonitor(Monitor):
    """A monitor for which the best parameters are those with the highest score on the held-out rows."""

    def __init__(self, score: Score, tol: float, *args: Any, **settings: Any) -> None:
        self._score, self._tol = score, tol
        super().__init__(*args, **settings)

    @property
    def least_gain(self) -> float:
        """By how much the score must rise to have risen."""
        return self._tol

    @property
    def has_the_core_s_rules(self) -> bool:
        """Where no rows are held out, there is no score."""
        return self.held_out is None

    def validation_loss(self) -> float | None:
        """Of the held-out rows; their score is noted as well."""
        if self.held_out is None:
            return None
        X, Y, *weights = self.held_out
        outputs = self.problem.engine.outputs(self.problem.network, X)
        finite = np.isfinite(outputs).all()
        self.validation_score = self._score(outputs, Y, *weights) if finite else float("nan")
        return mean_loss(self.problem.network, outputs, Y, *weights)

    def stands_still(self, loss: float) -> bool:
        """Whether the loss has stopped falling; where rows are held out, their score alone says when to stop."""
        return self.held_out is None and super().stands_still(loss)

    def criterion(self, progress: Progress) -> float:
        """What the best parameters have the least of."""
        score = progress.validation_score
        return progress.loss if score is None else -score


def class_accuracy(outputs: Array, Y: Array, weights: Array | None = None) -> float:
    """The share of the rows whose largest output is that of their class."""
    right = outputs.argmax(axis=1) == Y.argmax(axis=1)
    return float(np.average(right, weights=weights))


def label_accuracy(outputs: Array, Y: Array, weights: Array | None = None) -> float:
    """The share of the rows with every label right."""
    right = ((outputs > 0.5) == (Y > 0.5)).all(axis=1)
    return float(np.average(right, weights=weights))


def r_squared(outputs: Array, Y: Array, weights: Array | None = None) -> float:
    """1 - residual / total sum of squares, mean over the outputs; of a target that does not vary 1 if it is met, else 0."""
    means = np.average(Y, axis=0, weights=weights)
    residual = np.average((outputs - Y) ** 2, axis=0, weights=weights)
    total = np.average((Y - means) ** 2, axis=0, weights=weights)
    varies = total > 0
    shares = residual / np.where(varies, total, 1)
    return float(np.mean(np.where(varies, 1 - shares, residual == 0)))


def printing(callback: Callback | None) -> Callback:
    """A callback that prints a line for each epoch on standard output, and passes the report on."""

    def report(progress: Progress) -> object:
        score = progress.validation_score
        tail = "" if score is None else f", validation score = {score:.6f}"
        print(f"Iteration {progress.epoch}, loss = {progress.loss:.8f}{tail}")
        return callback(progress) if callback is not None else None

    return report
