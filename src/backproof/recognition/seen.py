"""What one training step of a program computed, as tables with examples as rows.

Seen          a table, what the program calls it, and the line that computed it
Step          all of them, the weights, and where the output met its target
steps_of(...) those of each step that a check has measured
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from backproof.arrays import Array
from backproof.checking.process.state import FLOATS
from backproof.checking.process.trace import Event, Trace
from backproof.checking.reading.judge import Judgement
from backproof.checking.reading.measure import target_of
from backproof.checking.source.places import Place

LAST_INDEX = re.compile(r"\[\d+\](?=[^\[]*$)")  # of `net.units[3].w`


@dataclass(frozen=True)
class Seen:
    """A table of numbers, each row an example's."""

    table: Array
    name: str  # "" where the program gives it none
    line: int
    position: int  # in the order of execution


@dataclass(frozen=True)
class Weights:
    """Numbers that the program keeps from step to step, as one array."""

    name: str
    array: Array
    trained: bool = True


@dataclass(frozen=True)
class Step:
    """One training step."""

    outputs: Sequence[Array]  # ways to read the output as a table
    target: Array  # flat
    seen: Sequence[Seen]
    weights: Sequence[Weights]
    number: int  # from 0
    met: tuple[int, int]  # positions of the first meeting and the last


def steps_of(judged: Judgement) -> Iterator[Step]:
    """Each step that was measured, if the output is compared with a target in it."""
    for number in range(len(judged.steps.base)):
        step = _step_of(judged, number)
        if step is not None:
            yield step


def _step_of(judged: Judgement, number: int) -> Step | None:
    meeting = judged.reading.meeting
    trace, keeper = judged.steps.base[number], judged.steps.keepers[number]
    if meeting is None:
        return None
    output, target = trace.values(meeting.output), target_of(meeting, trace)
    if output is None or target is None or output.size != target.size:
        return None
    at = [i for i, head in enumerate(trace.heads) if head[0] in (meeting.place, *meeting.twins)]
    paths = judged.reading.paths
    weights = [
        Weights(path, t.values.reshape(t.shape), path in paths)
        for path, t in keeper.state.items()
        if path in paths or (t.dtype in FLOATS and 1 <= len(t.shape) <= 2)
    ]
    scopes = {judged.loop.scope, judged.steps.places[meeting.place].scope}
    return Step(
        list(_tables(trace.at(meeting.output))),
        target,
        list(_seen(trace, judged.steps.places, scopes)),
        [*weights, *_stacked(weights)],
        number,
        (min(at, default=0), max(at, default=0)),
    )


def _seen(trace: Trace, places: Sequence[Place], scopes: Collection[str]) -> Iterator[Seen]:
    """Every table; names only of what is assigned to, or stands in the scopes of the training: no arguments of helpers."""
    by_place: dict[tuple[int, int], list[tuple[int, Event]]] = {}
    for position, event in enumerate(trace.events):
        if event.numbers is not None and np.isfinite(event.numbers).all():
            size = event.numbers.size
            by_place.setdefault((event.place, size), []).append((position, event))
    for (index, _), found in by_place.items():
        place = places[index]
        own = place.kind in ("Name", "Attribute") and place.scope in scopes
        name = place.target or (place.text if own else "")
        groups = [found] if len(found) == 1 else [found, *([one] for one in found[:MOST_SINGLE])]
        for group in groups:
            for table in _tables([event for _, event in group]):
                yield Seen(table, name, place.line, group[0][0])


MOST_SINGLE = 12  # occurrences of one expression that are looked at each on its own


def _tables(events: Sequence[Event]) -> Iterator[Array]:
    """The ways to read what an expression gave, once or once for each example, with examples as rows."""
    flat = np.concatenate([e.numbers for e in events if e.numbers is not None])
    shape = events[0].shape
    if len(events) > 1:  # an example each, or a unit of an example each
        yield flat.reshape(len(events), -1)
        if events[0].numbers is not None and events[0].numbers.size == 1:
            for width in range(2, min(len(events), MOST_UNITS) + 1):
                if len(events) % width == 0:
                    yield flat.reshape(-1, width)
    elif len(shape) == 2:
        yield flat.reshape(shape)
        if shape[0] != 1 or shape[1] != 1:
            yield flat.reshape(shape).T
    elif len(shape) == 1:
        yield flat.reshape(1, -1)
        if flat.size > 1:
            yield flat.reshape(-1, 1)
    elif not shape:
        yield flat.reshape(1, 1)


MOST_UNITS = 16


def _stacked(weights: Sequence[Weights]) -> Iterator[Weights]:
    """The weights of single units as one array: `hidden[0].w`, `hidden[1].w` and so on."""
    alike: dict[tuple[str, tuple[int, ...]], list[Weights]] = {}
    for one in weights:
        if one.trained and LAST_INDEX.search(one.name):
            key = LAST_INDEX.sub("[]", one.name)
            alike.setdefault((key, one.array.shape), []).append(one)
    for (name, _), members in alike.items():
        if members[0].array.ndim < 2:
            yield Weights(name, np.stack([one.array for one in members]), members[0].trained)
