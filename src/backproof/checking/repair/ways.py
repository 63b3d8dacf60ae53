"""Phase 8p: the ways to look for the next change, cheap ones before dear ones.

options(...)    changes that set groups right, as each way finds them
State, Found    the program in hand, and a change with what it mends
"""

from __future__ import annotations

import ast
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from backproof.checking.process.session import Host
from backproof.checking.process.state import last_name
from backproof.checking.reading.anew import Read
from backproof.checking.repair.edits import candidates
from backproof.checking.repair.likely import UNLIKELY, borrowing, passed_by, passed_on
from backproof.checking.repair.missing import missing
from backproof.checking.repair.moments import corrections, memory
from backproof.checking.repair.scene import Scene
from backproof.checking.repair.screen import Hit, Screen
from backproof.checking.repair.text import Candidate, Text
from backproof.checking.repair.trials import (
    ADAPTIVE,
    Exchange,
    Laws,
    Moves,
    Trials,
    exchanges,
    rough,
)
from backproof.checking.repair.unread import unread

MOST_OF_A_KIND = 3  # candidates of one statement whose values are the same
MOST_SOURCES = 400  # that are run as edited programs in one round
MOST_SIGNS = 60  # changes of a sign, tried in any case
TELLING = ("wrong-sign", "other-decay", "penalty-itself", "other-leak")  # likely wherever they mend
RARE = ("last-example-only", "integer-division")  # few changes undo them, so that all are tried
MOST_IN_LISTS = 250
MOST_BORROWED = 60
MOST_FEEDING = 150
MOST_UPDATES = 120
MOST_NAMED = 2  # values in one round that are made derivatives before any group comes right
MOST_PROMISING = 2
MOST_VALUES = 900  # that are tried without a sign that they are derivatives
NEAR = 0.15  # in cost: candidates that much dearer may still turn out better


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


def options(
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
    else:
        yield from (Found(c, goal) for c in islice(_promising(state, told, screen), MOST_PROMISING))
    rare = [c for c in values if c.code in RARE and c not in likely][:MOST_SIGNS]
    beside = [
        *_borrowed(state, values),
        *_feeding(state, screen, values),
        *_updating(state, values),
    ]
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


def _promising(state: State, told: Sequence[Told], screen: Screen) -> Iterator[Candidate]:
    """Values that are the derivatives of all that goes wrong, where an adaptive method remembers steps that were none."""
    if not ADAPTIVE.search(state.scene.source):
        return
    reading = state.scene.judgement.reading
    for candidate, hits, present in told:
        signs = {hit.factor > 0 for hit in present}
        met = {screen.goals[h.goal].text for h in hits if not signs or signs == {h.factor > 0}}
        groups = {g for g, paths in reading.groups.items() if g in met or met.issuperset(paths)}
        if groups >= state.scene.wrong:
            yield candidate


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
    likelier = [c for c in values if c.code in TELLING or c.statement in fed]
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


def _updating(state: State, values: Sequence[Candidate]) -> list[Candidate]:
    """Changes of the steps themselves, of weights that are lists: one step alone is no derivative of all their numbers."""
    scene = state.scene
    wrong = {last_name(group) for group in scene.wrong}
    nodes = [n for n in Text(scene.source).statements() if isinstance(n, ast.AugAssign)]
    updates = {
        scene.index_of(n)
        for n in nodes
        if isinstance(n.target, ast.Subscript) and last_name(ast.unparse(n.target)) in wrong
    }
    return [c for c in values if c.statement in updates][:MOST_UPDATES]


def _signs(state: State, values: Sequence[Candidate]) -> list[Candidate]:
    """Other signs in the backward pass, and what is as telling."""
    suspects = set(state.scene.suspects())
    return [c for c in values if c.code in TELLING and c.statement in suspects]


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
