"""Phase 9e: what is known of a program that misses its aim, before anything is tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from backproof.checking.learning.biases import missing_biases
from backproof.checking.learning.effects import Begin, Effects
from backproof.checking.learning.experiments.facts import Data, Facts
from backproof.checking.learning.idle import idle_units
from backproof.checking.learning.lab import Lab, Outcome
from backproof.checking.process.session import Tensor
from backproof.checking.process.trace import Event, Trace
from backproof.checking.reading.judge import Judgement
from backproof.checking.reading.measure import Meeting
from backproof.checking.reading.steps import NUDGE, direction, moved_places
from backproof.checking.source.literals import Source
from backproof.checking.source.places import Place

MOST_DATA = 12  # arrays, or lists of examples, that are looked at as inputs
FEWEST = 4  # examples


def meeting_of(judgement: Judgement) -> Meeting | None:
    """Where the output meets its target."""
    readings = [judgement.reading, *judgement.others]
    return next((r.meeting for r in readings if r.meeting is not None and r.direct), None)


def gather(lab: Lab, base: Sequence[Outcome | None]) -> Facts | None:
    """What the experiments are made from."""
    judgement, meeting = lab.judgement, lab.meeting
    effects = Effects(lab.host, lab.source, judgement, meeting.output)
    begin, seen = effects.all()
    first = base[0]
    if begin is None or first is None:
        return None
    assigned = _assigned(judgement, lab.places)
    return Facts(
        text=Source(lab.source),
        places=lab.places,
        loops=lab.loops,
        step=judgement.loop,
        around=lab.around or (),
        meeting=meeting,
        groups=judgement.reading.groups,
        tensors=_tensors(judgement, begin),
        begin=begin,
        effects=seen,
        moved=frozenset(p for p, groups in judgement.steps.dependency.events.items() if groups),
        teaching=_teaching(judgement, meeting, lab.places),
        inputs=_inputs(judgement, lab.places, assigned),
        score=first.score,
        biases=missing_biases(judgement, meeting, lab.places),
        assigned=assigned,
        idle=idle_units(judgement, meeting, lab.places),
    )


def _tensors(judgement: Judgement, begin: Begin) -> dict[str, Tensor]:
    """The first state, without any noise."""
    return {
        path: replace(tensor, values=begin.head.get(path, tensor.values))
        for path, tensor in judgement.steps.keepers[0].state.items()
    }


def _teaching(judgement: Judgement, meeting: Meeting, places: Sequence[Place]) -> frozenset[int]:
    """Places of a target that the weights follow: the others only show the error."""
    keeper, base = judgement.steps.keepers[0], judgement.steps.base[0]
    children = {child for twin in meeting.twins for child in places[twin].children}
    moved = sorted(children | {meeting.target})
    events = {e.place: e for e in base.events if e.occurrence == 0 and e.numbers is not None}
    probes = [
        {"move": [(place, 0, np.ones(_size(events, place)).tobytes())], "want": [], "paths": None}
        for place in moved
    ]
    traces = keeper.probe(probes)
    paths = [path for paths in judgement.reading.groups.values() for path in paths]
    return frozenset(
        place
        for place, trace in zip(moved, traces, strict=True)
        if trace is not None and any(_differs(base, trace, path) for path in paths)
    )


def _size(events: dict[int, Event], place: int) -> int:
    numbers = events[place].numbers if place in events else None
    return 1 if numbers is None else numbers.size


def _differs(base: Trace, trace: Trace, path: str) -> bool:
    return not np.array_equal(base.tail.get(path, np.zeros(0)), trace.tail.get(path, np.zeros(0)))


def _assigned(judgement: Judgement, places: Sequence[Place]) -> frozenset[str]:
    """Last names of what the step adds something to, such as `W1` of `self.W1 -= ...`."""
    seen = {head[0] for head in judgement.steps.base[0].heads}
    out = set()
    for place in places:
        sums = place.operator in ("Add", "Sub") and place.children
        itself = sums and places[place.children[0]].text == place.target
        if place.index in seen and place.target and (place.augmented in ("Add", "Sub") or itself):
            out.add(place.target.split("[")[0].split(".")[-1])
    return frozenset(out)


def _inputs(judgement: Judgement, places: Sequence[Place], assigned: frozenset[str]) -> list[Data]:
    """Data that moves what the weights move, when it is moved: a layer takes it in."""
    keeper, base = judgement.steps.keepers[0], judgement.steps.base[0]
    weights = {*judgement.reading.groups, *judgement.steps.groups}
    groups: dict[tuple[str, tuple[int, ...]], list[Tensor]] = {}
    for tensor in keeper.state.values():
        name = tensor.path.split("[")[0].split(".")[-1]
        if (
            tensor.writable
            and tensor.shape
            and tensor.group not in weights
            and name not in assigned
        ):
            groups.setdefault((tensor.group, tensor.shape), []).append(tensor)
    data = [made for tensors in groups.values() if (made := _data(tensors)) is not None]
    data = data[:MOST_DATA]
    probes = [
        {
            "nudge": [(p, _small(keeper.state[p]).tobytes()) for p in d.paths],
            "want": None,
            "paths": [],
        }
        for d in data
    ]
    forward = _forward(judgement, places)
    traces = keeper.probe(probes) if probes else []
    return [
        d
        for d, trace in zip(data, traces, strict=True)
        if trace is not None and moved_places(base, trace) & forward
    ]


def _data(tensors: list[Tensor]) -> Data | None:
    """Tensors of one kind as a table of examples."""
    first = tensors[0]
    name = first.path.split("[")[0]
    if len(tensors) >= FEWEST and len(first.shape) == 1:
        return Data(name, tuple(t.path for t in tensors), np.array([t.values for t in tensors]), 0)
    if len(tensors) > 1 or first.values.size < FEWEST:
        return None
    axis = 0 if len(first.shape) < 2 or first.shape[0] >= first.shape[1] else 1
    return Data(first.path, (first.path,), first.values.reshape(first.shape), axis)


def _forward(judgement: Judgement, places: Sequence[Place]) -> set[int]:
    """Places that move with the weights, before the output does."""
    meeting = meeting_of(judgement)
    out: set[int] = set()
    for place, *_ in judgement.steps.base[0].heads:
        if meeting is not None and place == meeting.output:
            break
        if judgement.steps.dependency.events.get(place):
            out.add(place)
    return {place for place in out if places[place].kind in ("BinOp", "Call")}


def _small(tensor: Tensor) -> np.ndarray:
    size = NUDGE * max(1.0, float(np.abs(tensor.values).max(initial=0.0)))
    return size * direction(tensor.values.size, 6)
