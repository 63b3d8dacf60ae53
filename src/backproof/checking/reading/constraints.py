"""Phase 6f: weights that are kept within bounds: what a step does to them beside the update, and without looking at the error.

    W *= mask                                  connections that are not there
    W *= np.minimum(1, largest / norm(W))      a norm that is not exceeded
    W /= norm(W)                               rows of one length
    W -= rate * gradient * mask                weights of which some are not to learn

rests(...)      the statements that so change a weight
unbound(...)    the reading by the moves before such a change, if these follow the gradient; it is told from a decay, which has a law
                of its own, by this: what is within its bounds stays as it is
masked(...)     the measurements and the reading without the numbers that a mask holds still
"""

from __future__ import annotations

from copy import copy
from dataclasses import replace

import numpy as np

from backproof.checking.process.state import last_name
from backproof.checking.process.trace import Array, Event, Trace
from backproof.checking.reading.measure import Measured
from backproof.checking.reading.roles import Reading, laws

CLOSE = 1e-9  # relative
MOST_MASKS = 40  # values that are looked at


def unbound(measured: Measured, reading: Reading) -> tuple[Measured, Reading] | None:
    """The measurements and the reading by what the updates add, before the weights are put within their bounds; None where none are.

    Args:
        measured: the derivatives.
        reading: by which loss; some groups do not follow it.
    """
    moves = measured.move.copy()
    for path in (path for group in reading.wrong for path in reading.groups[group]):
        before = [_before_bounds(measured, step, path) for step in range(measured.count)]
        values = [value for value in before if value is not None]
        if len(values) < len(before) or not _is_projection(measured, reading, path):
            return None
        columns = measured.of([path])
        for step, value in enumerate(values):
            start = measured.keepers[step].state[path].values
            moves[step, columns] = measured.directions[path] @ (value - start)
    again = copy(measured)
    again.__dict__["move"] = moves
    return again, _fitted(again, reading)


def _fitted(measured: Measured, reading: Reading) -> Reading:
    found = laws(measured, reading.gradient, reading.known, reading.groups)
    return replace(reading, laws={**reading.laws, **{g: found[g] for g in reading.wrong}})


def _stores(measured: Measured, trace: Trace, path: str) -> list[Event]:
    """The values that a name gets in a step, whole."""
    places, size = measured.steps.places, measured.state[path].values.size
    return [
        event
        for event in trace.events
        if places[event.place].kind == "store"
        and last_name(places[event.place].text) == last_name(path)
        and (event.numbers is None or event.numbers.size == size or "[" in places[event.place].text)
    ]


def _before_bounds(measured: Measured, step: int, path: str) -> Array | None:
    """The first of two new values that a step gives a weight; the only one that is stored, where the weight has another at the end."""
    trace, places = measured.base[step], measured.steps.places
    stored, last = _stores(measured, trace, path), trace.tail.get(path)
    lines = {places[event.place].statement for event in stored}  # one alone is run for two objects
    value = stored[0].numbers if len(stored) == len(lines) in (1, 2) else None
    fits = value is not None and last is not None and value.size == last.size
    return value if fits else None


def _is_projection(measured: Measured, reading: Reading, path: str) -> bool:
    """Whether the second change leaves a weight as it is that is within its bounds, and the error has no part in it."""
    end = measured.base[-1].tail[path]
    again = _held(measured, reading, path, end) if end.any() else None
    return again is not None and again.size == end.size and np.allclose(again, end, CLOSE, CLOSE)


def rests(measured: Measured, reading: Reading) -> set[int]:
    """The statements that change a weight once more, after its update, without looking at the error."""
    base, out = measured.base[-1], set()
    for path in (path for group in reading.wrong for path in reading.groups[group]):
        stored = _stores(measured, base, path)
        before = _before_bounds(measured, measured.count - 1, path)
        if before is None or len(stored) < 2:
            continue  # none, or by no store of its own
        again = _held(measured, reading, path, before)
        end = base.tail[path]
        if again is not None and again.size == end.size and np.allclose(again, end, CLOSE, CLOSE):
            out.add(measured.steps.places[stored[1].place].statement)
    return out


def _held(measured: Measured, reading: Reading, path: str, first: Array) -> Array | None:
    """The weight at the end of a step whose update makes it so much, while the error is moved."""
    meeting, keeper, base = reading.meeting, measured.keepers[-1], measured.base[-1]
    if meeting is None or meeting.kind != "difference":
        return None
    places, start = measured.steps.places, keeper.state[path].values
    update = places[_stores(measured, base, path)[0].place].statement
    moves, held = [], []
    for event in base.events:
        place = places[event.place]
        if event.numbers is None or place.kind == "store":
            continue
        key = (event.place, event.occurrence)
        if place.statement == update and place.target:
            values = {"Sub": start - first, "Add": first - start, "": first}
            instead = values.get(place.augmented)
            if instead is None or event.numbers.size != first.size:
                return None
            held.append((*key, instead.tobytes()))
        elif event.place in (meeting.place, *meeting.twins):
            moves.append((*key, (0.1 * (1 + np.abs(event.numbers))).tobytes()))
    probe = {"move": moves, "replace": held, "want": [], "paths": [path]}
    trace = keeper.probe([probe])[0] if moves and held else None
    return None if trace is None else trace.tail.get(path)


def masked(measured: Measured, reading: Reading) -> tuple[Measured, Reading] | None:
    """The measurements and the reading of the numbers that learn, where a table of zeros and ones tells which; None where none does."""
    if reading.meeting is None or reading.loss is None:
        return None
    wrong = [path for group in reading.wrong for path in reading.groups[group]]
    masks = {path: _mask(measured, path) for path in wrong}
    kept = {path: mask for path, mask in masks.items() if mask is not None}
    if len(kept) < len(wrong):
        return None
    again = Measured(
        measured.steps, measured.paths, measured.places, measured.count, measured.apart, kept
    )
    derived = again.gradient(reading.meeting, reading.loss, reading.mean)
    if derived is None:
        return None
    found = replace(reading, gradient=derived[0], known=derived[1])
    return again, replace(found, laws=laws(again, *derived, reading.groups))


def _mask(measured: Measured, path: str) -> Array | None:
    """Zeros where a weight stands still in every step, and ones, as some value of each step has them."""
    moves = [
        trace.tail[path] - keeper.state[path].values
        for trace, keeper in zip(measured.base, measured.keepers, strict=True)
        if path in trace.tail and trace.tail[path].size == keeper.state[path].values.size
    ]
    if len(moves) < len(measured.base):
        return None
    still = ~np.any(moves, axis=0)
    if still.all() or not still.any():
        return None
    tables = [
        event
        for event in measured.base[-1].events
        if event.numbers is not None
        and event.shape == measured.state[path].shape
        and np.isin(event.numbers, (0.0, 1.0)).all()
        and np.array_equal(event.numbers == 0, still)
    ]
    for event in tables[:MOST_MASKS]:
        values = [trace.values(event.place) for trace in measured.base]
        if all(value is not None and np.array_equal(value, ~still) for value in values):
            return np.asarray(~still, dtype=float)
    return None
