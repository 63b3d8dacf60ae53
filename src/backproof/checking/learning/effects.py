"""Phase 9d: what each number in the text does, found by running the first step with another number in its place.

effects(...)    for each literal: by which factor it moves the first weights and the first step, and whether it changes shapes
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backproof.checking.process.session import Host, Server
from backproof.checking.process.state import Tensor
from backproof.checking.process.trace import Array, Trace
from backproof.checking.reading.judge import Judgement
from backproof.checking.reading.steps import moved_places
from backproof.checking.source.literals import Literal, Source, literals, number, replaced

MOST = 30  # literals that are tried
LARGEST = 1000  # larger ones count epochs or examples
SECONDS = 4.0  # for one run
ALL = 10.0  # seconds for all of them
SAME = 1e-6  # relative; the program's own rounding is far below


@dataclass(frozen=True)
class Effect:
    """What one literal does."""

    literal: Literal
    factor: float  # by which it was multiplied
    starts: dict[str, float]  # path: factor on its first values, where that is one number
    moves: dict[str, float]  # path: factor on its first move, where that is one number
    still: frozenset[str]  # paths whose first values stay
    shapes: bool  # whether weights have other shapes, or there are more of them
    sized: frozenset[str]  # paths that have another size with it, or are no more
    output: bool  # whether the output has another shape
    touched: int  # places whose values change in the first step


@dataclass(frozen=True)
class Begin:
    """The first step of a run: numbers at its head and its end, and all that happened in it."""

    head: dict[str, Array]
    trace: Trace


class Effects:
    """Looks at literals one by one."""

    def __init__(self, host: Host, source: str, judgement: Judgement, output: int) -> None:
        self.host, self.source, self.judgement, self.output = host, source, judgement, output
        self.paths = [p for paths in judgement.reading.groups.values() for p in paths]
        self.text = Source(source)
        self.end = time.monotonic() + ALL

    def all(self) -> tuple[Begin | None, list[Effect]]:
        """The first step as it is, without any noise, and what each literal does to it."""
        chosen = [x for x in literals(self.text) if _is_of_interest(x)]
        chosen = sorted(chosen, key=lambda literal: not literal.likely_rate)[:MOST]
        texts = [self.source, *(self._with(literal) for literal in chosen)]
        base, *others = self._begins(texts, self.judgement.steps.jitter)
        clean = self._begins([self.source], {})[0] if self.judgement.steps.jitter else base
        if base is None or clean is None:
            return None, []
        seen = [
            self._effect(literal, clean, base, other)
            for literal, other in zip(chosen, others, strict=True)
            if other is not None
        ]
        return clean, seen

    def _with(self, literal: Literal) -> str:
        text = number(literal.value * factor_of(literal), literal.whole)
        return replaced(self.source, [(literal.piece.start, literal.piece.stop, text)])

    def _begins(self, texts: Sequence[str], jitter: dict[str, float]) -> list[Begin | None]:
        run = self.host.start(
            "server",
            "",
            loop=self.judgement.loop.index,
            steps=[0],
            jitter=jitter,
            want=None,
            paths=None,
            heads=True,
            seconds=SECONDS,
            late=sorted(self.judgement.steps.late),
        )
        server = Server(self.host, run)
        try:
            server.ask([{"source": text} for text in texts])
            return [self._next(server) for _ in texts]
        finally:
            self.host.forget(run)

    def _next(self, server: Server) -> Begin | None:
        """The next first step, while there is time for it."""
        return _begin(server.take()) if time.monotonic() < self.end else None

    def _effect(self, literal: Literal, clean: Begin, base: Begin, other: Begin) -> Effect:
        starts, moves, still = {}, {}, set()
        shapes = _sizes(base, self.judgement) != _sizes(other, self.judgement)
        for path in self.paths:
            if path not in base.head or path not in other.head:
                continue
            before, after = base.head[path], other.head[path]
            if before.size != after.size or not before.size:
                continue
            if np.array_equal(before, after):
                still.add(path)
            grown = _factor(clean.head.get(path, before), after - before)
            if grown is not None:
                starts[path] = 1.0 + grown
            factor = _factor(_move(base, path), _move(other, path))
            if factor is not None:
                moves[path] = factor
        outputs = [b.trace.values(self.output) for b in (base, other)]
        sizes = {None if values is None else values.size for values in outputs}
        return Effect(
            literal,
            factor_of(literal),
            starts,
            moves,
            frozenset(still),
            shapes,
            frozenset(p for p, flat in base.head.items() if _size(other, p) != flat.size),
            len(sizes) > 1,
            len(moved_places(base.trace, other.trace)),
        )


def factor_of(literal: Literal) -> float:
    """By which a literal is multiplied to see what it does."""
    return 2.0 if literal.whole else 1.5


def _is_of_interest(literal: Literal) -> bool:
    return not literal.exponent and abs(literal.value) <= LARGEST


def _begin(taken: tuple[dict[str, Any], list[Trace]] | None) -> Begin | None:
    """The first step of a run that had one."""
    if taken is None or not taken[1] or not taken[0]["heads"]:
        return None
    head = {path: np.frombuffer(flat) for path, flat in taken[0]["heads"][0].items()}
    return Begin(head, taken[1][0])


def _size(begin: Begin, path: str) -> int | None:
    return begin.head[path].size if path in begin.head else None


def _sizes(begin: Begin, judgement: Judgement) -> list[tuple[str, int]]:
    """How many numbers there are in each tensor of the groups of weights."""
    groups = set(judgement.reading.groups)
    return sorted((path, flat.size) for path, flat in begin.head.items() if _group(path) in groups)


def _group(path: str) -> str:
    return Tensor(path, (), lambda: np.zeros(0), None, "").group


def _move(begin: Begin, path: str) -> Array:
    tail = begin.trace.tail.get(path)
    head = begin.head[path]
    return np.zeros(0) if tail is None or tail.size != head.size else tail - head


def _factor(before: Array, after: Array) -> float | None:
    """The number that takes all of one to the other; None if there is none, or nothing to tell it by."""
    size = float(before @ before) if before.size == after.size else 0.0
    if size == 0.0 or not np.isfinite(size) or not np.isfinite(after).all():
        return None
    factor = float(before @ after) / size
    rest = float(np.linalg.norm(after - factor * before))
    return factor if rest <= SAME * float(np.linalg.norm(after) + np.linalg.norm(before)) else None
