"""First-order training: epochs of shuffled batches, one step each."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from backproof.arrays import Array
from backproof.monitor import Monitor
from backproof.optimizers import FirstOrder
from backproof.problem import Problem
from backproof.randomness import Random
from backproof.schedules import schedule
from backproof.settings import Settings

SHUFFLES = 1 << 32  # streams from here on shuffle, those below draw starts


def descend(optimizer: FirstOrder, problem: Problem, settings: Settings, monitor: Monitor) -> None:
    """Train `problem.network` in place until the epochs are over or the monitor says stop."""
    parameters = problem.network.parameters
    random = Random(settings.seed, SHUFFLES + monitor.start)
    state = optimizer.begin(parameters)
    rates = schedule(
        settings.schedule,
        optimizer.learning_rate,
        settings.power,
        1e-4 if settings.tolerance is None else settings.tolerance,
        settings.patience,
    )
    rate, rows = rates.rate, len(problem.X)
    for epoch in range(1, settings.epochs + 1):
        total, before = 0.0, parameters.copy()
        for X, Y in batches(problem, settings, random):
            loss, gradient = problem.batch_gradient(X, Y)
            optimizer.step(parameters, gradient, state, rate)
            total += loss * len(X)
        used, can_fall = rate, not rates.exhausted
        rate = rates.after(total / rows, epoch * rows)
        if monitor.epoch(total / rows, used, can_fall, before):
            return


def batches(problem: Problem, settings: Settings, random: Random) -> Iterator[tuple[Array, Array]]:
    """One epoch's batches; the last one is smaller where the size does not divide the rows."""
    X, Y = problem.X, problem.Y
    if settings.shuffle:
        order = random.permutation(len(X))
        X, Y = X[order], Y[order]
    for begin in np.arange(0, len(X), settings.batch_size).tolist():
        end = begin + settings.batch_size
        yield X[begin:end], Y[begin:end]
