"""Phase 8: search for the changes that make every update right, and run everything again with them.

repair(...)    the change that sets the most groups right, then the next, until all are right or time is over

A change of one value is tried in the program as it stands; any other is run as an edited program over the same steps from the
same weights. After each change that is kept the edited program is read anew.
"""

from __future__ import annotations

import ast
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from backproof.checking.process.session import Host
from backproof.checking.reading.anew import Read, read_anew
from backproof.checking.reading.judge import Judgement, judge_again
from backproof.checking.repair.edits import candidates
from backproof.checking.repair.forward import crossed
from backproof.checking.repair.likely import UNLIKELY, borrowing, passed_by, passed_on
from backproof.checking.repair.missing import (
    as_floats,
    computed_once,
    missing,
    other_axes,
    truncated,
)
from backproof.checking.repair.moments import corrections, memory, unsquared
from backproof.checking.repair.outside import taken_in
from backproof.checking.repair.quiet import masks, memories, turned
from backproof.checking.repair.scene import Scene, survey
from backproof.checking.repair.screen import Hit, Screen
from backproof.checking.repair.stores import summed
from backproof.checking.repair.text import Candidate, Text
from backproof.checking.repair.trials import (
    Exchange,
    Laws,
    Moves,
    Trials,
    compiles,
    exchanges,
    rough,
)
from backproof.checking.repair.unread import unread
from backproof.checking.repair.verify import beyond, verify
from backproof.checking.source.instrument import Instrumented, instrument

BUDGET = 40.0  # seconds for all of it
MOST_ROUNDS = 10
MOST_OF_A_KIND = 3  # candidates of one statement whose values are the same
MOST_SOURCES = 400  # that are run as edited programs in one round
MOST_SIGNS = 60  # changes of a sign, tried in any case
RARE = ("last-example-only", "integer-division")  # few changes undo them, so that all are tried
MOST_IN_LISTS = 250
MOST_BORROWED = 60
MOST_FEEDING = 150
MOST_NAMED = 2  # values in one round that are made derivatives before any group comes right
MOST_VALUES = 900  # that are tried without a sign that they are derivatives
NEAR = 0.15  # in cost: candidates that much dearer may still turn out better
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


@dataclass(frozen=True)
class Found:
    """A candidate, and the groups that are right with it."""

    candidate: Candidate
    right: frozenset[str]
    value: str = ""
    also: tuple[Candidate, ...] = ()  # changes of other values that mend other groups
    steady: bool = True  # no rate jumps from step to step

    @property
    def source(self) -> str:
        """The program with all of them."""
        return self.candidate.onto(self.also).source if self.also else self.candidate.source

    @property
    def rank(self) -> tuple[float, ...]:
        """More groups first, then the likelier change."""
        return (len(self.right), self.steady, -self.candidate.cost)


def _found(candidate: Candidate, laws: Laws) -> Found:
    jumps = any(law.right and law.varies and rough(law) for law in laws.values())
    return Found(candidate, right_of(laws), steady=not jumps)


def right_of(laws: Laws) -> frozenset[str]:
    """Groups that follow the gradient downhill."""
    return frozenset(group for group, law in laws.items() if law.right)


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


@dataclass
class State:
    """The program in hand, between two changes."""

    host: Host
    scene: Scene
    end: float
    right: frozenset[str]
    read: Read | None = None  # from the start, where all is right

    def late(self) -> bool:
        """Whether the time for the search is over."""
        return time.monotonic() > self.end


def _next(
    state: State, goal: frozenset[str], codes: Sequence[str], first: Scene
) -> tuple[Found, State, bool] | None:
    """The next change that the program, read anew, confirms; and whether nothing is left to mend in a reading from the start."""
    poor: tuple[Found, State, bool] | None = None
    squares = unsquared(Text(state.scene.source))
    quiet = (Found(c, goal) for c in chain(memories(state.scene), masks(state.scene), squares))
    once = (Found(candidate, goal) for candidate in computed_once(state.scene))
    sums = (Found(candidate, goal) for candidate in summed(state.scene))
    inside = (Found(candidate, goal) for candidate in taken_in(state.scene))
    names = (Found(candidate, goal) for candidate in crossed(state.scene))
    signs = (Found(candidate, goal) for candidate in turned(state.scene))
    axes = [Found(candidate, goal) for candidate in other_axes(state.scene)][:MOST_REWRITTEN]
    lost = not state.scene.judgement.reading.follows  # no step is as expected: it may be another
    cheap, dear = _options(state, goal, codes)
    for found in chain(
        islice(quiet, MOST_REWRITTEN),
        islice(signs, MOST_REWRITTEN),
        islice(once, MOST_REWRITTEN),
        islice(sums, MOST_REWRITTEN if lost else 0),
        islice(cheap, MOST_REFUSED),
        islice(names, MOST_REWRITTEN),
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


def _options(
    state: State, goal: frozenset[str], codes: Sequence[str]
) -> tuple[Iterator[Found], Iterator[Found]]:
    """Changes worth keeping, the best first: those found by cheap ways that set every group right, then all others."""
    found = _sought(state, goal, codes)
    return iter(lambda: next(found, None), None), (f for f in found if f is not None)


def _sought(state: State, goal: frozenset[str], codes: Sequence[str]) -> Iterator[Found | None]:
    """What each way finds, cheap ones before dear ones; None between them."""
    ordered = candidates(state.scene, tuple(codes))
    at = state.scene.value_places
    values = [c for c in ordered if c.statement in at]
    others = [c for c in ordered if c.statement not in at]
    moves = Moves(state.scene.judgement)
    signs = _signs(state, values)
    if _remembers_wrongly(state):
        best = _enough(_better(state, _by_exchange(state, moves, signs, at, goal)), goal)
        likelier = [c for c in signs if best and c.cost < best[0].candidate.cost]
        yield from _better(state, [*best, *_as_edited(state, moves, likelier, goal)])
    screen = Screen(state.scene.judgement, state.scene.places)
    told = _screened(state, screen, values, at)
    likely = [c for c, _, _ in told]
    right = {s for s, hits in screen.present.items() if any(hit.factor > 0 for hit in hits)}
    best = _better(state, _by_exchange(state, moves, likely, at, goal))
    remembered = _remembered(state, values)
    signs = [c for c in signs if c not in likely][:MOST_SIGNS]
    if _enough(best, goal):
        yield from _better(state, _likelier(state, moves, best, values, goal, right))
        best = []  # each was refused
    rare = [c for c in values if c.code in RARE and c not in likely][:MOST_SIGNS]
    beside = [*_borrowed(state, values), *_feeding(state, screen, values)]
    cheap = [*signs, *rare, *beside, *_in_lists(state, values, at)]
    tried = {c.source for c in [*likely, *cheap]}
    best = _better(state, chain(best, _by_exchange(state, moves, cheap, at, goal)))
    if _enough(best, goal):
        yield from best
        best = []  # each was refused
    bundles = _bundled(state, moves, best, at)
    yield from (found for found in bundles if found.right >= goal)
    yield None
    best = [*bundles, *best]
    if best:
        limit = best[0].candidate.cost + 2 * NEAR
        others = [candidate for candidate in others if candidate.cost < limit]
    others = [*missing(state.scene, screen), *remembered, *others]
    best += _as_edited(state, moves, others[:MOST_SOURCES], goal)
    best = sorted(best, key=lambda found: found.rank, reverse=True)
    yield from (found for found in best if found.steady)
    rest = [c for c in values if c.source not in tried][:MOST_VALUES]
    jumping = [found for found in best if not found.steady]
    yield from _better(state, [*jumping, *_by_exchange(state, moves, rest, at, goal)])
    yield from islice(_naming(state, told, screen), MOST_NAMED)


def _likelier(
    state: State,
    moves: Moves,
    found: Sequence[Found],
    values: Sequence[Candidate],
    goal: frozenset[str],
    right: set[int],
) -> Iterator[Found]:
    """Those found, and whatever likelier change does the same: a sign, the line whose value the best one's passes on, a value that nothing reads."""
    yield from found
    best, scene = found[0].candidate, state.scene
    fed = _fed_by(state, best) - right
    likelier = [c for c in values if c.code == "wrong-sign" or c.statement in fed]
    likelier = [c for c in likelier if c.cost < best.cost][:MOST_SIGNS]
    yield from _by_exchange(state, moves, likelier, scene.value_places, goal)
    signs = [c for c in values if c.code == "wrong-sign"]  # of moves that are remembered, too
    edits = [*_remembered(state, values), *signs, *unread(Text(scene.source), scene)]
    edits = [c for c in edits if c.cost < best.cost][:MOST_SIGNS]
    yield from _as_edited(state, moves, edits, goal)


def _fed_by(state: State, best: Candidate) -> set[int]:
    """The statements whose value the changed one only passes on."""
    text = Text(state.scene.source)
    nodes = [node for node in text.statements() if isinstance(node, ast.Assign)]
    own = next((n for n in nodes if state.scene.index_of(n) == best.statement), None)
    name = None if own is None else passed_on(text, own)
    return {state.scene.index_of(n) for n in nodes if name and text.of(n.targets[0]) == name}


def _enough(found: Sequence[Found], goal: frozenset[str]) -> Sequence[Found]:
    """The changes, if one of them sets every group right, and at a steady rate."""
    return found if found and found[0].right >= goal and found[0].steady else ()


def _in_lists(state: State, values: Sequence[Candidate], at: dict[int, int]) -> list[Candidate]:
    """Changes of lists, and of tuples of arrays: no look at the value tells whether these are derivatives."""
    suspects = set(state.scene.suspects())
    numeric = {
        e.place for e in state.scene.judgement.steps.base[-1].events if e.numbers is not None
    }
    found = [
        c
        for c in values
        if c.statement in suspects and (at[c.statement] not in numeric or c.value[0] == "[")
    ]
    return found[:MOST_IN_LISTS]


def _borrowed(state: State, values: Sequence[Candidate]) -> list[Candidate]:
    """Changes of what functions return beside the error, such as slopes, where a variable of the main program slipped in."""
    scene = state.scene
    returns = borrowing(Text(scene.source), scene) & set(scene.suspects())
    beside = returns - set(scene.carrying()) if returns else returns
    return [c for c in values if c.statement in beside][:MOST_BORROWED]


def _feeding(state: State, screen: Screen, values: Sequence[Candidate]) -> list[Candidate]:
    """Changes of what the first wrong value that carries the error takes in beside it: a slope that was computed just before."""
    scene = state.scene
    carrying = scene.carrying()
    wrong = [s for s in carrying if s in screen.present and not screen.present[s]]
    if not wrong:
        return []
    end = scene.first_at.get(wrong[0], 0)
    before = [scene.first_at.get(s, 0) for s in carrying if scene.first_at.get(s, 0) < end]
    between = {
        s
        for s in set(scene.suspects()) - set(carrying)
        if max(before, default=scene.meeting_at) < scene.first_at.get(s, -1) < end
    }
    return [c for c in values if c.statement in between][:MOST_FEEDING]


def _signs(state: State, values: Sequence[Candidate]) -> list[Candidate]:
    """Other signs in the backward pass."""
    suspects = set(state.scene.suspects())
    return [c for c in values if c.code == "wrong-sign" and c.statement in suspects]


def _remembers_wrongly(state: State) -> bool:
    """Whether a group follows the gradient, and the weight or the step before with the wrong sign."""
    reading = state.scene.judgement.reading
    return any(reading.laws[group].kind in ("growth", "momentum") for group in reading.wrong)


def _as_edited(
    state: State, moves: Moves, options: Sequence[Candidate], goal: frozenset[str]
) -> list[Found]:
    """Those that help when they are run as edited programs."""
    trials = Trials(state.host, moves)
    try:
        return _better(state, _by_source(state, trials, options, goal))
    finally:
        trials.close()


def _remembered(state: State, values: Sequence[Candidate]) -> list[Candidate]:
    """What a step remembers of those before, with another sign, or with itself: it shows only after some steps."""
    text, remembering = Text(state.scene.source), _remembering(state.scene)
    signs = [c for c in values if c.code == "wrong-sign" and c.statement in remembering]
    return [*signs, *memory(text, state.scene), *corrections(text)]


def _remembering(scene: Scene) -> set[int]:
    """Statements whose new value is made of the old one."""
    text = Text(scene.source)
    return {
        scene.index_of(node)
        for node in text.statements()
        if isinstance(node, ast.Assign)
        and text.of(node.targets[0]).removesuffix("[:]") in text.of(node.value)
    }


def _better(state: State, found: Iterable[Found]) -> list[Found]:
    """Those that set more groups right and none wrong, the best first."""
    kept = [f for f in found if f.right > state.right]
    return sorted(kept, key=lambda f: f.rank, reverse=True)


def _bundled(state: State, moves: Moves, found: Sequence[Found], at: dict[int, int]) -> list[Found]:
    """Changes of several values at once, where each mends groups of its own."""
    chosen: list[Found] = []
    mended: frozenset[str] = frozenset()
    for option in found:
        fresh = option.right - state.right
        known = {f.candidate.statement for f in chosen}
        if fresh & mended or option.candidate.statement in known or not any(option.candidate.span):
            continue
        chosen.append(option)
        mended |= fresh
    if len(chosen) < 2:
        return []
    whole = [(at[f.candidate.statement], f.candidate.value) for f in chosen]
    first, *rest = [f.candidate for f in chosen]
    return [
        Found(first, right_of(laws), "", tuple(rest))
        for _, laws in exchanges(moves, [whole])
        if right_of(laws) >= state.right | mended
    ]


# ways to try ------------------------------------------------------------------------------


def _by_exchange(
    state: State,
    moves: Moves,
    options: Sequence[Candidate],
    at: dict[int, int],
    goal: frozenset[str],
) -> Iterator[Found]:
    limit = float("inf")

    def wanted() -> Iterator[Exchange]:
        for candidate in options:
            if state.late() or candidate.cost > limit:
                return
            yield [(at[candidate.statement], candidate.value)]

    for position, laws in exchanges(moves, wanted()):
        found = _found(options[position], laws)
        if found.right >= goal and found.steady:
            limit = min(limit, found.candidate.cost + NEAR)
        yield found


def _by_source(
    state: State, trials: Trials, options: Sequence[Candidate], goal: frozenset[str]
) -> Iterator[Found]:
    limit = float("inf")

    def wanted() -> Iterator[str]:
        for candidate in options:
            if state.late() or candidate.cost > limit:
                return
            yield candidate.source

    for position, laws in trials.run(wanted()):
        found = _found(options[position], laws)
        if found.right >= goal and found.steady:
            limit = min(limit, found.candidate.cost + NEAR)
        yield found


# values that are derivatives -----------------------------------------------------------------


Told = tuple[
    Candidate, list[Hit], list[Hit]
]  # with the goals of the new value and of the present one


def _screened(
    state: State, screen: Screen, values: Sequence[Candidate], at: dict[int, int]
) -> list[Told]:
    """The candidates whose value is the derivative of something that the present value is not, the likeliest first."""
    scene = state.scene
    suspects = scene.suspects()
    by_statement: dict[int, list[Candidate]] = {}
    for candidate in values:
        if candidate.statement in suspects:
            by_statement.setdefault(candidate.statement, []).append(candidate)
    out: list[Told] = []
    passed = passed_by(Text(scene.source), scene)
    for statement, options in by_statement.items():
        if state.late():
            break
        place = scene.places[at[statement]]
        present, *hits = screen.names(place.index, [place.text, *(c.value for c in options)])
        screen.present[statement] = present
        count: dict[tuple[object, ...], int] = {}
        bounds = _of_units(screen, present) and place.kind != "Name"
        for candidate, found in zip(options, hits, strict=True):
            fresh = [hit for hit in found if hit.goal not in {h.goal for h in present}]
            turned = [
                h for h in found for p in present if h.goal == p.goal and h.factor * p.factor < 0
            ]
            key = tuple((h.goal, h.new, float(f"{h.factor:.4g}")) for h in [*fresh, *turned])
            if bounds and candidate.code != "wrong-sign" and not _of_units(screen, fresh):
                candidate = replace(candidate, cost=candidate.cost + UNLIKELY)
            if statement in passed and any(hit.factor > 0 for hit in present):
                candidate = replace(
                    candidate, cost=candidate.cost + 2 * UNLIKELY
                )  # right, as it is
            if key and count.get(key, 0) < MOST_OF_A_KIND:
                count[key] = count.get(key, 0) + 1
                out.append((candidate, [*fresh, *turned], present))
    return sorted(out, key=lambda row: row[0].cost)


def _of_units(screen: Screen, hits: Sequence[Hit]) -> bool:
    """Whether a value is the derivative of a value of the forward pass: then a weight's is made from it elsewhere."""
    return any(screen.goals[hit.goal].kind == "unit" for hit in hits)


def _naming(state: State, told: Sequence[Told], screen: Screen) -> Iterator[Found]:
    """Progress that no group shows yet: the first value that carries the error and is no derivative becomes one."""
    unnamed = [s for s in state.scene.carrying() if s in screen.present and not screen.present[s]]
    unnamed = [s for s in unnamed if s not in _remembering(state.scene)]
    if not unnamed or state.scene.statements[unnamed[0]].kind == "AugAssign":
        return  # a part of a sum
    for candidate, hits, _ in told:
        if candidate.statement == unnamed[0]:
            yield Found(candidate, state.right, screen.goals[hits[0].goal].text)


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
