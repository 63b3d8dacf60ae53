"""Phase 8: search for the changes that make every update right, and run everything again with them.

repair(...)    the change that sets the most groups right, then the next, until all are right or time is over

A change of one value is tried in the program as it stands; any other is run as an edited program over the same steps from the
same weights. After each change that is kept the edited program is read anew.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from backproof.checking.process.session import Host
from backproof.checking.reading.anew import Read, read_anew
from backproof.checking.reading.judge import Judgement, judge_again
from backproof.checking.repair.forward import crossed
from backproof.checking.repair.missing import as_floats, computed_once, other_axes, truncated
from backproof.checking.repair.moments import unsquared
from backproof.checking.repair.outside import taken_in
from backproof.checking.repair.quiet import masks, memories, turned
from backproof.checking.repair.scene import Scene, survey
from backproof.checking.repair.stores import summed
from backproof.checking.repair.text import Candidate, Text
from backproof.checking.repair.trials import Moves, Trials, compiles
from backproof.checking.repair.verify import beyond, verify
from backproof.checking.repair.ways import Found, State, options
from backproof.checking.source.instrument import Instrumented, instrument

BUDGET = 40.0  # seconds for all of it
MOST_ROUNDS = 10
MOST_REWRITTEN = 6  # changes of the forward pass or of the step itself
MOST_REFUSED = 6  # changes in one round that the next reading does not confirm


@dataclass(frozen=True)
class Change:
    """One change that helped."""

    candidate: Candidate
    before: str  # the source that it was made in
    mended: frozenset[str]  # groups that it set right
    value: str = ""  # what it named, where no group came right yet


@dataclass(frozen=True)
class Repair:
    """What the search found."""

    changes: tuple[Change, ...]
    source: str
    right: frozenset[str]
    whole: bool  # whether every group is right
    verified: bool  # whether a second, independent reading of the changed program agrees
    read: Read | None = None  # that reading, its steps still open


def repair(
    host: Host,
    source: str,
    judgement: Judgement,
    made: Instrumented,
) -> tuple[Repair, Scene]:
    """Search, then verify."""
    end = time.monotonic() + min(BUDGET, 0.6 * host.left())
    first = survey(source, judgement, made)
    goal = frozenset(judgement.reading.laws)
    state = State(host, first, end, frozenset(judgement.reading.right))
    changes: list[Change] = []
    floating = _with_floats(state)
    if floating is not None:
        state, done = floating
        goal |= frozenset(state.scene.judgement.reading.laws)
        for candidate in done:
            before = changes[-1].candidate.source if changes else source
            changes.append(Change(candidate, before, goal - frozenset(judgement.reading.laws)))
    right, verified = state.right, floating is not None and state.right >= goal
    for _ in range(MOST_ROUNDS):
        if state.right >= goal or time.monotonic() > end:
            break
        step = _next(state, goal, [change.candidate.code for change in changes], first)
        if step is None:
            break
        if state.scene is not first:
            state.scene.judgement.steps.run.stop()
        found, state, verified = step
        done = [*found.also, found.candidate]
        for position, candidate in enumerate(done):
            before = changes[-1].candidate.source if changes else source
            own = candidate.onto(done[:position]) if position else candidate
            changes.append(Change(own, before, state.right - right, found.value))
        right = state.right
    changes = _needed(changes)
    edited = changes[-1].candidate.source if changes else source
    whole, read = state.right >= goal, state.read
    more = beyond(host, edited, read) if changes and verified and read is not None else None
    if more is not None:
        changes.append(Change(more, edited, frozenset()))
        edited, read = more.source, None
    return Repair(tuple(changes), edited, state.right, whole, verified, read), first


def _with_floats(state: State) -> tuple[State, list[Candidate]] | None:
    """The program with floating-point numbers in arrays that cut off their updates; None if there are none that are weights."""
    host, before = state.host, state.scene.judgement
    paths = list(truncated(before.steps))
    done = as_floats(state.scene.source, paths)
    if not done:
        return None
    source = done[-1].source
    read = read_anew(host, source)
    if read is None:
        return None
    made, again = read
    weights = set(again.reading.paths)
    more = weights & set(paths) or weights > set(before.reading.paths)
    if again.reading.name != before.reading.name or not more:
        again.steps.run.stop()
        return None
    scene = survey(source, again, made)
    return State(host, scene, state.end, frozenset(again.reading.right), read), done


def _next(
    state: State, goal: frozenset[str], codes: Sequence[str], first: Scene
) -> tuple[Found, State, bool] | None:
    """The next change that the program, read anew, confirms; and whether nothing is left to mend in a reading from the start."""
    poor: tuple[Found, State, bool] | None = None
    laws = state.scene.judgement.reading.laws
    squares = unsquared(Text(state.scene.source))
    moving = any(laws[group].kind != "still" for group in state.scene.wrong)
    quiet = (Found(c, goal) for c in chain(memories(state.scene), masks(state.scene), squares))
    once = (Found(candidate, goal) for candidate in computed_once(state.scene))
    sums = (Found(candidate, goal) for candidate in summed(state.scene))
    inside = (Found(candidate, goal) for candidate in taken_in(state.scene))
    names = (Found(candidate, goal) for candidate in crossed(state.scene))
    signs = (Found(candidate, goal) for candidate in turned(state.scene))
    axes = [Found(candidate, goal) for candidate in other_axes(state.scene)][:MOST_REWRITTEN]
    lost = not state.scene.judgement.reading.follows  # no step is as expected: it may be another
    cheap, dear = options(state, goal, codes)
    for found in chain(
        islice(quiet, MOST_REWRITTEN if moving else 0),
        islice(signs, MOST_REWRITTEN),
        islice(once, MOST_REWRITTEN),
        islice(sums, MOST_REWRITTEN if lost else 0),
        islice(cheap, MOST_REFUSED),
        islice(names, MOST_REWRITTEN if moving else 0),
        axes if lost else (),
        islice(inside, MOST_REWRITTEN if lost else 0),
        islice(dear, MOST_REFUSED),
        islice(chain(inside, () if lost else axes), MOST_REWRITTEN),
    ):
        if not compiles(found.source):
            continue
        if found.right >= goal:
            read = verify(state.host, found.source, first.judgement)
            if read is not None:
                return found, replace(state, right=goal, read=read), True
        mere = lost and found in axes  # right as a whole, or not at all
        after = None if poor or mere else _after(state, found, goal)
        if after is not None:
            if after.right >= goal:
                after.read = verify(state.host, found.source, first.judgement)
            poor = found, after, after.read is not None
            if after.read is not None or after.right < goal:
                break
        if state.late():
            break
    return poor


def _after(state: State, found: Found, goal: frozenset[str]) -> State | None:
    """The program with the change, read anew; None if it is not better."""
    host, source, before = state.host, found.source, state.scene.judgement
    made = instrument(source, host.filename)
    trials = Trials(host, Moves(before))
    loop = made.loops[trials.loop_in(source)]
    again = judge_again(host, source, made, loop, before)
    if again is None:
        return None
    right = frozenset(again.reading.right) & goal - _silenced(before, again)
    better = len(right) > len(state.right) or (found.value and right >= state.right)
    if not better or not set(again.reading.laws) >= goal:
        again.steps.run.stop()
        return None
    scene = survey(source, again, made)
    return State(host, scene, state.end, right)


def _silenced(before: Judgement, after: Judgement) -> set[str]:
    """Groups that the loss had to do with, and has no longer: nothing is mended by that."""
    laws = before.reading.laws
    return {
        group
        for group, law in after.reading.laws.items()
        if law.kind == "silent" and group in laws and laws[group].kind != "silent"
    }


# afterwards ---------------------------------------------------------------------------------


def _needed(changes: list[Change]) -> list[Change]:
    """Without trailing changes that named a value and led to nothing; what was changed twice is one change."""
    while changes and changes[-1].value and not changes[-1].mended:
        changes = changes[:-1]
    out: list[Change] = []
    for change in changes:
        one, last = change.candidate, out[-1].candidate if out else None
        if last is not None and one.statement == last.statement >= 0:
            mended = out[-1].mended | change.mended
            out[-1] = replace(change, before=out[-1].before, mended=mended)
        else:
            out.append(change)
    return out
