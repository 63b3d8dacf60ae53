"""First-order training inside the compiled core: epochs, batches, steps, schedule, history, validation and stopping rules.

Python looks in a few times a second, for Ctrl-C and the progress bar. Where somebody wants to see every epoch, a callback
or another kind of monitor, the core does the epochs and the monitor decides after each of them.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from backproof.arrays import Array
from backproof.compiled import Compiled, parts
from backproof.core import threads
from backproof.monitor import Memory, Monitor
from backproof.optimizers import FirstOrder
from backproof.problem import Problem
from backproof.schedules import Adaptive, Plateau, Schedule
from backproof.settings import Settings

if TYPE_CHECKING:
    from backproof.core_types import Descent
    from backproof.randomness import Random

GLANCE = 0.1  # seconds between two looks
NEVER = -1.0  # of the rules that are numbers: there is no such rule


def descend(
    engine: Compiled,
    optimizer: FirstOrder,
    problem: Problem,
    settings: Settings,
    monitor: Monitor,
) -> None:
    """Train `problem.network` in place until the epochs are over or a rule says stop; see `descent.descend`.

    `monitor.memory` has everything that first-order methods remember.
    """
    alone = monitor.needs_no_epoch
    previous = None if alone else problem.network.parameters.copy()
    descent = _begin(engine, optimizer, problem, settings, monitor, previous)
    try:
        if previous is None:
            _alone(descent, settings, monitor)
        else:
            _watched(descent, problem, settings, monitor, previous)
    finally:  # also on Ctrl-C, in the middle of an epoch
        _end(descent, problem, monitor, alone)


def _alone(descent: Descent, settings: Settings, monitor: Monitor) -> None:
    """The core follows the rules."""
    ended = False
    while not ended:
        ended = descent.run(settings.epochs, GLANCE)
        if descent.epochs > len(monitor.history):
            _copy_history(descent, monitor)
            monitor.glance()


def _watched(
    descent: Descent, problem: Problem, settings: Settings, monitor: Monitor, previous: Array
) -> None:
    """The monitor follows them, after each epoch."""
    constant: float = descent.memory()["rate"]
    for epoch in range(1, settings.epochs + 1):
        while descent.epochs < epoch:
            descent.run(1, GLANCE)
        descent.give()
        monitor.memory.examples += len(problem.Y)
        loss, *_ = _column(descent, "loss", epoch - 1)
        rates = _column(descent, "learning_rate", epoch - 1)
        rate = rates[0] if len(rates) else constant
        if monitor.epoch(loss, rate, descent.can_fall, previous):
            return


def _begin(
    engine: Compiled,
    optimizer: FirstOrder,
    problem: Problem,
    settings: Settings,
    monitor: Monitor,
    previous: Array | None,
) -> Descent:
    """The core works on the network's parameters, the optimiser's state and the best parameters where they lie."""
    network, memory, alone = problem.network, monitor.memory, previous is None
    held_X, held_Y, held_weights = (*(monitor.held_out or (None, None)), None)[:3]
    held = alone and held_X is not None
    assert memory.state is not None
    descent = engine.core.Descent(
        engine.architecture(network),
        network.parameters,
        memory.best if alone else None,
        previous,
        memory.state[:2],
        len(problem.Y),
        parts(problem.X),
        parts(problem.Y),
        problem.weights,
        len(held_Y) if held else 0,
        parts(held_X) if held else None,
        parts(held_Y) if held else None,
        held_weights if held else None,
        _choices(optimizer, problem, settings, monitor, alone),
    )
    if memory.examples:
        _remember(descent, memory)
    return descent


def _choices(
    optimizer: FirstOrder,
    problem: Problem,
    settings: Settings,
    monitor: Monitor,
    alone: bool,
) -> dict[str, Any]:
    by_loss = alone and settings.tolerance is not None
    return {
        **vars(optimizer),
        "method": optimizer.name,
        "epochs": settings.epochs,
        "batch_size": settings.batch_size,
        "shuffle": settings.shuffle,
        "random": _now(monitor.memory.order),
        "drops": _now(monitor.memory.drops),
        "dropout": list(settings.dropout),
        "schedule": settings.schedule,
        "power": settings.power,
        "schedule_tolerance": _plateau_of(monitor.memory.rates).tolerance,
        "weight_decay": float(problem.weight_decay),
        "tolerance": settings.tolerance if by_loss else NEVER,
        "patience": settings.patience,
        "early_stopping": alone and settings.early_stopping,
        "aim": NEVER if settings.aim is None or not alone else settings.aim,
        "least_gain": monitor.least_gain,
        "learnt_below": monitor.learnt_below if by_loss else 0.0,
        "threads": threads(),
    }


def _remember(descent: Descent, memory: Memory) -> None:
    """Go on where an earlier training ended."""
    assert memory.rates is not None
    state = memory.state or []
    plateaus = _plateau_of(memory.rates), memory.plateau, memory.waiting
    pairs = [(plateau.best, plateau.count) for plateau in plateaus]
    descent.remember(
        {
            **dict(zip(("rate_plateau", "flat_loss", "waiting"), pairs, strict=True)),
            "rate": memory.rates.rate,
            "score": memory.score,
            "examples": float(memory.examples),
            "steps": int(state[2][0]) if len(state) == 3 else 0,
        }
    )


def _end(
    descent: Descent,
    problem: Problem,
    monitor: Monitor,
    alone: bool,
) -> None:
    """Everything back to where Python looks for it."""
    memory, numbers, why = monitor.memory, descent.memory(), descent.stopped
    descent.finish()
    problem.gradient_evaluations += descent.evaluations
    _skip(memory.order, numbers["orders_drawn"])
    _skip(memory.drops, numbers["drops_drawn"])
    assert memory.rates is not None
    if memory.state is not None and len(memory.state) == 3:  # Adam counts its steps
        memory.state[2][:] = numbers["steps"]
    memory.rates.rate = numbers["rate"]
    _set_plateau(_plateau_of(memory.rates), numbers["rate_plateau"])
    if not alone:  # the monitor has kept its own part
        return
    _copy_history(descent, monitor)
    memory.score, memory.examples = numbers["score"], int(numbers["examples"])
    _set_plateau(memory.plateau, numbers["flat_loss"])
    _set_plateau(memory.waiting, numbers["waiting"])
    monitor.stopped = why or monitor.stopped


def _now(random: Random | None) -> int:
    assert random is not None
    return random.now


def _skip(random: Random | None, words: int) -> None:
    assert random is not None
    random.skip(words)


def _copy_history(descent: Descent, monitor: Monitor) -> None:
    """The epochs that the history does not have yet."""
    history = monitor.history
    have = len(history)
    if descent.epochs == have:
        return
    history.loss.frombytes(descent.column("loss", have))
    history.validation_loss.frombytes(descent.column("validation_loss", have))
    history.rates.frombytes(descent.column("learning_rate", have))
    history.rate = descent.memory()["rate"]  # where it is constant, the core keeps no column of it


def _column(descent: Descent, name: str, begin: int) -> array[float]:
    return array("d", bytes(descent.column(name, begin)))


def _plateau_of(rates: Schedule | None) -> Plateau:
    """The one that the schedule follows, or one that nobody follows."""
    return rates.plateau if isinstance(rates, Adaptive) else Plateau(0.0, 1)


def _set_plateau(plateau: Plateau, numbers: tuple[float, int]) -> None:
    plateau.best, plateau.count = numbers
