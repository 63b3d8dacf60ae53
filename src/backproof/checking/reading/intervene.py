"""Phase 5b: the derivative of the loss with respect to what the forward pass computes, by moving each value on its way.

derivatives(...)   the units of the forward pass, each with its derivative along a few random directions
named(...)         the unit whose derivative some numbers are, up to one factor, a transpose or a dropped bias column

A unit is one occurrence of an array, or all occurrences of a single number in one step, in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backproof.checking.process.trace import Array, Event, Trace
from backproof.checking.reading.judge import Judgement
from backproof.checking.reading.measure import target_of
from backproof.checking.source.places import Place

STEP = 1e-5
DIRECTIONS = 2
MOST_UNITS = 48
MOST_NUMBERS = 20_000
MOST_OCCURRENCES = 6
CLOSE = 2e-5


@dataclass(frozen=True)
class Unit:
    """A value of the forward pass."""

    place: int
    occurrence: int | None  # None: all occurrences together
    text: str  # what the person calls it
    shape: tuple[int, ...]
    directions: Array  # (directions, numbers)
    slopes: Array  # (steps, directions): the loss's derivative along them


@dataclass(frozen=True)
class Named:
    """What some numbers are."""

    unit: Unit
    factor: float
    difference: float
    turned: bool  # transposed

    @property
    def rank(self) -> tuple[float, ...]:
        """The plainest first: `z` rather than the `-z` of its exponential, then the nearest."""
        return (self.unit.text.startswith("-"), self.difference)


def derivatives(
    judgement: Judgement, places: Sequence[Place], numbers: Sequence[int]
) -> list[Unit]:
    """Units of the forward pass with their derivatives at some steps."""
    reading, steps = judgement.reading, judgement.steps
    meeting, loss = reading.meeting, reading.loss
    if meeting is None or loss is None:
        return []
    wanted = _forward_units(judgement, places, numbers)
    generator = np.random.default_rng(6)
    along = {
        key: generator.standard_normal((DIRECTIONS, size)) / np.sqrt(size)
        for key, (size, _, _) in wanted.items()
    }
    slopes = {key: np.zeros((len(numbers), DIRECTIONS)) for key in wanted}
    for row, number in enumerate(numbers):
        base, keeper = steps.base[number], steps.keepers[number]
        target = target_of(meeting, base)
        plan, sizes = [], []
        for key in wanted:
            events = _events(base, key)
            h = STEP * max(1.0, _size(events))
            sizes.append(h)
            for k in range(DIRECTIONS):
                plan += [
                    _moved(events, sign * h * along[key][k], meeting.output) for sign in (1.0, -1.0)
                ]
        steps.probes += len(plan)
        outcomes = keeper.probe(plan)
        for position, key in enumerate(wanted):
            for k in range(DIRECTIONS):
                at = 2 * (position * DIRECTIONS + k)
                values = [
                    _loss(outcomes[at + i], meeting.output, target, loss.value) for i in (0, 1)
                ]
                slopes[key][row, k] = (values[0] - values[1]) / (2 * sizes[position])
    return [
        Unit(key[0], key[1], text, shape, along[key], slopes[key])
        for key, (_, shape, text) in wanted.items()
        if np.isfinite(slopes[key]).all() and np.abs(slopes[key]).max() > 0
    ]


Key = tuple[int, int | None]


def _forward_units(
    judgement: Judgement, places: Sequence[Place], numbers: Sequence[int]
) -> dict[Key, tuple[int, tuple[int, ...], str]]:
    """What is computed before the output meets its target, as far as it depends on the weights."""
    steps, meeting = judgement.steps, judgement.reading.meeting
    assert meeting is not None
    depends = steps.dependency.events
    base = steps.base[numbers[-1]]
    last = max((i for i, head in enumerate(base.heads) if head[0] == meeting.output), default=0)
    by_place: dict[int, list[Event]] = {}
    for event in base.events[: last + 1]:
        place = places[event.place]
        if (
            place.kind != "store"
            and _is_unit(place)
            and depends.get(event.place)
            and event.numbers is not None
        ):
            by_place.setdefault(event.place, []).append(event)
    out: dict[Key, tuple[int, tuple[int, ...], str]] = {}
    ordered = sorted(by_place.items(), key=lambda item: not places[item[0]].target)
    for index, events in ordered:
        place = places[index]
        text = place.target or place.text
        single = all(e.numbers is not None and e.numbers.size == 1 for e in events)
        if single or len(events) > MOST_OCCURRENCES:
            size = sum(e.numbers.size for e in events if e.numbers is not None)
            out[index, None] = (size, (size,), text)
        else:
            for event in events:
                assert event.numbers is not None
                out[index, event.occurrence] = (event.numbers.size, event.shape, text)
    small = {key: value for key, value in out.items() if value[0] <= MOST_NUMBERS}
    return dict(list(small.items())[:MOST_UNITS])


def _is_unit(place: Place) -> bool:
    """Whether a place holds more than a name's value: what is computed, assigned, or cut out of a vector of all weights."""
    cut_out = place.kind == "Subscript" and ":" in place.text
    return cut_out or place.kind in ("BinOp", "Call", "UnaryOp", "IfExp") or bool(place.target)


def _size(events: Sequence[Event]) -> float:
    parts = [np.abs(e.numbers).mean() for e in events if e.numbers is not None]
    return float(np.mean(parts)) if parts else 1.0


def _events(trace: Trace, key: Key) -> list[Event]:
    return [
        e
        for e in trace.events
        if e.place == key[0]
        and (key[1] is None or e.occurrence == key[1])
        and e.numbers is not None
    ]


def _moved(events: Sequence[Event], delta: Array, output: int) -> dict[str, Any]:
    moves, start = [], 0
    for event in events:
        assert event.numbers is not None
        part = delta[start : start + event.numbers.size]
        start += event.numbers.size
        if part.size == event.numbers.size:
            moves.append((event.place, event.occurrence, part.tobytes()))
    return {"move": moves, "want": [output], "paths": []}


def _loss(trace: Trace | None, output: int, target: Array | None, value: Any) -> float:
    outputs = None if trace is None else trace.values(output)
    if outputs is None or target is None or outputs.size != target.size:
        return float("nan")
    return float(value(outputs, target))


def named(values: Sequence[Array], shape: tuple[int, ...], units: Sequence[Unit]) -> Named | None:
    """The unit whose derivative the values (one flat array for each step) are."""
    best: Named | None = None
    for unit in units:
        size = unit.directions.shape[1]
        if any(v.size != size for v in values):
            continue
        for turned in (False, True):
            table = _ordered(values, shape, turned)
            if table is None:
                continue
            found = _compared(table @ unit.directions.T, unit.slopes)
            if found is not None:
                new = Named(unit, found[0], found[1], turned)
                best = new if best is None or new.rank < best.rank else best
    return best


def _ordered(values: Sequence[Array], shape: tuple[int, ...], turned: bool) -> Array | None:
    table = np.array(values)
    if not turned:
        return table
    if len(shape) != 2 or 1 in shape or table.shape[1] != shape[0] * shape[1]:
        return None
    return table.reshape(len(table), *shape).transpose(0, 2, 1).reshape(len(table), -1)


def _compared(values: Array, goal: Array) -> tuple[float, float] | None:
    size, steep = float(np.linalg.norm(values)), float(np.vdot(goal, goal))
    if not size or not steep or not np.isfinite(size) or np.count_nonzero(np.abs(goal) > 1e-12) < 3:
        return None
    factor = float(np.vdot(goal, values)) / steep
    difference = float(np.linalg.norm(values - factor * goal)) / size
    return (factor, difference) if difference < CLOSE else None
