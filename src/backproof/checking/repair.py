"""Phase 8: search for the change that makes every update right, and run everything again with it.

repair(...)    greedy: the change that sets the most groups right, then the next, until all are right or time is over

A trial runs the edited program through the same steps from the same weights, so that the derivatives measured once serve all.
"""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from backproof.checking.edits import Candidate, candidates
from backproof.checking.instrument import instrument
from backproof.checking.intervene import Unit, derivatives, named
from backproof.checking.judge import Judgement, judge, ways
from backproof.checking.laws import SINGLE, TOLERANCE, Law, Motion
from backproof.checking.places import Loop, Place, Statement
from backproof.checking.roles import fitted
from backproof.checking.scene import Scene, survey
from backproof.checking.session import Array, Host, Run, Server, Trace

SERVERS = 2
BATCH = 8  # trials in one process
LOOP_HEAD = re.compile(r"^\s*(?:for|while)\b", re.M)
CATCHES_ALL = re.compile(r"except\s*:|except\s+BaseException")
TRIAL = 3.0  # seconds for one
BUDGET = 25.0  # seconds for all of them
MOST_ROUNDS = 8
ROUGH = 0.3  # of the logarithms of the rates, summed over the steps


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
    tried: int


class Trials:
    """Runs edited programs over the steps that were measured."""

    def __init__(self, host: Host, judgement: Judgement) -> None:
        self.host, self.judgement = host, judgement
        self.measured = judgement.measured
        reading = judgement.reading
        self.paths = [path for members in reading.groups.values() for path in members]
        self.forced = [
            {path: k.state[path].values.tobytes() for path in self.paths if path in k.state}
            for k in self.measured.keepers
        ]
        self.deep = any(
            not law.rates and law.kind in ("descent", "ascent") for law in reading.laws.values()
        )
        # Where nothing tells the loss, a rate that jumps from step to step is no sign of having guessed it.
        self.strict = not judgement.shown and not reading.follows
        self.count = 0
        self.servers = [Server(host, self._server()) for _ in range(SERVERS)]

    def _server(self) -> Run:
        return self.host.start(
            "server",
            "",
            loop=self.judgement.loop.index,
            steps=list(range(self.measured.count)),
            forced=self.forced,
            jitter={},
            paths=self.paths,
            seconds=TRIAL,
            late=sorted(self.judgement.steps.late),
        )

    def start(self, batch: Sequence[tuple[str, int | None]]) -> Server:
        """Begin trials of some sources, each with the place to watch."""
        self.count += len(batch)
        server = min(self.servers, key=lambda s: s.waiting)
        trials: list[dict[str, Any]] = []
        for source, place in batch:
            trial: dict[str, Any] = {"source": source, "loop": self._loop_in(source)}
            if not self.deep:
                wanted = [] if place is None else [place]
                trial |= {"only": wanted, "want": wanted}
            trials.append(trial)
        server.ask(trials)
        return server

    def _loop_in(self, source: str) -> int:
        """The index of the training loop in an edited source, which may have a loop more."""
        loop, original = self.judgement.loop, self.judgement.steps.source
        if len(LOOP_HEAD.findall(source)) == len(LOOP_HEAD.findall(original)):
            return loop.index
        head = original.split("\n")[loop.line - 1]
        lines = [n for n, line in enumerate(source.split("\n"), 1) if line == head]
        nodes = [n for n in ast.walk(ast.parse(source)) if isinstance(n, (ast.For, ast.While))]
        nodes.sort(key=lambda node: (node.lineno, node.col_offset))
        near = sorted(lines, key=lambda line: abs(line - loop.line))
        found = [i for line in near for i, node in enumerate(nodes) if node.lineno == line]
        return found[0] if found else loop.index

    def close(self) -> None:
        """End the processes."""
        for server in self.servers:
            self.host.forget(server.run)

    def outcome(self, server: Server) -> tuple[dict[str, Law], list[Trace]] | None:
        """The laws of its groups, and what it recorded; None if it failed."""
        taken = server.take()
        if taken is None:
            return None
        answer, traces = taken
        if len(traces) < self.measured.count or answer["error"]:
            return None
        move = self._move(traces)
        if move is None or not np.isfinite(move).all():
            return None
        reading = self.judgement.reading
        motions = {
            group: Motion(
                reading.gradient[:, columns],
                move[:, columns],
                self.measured.weight[:, columns],
                reading.known[:, columns],
                SINGLE if self.measured.single else TOLERANCE,
            )
            for group, columns in self._columns().items()
        }
        singles = {
            group: [self.measured.of([path]) for path in paths]
            for group, paths in reading.groups.items()
        }
        laws = fitted(motions, self._parts(move, singles))
        if self.deep:
            ways(reading, self.measured, laws, traces)
        for group, law in laws.items():
            if law.varies and (
                reading.laws[group].kind == "unsteady" or (self.strict and _rough(law))
            ):
                laws[group] = replace(law, kind="unsteady")
        return laws, traces

    def _columns(self) -> dict[str, list[int]]:
        return {g: self.measured.of(paths) for g, paths in self.judgement.reading.groups.items()}

    def _parts(self, move: Array, singles: dict[str, list[list[int]]]) -> dict[str, list[Motion]]:
        reading = self.judgement.reading
        tolerance = SINGLE if self.measured.single else TOLERANCE
        return {
            group: [
                Motion(
                    reading.gradient[:, c],
                    move[:, c],
                    self.measured.weight[:, c],
                    reading.known[:, c],
                    tolerance,
                )
                for c in parts
            ]
            for group, parts in singles.items()
        }

    def _move(self, traces: Sequence[Trace]) -> Array | None:
        out = np.zeros((len(traces), len(self.measured.columns)))
        for s, trace in enumerate(traces):
            for path in self.paths:
                if path not in self.forced[s]:
                    continue
                before, after = np.frombuffer(self.forced[s][path]), trace.tail.get(path)
                along = self.measured.directions[path]
                if after is None or after.size != before.size or before.size != along.shape[1]:
                    return None
                out[s, self.measured.of([path])] = along @ (after - before)
        return out


def _rough(law: Law) -> bool:
    """Whether the rates jump from step to step."""
    return float(np.abs(np.diff(np.log(np.abs(law.rates)))).sum()) > ROUGH


def right_of(laws: dict[str, Law]) -> frozenset[str]:
    """Groups that follow the gradient downhill."""
    return frozenset(group for group, law in laws.items() if law.right)


def repair(
    host: Host,
    source: str,
    judgement: Judgement,
    places: Sequence[Place],
    statements: Sequence[Statement],
    loops: Sequence[Loop],
) -> tuple[Repair, Scene]:
    """Search, then verify."""
    end = time.monotonic() + min(BUDGET, 0.6 * host.left())
    scene = first = survey(source, judgement, places, statements, loops)
    trials = Trials(host, judgement)
    right = frozenset(judgement.reading.right)
    goal = frozenset(judgement.reading.laws)
    changes: list[Change] = []
    units: list[Unit] | None = None
    known: set[int] = set()
    for _ in range(MOST_ROUNDS):
        if right >= goal or time.monotonic() > end:
            break
        codes = [change.candidate.code for change in changes]
        found = _best_single(trials, scene, right, goal, codes, end)
        if found is None and units is None:
            numbers = list(range(min(3, judgement.measured.count)))
            units = derivatives(judgement, places, numbers)
            known = {id(n.unit) for n in _names(judgement, places, statements, units).values()}
        if found is None and units:
            found = _best_named(trials, scene, units, known, end)
        if found is None:
            break
        candidate, now, value = found
        changes.append(Change(candidate, scene.source, now - right, value))
        right = now | right if value else now
        made = instrument(candidate.source, host.filename)
        scene = _again(
            scene, candidate.source, made.places, made.statements, made.loops, goal - right
        )
    changes = _needed(trials, changes, source, right, goal)
    edited = changes[-1].candidate.source if changes else source
    trials.close()
    whole = right >= goal
    verified = whole and bool(changes) and _verified(host, edited, judgement)
    return Repair(tuple(changes), edited, right, whole, verified, trials.count), first


def _again(
    scene: Scene,
    source: str,
    places: Sequence[Place],
    statements: Sequence[Statement],
    loops: Sequence[Loop],
    wrong: frozenset[str],
) -> Scene:
    """The scene of an edited program; what influences what is taken over by line where nothing moved."""
    lines: dict[tuple[int, str], frozenset[str]] = {}
    shift = len(source.split("\n")) - len(scene.source.split("\n"))
    for index, groups in scene.influence.items():
        old = scene.statements[index]
        lines[old.line, old.kind] = groups
    influence = {
        s.index: lines[s.line, s.kind]
        for s in statements
        if (s.line, s.kind) in lines and lines[s.line, s.kind] & wrong
    }
    if shift or not influence:
        influence = {
            s.index: groups
            for s in statements
            for (line, kind), groups in lines.items()
            if kind == s.kind and abs(line - s.line) <= abs(shift) + 1 and groups & wrong
        }
    first_at = {s.index: s.line for s in statements}
    return replace(
        scene,
        source=source,
        places=places,
        statements=statements,
        loops=loops,
        influence=influence,
        first_at=first_at,
    )


Found = tuple[Candidate, frozenset[str], str]


def _best_single(
    trials: Trials,
    scene: Scene,
    right: frozenset[str],
    goal: frozenset[str],
    codes: Sequence[str],
    end: float,
) -> Found | None:
    """The change that sets the most groups right and none wrong; the first that sets all right."""
    best: Found | None = None
    limit = float("inf")
    ordered = candidates(scene, tuple(codes))
    for candidate, laws, _ in _run(trials, ((c, None) for c in ordered), end):
        if candidate.cost > limit:
            break
        now = right_of(laws)
        if now >= right and len(now) > len(right):
            if best is None or (len(now), -candidate.cost) > (len(best[1]), -best[0].cost):
                best = (candidate, now, "")
                limit = candidate.cost + (0.03 if now >= goal else 0.15)
    return best


def _run(
    trials: Trials, wanted: Iterable[tuple[Candidate, int | None]], end: float
) -> Iterable[tuple[Candidate, dict[str, Law], list[Trace]]]:
    """Trials, a few at once, in order."""
    size = 1 if CATCHES_ALL.search(trials.judgement.steps.source) else BATCH
    flying: list[tuple[list[Candidate], Server]] = []
    batch: list[tuple[Candidate, int | None]] = []

    def launch() -> None:
        server = trials.start([(c.source, place) for c, place in batch])
        flying.append(([c for c, _ in batch], server))
        batch.clear()

    try:
        for candidate, place in wanted:
            if time.monotonic() > end:
                break
            if _compiles(candidate.source):
                batch.append((candidate, place))
            if len(batch) >= size:
                launch()
            if len(flying) > SERVERS:
                yield from _landed(trials, flying)
        if batch:
            launch()
        while flying:
            yield from _landed(trials, flying)
    finally:
        for candidates_, server in flying:  # what nobody waits for is still to be read
            for _ in candidates_:
                server.take()


def _landed(
    trials: Trials, flying: list[tuple[list[Candidate], Server]]
) -> Iterable[tuple[Candidate, dict[str, Law], list[Trace]]]:
    batch, server = flying[0]
    while batch:
        outcome = trials.outcome(server)
        candidate = batch.pop(0)
        if outcome is not None:
            yield candidate, *outcome
    flying.pop(0)


def _compiles(source: str) -> bool:
    try:
        compile(source, "candidate", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


# progress that no group shows yet -----------------------------------------------------------


def _names(
    judgement: Judgement,
    places: Sequence[Place],
    statements: Sequence[Statement],
    units: Sequence[Unit],
) -> dict[int, Any]:
    """What the values of the program's own statements are, by place."""
    rows = units[0].slopes.shape[0] if units else 0
    out = {}
    for place in places:
        if not place.target or place.kind == "store":
            continue
        values = [trace.values(place.index) for trace in judgement.measured.base[:rows]]
        if not values or any(v is None for v in values):
            continue
        shape = next(
            (e.shape for e in judgement.measured.base[0].events if e.place == place.index), ()
        )
        found = named([v for v in values if v is not None], shape, units)
        if found is not None:
            out[place.index] = found
    return out


def _best_named(
    trials: Trials, scene: Scene, units: Sequence[Unit], known: set[int], end: float
) -> Found | None:
    """A change after which its statement's value is the derivative of something that had none before."""
    options = [c for c in candidates(scene) if c.cost < 2.5]
    wanted = []
    for candidate in options:
        place = _value_place(candidate, trials.host.filename)
        if place is not None:
            wanted.append((candidate, place))
    places = {id(candidate): place for candidate, place in wanted}
    rows = units[0].slopes.shape[0]
    for candidate, laws, traces in _run(trials, wanted, end):
        values = [trace.values(places[id(candidate)]) for trace in traces[:rows]]
        if any(v is None for v in values):
            continue
        shape = next((e.shape for e in traces[0].events if e.place == places[id(candidate)]), ())
        found = named([v for v in values if v is not None], shape, units)
        if found is not None and id(found.unit) not in known:
            known.add(id(found.unit))
            return candidate, right_of(laws), found.unit.text
    return None


def _value_place(candidate: Candidate, filename: str) -> int | None:
    """The place of the value of the changed statement, in the changed program."""
    try:
        made = instrument(candidate.source, filename)
    except (SyntaxError, ValueError):
        return None
    for place in made.places:
        if place.target and place.kind != "store":
            if made.statements[place.statement].line == candidate.line:
                return place.index
    return None


# afterwards ---------------------------------------------------------------------------------


def _needed(
    trials: Trials,
    changes: list[Change],
    source: str,
    right: frozenset[str],
    goal: frozenset[str],
) -> list[Change]:
    """Without trailing changes that named a value and led to nothing."""
    while changes and changes[-1].value and not changes[-1].mended:
        changes = changes[:-1]
    return changes


def _verified(host: Host, source: str, judgement: Judgement) -> bool:
    """Whether the changed program, read from the start, has no fault under the same loss."""
    made = instrument(source, host.filename)
    scan = host.start("scan", source).answer(20.0)
    again = judge(host, source, made.places, made.loops, scan)
    if isinstance(again, list):
        return False
    again.steps.run.stop()
    same = judgement.reading.loss is None or again.reading.name in (
        judgement.reading.name,
        "the program's own loss",
    )
    return same and not again.wrong and not again.mismatch and again.reading.told > 0
