"""Watches one start epoch by epoch: history, best parameters, stopping rules, reports.

    Progress    one epoch's report
    Memory      what a training leaves behind for one that goes on with the same network
    Monitor     one start

Every optimiser calls `Monitor.epoch` after each epoch and ends when it returns True.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from backproof.arrays import Array
from backproof.optimizers import State
from backproof.problem import Problem
from backproof.randomness import Random
from backproof.schedules import Plateau, Schedule
from backproof.settings import Settings

LEARNT = (
    0.05  # of the way from constant outputs to perfect ones: from here on standing still is an end
)


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
    validation_score: float | None = None  # where a score is kept


Callback = Callable[[Progress], object]  # training stops where it returns True


@dataclass
class Memory:
    """What goes on where a training goes on: the monitor's part, and what the first-order methods remember.

    A training that is handed the memory of an earlier one makes the steps that the earlier one would have made next.
    """

    best: Array  # the parameters with the lowest score
    plateau: Plateau  # of the loss
    waiting: Plateau  # of the score
    last: Array | None = None  # the parameters at the end, where the best ones are kept
    score: float = float("inf")  # the lowest validation loss, or loss where nothing is held out
    examples: int = 0  # seen so far
    state: State | None = None  # the optimiser's
    rates: Schedule | None = None
    order: Random | None = None  # where the shuffles come from
    drops: Random | None = None  # where the masks come from


class Monitor:
    """One start, watched.

    Attributes:
        history: a Progress for each epoch.
        validation_score: where a monitor keeps one, that of the present parameters.
        stopped: why the start ended: "epochs", "fitted", "tolerance", "validation", "converged", "callback" or
            "diverged".
        memory: what goes on in a later training.
    """

    def __init__(
        self,
        problem: Problem,
        settings: Settings,
        held_out: tuple[Array, ...] | None,
        callback: Callback | None,
        start: int,
        memory: Memory | None = None,
    ) -> None:
        self.problem, self.settings, self.held_out = problem, settings, held_out
        self.callback = callback
        self.start = start
        self.history: list[Progress] = []
        self.stopped = "epochs"
        self.validation_score: float | None = None
        self.memory = memory or Memory(
            problem.network.parameters.copy(),
            Plateau(settings.tolerance or 0.0, settings.patience),
            Plateau(self.least_gain, settings.patience),
        )

    @property
    def best(self) -> Array:
        """The parameters with the lowest validation loss, or the lowest loss where nothing is held out."""
        return self.memory.best

    @property
    def least_gain(self) -> float:
        """By how much the validation loss must fall to have fallen."""
        return 0.0

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
            self.validation_loss(),
            rate,
            self.validation_score,
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
        return "tolerance" if self.stands_still(progress.loss) and not rate_can_fall else None

    def stands_still(self, loss: float) -> bool:
        """Take the loss; whether it has stopped falling, for good as far as can be told."""
        if self.settings.tolerance is None or not self.memory.plateau.reached(loss):
            return False
        return self._has_learnt(loss) and not self._speeds_up()

    def _has_learnt(self, loss: float) -> bool:
        """Whether the outputs tell the rows apart. Before they do, a loss that stands still is at a saddle, not at its end."""
        constant, perfect = self.problem.loss_of_constants()
        # Where all targets are alike, there is nothing to tell apart.
        return loss - self.problem.penalty() <= constant - LEARNT * (constant - perfect) or bool(
            np.isclose(constant, perfect)
        )

    def _speeds_up(self) -> bool:
        """Whether the loss fell more in the last `patience` epochs than in as many before: it is leaving a saddle."""
        span = self.settings.patience
        if len(self.history) <= 2 * span:
            return False
        before, middle, now = (self.history[-1 - n * span].loss for n in (2, 1, 0))
        return middle - now > max(before - middle, 0.0)

    def _keep_if_best(self, progress: Progress, point: Array | None) -> bool:
        score = self.criterion(progress)
        if score < self.memory.score:
            self.memory.score = score
            present = point is None or progress.validation_loss is not None
            self.best[:] = self.problem.network.parameters if present else point
        return self.memory.waiting.reached(score)

    def criterion(self, progress: Progress) -> float:
        """What the best parameters have the least of."""
        held = progress.validation_loss
        return progress.loss if held is None else held

    def validation_loss(self) -> float | None:
        """Of the held-out rows, at the present parameters; None where there are none."""
        if self.held_out is None:
            return None
        return self.problem.engine.loss(self.problem.network, *self.held_out)


def _is_true(answer: object) -> bool:
    """Whether a callback said True; an array's comparison says it with NumPy's own."""
    return isinstance(answer, (bool, np.bool_)) and bool(answer)
