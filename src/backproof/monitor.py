"""Watches one start epoch by epoch: history, best parameters, stopping rules, reports.

Every optimiser calls `Monitor.epoch` after each epoch and ends when it returns True.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from backproof.arrays import Array
from backproof.problem import Problem
from backproof.schedules import Plateau
from backproof.settings import Settings


@dataclass(frozen=True)
class Progress:
    """One epoch's report."""

    start: int  # counted from 1
    starts: int  # at most
    epoch: int  # of this start, counted from 1
    epochs: int  # of this start, at most
    loss: float  # the objective, mean over the epoch's batches as they came
    validation_loss: float | None
    learning_rate: float


Callback = Callable[[Progress], object]  # training stops where it returns True


class Monitor:
    """One start's memory.

    Attributes:
        history: a Progress for each epoch.
        stopped: why the start ended: "epochs", "fitted", "tolerance", "validation", "converged", "callback" or
            "diverged".
        best: the parameters with the lowest validation loss, or the lowest loss where nothing is held out.
    """

    def __init__(
        self,
        problem: Problem,
        settings: Settings,
        held_out: tuple[Array, Array] | None,
        callback: Callback | None,
        start: int,
    ) -> None:
        self.problem, self.settings, self.held_out = problem, settings, held_out
        self.callback = callback
        self.start = start
        self.history: list[Progress] = []
        self.stopped = "epochs"
        self.best = problem.network.parameters.copy()
        self._best_score = float("inf")
        self._plateau = Plateau(settings.tolerance or 0.0, settings.patience)
        self._waiting = Plateau(0.0, settings.patience)

    def epoch(
        self, loss: float, rate: float, rate_can_fall: bool = False, point: Array | None = None
    ) -> bool:
        """Take one epoch's loss and learning rate; True when training should stop.

        Args:
            rate_can_fall: a schedule may still lower the rate, so a plateau is no reason to stop.
            point: the parameters that `loss` belongs to, where they are not the present ones.
        """
        progress = Progress(
            self.start,
            self.settings.starts,
            len(self.history) + 1,
            self.settings.epochs,
            loss,
            self._validation_loss(),
            rate,
        )
        self.history.append(progress)
        reason = self._verdict(progress, rate_can_fall, point)
        if reason is not None:
            self.stopped = reason
        return reason is not None

    def converged(self) -> None:
        """Called by a method that has come as far as it can."""
        self.stopped = "converged"

    def _verdict(self, progress: Progress, rate_can_fall: bool, point: Array | None) -> str | None:
        if not np.isfinite(progress.loss):
            return "diverged"
        stale = self._keep_if_best(progress, point)
        if self.callback is not None and _is_true(self.callback(progress)):
            return "callback"
        if self.settings.aim is not None and self.problem.largest_error() <= self.settings.aim:
            return "fitted"
        if self.settings.early_stopping and stale:
            return "validation"
        flat = self.settings.tolerance is not None and self._plateau.reached(progress.loss)
        return "tolerance" if flat and not rate_can_fall else None

    def _keep_if_best(self, progress: Progress, point: Array | None) -> bool:
        score = progress.loss if progress.validation_loss is None else progress.validation_loss
        if score < self._best_score:
            self._best_score = score
            present = point is None or progress.validation_loss is not None
            self.best[:] = self.problem.network.parameters if present else point
        return self._waiting.reached(score)

    def _validation_loss(self) -> float | None:
        if self.held_out is None:
            return None
        return self.problem.engine.loss(self.problem.network, *self.held_out)


def _is_true(answer: object) -> bool:
    """Whether a callback said True; an array's comparison says it with NumPy's own."""
    return isinstance(answer, (bool, np.bool_)) and bool(answer)
