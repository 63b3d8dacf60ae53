"""Phase 4c: where something that depends on weights meets data that does not: an output and its target.

meetings(...)     candidates, in the order of execution
live_groups(...)  groups of numbers that outlive a step
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from backproof.checking.process.session import Tensor
from backproof.checking.process.trace import Array, Trace
from backproof.checking.reading.hints import NO_HINTS, Hints
from backproof.checking.reading.hypotheses import CLASSES
from backproof.checking.reading.measure import Meeting, target_of
from backproof.checking.reading.steps import Steps
from backproof.checking.source.places import Place

MOST_MEETINGS = 8
QUOTIENTS = ("Div", "np.divide", "numpy.divide")
DIFFERENCES = ("Sub", "np.subtract", "numpy.subtract")
PRODUCTS = ("Div", "Mult", "np.divide", "np.multiply")
TRACE = 0.02  # of its own nudge: a number that keeps less was overwritten
SAME = 1e-20  # of a square: equal but for rounding
TINY = 1e-300


def meetings(steps: Steps, places: Sequence[Place], hints: Hints = NO_HINTS) -> list[Meeting]:
    """Candidates in the order of execution; differences before products; no two of the same numbers."""
    depends = steps.dependency.events
    live = live_groups(steps)
    first: dict[int, int] = {}
    for position, head in enumerate(steps.base[-1].heads):
        first.setdefault(head[0], position)
    found: list[tuple[bool, int, Meeting]] = []
    for place in places:
        meeting = _meeting_at(place, places, depends, live)
        if meeting is None or meeting.output not in first or meeting.target not in first:
            continue
        if not hints.is_output(places[meeting.output]) or not hints.is_target(
            places[meeting.target]
        ):
            continue
        order = first.get(meeting.place, max(first[meeting.output], first[meeting.target]))
        found.append((place.operator in PRODUCTS, order, meeting))
    found.sort(key=lambda row: row[:2])
    return _distinct(steps, places, [meeting for _, _, meeting in found])[:MOST_MEETINGS]


def _distinct(steps: Steps, places: Sequence[Place], found: list[Meeting]) -> list[Meeting]:
    """Meetings of different numbers, and of targets that are more than one number that never changes.

    Such a number may be all that there is to learn, but not in a function of its own beside another with targets that change: `A - o` in a slope.
    """
    kept: dict[bytes, Meeting] = {}
    varied: set[str] = set()  # functions in which an output meets a target that changes
    fixed: dict[bytes, str] = {}  # those in which one meets a number that never does
    twins: dict[bytes, list[int]] = {}  # of the kind that is kept
    for meeting in found:
        outputs = [trace.values(meeting.output) for trace in steps.base]
        targets = [target_of(meeting, trace) for trace in steps.base]
        pairs = [
            (o, t) for o, t in zip(outputs, targets, strict=True) if o is not None and t is not None
        ]
        if not pairs or any(o.size != t.size for o, t in pairs):
            continue
        if _is_scaled(steps, meeting.output):
            continue
        if meeting.kind == "index" and not all(CLASSES.applies(o, t) for o, t in pairs):
            continue
        if meeting.kind == "index" and _is_counted(meeting, steps.base[-1]):
            continue
        key = b"".join(o.tobytes() + t.tobytes() for o, t in pairs)
        flat = np.concatenate([t for _, t in pairs])
        constant = bool((flat == flat[0]).all())
        scope = places[meeting.place].scope
        if bool((flat == flat[0]).all()) and meeting.kind == "difference":
            fixed[key] = scope
        elif meeting.kind == "difference":
            varied.add(scope)
        if not (constant and meeting.kind == "product"):
            first = kept.setdefault(key, meeting)
            if first.kind == meeting.kind:
                twins.setdefault(key, []).append(meeting.place)
    return [
        replace(meeting, twins=tuple(twins[key]))
        for key, meeting in kept.items()
        if key not in fixed or not varied - {fixed[key]}
    ]


def _is_scaled(steps: Steps, output: int) -> bool:
    """Whether what meets a target is only a multiple of numbers that the step began with: momentum, a running mean or decay, no prediction."""
    shares: set[float] = set()  # by which larger values are multiples
    single: list[
        set[float]
    ] = []  # by which a single number is a multiple of another: it always is of some
    with np.errstate(all="ignore"):  # a changed program may diverge
        for trace, keeper in zip(steps.base, steps.keepers, strict=False):
            for event in trace.at(output):
                found = _shares(event.numbers, keeper.state)
                if not found:
                    return False
                if event.numbers is not None and event.numbers.size == 1:
                    single.append(found)
                else:
                    shares |= found
    return all(found & (shares | {1.0, ANY}) for found in single)


ANY = np.inf  # of zeros


def _shares(output: Array | None, state: dict[str, Tensor]) -> set[float]:
    """The factors by which numbers are a multiple of some that the step began with."""
    long = 0.0 if output is None else float(output @ output)
    if output is None or not long:
        return set() if output is None else {ANY}
    out = set()
    for tensor in state.values():
        if tensor.values.size != output.size:
            continue
        factor = float(output @ tensor.values) / max(float(tensor.values @ tensor.values), TINY)
        rest = output - factor * tensor.values
        if float(rest @ rest) <= SAME * long:
            out.add(float(f"{factor:.9g}"))
    return out


def _is_counted(meeting: Meeting, trace: Trace) -> bool:
    """Whether an index runs through one and the same output: a counter, no label."""
    outputs, labels = trace.at(meeting.output), trace.at(meeting.target)
    parts = [(o.numbers, t.numbers) for o, t in zip(outputs, labels, strict=False)]
    if len(parts) < 2 or any(o is None or t is None or t.size != 1 for o, t in parts):
        return False
    first = parts[0][0]
    seen = {float(t[0]) for _, t in parts if t is not None}
    alike = all(np.array_equal(o, first) for o, _ in parts if o is not None and first is not None)
    return alike and len(seen) == len(parts)


def live_groups(steps: Steps) -> frozenset[str]:
    """Groups whose value at the end of a step still has to do with their value at its start."""
    slopes = steps.dependency.slopes
    meant = {path for path, found in steps.lost.items() if found.place is not None}
    told = meant | set(steps.changed)
    return frozenset(
        group
        for group, paths in steps.groups.items()
        if (not steps.changed or any(path in told for path in paths))
        and any(abs(slopes.get(path, 0.0)) > TRACE for path in paths)
    )


def _operands(place: Place, places: Sequence[Place]) -> list[int]:
    """`a` and `b` of `a - b`, and of `np.subtract(a, b)`, whose module is a child too."""
    module = place.operator.partition(".")[0]
    return [c for c in place.children if "." not in place.operator or places[c].text != module]


def _within_log(output: int, places: Sequence[Place]) -> int:
    """`a` of `log(a)`, by which a cross-entropy multiplies its targets."""
    place = places[output]
    inside = _operands(place, places) if place.operator.split(".")[-1] == "log" else []
    return inside[0] if len(inside) == 1 else output


def _is_slope(place: Place, places: Sequence[Place], moves: Callable[[int], bool]) -> bool:
    """Whether it is data divided by something that moves, `y / a` in the slope of a cross-entropy: no output."""
    operands = _operands(place, places) if place.operator in QUOTIENTS else []
    return len(operands) == 2 and moves(operands[1]) and not moves(operands[0])


def _meeting_at(
    place: Place,
    places: Sequence[Place],
    depends: dict[int, frozenset[str]],
    live: frozenset[str],
) -> Meeting | None:
    def moves(child: int) -> bool:
        return bool(depends.get(child, frozenset()) & live)

    operands = _operands(place, places) if place.operator in DIFFERENCES + PRODUCTS else []
    if len(operands) == 2:
        a, b = operands
        output, target = (a, b) if moves(a) else (b, a)
        if moves(output) and not moves(target):
            output = _within_log(output, places)
            direct = place.operator in DIFFERENCES and not _is_slope(places[output], places, moves)
            return Meeting(place.index, output, target, "difference" if direct else "product")
    if place.kind in ("Subscript", "IndexStore") and len(place.children) >= 2:
        value, *indices = place.children
        labels = [i for i in indices if places[i].kind != "Call" and not moves(i)]
        if moves(value) and len(labels) == 1:
            return Meeting(place.index, value, labels[0], "index")
    return None
