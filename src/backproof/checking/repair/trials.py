"""Phase 8c: run a changed program over the steps that were measured, and see by which law each group of weights moves.

Trials       of other sources, from the same weights, in processes that run one after another
Exchanges    of single values, in the program as it stands at the heads of its steps: far quicker
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from backproof.checking.process.session import Host, Run, Server
from backproof.checking.process.trace import Array, Trace
from backproof.checking.reading.adaptive import ways
from backproof.checking.reading.judge import Judgement
from backproof.checking.reading.laws import SINGLE, TOLERANCE, Law, Motion, fit
from backproof.checking.reading.roles import fitted

SERVERS = 2
BATCH = 8  # sources in one process
LOOP_HEAD = re.compile(r"^\s*(?:for|while)\b", re.M)
CATCHES_ALL = re.compile(r"except\s*:|except\s+BaseException")
ADAPTIVE = re.compile(r"sqrt|\*\*\s*\(?0?\.5|\bsign\(|\babs\(")
TRIAL = 3.0  # seconds for one, at most
BRIEF = 0.5  # seconds that each may take
MANY = 30  # times as long as the slowest that came to its end
ROUGH = 0.3  # of the logarithms of the rates, summed over the steps

Laws = dict[str, Law]


class Moves:
    """The laws that a judgement's groups follow, given what each step added to the weights."""

    def __init__(self, judgement: Judgement) -> None:
        self.judgement = judgement
        self.measured = judgement.measured
        reading = judgement.reading
        self.paths = reading.paths
        self.starts = [
            {path: k.state[path].values for path in self.paths if path in k.state}
            for k in self.measured.keepers
        ]
        # Whether the gradient may have to be looked for on its way: an adaptive method leaves no simple law.
        known = reading.laws.values()
        plain = any(law.rates and law.kind in ("descent", "ascent") for law in known)
        adaptive = ADAPTIVE.search(_executed(judgement)) is not None
        self.deep = (not plain and adaptive) or any(
            not law.rates and law.kind in ("descent", "ascent") for law in known
        )
        self.known: dict[tuple[bytes, ...], Law] = {}
        # Where nothing tells the loss, a rate that jumps from step to step is no sign of having guessed it.
        self.strict = not judgement.shown and not reading.follows

    def laws(self, traces: Sequence[Trace], apart: bool = False) -> Laws | None:
        """The law of each group; None where the steps did not leave numbers.

        Args:
            traces: of the steps.
            apart: whether each step was changed on its own, so that what it remembers are the moves of the program as it is.
        """
        move = self._move(traces)
        if move is None or not np.isfinite(move).all():
            return None
        reading = self.judgement.reading
        motions = {
            group: self._motion(move, self.measured.of(paths), apart)
            for group, paths in reading.groups.items()
        }
        parts = {
            group: [self._motion(move, self.measured.of([path]), apart) for path in paths]
            for group, paths in reading.groups.items()
        }
        laws = fitted(motions, parts, self._fit)
        if self.deep:
            ways(reading, self.measured, laws, traces)
        for group, law in laws.items():
            known = reading.laws[group].kind == "unsteady"
            if law.varies and (known or (self.strict and rough(law))):
                laws[group] = replace(law, kind="unsteady")
        return laws

    def _fit(self, motion: Motion, profile: Array | None) -> Law:
        """The law of one motion; most changes leave most groups as they were."""
        rates = b"" if profile is None else profile.tobytes()
        apart = b"" if motion.remembered is None else b"apart"
        key = (motion.gradient.tobytes(), motion.move.tobytes(), rates, apart)
        if key not in self.known:
            self.known[key] = fit(motion, profile)
        return self.known[key]

    def _motion(self, move: Array, columns: list[int], apart: bool) -> Motion:
        reading, measured = self.judgement.reading, self.measured
        return Motion(
            reading.gradient[:, columns],
            move[:, columns],
            measured.weight[:, columns],
            reading.known[:, columns],
            SINGLE if measured.single else TOLERANCE,
            measured.edges[:, columns],
            measured.move[:, columns] if apart else None,
        )

    def _move(self, traces: Sequence[Trace]) -> Array | None:
        out = np.zeros((len(traces), len(self.measured.columns)))
        for s, trace in enumerate(traces):
            for path, before in self.starts[s].items():
                after = trace.tail.get(path)
                along = self.measured.directions[path]
                if after is None or after.size != before.size or before.size != along.shape[1]:
                    return None
                if not np.isfinite(after).all():
                    return None
                out[s, self.measured.of([path])] = along @ (after - before)
        return out


def _executed(judgement: Judgement) -> str:
    """The lines of the program that the steps go through."""
    steps = judgement.steps
    lines = {steps.places[head[0]].line for trace in steps.base for head in trace.heads}
    return "\n".join(row for n, row in enumerate(steps.source.split("\n"), 1) if n in lines)


def rough(law: Law) -> bool:
    """Whether the rates jump from step to step."""
    return law.roughness > ROUGH


TOGETHER = 64  # exchanges that are asked for at once


Exchange = list[tuple[int, str]]  # places, and the expressions that stand there instead


def exchanges(moves: Moves, wanted: Iterable[Exchange]) -> Iterator[tuple[int, Laws]]:
    """For each exchange: its position, and the laws of the groups with it; what fails is left out."""
    rows: list[tuple[int, Exchange]] = []
    for position, row in enumerate(wanted):
        rows.append((position, row))
        if len(rows) >= TOGETHER:
            yield from _exchanged(moves, rows)
            rows = []
    if rows:
        yield from _exchanged(moves, rows)


def _exchanged(moves: Moves, rows: Sequence[tuple[int, Exchange]]) -> Iterator[tuple[int, Laws]]:
    want: list[int] | None = None if moves.deep else []
    probes: list[dict[str, Any]] = [
        {"instead": row, "want": want, "paths": moves.paths} for _, row in rows
    ]
    keepers = moves.measured.keepers
    moves.judgement.steps.probes += len(probes) * len(keepers)
    for keeper in keepers:
        keeper.ask(probes)
    columns = [keeper.take(len(probes)) for keeper in keepers]
    seen: dict[bytes, Laws | None] = {}
    for index, (position, _) in enumerate(rows):
        traces = [column[index] for column in columns]
        if any(trace is None or trace.raised for trace in traces):
            continue
        whole = [trace for trace in traces if trace is not None]
        key = b"".join(flat.tobytes() for trace in whole for flat in trace.tail.values())
        if key not in seen or moves.deep:
            seen[key] = moves.laws(whole, apart=True)
        laws = seen[key]
        if laws is not None:
            yield position, laws


class Trials:
    """Runs edited programs over the steps that were measured."""

    def __init__(self, host: Host, moves: Moves) -> None:
        self.host, self.moves = host, moves
        self.judgement, self.measured = moves.judgement, moves.measured
        self.forced = [
            {path: values.tobytes() for path, values in start.items()} for start in moves.starts
        ]
        source = self.judgement.steps.source
        self.size = 1 if CATCHES_ALL.search(source) else BATCH
        self.servers: list[Server] = []
        self.slowest: float | None = None  # seconds of a trial that came to its end

    def _server(self) -> Run:
        return self.host.start(
            "server",
            "",
            loop=self.judgement.loop.index,
            steps=list(range(self.measured.count)),
            forced=self.forced,
            jitter={},
            paths=self.moves.paths,
            late=sorted(self.judgement.steps.late),
        )

    def run(self, sources: Iterable[str]) -> Iterator[tuple[int, Laws]]:
        """For each source: its position, and the laws; what fails is left out."""
        if not self.servers:
            self.servers = [Server(self.host, self._server()) for _ in range(SERVERS)]
        flying: list[tuple[list[int], Server]] = []
        batch: list[tuple[int, str]] = []
        try:
            for position, source in enumerate(sources):
                if compiles(source):
                    batch.append((position, source))
                if len(batch) >= self.size:
                    flying.append(self._launch(batch))
                    batch = []
                if len(flying) > SERVERS:
                    yield from self._landed(flying)
            if batch:
                flying.append(self._launch(batch))
            while flying:
                yield from self._landed(flying)
        finally:
            for positions, server in flying:  # what nobody waits for is still to be read
                for _ in positions:
                    server.take()

    def _launch(self, batch: Sequence[tuple[int, str]]) -> tuple[list[int], Server]:
        server = min(self.servers, key=lambda s: s.waiting)
        only: dict[str, Any] = {} if self.moves.deep else {"only": [], "want": []}
        more = {"seconds": self._longest(), **only}
        server.ask(
            [{"source": source, "loop": self.loop_in(source), **more} for _, source in batch]
        )
        return [position for position, _ in batch], server

    def _longest(self) -> float:
        """Seconds for a trial: more than those that came to their end needed, since one that misses the step goes through the whole training."""
        return TRIAL if self.slowest is None else min(TRIAL, max(BRIEF, MANY * self.slowest))

    def _landed(self, flying: list[tuple[list[int], Server]]) -> Iterator[tuple[int, Laws]]:
        positions, server = flying[0]
        while positions:
            laws = self._outcome(server)
            position = positions.pop(0)
            if laws is not None:
                yield position, laws
        flying.pop(0)

    def _outcome(self, server: Server) -> Laws | None:
        taken = server.take()
        if taken is None:
            return None
        answer, traces = taken
        if len(traces) < self.measured.count or answer["error"]:
            return None
        self.slowest = max(self.slowest or 0.0, answer["seconds"])
        return self.moves.laws(traces)

    def loop_in(self, source: str) -> int:
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
        self.servers = []


def compiles(source: str) -> bool:
    """Whether an edited program is Python."""
    try:
        compile(source, "candidate", "exec")
    except (SyntaxError, ValueError):
        return False
    return True
