"""Watches one start epoch by epoch: history, best parameters, stopping rules, reports.

    Progress    one epoch's report
    History     the reports of a start's epochs, column by column
    Memory      what a training leaves behind for one that goes on with the same network
    Monitor     one start

Every optimiser calls `Monitor.epoch` after each epoch and ends when it returns True.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import isfinite

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


class History:
    """The reports of one start's epochs, kept as columns of numbers: a fast training has many of them.

    Attributes:
        loss: a number for each epoch.
        validation_loss: likewise, or empty where nothing is held out.
        validation_score: likewise, or empty where no score is kept.
    """

    def __init__(self, start: int, starts: int, epochs: int) -> None:
        self._constant = start, starts
        self._epochs = epochs
        self.loss = array("d")
        self.validation_loss = array("d")
        self.validation_score = array("d")
        self.rates = array("d")  # of the first epochs; of those after them, where there are any:
        self.rate = 0.0

    @property
    def learning_rate(self) -> array[float]:
        """A number for each epoch."""
        return self.rates + array("d", [self.rate]) * (len(self) - len(self.rates))

    @property
    def start(self) -> int:
        """Which start, counted from 1."""
        return self._constant[0]

    def append(
        self,
        loss: float,
        validation_loss: float | None,
        learning_rate: float,
        validation_score: float | None = None,
    ) -> Progress:
        """Take one epoch; its report."""
        self.loss.append(loss)
        if validation_loss is not None:
            self.validation_loss.append(validation_loss)
        if validation_score is not None:
            self.validation_score.append(validation_score)
        self.rates.append(learning_rate)
        return self[-1]

    def __len__(self) -> int:
        return len(self.loss)

    def __getitem__(self, epoch: int) -> Progress:
        """The report of an epoch, counted from 0, or backwards from -1."""
        place = range(len(self))[epoch]
        return Progress(
            *self._constant,
            place + 1,
            self._epochs,
            self.loss[place],
            self.validation_loss[place] if self.validation_loss else None,
            self.rates[place] if place < len(self.rates) else self.rate,
            self.validation_score[place] if self.validation_score else None,
        )

    def __iter__(self) -> Iterator[Progress]:
        return (self[place] for place in range(len(self)))


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

    def forget(self) -> None:
        """Give back the vectors of parameters: no training goes on from here."""
        self.best, self.state, self.last = self.best[:0].copy(), None, None


class Monitor:
    """One start, watched.

    Attributes:
        history: the reports of the epochs.
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
        self.history = History(start, settings.starts, settings.epochs)
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
            point: the parameters that `loss` belongs to, where they are not the present ones: those before the epoch's
                last step. The first epoch's belongs to the first parameters, which may be far better where it diverges.
        """
        progress = self.history.append(loss, self.validation_loss(), rate, self.validation_score)
        reason = self._verdict(progress, rate_can_fall, point)
        if reason is not None:
            self.stopped = reason
        return reason is not None

    @property
    def needs_no_epoch(self) -> bool:
        """Whether the core may follow the rules by itself, and nobody has to see each epoch."""
        sees_all = getattr(self.callback, "sees_every_epoch", self.callback is not None)
        return self.has_the_core_s_rules and not sees_all

    @property
    def has_the_core_s_rules(self) -> bool:
        """Whether the core would stop when this monitor does, and keep the same parameters."""
        return True

    def glance(self) -> None:
        """Show the last epoch to a callback that does not see them all."""
        if self.callback is not None:
            self.callback(self.history[-1])

    def converged(self) -> None:
        """Called by a method that has come as far as it can."""
        self.stopped = "converged"

    def _verdict(self, progress: Progress, rate_can_fall: bool, point: Array | None) -> str | None:
        if not isfinite(progress.loss):
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
        return loss - self.problem.penalty() <= self.learnt_below

    @cached_property
    def learnt_below(self) -> float:
        """The loss from which on the outputs tell the rows apart: above it, a loss that stands still is a saddle, not an end."""
        constant, perfect = self.problem.loss_of_constants()
        if np.isclose(
            constant, perfect
        ):  # all targets are alike, and there is nothing to tell apart
            return float("inf")
        return constant - LEARNT * (constant - perfect)

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
            first = self.memory.score == float("inf")
            self.memory.score = score
            if point is None or progress.validation_loss is not None:
                self.best[:] = self.problem.network.parameters
            elif not first:
                self.best[:] = point
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
