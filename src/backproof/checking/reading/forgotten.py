"""Phase 6c: weights that no step changes, though they were meant to learn.

A layer that is left alone on purpose has no gradient computed for it. What is looked at are the siblings of weights that do
change: `W1` beside `W2`, `params['b1']` beside `params['b2']`, where their gradient is computed at every step, or the error is
carried to a value that nothing uses. And matrices drawn at random behind a layer that learns: a first layer may stay as it was
drawn, a later one is not left so on purpose.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from backproof.checking.process.session import Array
from backproof.checking.process.state import stem
from backproof.checking.reading.adaptive import gradient_events, series_of
from backproof.checking.reading.laws import Law
from backproof.checking.reading.measure import Measured
from backproof.checking.reading.roles import Reading
from backproof.checking.reading.steps import FLOATS, Lost, Steps, direction, moved_places

MOST = 8
MOST_VALUES = 40
PRODUCTS = ("dot", "matmul", "einsum")
MOST_NUMBERS = 100_000


def with_forgotten(steps: Steps, measured: Measured, reading: Reading) -> tuple[Measured, Reading]:
    """The measurements and the reading, with the weights that were forgotten, if there are any."""
    if reading.meeting is None or reading.loss is None or not reading.follows:
        return measured, reading
    siblings = _siblings(steps, reading)
    sure = _behind(steps, reading)
    if siblings and _ends_nowhere(steps, reading, siblings):
        sure = [*sure, *siblings]
    still = list(dict.fromkeys([*sure, *siblings]))
    if not still:
        return measured, reading
    more = Measured(steps, still, [reading.meeting.output], measured.count)
    derived = more.gradient(reading.meeting, reading.loss, reading.mean)
    if derived is None:
        return measured, reading
    probe = Reading(reading.meeting, reading.loss, None, *derived, {})
    series = series_of(more.base, len(derived[0]))
    found = [
        p
        for p in still
        if derived[0][:, more.of([p])].any()
        and (p in sure or gradient_events(probe, more, p, series)[0])
    ]
    if not found:
        return measured, reading
    for path in found:
        steps.lost.setdefault(path, Lost(None, "", more.state[path].dtype))
    groups = {group: list(paths) for group, paths in reading.groups.items()}
    laws = dict(reading.laws)
    for path in found:
        group = steps.keepers[0].state[path].group
        groups.setdefault(group, []).append(path)
        laws[group] = Law("still", 0.0)
    whole = Measured(
        steps, [p for paths in groups.values() for p in paths], measured.places, measured.count
    )
    again = whole.gradient(reading.meeting, reading.loss, reading.mean)
    if again is None:
        return measured, reading
    return whole, replace(reading, gradient=again[0], known=again[1], groups=groups, laws=laws)


def _siblings(steps: Steps, reading: Reading) -> list[str]:
    """Arrays that stay as they are and are called like a weight, but for digits."""
    weights = {path for paths in reading.groups.values() for path in paths}
    names = {re.sub(r"\d", "", path) for path in weights}
    return [p for p in _unchanged(steps, weights) if re.sub(r"\d", "", p) in names][:MOST]


def _unchanged(steps: Steps, weights: set[str]) -> list[str]:
    """Arrays of fractions that a step could change, and that none does."""
    first, tail = steps.keepers[0].state, steps.base[-1].tail
    return [
        path
        for path, tensor in first.items()
        if path not in weights
        and tensor.dtype in FLOATS
        and tensor.writable
        and tensor.shape
        and tensor.values.size <= MOST_NUMBERS
        and np.array_equal(tail.get(path, tensor.values), tensor.values)
    ]


def _behind(steps: Steps, reading: Reading) -> list[str]:
    """Matrices drawn at random that multiply what a weight that learns has moved."""
    weights = {path for paths in reading.groups.values() for path in paths}
    found = [
        path
        for path in _unchanged(steps, weights)
        if len(steps.keepers[0].state[path].shape) == 2 and _is_drawn(steps.source, path)
    ]
    return [path for path in found[:MOST] if _multiplies(steps, reading, path)]


def _ends_nowhere(steps: Steps, reading: Reading, siblings: list[str]) -> bool:
    """Whether some value that has to do with the error, and is no weight's new value, changes nothing at all."""
    kept = {stem(path) for path in [*siblings, *(p for g in reading.groups.values() for p in g)]}
    base, keeper, meeting = steps.base[-1], steps.keepers[-1], reading.meeting
    met = [i for i, head in enumerate(base.heads) if meeting and head[0] in meeting.parts]
    assigned = [
        event
        for event in base.events[max(met, default=0) + 1 :]
        if (place := steps.places[event.place]).target and place.kind != "store"
        if not place.augmented and stem(place.target) not in kept
        if event.numbers is not None and event.numbers.size > 1
    ][:MOST_VALUES]
    probes = [
        {
            "move": [(e.place, e.occurrence, (e.numbers + 1e-3).tobytes())],
            "want": None,
            "paths": None,
        }
        for e in assigned
        if e.numbers is not None
    ]
    for event, trace in zip(assigned, keeper.probe(probes), strict=True):
        if trace is None:
            continue
        own = steps.places[event.place].statement
        others = {p for p in moved_places(base, trace) if steps.places[p].statement != own}
        if not others and all(
            np.array_equal(flat, base.tail[path], equal_nan=True)
            for path, flat in trace.tail.items()
            if path in base.tail and stem(path) != stem(steps.places[event.place].target)
        ):
            return True
    return False


def _is_drawn(source: str, path: str) -> bool:
    """Whether the text draws the numbers at random."""
    name = re.escape(stem(path).split(".")[-1])
    return bool(re.search(rf"\b{name}\s*=[^=].*(rand|normal|uniform|gauss)", source))


def _multiplies(steps: Steps, reading: Reading, path: str) -> bool:
    """Whether the forward pass multiplies by a matrix what weights that learn have moved."""
    keeper, base = steps.keepers[-1], steps.base[-1]
    values = keeper.state[path].values
    delta = 1e-3 * max(1.0, float(np.abs(values).max())) * direction(values.size, 1)
    trace = keeper.probe([{"nudge": [(path, delta.tobytes())], "want": None, "paths": []}])[0]
    moved = set() if trace is None else moved_places(base, trace)
    meeting, learning = reading.meeting, set(reading.groups)
    met = next((i for i, head in enumerate(base.heads) if meeting and head[0] == meeting.place), 0)
    products = [
        place
        for head in base.heads[:met]
        if (place := steps.places[head[0]]).index in moved
        and (place.operator == "MatMult" or place.operator.split(".")[-1] in PRODUCTS)
    ]
    if not products:
        return False
    depends = steps.dependency.events
    others = [child for child in products[0].children if child not in moved]
    return any(
        depends.get(child, frozenset()) & learning and not _is_weight(steps, child)
        for child in others
    )


def _is_weight(steps: Steps, place: int) -> bool:
    """Whether each of a place's values is nothing but numbers that the step began with, in whatever order."""
    states = [np.sort(t.values) for t in steps.keepers[-1].state.values()]

    def known(numbers: Array | None) -> bool:
        return numbers is not None and any(
            state.size == numbers.size and np.array_equal(state, np.sort(numbers))
            for state in states
        )

    return all(known(event.numbers) for event in steps.base[-1].at(place))
