"""Phase 9b: a whole run of the program, in the process that runs it, with hooks at a few places only.

Outputs and targets are noted as they meet. A job may change one thing on the way: `CHANGES` is the table.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from dataclasses import asdict
from time import process_time  # before the program gets a clock of its own
from types import FrameType
from typing import Any

import numpy as np
from numpy.random import default_rng  # before the program's own seeds are set

from backproof.checking.learning.aim import Array, Meetings
from backproof.checking.process.state import walk
from backproof.checking.process.tape import encode, replaced
from backproof.checking.source import instrument as text

Handler = Callable[[Any], Any]

# signal, timer, the job's setting: seconds by the clock, seconds of work
TIMERS = (
    (signal.SIGALRM, signal.ITIMER_REAL, "seconds"),
    (signal.SIGPROF, signal.ITIMER_PROF, "work"),
)
FIRST_LOOK = 256  # meetings; then each time that there are half as many again
GROWTH = 1.5
SHORTEST = 1e-9  # a spread below this is no spread


class Full:
    """The hooks of a whole run."""

    def __init__(self, job: dict[str, Any], connection: Any, address: str) -> None:
        self.job = job
        self.program: str = job["filename"]
        self.loop: int = job["loop"]
        self.around: list[int] | None = None  # loops around the step, the innermost first
        self.meetings = Meetings(job["meeting"]["kind"])
        self.changes = [CHANGES[row["do"]](self, row) for row in job.get("changes", ())]
        self.heads = [change for change in self.changes if change.at_heads]
        self.handlers = self._handlers()
        self.next_look = FIRST_LOOK
        self.sure = 0  # looks in a row that saw the aim reached
        self.lost = 0  # looks in a row that saw outputs that are no numbers
        self.stopped = ""
        self.late: frozenset[str] = frozenset()
        self.results: list[Any] = []
        self.done: Any = None  # sends what was seen and ends the process; set by the runner
        for kind, timer, key in TIMERS:
            if job.get(key):
                signal.signal(kind, lambda *_: self._stop("time"))
                signal.setitimer(timer, job[key])

    def _handlers(self) -> dict[int, Handler]:
        rows: dict[int, list[Handler]] = {}
        for change in self.changes:
            for place, handler in change.handlers().items():
                rows.setdefault(place, []).append(handler)
        meeting = self.job["meeting"]
        rows.setdefault(meeting["output"], []).append(self._saw_output)
        rows.setdefault(meeting["target"], []).append(self._saw_target)
        return {place: _in_turn(handlers) for place, handlers in rows.items()}

    def globals(self) -> dict[str, Any]:
        """What the instrumented program finds under the names of the hooks."""
        return {
            text.HOOK: self.hook,
            text.STORE: _nothing,
            text.ENTER: self.enter,
            text.HEAD: self.head,
            text.TAIL: _nothing,
        }

    def hook(self, place: int, value: Any) -> Any:
        """Let those see the value who asked for it."""
        handler = self.handlers.get(place)
        return value if handler is None else handler(value)

    def enter(self, loop: int) -> bool:
        """Mark iterations of the step and of the loops around it; say whether a change wants to see this step."""
        if loop == self.loop:
            if self.around is None:
                self._see_around(sys._getframe(1))
            self.meetings.mark(loop)
            return bool(self.heads)
        if self.around and loop in self.around:
            self.meetings.mark(loop)
        return False

    def _see_around(self, frame: FrameType | None) -> None:
        """Which loops the program is in, at the first step."""
        self.around = []
        while frame is not None:
            if frame.f_code.co_filename == self.program:
                around = [
                    index
                    for index, line, end in self.job["loops"]
                    if line <= frame.f_lineno <= end and index != self.loop
                ]
                self.around.extend(reversed(around))
            frame = frame.f_back
        for loop in self.around:
            self.meetings.mark(loop)

    def head(self, loop: int, names: dict[str, Any]) -> dict[str, Any]:
        """At the start of a step."""
        frame = sys._getframe(1)
        bound: dict[str, Any] = {}
        for change in list(self.heads):
            change.head(frame, bound)
            if change.once:
                self.heads.remove(change)
        return bound

    def _saw_output(self, value: Any) -> Any:
        self.meetings.saw_output(value)
        if self.meetings.total >= self.next_look:
            self._look()
        return value

    def _saw_target(self, value: Any) -> Any:
        self.meetings.saw_target(value)
        if self.meetings.total >= self.next_look:
            self._look()
        return value

    def _look(self) -> None:
        """End the run early where there is no doubt that the aim is reached, or that no number is left."""
        self.next_look = int(self.next_look * GROWTH)
        with np.errstate(all="ignore"):
            score = self.meetings.score()
        self.sure = self.sure + 1 if score.reached and score.clear else 0
        self.lost = self.lost + 1 if not np.isfinite(score.value) else 0
        if self.sure >= 2 or self.lost >= 2:
            self._stop("reached" if self.sure else "lost")

    def _stop(self, why: str) -> None:
        self.stopped = why
        self.done()

    def summary(self) -> dict[str, Any]:
        """What was seen, as plain data."""
        for _, timer, _ in TIMERS:
            signal.setitimer(timer, 0)
        with np.errstate(all="ignore"):
            score = self.meetings.score()
        return {
            "score": asdict(score),
            "meetings": self.meetings.total,
            "around": self.around or [],
            "stopped": self.stopped,
            "cpu": process_time(),
        }


def _nothing(*_: Any) -> None:
    return


def _in_turn(handlers: list[Handler]) -> Handler:
    if len(handlers) == 1:
        return handlers[0]

    def handled(value: Any) -> Any:
        for handler in handlers:
            value = handler(value)
        return value

    return handled


# what a run may change --------------------------------------------------------------------


class Change:
    """One thing that is done otherwise in this run."""

    at_heads = False  # whether it acts at the heads of steps
    once = True  # at the first head only

    def __init__(self, full: Full, row: dict[str, Any]) -> None:
        self.full, self.row = full, row

    def handlers(self) -> dict[int, Handler]:
        """What it does to values, by place."""
        return {}

    def head(self, frame: FrameType, bound: dict[str, Any]) -> None:
        """What it does at the start of a step; plain local numbers go to `bound`."""


class Start(Change):
    """Other first weights: uniform between -radius and radius, a radius for each path."""

    at_heads = True

    def head(self, frame: FrameType, bound: dict[str, Any]) -> None:
        generator = default_rng(17 + self.full.job.get("start", 0))
        radii: dict[str, float] = self.row["radius"]
        for tensor in walk(frame, self.full.program, bound, self.full.late):
            radius = radii.get(tensor.path)
            if radius is not None and tensor.write is not None:
                tensor.write(generator.uniform(-radius, radius, tensor.read().size))


class Inputs(Change):
    """Inputs with mean 0 and spread 1, along the axis of the examples; a row for each path where there are several."""

    at_heads = True

    def head(self, frame: FrameType, bound: dict[str, Any]) -> None:
        tensors = {t.path: t for t in walk(frame, self.full.program, bound, self.full.late)}
        for paths, axis in self.row["data"]:
            parts = [tensors[path] for path in paths if path in tensors]
            if len(parts) != len(paths) or any(part.write is None for part in parts):
                continue
            rows = [part.read().reshape(part.shape) for part in parts]
            table = rows[0] if len(rows) == 1 else np.array(rows)
            scaled = _standardised(table, axis)
            for part, row in zip(parts, [scaled] if len(rows) == 1 else scaled, strict=True):
                if part.write is not None:
                    part.write(row.ravel())


def _standardised(values: Array, axis: int) -> Array:
    spread = values.std(axis=axis, keepdims=True)
    constant = spread < SHORTEST  # such as a column of ones
    spread[constant] = 1.0
    moved = np.where(constant, 0.0, values.mean(axis=axis, keepdims=True))
    out: Array = (values - moved) / spread
    return out


class Rate(Change):
    """Each step `factor` times as long."""

    at_heads = True
    once = False

    def __init__(self, full: Full, row: dict[str, Any]) -> None:
        super().__init__(full, row)
        self.before: dict[str, Array] = {}

    def head(self, frame: FrameType, bound: dict[str, Any]) -> None:
        paths, factor = frozenset(self.row["paths"]), self.row["factor"]
        for tensor in walk(frame, self.full.program, bound, self.full.late):
            if tensor.path not in paths or tensor.write is None:
                continue
            now, before = tensor.read(), self.before.get(tensor.path)
            if before is not None and before.size == now.size:
                now = before + factor * (now - before)
                tensor.write(now)
            self.before[tensor.path] = now


class Targets(Change):
    """Targets moved and stretched, wherever they meet the output."""

    def handlers(self) -> dict[int, Handler]:
        shift, factor = self.row["shift"], self.row["factor"]

        def stretched(value: Any) -> Any:
            flat = encode(value)[2]
            return value if flat is None else replaced(value, (flat + shift) * factor)

        return dict.fromkeys(self.row["places"], stretched)


class Bias(Change):
    """A number added to what each unit takes in, and trained by the delta that the program computes for it."""

    def __init__(self, full: Full, row: dict[str, Any]) -> None:
        super().__init__(full, row)
        self.bias: Any = 0.0

    def handlers(self) -> dict[int, Handler]:
        axis, rate, turned = self.row["axis"], self.row["rate"], self.row["turned"]
        product, delta = self.row["places"]

        def added(value: Any) -> Any:
            return value + self.bias

        def learnt(value: Any) -> Any:
            slope = np.asarray(value)
            slope = slope.T if turned else slope
            if axis is not None:
                slope = slope.sum(axis=axis, keepdims=True)
            self.bias = self.bias - rate * slope
            return value

        return {product: added, delta: learnt}


CHANGES: dict[str, type[Change]] = {
    "start": Start,
    "inputs": Inputs,
    "rate": Rate,
    "targets": Targets,
    "bias": Bias,
}
