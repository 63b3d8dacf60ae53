"""Phase 4a: one run with marks at the loops only: which loops are there, how they nest, what numbers each iteration changes."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from time import process_time  # before the program gets a clock of its own
from typing import Any

import numpy as np

from backproof.checking.process.sandbox import real_time
from backproof.checking.process.state import Array, Tensor, walk
from backproof.checking.process.tape import Tape
from backproof.checking.source import instrument as text

LOOKS = 3  # iterations of a loop that are looked at from the start; then those at powers of two
LATEST = 64
LOOKING = 2.5  # seconds spent on looking, at most
LARGE = 50_000  # numbers: of larger tensors only a sample is compared
ENOUGH = 0.5  # seconds of work after the first loop that changes numbers again and again
PATIENCE = 2  # times as many seconds by the clock


@dataclass
class Seen:
    """One loop, as it was seen to run."""

    iterations: int = 0
    looks: int = 0
    parents: tuple[int, ...] = ()
    changed: dict[str, list[Any]] = field(
        default_factory=dict
    )  # path: [times, group, shape, dtype, permuted]
    seconds: float = 0.0  # of the iterations looked at, without the looking


class Scan:
    """The hooks of a scan."""

    def __init__(self, job: dict[str, Any], connection: Any, address: str) -> None:
        self.program: str = job["filename"]
        self.budget: float = job.get("seconds", 6.0)
        self.enough: float = job.get("enough", ENOUGH)
        self.seen: dict[int, Seen] = {}
        self.open: list[tuple[int, dict[str, tuple[Tensor, Array]] | None, float]] = []
        self.counts: dict[int, int] = {}
        self.looking = 0.0
        self.begun = real_time()
        self.first_change: tuple[float, float] | None = None  # by the clock, and of work
        self.results: list[Any] = []
        self.tape = Tape()
        self.stopped = False
        self.late: frozenset[str] = frozenset()
        self.done: Any = None  # sends what was seen and ends the process; set by the runner

    def globals(self) -> dict[str, Any]:
        """What the program finds under the names of the hooks."""
        return {
            text.HOOK: self.tape.hook,
            text.STORE: self.tape.store,
            text.ENTER: self.enter,
            text.HEAD: self.head,
            text.TAIL: self.tail,
        }

    def enter(self, loop: int) -> bool:
        """Count the iteration; say whether to look at it."""
        count = self.counts.get(loop, 0)
        self.counts[loop] = count + 1
        look = count < LOOKS or (count <= LATEST and count & (count - 1) == 0)
        look = look and self.looking < LOOKING
        if not look:
            self.open.append((loop, None, 0.0))
            if count & 255 == 0:
                self._stop_when_enough()
        return look

    def head(self, loop: int, names: dict[str, Any]) -> dict[str, Any]:
        """Look at the numbers at the start of an iteration."""
        began = real_time()
        seen = self.seen.setdefault(loop, Seen())
        if not seen.parents:
            seen.parents = tuple(
                dict.fromkeys(parent for parent, *_ in self.open if parent != loop)
            )
        before = _snapshot(walk(sys._getframe(1), self.program, {}, self.late))
        self.looking += real_time() - began
        self.open.append((loop, before, real_time()))
        return {}

    def tail(self, loop: int) -> None:
        """Compare them at its end."""
        opened, before, began = self.open.pop() if self.open else (loop, None, 0.0)
        if before is None or opened != loop:
            return
        now = real_time()
        seen = self.seen[loop]
        seen.looks += 1
        seen.seconds += now - began
        after = _snapshot(walk(sys._getframe(1), self.program, {}, self.late))
        changed = {
            path: (tensor, before[path][1], flat)
            for path, (tensor, flat) in after.items()
            if path in before
            and before[path][1].shape == flat.shape
            and not _same(before[path][1], flat)
        }
        permuted = _permuted(before, after, {tensor.group for tensor, *_ in changed.values()})
        for path, (tensor, *_) in changed.items():
            entry = seen.changed.setdefault(path, [0, tensor.group, tensor.shape, tensor.dtype, 0])
            entry[0] += 1
            entry[4] += tensor.group in permuted
        if self.first_change is None and seen.looks >= LOOKS and seen.changed:
            self.first_change = now, process_time()
        self.looking += real_time() - now
        self._stop_when_enough()

    def _stop_when_enough(self) -> None:
        now = real_time()
        over = now - self.begun > self.budget
        if self.first_change is not None:
            began, worked = self.first_change
            over |= process_time() - worked > self.enough or now - began > PATIENCE * self.enough
        if over:
            self.stopped = True
            self.done()

    def summary(self) -> dict[str, Any]:
        """What was seen, as plain data."""
        return {
            "stopped": self.stopped,
            "loops": {
                loop: {
                    "iterations": self.counts.get(loop, 0),
                    "looks": seen.looks,
                    "parents": list(seen.parents),
                    "changed": seen.changed,
                    "seconds": seen.seconds / max(seen.looks, 1),
                }
                for loop, seen in self.seen.items()
            },
        }


def _snapshot(tensors: list[Tensor]) -> dict[str, tuple[Tensor, Array]]:
    return {tensor.path: (tensor, _sample(tensor.read())) for tensor in tensors}


def _permuted(
    before: dict[str, tuple[Tensor, Array]],
    after: dict[str, tuple[Tensor, Array]],
    groups: set[str],
) -> set[str]:
    """Groups whose numbers are the same as before in another order."""

    def numbers(snapshot: dict[str, tuple[Tensor, Array]], group: str) -> Array:
        parts = [flat for tensor, flat in snapshot.values() if tensor.group == group]
        return np.sort(np.concatenate(parts)) if parts else np.zeros(0)

    out = set()
    for group in groups:
        now = numbers(after, group)
        if now.size > 1 and _same(numbers(before, group), now):
            out.add(group)
    return out


def _sample(flat: Array) -> Array:
    return flat if flat.size <= LARGE else flat[:: flat.size // LARGE + 1]


def _same(a: Array, b: Array) -> bool:
    return bool(np.array_equal(a, b, equal_nan=True))
