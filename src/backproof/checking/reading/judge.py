"""Phase 6: read the program, and judge each group of weights by the law that it follows.

judge(...)    the best reading, what loss the program shows, and the groups that go wrong under it
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, field, replace
from itertools import chain
from typing import Any

import numpy as np

from backproof.checking.process.session import Host
from backproof.checking.process.state import FLOATS
from backproof.checking.process.trace import Array
from backproof.checking.reading.adaptive import ways
from backproof.checking.reading.begins import later_beginning, updates_once
from backproof.checking.reading.broken import Broken, broken
from backproof.checking.reading.constraints import masked, unbound
from backproof.checking.reading.factors import by_factors
from backproof.checking.reading.forgotten import with_forgotten
from backproof.checking.reading.hints import NO_HINTS, Hints
from backproof.checking.reading.joint import joint, rival
from backproof.checking.reading.loss import (
    as_computed,
    chosen_of,
    confirmed,
    entry_by_entry,
    is_meant,
    losses_of_numbers,
    upright,
)
from backproof.checking.reading.measure import Measured, Meeting
from backproof.checking.reading.meetings import meetings
from backproof.checking.reading.own import own_losses
from backproof.checking.reading.roles import FEW, PLENTY, SEEN, Reading, best, laws, readings
from backproof.checking.reading.rounds import counted
from backproof.checking.reading.shown import shown_losses
from backproof.checking.reading.slopes import without_slopes
from backproof.checking.reading.steps import Steps, busiest, candidates, open_steps
from backproof.checking.reading.weights import taught, weights_of
from backproof.checking.source.instrument import Instrumented
from backproof.checking.source.places import Loop, Place

STEPS = 9
SMALL = 0.05  # weights all below this leave every unit nearly linear
MOST_AFTER = 2  # loops that are read after one that explains nothing
NOISE = 0.5
MOST_FOLLOWED = 6  # readings


@dataclass
class Judgement:
    """What was understood of a program, and how its weights move."""

    steps: Steps
    measured: Measured
    reading: Reading
    others: list[Reading]
    shown: frozenset[str]  # names of the losses that the program computes or prints
    loop: Loop
    tried: list[str] = field(default_factory=list)
    glimpsed: frozenset[str] = frozenset()  # losses that some steps compute, where none is shown
    begins: int = 0  # the line with which a step begins, where it is not the loop's
    broken: Broken | None = None  # the root of something negative
    bursts: int = 0  # the first step, from 1, after which numbers are none, or beyond all measure
    without: Judgement | None = (
        None  # the same without weights that no step changes, which may be meant so
    )

    @property
    def line(self) -> int:
        """Where a step begins."""
        return self.begins or self.loop.line

    @property
    def wrong(self) -> list[str]:
        """Groups that do not follow the gradient downhill."""
        return self.reading.wrong

    @property
    def rival(self) -> Reading | None:
        """Another output with a loss of its own, which may teach the weights that go wrong."""
        return rival(self.others, self.reading) if self.wrong else None

    @property
    def mismatch(self) -> bool:
        """Whether every update is the gradient of a loss other than the one shown."""
        return self._is_other_than(self.shown)

    @property
    def perhaps_mismatch(self) -> bool:
        """The same of a loss that only some steps compute."""
        return not self.shown and self._is_other_than(self.glimpsed)

    def _is_other_than(self, shown: frozenset[str]) -> bool:
        loss = self.reading.loss
        if loss is None or not shown or loss.name in shown:
            return False
        if self.reading.factors or self.reading.beside:
            return False
        return not is_meant(self.reading, self.steps.source)


def judge(
    host: Host,
    source: str,
    made: Instrumented,
    scan: dict[str, Any],
    hints: Hints = NO_HINTS,
) -> Judgement | list[str]:
    """Read the program; a list of what was tried where that fails."""
    loops = made.loops
    tried: list[str] = []
    poor: Judgement | None = None
    after = 0  # loops that were read since one was that explains nothing
    likely = hints.loops(loops) or candidates(scan["loops"])
    for loop in likely or busiest(scan["loops"]):
        if poor is not None and _is_clear(poor.reading):
            if after >= MOST_AFTER:
                break
            if _adds_nothing(scan["loops"], poor.loop.index, loop):
                continue
        noise = {} if likely else {"*": NOISE}
        found = _judge_loop(host, source, made, loops[loop], noise, tried, hints)
        if found is not None and _needs_noise(found):
            known = replace(hints, shown=found.shown)
            again = _judge_loop(host, source, made, loops[loop], _noise(found), tried, known)
            if again is not None:
                found.steps.run.stop()
                found = again
        if found is None or (not found.reading.follows and _rests(found)):
            joined = _in_rounds(host, source, made, loops[loop], found, hints)
            if joined is not None and (poor is None or _tells_more(joined, poor)):
                return joined
        if found is not None and found.wrong:
            found = _from_its_beginning(host, source, made, found, hints)
        after += poor is not None and _is_clear(poor.reading)
        if found is None:
            continue
        sees = found.reading.known.mean() > SEEN
        near = _near(found.reading) and (poor is None or not _is_clear(poor.reading))
        if sees and (near or any(_follows(r) for r in found.others)):
            return found
        if sees and (poor is None or _rank(found) > _rank(poor)):
            poor = found
    return poor if poor is not None else tried


def _rests(found: Judgement) -> bool:
    """Whether there are steps in which no weight moves."""
    return bool((found.measured.move == 0).all(axis=1).any())


def _in_rounds(
    host: Host, source: str, made: Instrumented, loop: Loop, found: Judgement | None, hints: Hints
) -> Judgement | None:
    """The judgement by steps of several rounds, where the weights move in some rounds only, if it explains more."""
    before = host.settings.get("split")
    for split in counted(source, loop) if before is None else ():
        host.settings["split"] = astuple(split)
        again = _judge_loop(host, source, made, loop, {}, [], hints)
        if again is not None and (found is None or _tells_more(again, found)) and _is_used(again):
            return again
        if again is not None:
            again.steps.run.stop()
    host.settings["split"] = before
    return None


def _tells_more(one: Judgement, other: Judgement) -> bool:
    return _explains(one.reading) > _explains(other.reading)


def _from_its_beginning(
    host: Host, source: str, made: Instrumented, found: Judgement, hints: Hints
) -> Judgement:
    """The judgement by steps that begin with the forward pass, where those of the loop end with it, if it explains more."""
    before = host.settings.get("split")
    split = later_beginning(found.steps, found.reading, made.statements, found.loop)
    if split is None or before is not None:
        return found
    host.settings["split"] = astuple(split)
    again = _judge_loop(host, source, made, found.loop, found.steps.jitter, [], hints)
    if again is not None and _is_better(again, found) and _is_used(again):
        found.steps.run.stop()
        return replace(again, begins=split.line)
    host.settings["split"] = before
    if again is not None:
        again.steps.run.stop()
    return found


def _is_better(one: Judgement, other: Judgement) -> bool:
    """Whether one explains more, or as much where the other looks at an output that no update has to do with."""
    more, less = _explains(one.reading), _explains(other.reading)
    return more > less or (more == less and not _is_used(other))


def _is_used(found: Judgement) -> bool:
    """Whether the updates have to do with the output where it meets its target: what is only printed is no training step."""
    meeting = found.reading.meeting
    reached = set() if meeting is None else taught(found.steps, meeting)
    return any(path in reached for path in found.reading.paths)


def _explains(reading: Reading) -> tuple[int, float]:
    """How many groups move by the gradient, and how little of the other moves is unexplained, in fifths."""
    left = [law.residual for law in reading.laws.values() if law.kind == "unexplained"]
    return len(reading.follows), -round(5 * float(np.mean(left)) if left else 0.0)


def _rank(found: Judgement) -> tuple[float, ...]:
    once = updates_once(found.steps, found.reading)
    return (_is_clear(found.reading), once, len(found.reading.laws))


def _is_clear(reading: Reading) -> bool:
    """Whether an output is compared with a target, and not only something with something else."""
    return reading.meeting is not None and reading.meeting.kind == "difference"


def _adds_nothing(loops: dict[int, dict[str, Any]], inner: int, outer: int) -> bool:
    """Whether a loop around another changes no arrays but those that the inner one changes anyway."""

    def arrays(loop: int) -> set[str]:
        changed = loops[loop]["changed"].items()
        return {
            path
            for path, (_, _, shape, dtype, permuted) in changed
            if shape and dtype in FLOATS and not permuted
        }

    return outer in loops[inner]["parents"] and arrays(outer) <= arrays(inner)


def judge_again(
    host: Host, source: str, made: Instrumented, loop: Loop, before: Judgement
) -> Judgement | None:
    """An edited program, read by the same loss as before the change; None where that is not possible."""
    found = _same_reading(host, source, made.places, loop, before)
    if found is not None:
        return found
    known = Hints(shown=before.shown)
    found = _judge_loop(host, source, made, loop, before.steps.jitter, [], known)
    if found is None:
        return None
    for reading in [found.reading, *found.others]:
        same = (reading.name, reading.direct, reading.mean)
        if same == (before.reading.name, before.reading.direct, before.reading.mean):
            return replace(found, reading=reading)
    found.steps.run.stop()
    return None


def _same_reading(
    host: Host, source: str, places: Sequence[Place], loop: Loop, before: Judgement
) -> Judgement | None:
    """The same output meets the same target, and the same numbers are the weights: all else need not be looked for."""
    meeting, loss = before.reading.meeting, before.reading.loss
    if meeting is None or loss is None:
        return None
    twins = {place: _twin(before.steps.places, places, place) for place in meeting.parts}
    if None in twins.values():
        return None
    same = meeting.moved({old: new for old, new in twins.items() if new is not None})
    steps = open_steps(host, source, places, loop.index, range(STEPS), before.steps.jitter)
    if steps is None:
        return None
    groups = before.reading.groups
    paths = [path for members in groups.values() for path in members]
    state = steps.keepers[0].state
    derived = None
    if all(path in state for path in paths) and len(steps.keepers) >= before.measured.count:
        apart = before.measured.apart
        measured = Measured(steps, paths, [same.output], before.measured.count, apart)
        derived = measured.gradient(same, loss, before.reading.mean)
    if derived is None:
        steps.run.stop()
        return None
    reading = Reading(same, loss, None, *derived, groups, mean=before.reading.mean)
    reading.laws = laws(measured, reading.gradient, reading.known, groups)
    _through_events(reading, measured)
    for group, law in reading.laws.items():
        if law.varies and before.reading.laws[group].kind == "unsteady":
            reading.laws[group] = replace(law, kind="unsteady")
    return Judgement(steps, measured, reading, [reading], before.shown, loop)


def _twin(old: Sequence[Place], new: Sequence[Place], index: int) -> int | None:
    """The same expression in an edited program: as the n-th of its text, scope and kind."""

    def alike(place: Place) -> bool:
        mine = old[index]
        return (place.text, place.scope, place.kind) == (mine.text, mine.scope, mine.kind)

    before = [place.index for place in old if alike(place)]
    after = [place.index for place in new if alike(place)]
    return after[before.index(index)] if len(before) == len(after) else None


def _follows(reading: Reading) -> bool:
    usual = reading.loss is not None and reading.loss.usual and reading.direct
    return usual and bool(reading.follows) and bool(reading.known.mean() > SEEN)


def _near(reading: Reading) -> bool:
    return any(
        law.kind not in ("unexplained", "silent", "unsteady") for law in reading.laws.values()
    )


def _judge_loop(
    host: Host,
    source: str,
    made: Instrumented,
    loop: Loop,
    jitter: dict[str, float],
    tried: list[str],
    hints: Hints,
) -> Judgement | None:
    places = made.places
    steps = open_steps(host, source, places, loop.index, range(STEPS), jitter)
    if steps is None:
        tried.append(f"line {loop.line}: a loop that ends before its second step")
        return None
    fault, bursts = None, 0
    if steps.calm < len(steps.base):
        fault, bursts = broken(steps), steps.calm + 1
        steps = steps.first(max(steps.calm, 1))
    if any(lost.shape for lost in steps.lost.values()):
        steps = steps.first()
    met = meetings(steps, places, hints)
    outputs = frozenset(m.output for m in met)
    weights = weights_of(steps, met, outputs, hints)
    found = [(meeting, groups) for meeting, groups in zip(met, weights, strict=True) if groups]
    found.sort(key=lambda row: (row[0].kind == "product", not _teaches(steps, *row)))
    if not found:
        tried.append(
            f"line {loop.line}: nothing that depends on the changing numbers meets a target"
        )
        steps.run.stop()
        return None
    groups = _united([members for _, members in found])
    direct = _united([members for meeting, members in found if meeting.kind != "product"])
    own = own_losses(steps, places, direct or groups)
    own = _with_all(steps, own, outputs, hints)
    widest = max(_size(steps, m.output) for m, _ in found)
    united = _united([groups, *own.values()])
    paths = [path for members in united.values() for path in members]
    count = FEW if widest >= PLENTY else None
    behind = [] if "behind" in host.settings else steps.names_left(paths)
    if behind:
        host.settings["behind"] = behind
        steps.run.stop()
        return _judge_loop(host, source, made, loop, jitter, tried, hints)
    measured = Measured(steps, paths, [*outputs, *own], count)
    ranked = _ranked(measured, found, own, hints)
    if measured.mixes and ranked and ranked[0].wrong:
        measured = Measured(steps, paths, [*outputs, *own], count, apart=True)
        ranked = _ranked(measured, found, own, hints)
    named = losses_of_numbers(best(ranked))
    ranked = entry_by_entry(upright(best(ranked)), steps)
    if not ranked:
        tried.append(f"line {loop.line}: no loss fits what is compared there")
        steps.run.stop()
        return None
    shown = named or hints.shown
    if shown is None:
        shown = shown_losses(steps, places, groups)
    ranked = best(without_slopes(ranked, measured, shown))
    chosen = chosen_of(ranked, shown)
    glimpsed: frozenset[str] = frozenset()
    if not shown and chosen.loss is not None:
        right = "" if chosen.wrong else chosen.loss.name
        glimpsed = shown_losses(steps, places, groups, now_and_then=True, other_than=right)
        chosen = chosen_of(ranked, glimpsed) if chosen.wrong else chosen
    if not shown and chosen.loss is not None and chosen in as_computed(ranked):
        shown = frozenset({chosen.loss.name})
    if chosen.wrong:
        for other in chain(joint(measured, ranked), by_factors(measured, found, bool(shown))):
            _through_events(other, measured)
            if other.whole:
                chosen, ranked = other, [other, *ranked]
                break
    for within in (unbound, masked) if chosen.wrong and chosen.follows else ():
        bound = within(measured, chosen)
        if bound is not None and bound[1].whole:
            measured, chosen = bound
            ranked = [chosen, *ranked]
            break
    plain = Judgement(
        steps, measured, chosen, ranked, shown, loop, tried, glimpsed, broken=fault, bursts=bursts
    )
    measured, whole = with_forgotten(steps, measured, chosen)
    if whole is chosen:
        return plain
    return replace(plain, measured=measured, reading=whole, without=plain)


def _with_all(
    steps: Steps, own: dict[int, dict[str, list[str]]], outputs: frozenset[int], hints: Hints
) -> dict[int, dict[str, list[str]]]:
    """The program's own losses, each with the weights, too, that reach it by another way than the output."""
    met = [Meeting(place, place, place, "own") for place in own]
    more = weights_of(steps, met, outputs, hints) if met else []
    arrays = {
        tensor.group for tensor in steps.tensors.values() if tensor.shape
    }  # no sums of losses
    return {
        p: {g: paths for g, paths in {**found, **own[p]}.items() if g in own[p] or g in arrays}
        for p, found in zip(own, more, strict=True)
    }


def _teaches(steps: Steps, meeting: Meeting, groups: dict[str, list[str]]) -> bool:
    """Whether some weight's new value has to do with this difference: another may stand in a number that is only shown."""
    paths = {path for members in groups.values() for path in members}
    return meeting.kind != "difference" or bool(taught(steps, meeting) & paths)


def _ranked(
    measured: Measured,
    found: Sequence[tuple[Meeting, dict[str, list[str]]]],
    own: dict[int, dict[str, list[str]]],
    hints: Hints,
) -> list[Reading]:
    """The readings that may be meant, the one that leaves the fewest faults first."""
    places = measured.steps.places
    every = readings(measured, found, own)
    meant = [r for r in every if hints.is_loss(r.loss, r.own, places)]
    ranked = best(meant)
    differences = [m for m, _ in found if m.kind == "difference"]
    for reading in ranked[:MOST_FOLLOWED]:
        _through_events(reading, measured, differences[0] if differences else None)
    _cross_check(ranked)
    if not any(r.whole and (r.loss is None or r.loss.usual) for r in ranked):
        sure = confirmed(every, [r for r in meant if r.own is not None])
        for reading in sure:
            reading.confirmed = True
            _through_events(reading, measured)
        ranked = best([*sure, *(r for r in ranked if not r.confirmed)])
    return ranked


def _united(parts: Sequence[dict[str, list[str]]]) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for members in parts:
        for group, paths in members.items():
            out[group] = list(dict.fromkeys([*out.get(group, []), *paths]))
    return out


def _size(steps: Steps, place: int) -> int:
    values = steps.base[-1].values(place)
    return 0 if values is None else values.size


# readings by what was computed on the way ------------------------------------------------------


def _through_events(reading: Reading, measured: Measured, meeting: Meeting | None = None) -> None:
    """Where no simple law explains a group: accept that the gradient itself was computed, and is followed."""
    ways(reading, measured, reading.laws, measured.base, measured.keepers[-1], meeting)


def _cross_check(ranked: Sequence[Reading]) -> None:
    """A rate that changes from step to step counts against a loss if another loss has a steady one for the group."""
    usual = [r for r in ranked if r.loss is not None and r.loss.usual and r.direct]
    steady = {
        group
        for reading in usual
        for group, law in reading.laws.items()
        if law.kind in ("descent", "ascent") and law.rates and not law.varies
    }
    for reading in ranked:
        for group, law in reading.laws.items():
            if law.varies and group in steady and law.kind in ("descent", "ascent"):
                reading.laws[group] = replace(law, kind="unsteady")


# starts in general position ---------------------------------------------------------------


def _needs_noise(found: Judgement) -> bool:
    """Whether the start is too special to tell right from wrong."""
    if found.steps.jitter:
        return False
    flat = sum(t.values.size for t in found.measured.state.values() if _special(t.values))
    total = sum(t.values.size for t in found.measured.state.values())
    losses = {r.loss.name for r in found.others if r.loss and r.loss.usual and not r.wrong}
    blind = 1.0 - float(found.reading.known.mean())
    unmoved = any(
        law.kind == "silent"
        and any(path in found.steps.lost for path in found.reading.groups[group])
        for group, law in found.reading.laws.items()
    )
    return unmoved or flat > 0.5 * total or len(losses) > 1 or (blind > 0.1 and flat > 0)


def _special(values: Array) -> bool:
    return bool(np.abs(values).max() < SMALL or (values.size > 1 and np.ptp(values) < 1e-12))


def _noise(found: Judgement) -> dict[str, float]:
    weights = found.reading.paths
    state = {path: found.measured.state[path].values for path in weights}
    return {p: NOISE for p, v in state.items() if _special(v)} or dict.fromkeys(state, NOISE / 2)
