"""Phase 4c: which numbers are the weights.

weights_of(...)  for each meeting: the numbers that move its output and that a step adds something to
taught(...)      the numbers whose new value has to do with a target
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backproof.checking.process.trace import Array, Trace
from backproof.checking.reading.hints import NO_HINTS, Hints
from backproof.checking.reading.measure import Meeting
from backproof.checking.reading.meetings import live_groups
from backproof.checking.reading.steps import NUDGE, Steps, direction
from backproof.checking.source.syntax import READ

COUNTS = "ib"  # kinds of values that may be indices
KEPT = (
    0.3,
    3.0,
)  # of its own nudge that a weight keeps over a step in which the error is held still


def weights_of(
    steps: Steps, met: Sequence[Meeting], outputs: frozenset[int], hints: Hints = NO_HINTS
) -> list[dict[str, list[str]]]:
    """For each meeting: the numbers that move its output and that a step adds something to, by group."""
    lost = {steps.tensors[path].group for path in steps.lost}
    live = live_groups(steps) | lost
    moving = [sorted(steps.dependency.events.get(m.output, frozenset()) & live) for m in met]
    pairs = [(m, group) for m, groups in zip(met, moving, strict=True) for group in groups]
    adds = dict(zip(pairs, _adds(steps, pairs), strict=True))
    out = []
    reached = set().union(*(taught(steps, meeting) for meeting in met))
    told = {group for group, paths in steps.groups.items() if reached.intersection(paths)}
    tables = {tensor.group for tensor in steps.tensors.values() if tensor.values.size > 1}
    for meeting, groups in zip(met, moving, strict=True):
        found = {
            group: [
                path
                for path in steps.groups[group]
                if not _is_carried(steps, path, outputs)
                and (group in told | tables or path in steps.lost)
            ]
            for group in steps.groups
            if group in groups and adds[meeting, group] and hints.is_weight(group)
        }
        out.append({group: paths for group, paths in found.items() if paths})
    return out


def _adds(steps: Steps, pairs: Sequence[tuple[Meeting, str]]) -> list[bool]:
    """For each pair: whether most steps add to the group's numbers, rather than computing them anew, when the error is held still."""
    nudges = {
        number: {group: _nudge_of(steps, number, group) for _, group in pairs}
        for number in steps.look_at()
    }
    plans = {
        number: [
            {
                "nudge": [(path, delta.tobytes()) for path, delta in own[group].items()],
                "replace": _held(steps, number, meeting),
                "want": [],
                "paths": list(own[group]),
            }
            for meeting, group in pairs
        ]
        for number, own in nudges.items()
    }
    votes = [0] * len(pairs)
    for number, traces in steps.probe(plans).items():
        for position, ((_, group), trace) in enumerate(zip(pairs, traces, strict=True)):
            votes[position] += _is_added(steps, number, nudges[number][group], trace)
    return [2 * vote >= len(plans) for vote in votes]


def _nudge_of(steps: Steps, number: int, group: str) -> dict[str, Array]:
    keeper, base = steps.keepers[number], steps.base[number]
    paths = [path for path in steps.groups[group] if path in keeper.state and path in base.tail]
    return {path: NUDGE * direction(keeper.state[path].values.size, 5) for path in paths}


def _held(steps: Steps, number: int, meeting: Meeting) -> list[tuple[int, int, bytes]]:
    """The values that the error keeps."""
    if meeting.kind != "difference":
        return []
    return [
        (e.place, e.occurrence, e.numbers.tobytes())
        for place in sorted(set(meeting.twins))
        for e in steps.base[number].at(place)
        if e.numbers is not None
    ]


def _is_added(steps: Steps, number: int, nudge: dict[str, Array], trace: Trace | None) -> bool:
    """Whether about as much is left of a nudge at the end of the step."""
    if trace is None:
        return True
    base = steps.base[number]
    if any(trace.tail[p].size > delta.size for p, delta in nudge.items() if p in trace.tail):
        return any(path in steps.lost for path in nudge)  # it was spread over its step
    own = sum(float(delta @ delta) for delta in nudge.values())
    left = sum(
        float((trace.tail[path] - base.tail[path]) @ delta)
        for path, delta in nudge.items()
        if path in trace.tail and trace.tail[path].size == delta.size
    )
    return own == 0 or KEPT[0] < abs(left / own) < KEPT[1]


def taught(steps: Steps, meeting: Meeting) -> set[str]:
    """Paths whose new value has to do with the target: not a rate, not a counter."""
    key = (meeting.target, *meeting.twins)
    if key not in steps.taught:
        steps.taught[key] = _taught(steps, meeting)
    return steps.taught[key]


def _taught(steps: Steps, meeting: Meeting) -> set[str]:
    own = (meeting.target,) if meeting.kind != "difference" else meeting.twins
    at = own if meeting.kind == "difference" else _read_from(steps, meeting.target)
    moves = {
        number: [
            (e.place, e.occurrence, np.full(e.numbers.size, 1e-6).tobytes())
            for place in sorted(set(at))
            for e in steps.base[number].at(place)
            if e.numbers is not None and (place in own or e.kind not in COUNTS)
        ]
        for number in steps.look_at()
    }
    if meeting.kind == "index" or not all(moves.values()):
        return {path for number in moves for path in steps.base[number].tail}
    plans = {number: [{"move": own, "want": [], "paths": None}] for number, own in moves.items()}
    out: set[str] = set()
    for number, (trace,) in steps.probe(plans).items():
        base = steps.base[number]
        out |= {
            path
            for path, flat in (base.tail if trace is None else trace.tail).items()
            if trace is None
            or path not in base.tail
            or not np.array_equal(flat, base.tail[path], equal_nan=True)
        }
    return out


def _read_from(steps: Steps, target: int) -> list[int]:
    """Every place that reads what a target is made of: the loss may be computed beside the updates."""
    waiting, names = [target], set()
    while waiting:
        place = steps.places[waiting.pop()]
        waiting += place.children
        names |= {place.text} if place.kind in READ else set()
    return [target, *(p.index for p in steps.places if p.kind in READ and p.text in names)]


def _is_carried(steps: Steps, path: str, outputs: frozenset[int]) -> bool:
    """Whether the new value was computed by the forward pass: a state that is carried on, no weight."""
    last = len(steps.base) - 1
    tail = steps.base[last].tail.get(path)
    before = steps.keepers[last].state.get(path)
    if tail is None or tail.size < 2 or before is None or np.array_equal(before.values, tail):
        return False
    if 0.5 < steps.dependency.slopes.get(path, 0.0) < 1.5:
        return False
    for event in steps.base[last].events:
        if event.place in outputs:
            return False
        if event.numbers is not None and event.numbers.size == tail.size:
            if np.array_equal(event.numbers, tail):
                return True
    return False
