"""First-order training: epochs of shuffled batches, one step each."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from backproof import compiled_descent
from backproof.arrays import Array
from backproof.backprop import Masks
from backproof.compiled import Compiled
from backproof.monitor import Monitor
from backproof.network import Network
from backproof.optimizers import FirstOrder
from backproof.problem import Problem
from backproof.randomness import Random
from backproof.schedules import Schedule, schedule
from backproof.settings import Settings

SHUFFLES = 1 << 32  # streams from here on shuffle, those below draw starts
DROPS = 1 << 36  # streams from here on say which units are left out


def descend(optimizer: FirstOrder, problem: Problem, settings: Settings, monitor: Monitor) -> None:
    """Train `problem.network` in place until the epochs are over or the monitor says stop.

    It begins from the monitor's memory, and leaves there what a later training needs to go on.
    """
    memory = monitor.memory
    memory.order = memory.order or Random(settings.seed, SHUFFLES + monitor.start)
    memory.drops = memory.drops or Random(settings.seed, DROPS + monitor.start)
    memory.state = memory.state or optimizer.begin(problem.network.parameters)
    memory.rates = memory.rates or first_rates(optimizer, settings)
    if isinstance(problem.engine, Compiled):
        compiled_descent.descend(problem.engine, optimizer, problem, settings, monitor)
    else:
        _descend(optimizer, problem, settings, monitor)


def _descend(optimizer: FirstOrder, problem: Problem, settings: Settings, monitor: Monitor) -> None:
    """The definition."""
    parameters, memory, rows = problem.network.parameters, monitor.memory, len(problem.Y)
    random, drops, rates, state = memory.order, memory.drops, memory.rates, memory.state
    assert random is not None
    assert drops is not None
    assert rates is not None
    assert state is not None
    before = parameters.copy()  # the last step
    for _ in range(settings.epochs):
        rate, total = rates.rate, 0.0
        for X, Y, weights in batches(problem, settings, random):
            thinned = masks(problem.network, settings.dropout, len(Y), drops)
            loss, gradient = problem.batch_gradient(X, Y, weights, thinned)
            before[:] = parameters
            optimizer.step(parameters, gradient, state, rate)
            total += loss * len(Y)
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


def masks(network: Network, dropout: tuple[float, ...], rows: int, random: Random) -> Masks | None:
    """Masks for one batch; None where nothing is left out.

    A unit of a layer with dropout p is left out where a uniform number is below p: one number for each row and unit, row
    by row, layer by layer, layers without dropout passed over. What stays is multiplied by 1 / (1 - p), so that the mean
    of the mask is 1, and predictions need no mask.
    """
    if not any(dropout):
        return None
    return [
        ((random.uniform(0, 1, (rows, units)) >= p) / (1 - p)).astype(network.dtype) if p else None
        for units, p in zip(network.sizes[1:-1], dropout, strict=True)
    ]


Batch = tuple[Array, Array, Array | None]  # X, Y and the rows' weights, if they have any


def batches(problem: Problem, settings: Settings, random: Random) -> Iterator[Batch]:
    """One epoch's batches; the last one is smaller where the size does not divide the rows."""
    X, Y, weights = problem.X, problem.Y, problem.weights
    if settings.shuffle:
        order = random.permutation(len(Y))
        X, Y, weights = X[order], Y[order], None if weights is None else weights[order]
    for begin in np.arange(0, len(Y), settings.batch_size).tolist():
        end = begin + settings.batch_size
        yield X[begin:end], Y[begin:end], None if weights is None else weights[begin:end]
