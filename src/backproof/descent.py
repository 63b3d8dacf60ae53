"""First-order training: epochs of shuffled batches, one step each."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from backproof import compiled_descent
from backproof.arrays import Array
from backproof.compiled import Compiled
from backproof.monitor import Monitor
from backproof.optimizers import FirstOrder
from backproof.problem import Problem
from backproof.randomness import Random
from backproof.schedules import Schedule, schedule
from backproof.settings import Settings

SHUFFLES = 1 << 32  # streams from here on shuffle, those below draw starts


def descend(optimizer: FirstOrder, problem: Problem, settings: Settings, monitor: Monitor) -> None:
    """Train `problem.network` in place until the epochs are over or the monitor says stop.

    It begins from the monitor's memory, and leaves there what a later training needs to go on.
    """
    memory = monitor.memory
    random = memory.order = memory.order or Random(settings.seed, SHUFFLES + monitor.start)
    memory.state = memory.state or optimizer.begin(problem.network.parameters)
    memory.rates = memory.rates or first_rates(optimizer, settings)
    if isinstance(problem.engine, Compiled):
        compiled_descent.descend(problem.engine, optimizer, problem, settings, monitor, random)
        return
    _descend(optimizer, problem, settings, monitor, random)


def _descend(
    optimizer: FirstOrder, problem: Problem, settings: Settings, monitor: Monitor, random: Random
) -> None:
    """The definition."""
    parameters, memory, rows = problem.network.parameters, monitor.memory, len(problem.Y)
    rates, state = memory.rates, memory.state
    assert rates is not None
    assert state is not None
    for _ in range(settings.epochs):
        rate, total, before = rates.rate, 0.0, parameters.copy()
        for batch in batches(problem, settings, random):
            loss, gradient = problem.batch_gradient(*batch)
            optimizer.step(parameters, gradient, state, rate)
            total += loss * len(batch[1])
        memory.examples += rows
        can_fall = not rates.exhausted
        rates.after(total / rows, memory.examples)
        if monitor.epoch(total / rows, rate, can_fall, before):
            return


def first_rates(optimizer: FirstOrder, settings: Settings) -> Schedule:
    """The schedule of the learning rate, at its beginning."""
    return schedule(
        settings.schedule,
        optimizer.learning_rate,
        settings.power,
        1e-4 if settings.tolerance is None else settings.tolerance,
        settings.patience,
    )


def batches(problem: Problem, settings: Settings, random: Random) -> Iterator[tuple[Array, ...]]:
    """One epoch's batches of the problem's rows; the last one is smaller where the size does not divide them."""
    rows: tuple[Array, ...] = problem.rows
    count = len(problem.Y)
    if settings.shuffle:
        order = random.permutation(count)
        rows = tuple(part[order] for part in rows)
    for begin in np.arange(0, count, settings.batch_size).tolist():
        end = begin + settings.batch_size
        yield tuple(part[begin:end] for part in rows)
