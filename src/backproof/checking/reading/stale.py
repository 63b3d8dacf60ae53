"""Phase 6d: updates that are right for another example: what the backward pass uses was overwritten by a later forward pass.

Such a step is the gradient of something, so its law is faultless. What gives it away, both in one step:

    the output meets its target here, and met another target before      it belongs to another example
    an earlier forward pass of the step is used by nothing at all        the one that was meant
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backproof.checking.process.trace import Array, Trace
from backproof.checking.reading.judge import Judgement
from backproof.checking.reading.measure import Meeting
from backproof.checking.reading.meetings import DIFFERENCES
from backproof.checking.source.places import Statement

MOVE = 1e-3
MOST_PROBED = 3  # steps


@dataclass(frozen=True)
class Stale:
    """Statements of the loop's body."""

    unused: int  # whose forward pass nothing uses
    over: int  # whose own forward pass took its place


def stale(judgement: Judgement, statements: Sequence[Statement]) -> Stale | None:
    """The two statements; None where every value belongs to its own example, or where that cannot be told."""
    meeting = judgement.reading.meeting
    if meeting is None or meeting.kind != "difference":
        return None
    seen = [
        _in_step(judgement, statements, meeting, number)
        for number in range(judgement.measured.count)
    ]
    found = Counter(one[0] for one in seen if one is not None)
    if not found or 2 * sum(found.values()) < len(seen):
        return None
    likely, _ = found.most_common(1)[0]
    steps = [n for n, one in enumerate(seen) if one is not None and one[0] == likely]
    unused = all(
        _is_unused(judgement, number, one[1])
        for number in steps[:MOST_PROBED]
        if (one := seen[number]) is not None
    )
    return likely if unused else None


def _in_step(
    judgement: Judgement, statements: Sequence[Statement], meeting: Meeting, number: int
) -> tuple[Stale, tuple[int, int, int]] | None:
    """The statements, and the place, the occurrence and the size of the output that is not used."""
    trace = judgement.steps.base[number]
    at = _position(trace, meeting.place)
    output, target = trace.values(meeting.output), trace.values(meeting.target)
    if output is None or target is None or not _met_another(judgement, meeting, trace, at):
        return None
    made = next((i for i, e in enumerate(trace.events[:at]) if _same(e.numbers, output)), None)
    if made is None:
        return None
    event = trace.events[made]
    before = next((i for i, e in enumerate(trace.events[:made]) if e.place == event.place), None)
    if before is None:
        return None
    first = trace.events[before]
    if first.numbers is None or _same(first.numbers, output):
        return None
    a, b, c = (_body_statement(judgement, statements, trace, i) for i in (before, made, at))
    if a is None or b is None or not a < b or b == c or a == c:
        return None
    return Stale(a, b), (first.place, first.occurrence, first.numbers.size)


def _position(trace: Trace, place: int) -> int:
    return next((i for i, head in enumerate(trace.heads) if head[0] == place), 0)


def _same(a: Array | None, b: Array) -> bool:
    return a is not None and a.size == b.size and bool(np.array_equal(a, b))


def _met_another(judgement: Judgement, meeting: Meeting, trace: Trace, at: int) -> bool:
    """Whether the same output is compared with other numbers before."""
    output, target = trace.values(meeting.output), trace.values(meeting.target)
    if output is None or target is None:
        return False
    latest: dict[int, Array | None] = {}
    places = judgement.steps.places
    for event in trace.events[:at]:
        place = places[event.place]
        latest[event.place] = event.numbers
        if place.operator not in DIFFERENCES or len(place.children) != 2:
            continue
        one, other = (latest.get(child) for child in place.children)
        for here, there in ((one, other), (other, one)):
            if _same(here, output) and there is not None and there.size == target.size:
                if not np.array_equal(there, target):
                    return True
    return False


def _body_statement(
    judgement: Judgement, statements: Sequence[Statement], trace: Trace, position: int
) -> int | None:
    """The statement of the loop's own body during which something happened."""
    loop, places = judgement.loop, judgement.steps.places
    for head in trace.heads[position:]:
        statement = statements[places[head[0]].statement]
        if statement.scope == loop.scope and loop.line < statement.line <= loop.end_line:
            return statement.index
    return None


def _is_unused(judgement: Judgement, number: int, what: tuple[int, int, int]) -> bool:
    """Whether every number ends as it did when that output is another."""
    place, occurrence, size = what
    move = [(place, occurrence, np.full(size, MOVE).tobytes())]
    probe = {"move": move, "want": [], "paths": None}
    trace = judgement.steps.keepers[number].probe([probe])[0]
    base = judgement.steps.base[number].tail
    paths = judgement.reading.paths
    return trace is not None and all(
        path in trace.tail and np.array_equal(trace.tail[path], base[path], equal_nan=True)
        for path in paths
        if path in base
    )
