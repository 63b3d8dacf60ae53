"""Phase 6c: weights that no step changes, though they were meant to learn.

A layer that is left alone on purpose has no gradient computed for it. What is looked at are the siblings of weights that do
change: `W1` beside `W2`, `params['b1']` beside `params['b2']`, where their gradient is computed at every step, or the error is
carried to a value of the layer's size that nothing uses, or a step stores them anew and adds nothing. Any layer, first or last, may stay as it was drawn: that is told, and
no fault.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

import numpy as np

from backproof.checking.process.session import Tensor
from backproof.checking.process.state import FLOATS, INDEX, last_name, stem
from backproof.checking.process.trace import Event
from backproof.checking.reading.adaptive import gradient_events, series_of
from backproof.checking.reading.laws import Law
from backproof.checking.reading.left_out import is_deliberate, left_out, prefix, related
from backproof.checking.reading.lost import Lost
from backproof.checking.reading.measure import Measured
from backproof.checking.reading.roles import Reading
from backproof.checking.reading.steps import Steps, moved_places
from backproof.checking.source.bound import bound_in_loops, made_from

MOST = 8
MOST_VALUES = 40
SUMS = {"Add", "Sub"}  # what an update is
MOST_NUMBERS = 100_000


def with_forgotten(steps: Steps, measured: Measured, reading: Reading) -> tuple[Measured, Reading]:
    """The measurements and the reading, with the weights that were forgotten, if there are any."""
    if reading.meeting is None or reading.loss is None or not reading.follows:
        return measured, reading
    plain = _candidates(steps, reading)
    if not plain:
        return measured, reading
    loose = _loose_ends(steps, reading, list(plain))
    through = {path: _of_its_size(steps, path, loose) for path in plain}
    more = Measured(steps, list(plain), [reading.meeting.output], measured.count)
    derived = more.gradient(reading.meeting, reading.loss, reading.mean)
    if derived is None:
        return measured, reading
    probe = Reading(reading.meeting, reading.loss, None, *derived, {})
    series = series_of(more.base, len(derived[0]))
    found = [
        p
        for p, told in plain.items()
        if derived[0][:, more.of([p])].any()
        and (
            told
            or through[p]
            or gradient_events(probe, more, p, series)[0]
            or _adds_nothing(steps, p)
        )
    ]
    if not found:
        return measured, reading
    for path in found:
        steps.lost.setdefault(path, Lost(None, "", more.state[path].dtype, through[path]))
    return _with_still(steps, measured, reading, found) or (measured, reading)


def _adds_nothing(steps: Steps, path: str) -> bool:
    """Whether a step stores a weight anew, or computes it, as a sum or difference that has the numbers that it has already."""
    own, places = steps.keepers[-1].state[path].values, steps.places
    added = {p.statement for p in places if p.target and {p.augmented, p.operator} & SUMS}
    return own.size > 1 and any(
        event.numbers is not None and np.array_equal(event.numbers, own)
        for event in steps.base[-1].events
        if (places[event.place].kind == "BinOp" and places[event.place].operator in SUMS)
        or (
            places[event.place].kind == "store"
            and places[event.place].statement in added
            and last_name(places[event.place].text) == last_name(path)
        )
    )


def with_still(
    steps: Steps, measured: Measured, reading: Reading, paths: Collection[str]
) -> tuple[Measured, Reading] | None:
    """The measurements and the reading, with numbers that no step changes as weights that stand still."""
    for path in paths:
        steps.lost.setdefault(path, Lost(None, "", steps.keepers[0].state[path].dtype))
    return _with_still(steps, measured, reading, paths)


def _with_still(
    steps: Steps, measured: Measured, reading: Reading, paths: Collection[str]
) -> tuple[Measured, Reading] | None:
    assert reading.meeting is not None
    assert reading.loss is not None
    groups = {group: list(members) for group, members in reading.groups.items()}
    laws = dict(reading.laws)
    for path in paths:
        group = steps.keepers[0].state[path].group
        groups.setdefault(group, []).append(path)
        laws[group] = Law("still", 0.0)
    whole = Measured(
        steps, [p for members in groups.values() for p in members], measured.places, measured.count
    )
    again = whole.gradient(reading.meeting, reading.loss, reading.mean)
    if again is None:
        return None
    return whole, replace(reading, gradient=again[0], known=again[1], groups=groups, laws=laws)


def _called(path: str) -> str:
    """`w` of `w_in` and of `w1`; empty where a name is a single letter."""
    name = last_name(path)
    plain = re.sub(r"\d", "", name)
    return plain if plain != name else prefix(name)


def standing(steps: Steps, reading: Reading, by_name: bool = False) -> list[str]:
    """Siblings of weights that no step changes although the output depends on them: meant so, or forgotten; `by_name` as for siblings."""
    if reading.meeting is None or reading.loss is None or not reading.follows:
        return []
    siblings = _siblings(steps, reading, by_name, True)
    more = Measured(steps, siblings, [reading.meeting.output], 2)
    derived = more.gradient(reading.meeting, reading.loss) if siblings else None
    if derived is None:
        return []
    stays = [
        path for path in siblings if derived[0][-1, more.of([path])].any()
    ]  # not a start that is kept
    tails = [
        trace.tail for trace in steps.base
    ]  # a list that was made anew may have none of its items there
    return [
        path
        for path in stays
        if not is_deliberate(steps, path) and all(path in tail for tail in tails)
    ]


def _candidates(steps: Steps, reading: Reading) -> dict[str, bool]:
    """What may have been forgotten; for each whether its place in the forward pass is proof enough."""
    siblings = dict.fromkeys(_siblings(steps, reading), False)
    found = {**siblings, **left_out(steps, reading, _unchanged(steps, set(reading.paths)))}
    return {path: told for path, told in found.items() if not is_deliberate(steps, path)}


def _siblings(
    steps: Steps, reading: Reading, by_name: bool = False, loosely: bool = False
) -> list[str]:
    """Arrays that stay as they are and are called like a weight, or were made by the same words and are no examples.

    Args:
        steps: of the training.
        reading: of the program.
        by_name: a name that begins like a weight's is enough.
        loosely: whatever its size, words that draw numbers alike are the same.
    """
    weights = set(reading.paths)
    known = {_called(path) for path in weights} - {""}
    data, rows = _run_over(steps), _rows_of_targets(steps, reading)
    if reading.meeting is not None:
        data |= made_from(steps.source, steps.places[reading.meeting.target].text)

    lists = {INDEX.sub("[]", path) for path in weights if path.endswith("]")}

    def is_sibling(path: str, tensor: Tensor) -> bool:
        if INDEX.sub("[]", path) in lists:
            return True
        called = _called(path) in known
        akin = related(steps, path, weights, loosely)
        return (called and (akin or by_name)) or (akin and tensor.shape[0] not in rows)

    still = _unchanged(steps, weights)
    return [p for p, t in still.items() if t.shape and p not in data and is_sibling(p, t)][:MOST]


def _rows_of_targets(steps: Steps, reading: Reading) -> set[int]:
    """How many targets there are, by the arrays that the target is read from: of one that a loop takes from a table, as many as the table has."""
    text = "" if reading.meeting is None else steps.places[reading.meeting.target].text
    bound = bound_in_loops(steps.source)
    read = set(re.findall(r"\w+", text))
    tables = (read - bound.keys()).union(*(bound[name] for name in read & bound.keys()))
    return {
        tensor.shape[0]
        for path, tensor in steps.keepers[0].state.items()
        if tensor.shape and last_name(path) in tables
    }


def _run_over(steps: Steps) -> frozenset[str]:
    """Variables whose items loops go through: examples, and no weights of a layer."""
    return frozenset().union(*bound_in_loops(steps.source).values())


def _unchanged(steps: Steps, weights: set[str]) -> dict[str, Tensor]:
    """Fractions that a step could change, and that none does."""
    first, tail = steps.keepers[0].state, steps.base[-1].tail
    return {
        path: tensor
        for path, tensor in first.items()
        if path not in weights
        and tensor.dtype in FLOATS
        and tensor.writable
        and tensor.values.size <= MOST_NUMBERS
        and np.array_equal(tail.get(path, tensor.values), tensor.values)
    }


def _loose_ends(steps: Steps, reading: Reading, siblings: list[str]) -> dict[str, tuple[int, ...]]:
    """Values that are computed after the error and change nothing at all, no weights' new values: name and shape."""
    kept = {stem(path) for path in [*siblings, *(p for g in reading.groups.values() for p in g)]}
    base, keeper, meeting = steps.base[-1], steps.keepers[-1], reading.meeting
    met = [i for i, head in enumerate(base.heads) if meeting and head[0] in meeting.parts]
    assigned: dict[int, list[Event]] = {}
    for event in base.events[max(met, default=0) + 1 :]:
        place = steps.places[event.place]
        if not place.target or place.kind == "store" or place.augmented:
            continue
        if stem(place.target) not in kept and event.numbers is not None:
            assigned.setdefault(event.place, []).append(event)
    lasts = [events[-1:] for events in assigned.values() if len(events) > 1]  # of a loop's rounds
    found_in = [*assigned.values(), *lasts]
    tables = [e for e in found_in if sum(_size(event) for event in e) > 1][:MOST_VALUES]
    probes = [
        {"move": [_moved(e) for e in events], "want": None, "paths": None} for events in tables
    ]
    found: dict[str, tuple[int, ...]] = {}
    for events, trace in zip(tables, keeper.probe(probes), strict=True):
        if trace is None:
            continue
        place = steps.places[events[0].place]
        others = {
            p for p in moved_places(base, trace) if steps.places[p].statement != place.statement
        }
        if not others and all(
            np.array_equal(flat, base.tail[path], equal_nan=True)
            for path, flat in trace.tail.items()
            if path in base.tail and stem(path) != stem(place.target)
        ):
            found[place.target] = events[0].shape or (len(events),)
    return found


def _size(event: Event) -> int:
    return 0 if event.numbers is None else event.numbers.size


def _moved(event: Event) -> tuple[int, int, bytes]:
    assert event.numbers is not None
    return event.place, event.occurrence, (event.numbers + 1e-3).tobytes()


def _of_its_size(steps: Steps, path: str, loose: dict[str, tuple[int, ...]]) -> tuple[str, ...]:
    """The loose ends that could be the delta of the layer whose weights these are, examples as rows or as columns."""
    shape = steps.keepers[0].state[path].shape
    return tuple(
        name
        for name, own in loose.items()
        if shape and own and (own[-1] == shape[-1] or own[0] == shape[0])
        if len(shape) == 2 or own == shape
    )
