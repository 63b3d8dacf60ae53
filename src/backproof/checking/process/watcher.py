"""Phase 3: the hooks of one run, keepers and probes, in the process that runs the program.

Watcher    at the head of each step that is wanted: fork a keeper, or note the state
Onward     a probe that goes on after its step, to see what is computed between the steps
Replays    probes that one process runs one after another, each from the same state; a fork for each where that is not the same
"""

from __future__ import annotations

import contextlib
import mmap
import random
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection
from os import close, pipe, read, write  # before the program has exchanged any
from types import FrameType
from typing import Any

import numpy as np

from backproof.checking.process import sandbox, wire
from backproof.checking.process.expressions import Evaluation, substitution
from backproof.checking.process.snapshot import Snapshot, TooLargeError
from backproof.checking.process.state import Finder, Tensor, walk
from backproof.checking.process.tape import Tape, moved, replaced
from backproof.checking.source import instrument as text

Job = dict[str, Any]
Probe = dict[str, Any]

AFTER = 1.0  # seconds that a probe runs on after its step
MOST_AFTER = 8  # events that it waits for
PROBE = 20.0  # seconds for one
TOGETHER = 128  # probes that one process runs
MOST_BYTES = 64 << 20  # of what they tell


class Watcher:
    """The hooks of one run."""

    def __init__(self, job: Job, connection: Connection, address: str) -> None:
        self.job, self.connection, self.address = job, connection, address
        self.program: str = job["filename"]
        self.tape = Tape()
        self.loop: int = job.get("loop", -1)
        self.count = 0  # iterations of the watched loop so far
        self.inside = False  # a step that is watched
        self.results: list[Any] = []
        self.starts: list[
            dict[str, bytes]
        ] = []  # numbers at the heads, where the job asks for them
        self.forced: list[dict[str, bytes]] | None = job.get("forced")
        self.steps: list[int] = job.get("steps", [])
        self.probe: Probe | None = None
        self.gate: int | None = None  # gives a byte when it is this process's turn to tell
        self.replays: Replays | None = None
        self.alike = True  # whether a step that is run again gives the same numbers
        self.late: frozenset[str] = frozenset()
        self.finder = Finder(self.program)
        self.trusted: set[str] = set()  # paths that the finder reads as a walk does
        self.bound: dict[str, Any] = {}  # local names of the frame at the head that were moved
        self.evaluation: Evaluation | None = None
        self.onward: Onward | None = None  # where a probe goes on after its step
        self.done: Any = None  # sends what was seen and ends the process; set by the runner

    def globals(self) -> dict[str, Any]:
        """What the instrumented program finds under the names of the hooks."""
        return {
            text.HOOK: self.tape.hook,
            text.STORE: self.tape.store,
            text.ENTER: self.enter,
            text.HEAD: self.head,
            text.TAIL: self.tail,
            text.TOGETHER: together,
            text.AGAIN: self.again,
            text.FRESH: self.fresh,
            text.LEFT: _LeftError,
            text.ANY: BaseException,
            text.CAUGHT: self.caught,
        }

    def enter(self, loop: int) -> bool:
        """Whether this iteration is of interest."""
        if self.onward is not None and loop == self.onward.loop:
            self.onward.trains_on()
        if loop != self.loop or self.inside:
            return False
        self.count += 1
        return self.count - 1 in self.steps

    def head(self, loop: int, names: dict[str, Any]) -> dict[str, Any]:
        """At the start of a step."""
        frame = sys._getframe(1)
        bound = self.bound = {}
        tensors = walk(frame, self.program, bound, self.late)
        position = self.steps.index(self.count - 1)
        if position == 0 and self.job.get("jitter"):
            self._jitter(tensors)
            tensors = walk(frame, self.program, bound, self.late) if not bound else tensors
        self.inside = True
        if self.job["kind"] == "trace":
            self._keep(position, tensors, frame)
            if self.probe is None and self.replays is None:  # the runner itself
                self.inside = False
                if position == len(self.steps) - 1:
                    self.done()
                self.inside = True
        else:
            self._force(position, tensors)
            if self.job.get("heads"):
                self.starts.append(self._state(tensors, None))
            want = self.job.get("want")
            self.tape.start(None if want is None else frozenset(want), {})
        return bound

    def _jitter(self, tensors: list[Tensor]) -> None:
        """Move the weights to a point in general position."""
        noise = random.Random(4)
        sizes = self.job["jitter"]
        for tensor in tensors:
            now = tensor.read()
            size = sizes.get(tensor.path, 0.0)
            if "*" in sizes and tensor.shape and tensor.dtype.startswith("float"):
                flat = not np.any(now) or (now.size > 1 and np.ptp(now) == 0)
                size = sizes["*"] if flat else 0.0
            if size and tensor.write is not None:
                shift = np.array([noise.uniform(-0.5, 0.5) for _ in now])
                tensor.write(now + shift * size)

    def _force(self, position: int, tensors: list[Tensor]) -> None:
        if self.forced is None or position >= len(self.forced):
            return
        for tensor in tensors:
            flat = self.forced[position].get(tensor.path)
            if flat is not None and tensor.write is not None:
                values = np.frombuffer(flat)
                if values.size == tensor.read().size:
                    tensor.write(values.copy())

    def tail(self, loop: int) -> None:
        """At the end of a step."""
        if loop != self.loop or not self.inside:
            return
        self.tape.stop()
        self.inside = False
        if self.replays is not None:
            self.replays.took(self._told(sys._getframe(1)))
            return
        if self.job["kind"] == "trace":
            if self.probe is not None:
                if self.probe.get("after"):
                    self._run_on()
                else:
                    self._tell(sys._getframe(1))
            return
        state = self._state(
            walk(sys._getframe(1), self.program, {}, self.late), self.job.get("paths")
        )
        self.results.append({"tail": state, **self.tape.packed()})
        if len(self.results) == len(self.steps):
            self.done()

    @staticmethod
    def _state(tensors: list[Tensor], paths: Any) -> dict[str, bytes]:
        return {t.path: t.read().tobytes() for t in tensors if paths is None or t.path in paths}

    def summary(self) -> dict[str, Any]:
        """What else there is to say."""
        return {"iterations": self.count, "heads": self.starts}

    # keepers and probes -------------------------------------------------------------------

    def _keep(self, position: int, tensors: list[Tensor], frame: FrameType) -> None:
        """Fork a keeper here. Returns in the runner, and in each process that runs probes."""
        if fork() != 0:
            return
        connection = wire.call(self.address)
        state = {
            t.path: (t.group, t.shape, t.dtype, t.write is not None, t.read().tobytes())
            for t in tensors
            if t.read().size <= 200_000
        }
        wire.tell(connection, {"job": self.job["id"], "step": position, "state": state})
        self.connection = connection
        while True:
            try:
                probes: list[Probe] = wire.receive(connection)
            except (EOFError, OSError):
                sandbox.real_exit(0)
            if all("after" in probe for probe in probes):
                if self._run_on_for(probes, tensors):
                    return
                continue
            while probes:
                together = self.alike and len(probes) > 2
                count = self._fork_for(
                    probes[: TOGETHER if together else 1], tensors, frame, together
                )
                if count < 0:
                    return
                probes = probes[count:]

    def _run_on_for(self, probes: list[Probe], tensors: list[Tensor]) -> bool:
        """Let all of the probes run on at the same time, and tell in their order; True in the processes that do."""
        children = []
        for probe in probes:
            gate, opened = pipe()
            child = fork()
            if child == 0:
                self.probe, self.gate = probe, gate
                self._begin(probe, tensors)
                return True
            close(gate)
            children.append((child, opened))
        for child, opened in children:
            with contextlib.suppress(OSError):
                write(opened, b"t")  # its turn to tell
            close(opened)
            _, status = sandbox.real_wait(child, 0)
            if status != 0:
                wire.tell(self.connection, {"failed": status})
        return False

    def _fork_for(
        self, probes: list[Probe], tensors: list[Tensor], frame: FrameType, together: bool
    ) -> int:
        """How many of the probes were answered; -1 in the process that is to run them."""
        told = mmap.mmap(-1, 8)
        child = fork()
        if child == 0:
            if together:
                self.replays = Replays(self, probes, tensors, frame, told)
            else:
                self.probe = probes[0]
                self._begin(probes[0], tensors)
            return -1
        _, status = sandbox.real_wait(child, 0)
        if together:
            self.alike = self.alike and bool(told[0])
            return told[0]
        if status != 0:
            wire.tell(self.connection, {"failed": status})
        return 1

    def again(self, loop: int) -> bool:
        """Whether the step is to be run once more."""
        if self.replays is None or loop != self.loop:
            return False
        self.inside = True
        self.replays.next()
        return True

    def fresh(self, loop: int) -> dict[str, Any]:
        """The names of the frame as they were at the head."""
        assert self.replays is not None
        return self.replays.names()

    def caught(self) -> None:
        """A step was left by an exception."""
        assert self.replays is not None
        error = sys.exc_info()[1]
        self.replays.raised = None if isinstance(error, _LeftError) else repr(error)[:300]

    def _begin(self, probe: dict[str, Any], tensors: list[Tensor]) -> None:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, probe.get("seconds", PROBE))
        by_path = {t.path: t for t in tensors}
        for path, delta in probe.get("nudge", ()):
            tensor = by_path[path]
            if tensor.write is not None:
                tensor.write(tensor.read() + np.frombuffer(delta))
        self._watch(probe)

    def _watch(self, probe: Probe) -> None:
        """Set the tape to what the probe changes on the way and wants to see."""
        changes: dict[int, dict[int, Any]] = {}
        for place, occurrence, delta in probe.get("move", ()):
            changes.setdefault(place, {})[occurrence] = _mover(np.frombuffer(delta))
        for place, occurrence, flat in probe.get("replace", ()):
            changes.setdefault(place, {})[occurrence] = _replacer(np.frombuffer(flat))
        want = probe.get("want")
        framed = {place: substitution(expression) for place, expression in probe.get("instead", ())}
        self.evaluation = None
        if "evaluate" in probe:
            self.evaluation = Evaluation(*probe["evaluate"])
            framed[self.evaluation.place] = self.evaluation
        self.tape.start(None if want is None else frozenset(want), changes, framed)

    def _run_on(self) -> None:
        """Let the program go on, watching some places, until they were seen or the time is over."""
        assert self.probe is not None
        frame = sys._getframe(2)
        self.onward = Onward(self.loop, self.tape, lambda: self._tell(frame))
        self.loop = -1
        signal.signal(signal.SIGALRM, lambda *_: self._tell(frame))
        signal.setitimer(signal.ITIMER_REAL, AFTER)
        self.tape.start(frozenset(self.probe["after"]), {})
        self.tape.full = self.onward.stop
        self.tape.most = MOST_AFTER

    def _tell(self, frame: FrameType) -> None:
        self.tape.stop()
        if self.onward is not None:
            self.onward.cut()
        failed = sys.exc_info()[1]
        raised = None if failed is None else repr(failed)[:300]
        with contextlib.suppress(OSError):
            if self.gate is not None:
                read(self.gate, 1)
        wire.tell(self.connection, {**self._told(frame), "raised": raised})
        sandbox.real_exit(0)

    def _told(self, frame: FrameType) -> dict[str, Any]:
        """What the probe in hand wants to know, at the end of its step."""
        paths = (self.probe or {}).get("paths")
        told = {"tail": self._tail(frame, paths), **self.tape.packed()}
        if self.evaluation is not None:
            told["evaluated"] = self.evaluation.projected()
            told["kinds"] = self.evaluation.kinds()
        return told

    def _tail(self, frame: FrameType, paths: list[str] | None) -> dict[str, bytes]:
        """Numbers at the end of a step: by walking, until reading them by their paths was seen to give the same."""
        if paths is not None and not paths:
            return {}
        read = None
        if paths is not None:
            found = self.finder.read(frame, paths)
            read = None if found is None else {p: flat.tobytes() for p, flat in found.items()}
            if read is not None and self.trusted >= set(paths):
                return read
        state = self._state(walk(frame, self.program, {}, self.late), paths)
        if read == state:
            self.trusted |= set(state)
        return state


@dataclass
class Onward:
    """What a program computes between its training steps; what no further step follows is not kept: training is over then."""

    loop: int  # whose iterations are the steps
    tape: Tape
    tell: Callable[[], None]
    kept: tuple[int, int] = (0, 0)  # a mark on the tape

    def trains_on(self) -> None:
        """Another step begins."""
        self.kept = self.tape.mark()
        if not self.tape.on:
            self.tell()

    def stop(self) -> None:
        """Enough was seen."""
        self.tape.stop()

    def cut(self) -> None:
        """Forget what came after the last step."""
        self.tape.cut(self.kept)


class _LeftError(BaseException):
    """A step that is run again came to its end early, as the program wants it."""


UNCHANGED: Probe = {"want": None, "paths": None}


class Replays:
    """Runs probes one after another from one state, and an unchanged step before and after them: all is sent if both are alike."""

    def __init__(
        self,
        watcher: Watcher,
        probes: list[Probe],
        tensors: list[Tensor],
        frame: FrameType,
        told: mmap.mmap,
    ) -> None:
        self.watcher, self.told = watcher, told
        self.waiting = [UNCHANGED, *probes]
        self.results: list[dict[str, Any]] = []
        self.bytes = 0
        self.last = False
        self.raised: str | None = None
        self.tensors = {t.path: t for t in tensors}
        self.start: dict[str, Any] = {}  # path: numbers at the head
        self.bound: dict[str, Any] = {}
        try:
            self.snapshot = Snapshot(frame, watcher.program)
        except (TooLargeError, MemoryError):
            sandbox.real_exit(1)

    def names(self) -> dict[str, Any]:
        """The local names at the head, some of them moved."""
        return {**self.snapshot.locals, **self.bound}

    def next(self) -> None:
        """Go back to the head and begin the next probe, or end."""
        if self.last:
            self._send()
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, PROBE)
        if self.results:
            self.snapshot.restore()
        self.last = not self.waiting or self.bytes > MOST_BYTES
        probe = UNCHANGED if self.last else self.waiting.pop(0)
        self.watcher.probe, self.raised = probe, None
        self._nudge(probe)
        self.watcher._watch(probe)

    def _nudge(self, probe: Probe) -> None:
        bound = self.watcher.bound
        bound.clear()
        for path, delta in probe.get("nudge", ()):
            tensor = self.tensors[path]
            if tensor.write is not None:
                now = self.start.setdefault(path, tensor.read().copy())
                tensor.write(now + np.frombuffer(delta))
        self.bound = dict(bound)

    def took(self, told: dict[str, Any]) -> None:
        """Keep what a step told."""
        told["raised"] = self.raised
        if self.results and told["heads"] == self.results[-1]["heads"]:
            told["heads"] = self.results[-1]["heads"]  # one list for all that are alike
        self.bytes += len(told["numbers"]) + sum(len(flat) for flat in told["tail"].values())
        self.results.append(told)

    def _send(self) -> None:
        first, last = self.results[0], self.results.pop()
        if first != last or first["raised"]:
            sandbox.real_exit(1)
        heads = None
        for told in self.results[1:]:
            same = told["heads"] is heads
            heads = told["heads"]
            wire.tell(self.watcher.connection, {**told, "heads": None} if same else told)
            self.told[0] += 1
        sandbox.real_exit(0)


def together(items: Iterable[Any], first: int, every: int) -> Iterator[list[Any]]:
    """What a loop goes through, so many at once."""
    left, size = iter(items), first
    while taken := list(islice(left, size)):
        yield taken
        size = every


def fork() -> int:
    """Fork; the child goes on with the same random numbers, which Python would seed anew there."""
    assert sandbox.real_fork is not None
    state = random.getstate()
    child: int = sandbox.real_fork()
    if child == 0:
        random.setstate(state)
    return child


def _mover(delta: Any) -> Any:
    return lambda value: moved(value, delta)


def _replacer(flat: Any) -> Any:
    return lambda value: replaced(value, flat)
