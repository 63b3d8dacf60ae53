"""The checker's end of the processes that run the program.

Host      starts the host process, sends jobs, receives what runners and keepers say
Keeper    a program that stands at the head of one training step, ready to be probed

Every wait has an end: the deadline of the whole check.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

import numpy as np

from backproof.checking.process import wire
from backproof.checking.process.trace import Array, Layout, Trace
from backproof.errors import BackproofError

# One thread for the libraries beneath NumPy: a fork must not lose any.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "Agg",
    "PYTHONWARNINGS": "ignore",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUTF8": "1",
}
COPIED = 1 << 20  # bytes of a file that is copied beside the program; larger ones are linked
MOST_COPIES = 200  # files
MOST_ROOM = 16 << 20  # bytes of all of them
MOST_ENTRIES = 5000  # of one folder
LINKED = (".git", ".venv", "venv", "node_modules", "__pycache__")  # never copied
GRACE = 5.0  # seconds after the deadline


class TimedOutError(BackproofError):
    """The deadline passed."""


class LostError(BackproofError):
    """A process that ran the program ended without an answer."""


@dataclass(frozen=True)
class Limits:
    """What the program may use."""

    seconds: float = 60.0  # for the whole check
    memory: int = 2048  # MiB
    output: int = 256  # KiB of printed text that is kept


@dataclass(frozen=True)
class Tensor:
    """Numbers of the program's state at the head of a step."""

    path: str
    group: str
    shape: tuple[int, ...]
    dtype: str
    writable: bool
    values: Array


@dataclass
class Keeper:
    """A program that stands at the head of one step."""

    host: Host
    connection: Connection
    step: int
    state: dict[str, Tensor]
    layout: Layout | None = None  # of the last outcome

    def ask(self, probes: Sequence[dict[str, Any]]) -> None:
        """Send probes; `take` gives their outcomes in the same order."""
        wire.send(self.connection, list(probes))

    def take(self, count: int) -> list[Trace | None]:
        """The outcomes of `count` probes; None for one that did not reach the end of the step."""
        out: list[Trace | None] = []
        for _ in range(count):
            self.host.wait_for([self.connection])
            message = wire.receive(self.connection)
            out.append(None if "failed" in message else self._traced(message))
        return out

    def _traced(self, message: dict[str, Any]) -> Trace:
        like = self.layout if message["heads"] is None else self.host.layout
        trace = Trace(message, like)
        self.layout = self.host.layout = trace.layout
        return trace

    def probe(self, probes: Sequence[dict[str, Any]]) -> list[Trace | None]:
        """Send probes and wait for their outcomes."""
        self.ask(probes)
        return self.take(len(probes))


@dataclass
class Run:
    """A runner, from its start to its answer."""

    host: Host
    identity: int
    connection: Connection | None = None
    pid: int | None = None
    keepers: dict[int, Keeper] = field(default_factory=dict)

    def answer(self, seconds: float | None = None) -> dict[str, Any]:
        """What the runner says at its end.

        Raises:
            TimedOutError: the deadline passed, or `seconds` did.
            LostError: it died.
        """
        end = None if seconds is None else time.monotonic() + seconds
        try:
            while self.connection is None:
                if not self.host.serve(end):
                    raise TimedOutError("the time for this run is over")
            self.host.wait_for([self.connection], end)
            message: dict[str, Any] = wire.receive(self.connection)
        except TimedOutError:
            self.stop()
            raise
        except (EOFError, OSError) as error:
            raise LostError("the program's process ended without a word") from error
        message["results"] = [Trace(result) for result in message["results"]]
        return message

    def ready(self) -> bool:
        """Whether an answer is there."""
        self.host.serve(time.monotonic())
        return self.connection is not None and self.connection.poll()

    def kill(self) -> None:
        """End the runner and all that it forked."""
        if self.pid is not None and self.host.owns(self.pid):
            with contextlib.suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)
            with contextlib.suppress(OSError):
                os.kill(self.pid, signal.SIGKILL)

    def stop(self) -> None:
        """End the runner and all that it forked, and let go of them."""
        self.kill()
        self.pid = None
        for keeper in self.keepers.values():
            keeper.connection.close()
        self.keepers.clear()


@dataclass
class Server:
    """A process that runs one edited source after another."""

    host: Host
    run: Run
    waiting: int = 0

    def ask(self, trials: Sequence[dict[str, Any]]) -> None:
        """Send trials; `take` gives their outcomes in the same order."""
        while self.run.connection is None:
            self.host.serve(None)
        self.waiting += len(trials)
        wire.send(self.run.connection, list(trials))

    def take(self) -> tuple[dict[str, Any], list[Trace]] | None:
        """The outcome of the oldest trial; None if it failed."""
        assert self.run.connection is not None
        self.host.wait_for([self.run.connection])
        self.waiting -= 1
        message = wire.receive(self.run.connection)
        if "failed" in message:
            return None
        return message, [Trace(result) for result in message.pop("results")]


class Host:
    """The process that runs programs for one check."""

    def __init__(self, limits: Limits, folder: Path | None, name: str, filename: str) -> None:
        """Start it.

        Args:
            limits: what the program may use.
            folder: of the program, copied for it; None where it came from standard input.
            name: of the program's file.
            filename: what tracebacks call it.
        """
        if not hasattr(os, "fork"):
            raise LostError("checking needs a system with fork, such as Linux or macOS")
        self.limits = limits
        self.name, self.filename = name, filename
        self.deadline = time.monotonic() + limits.seconds
        self.place = Path(tempfile.mkdtemp(prefix="backproof-"))
        self.source_folder = folder
        self.folders: list[Path] = []
        self.door = _short_folder(self.place)
        address = str(self.door / "socket")
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(address)
        self.listener.listen(64)
        self.runs: dict[int, Run] = {}
        self.identity = 0
        self.settings: dict[str, Any] = {}  # of every run
        self.layout: Layout | None = None  # of the last outcome of a probe
        temporary = self.place / "temporary"
        temporary.mkdir()
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-W",
                "ignore",
                "-m",
                "backproof.checking.process.host",
                address,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if "BACKPROOF_DEBUG" not in os.environ else None,
            env={**os.environ, **ENVIRONMENT, "TMPDIR": str(temporary)},
        )
        self.connection: Connection | None = None
        self.guard = threading.Timer(limits.seconds + GRACE, self._end_all)
        self.guard.daemon = True
        self.guard.start()
        try:
            while self.connection is None:
                if self.process.poll() is not None:
                    raise LostError("the process that runs the program could not be started")
                self.serve(time.monotonic() + 0.5)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Host:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _end_all(self) -> None:
        """What waits for a process beyond the deadline, in the midst of a message, finds that it is gone."""
        for run in list(self.runs.values()):
            run.kill()
        self.process.kill()

    def close(self) -> None:
        """End every process and remove every temporary file."""
        self.guard.cancel()
        for run in self.runs.values():
            run.stop()
        self.process.kill()
        self.process.wait()
        self.listener.close()
        for folder in (self.place, self.door):
            shutil.rmtree(folder, ignore_errors=True)

    def owns(self, pid: int) -> bool:
        """Whether a number is still that of a runner, and not of a stranger who got it after the runner's end.

        The host keeps its children's numbers in use: it does not wait for them. So they are safe as long as it lives.
        """
        if self.process.poll() is not None:
            return False
        try:
            with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
                parent = int(file.read().rpartition(")")[2].split()[1])
        except FileNotFoundError:
            return not os.path.isdir("/proc/self")
        except (OSError, ValueError, IndexError):
            return False
        return parent == self.process.pid

    def forget(self, run: Run) -> None:
        """Let go of a run that has answered."""
        run.stop()
        if run.connection is not None:
            run.connection.close()
        self.runs.pop(run.identity, None)

    def left(self) -> float:
        """Seconds until the deadline."""
        return self.deadline - time.monotonic()

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """An earlier deadline for a while; what was started meanwhile is ended where it passes.

        Raises:
            TimedOutError: it passed.
        """
        own, known = self.deadline, set(self.runs)
        self.deadline = min(own, time.monotonic() + seconds)
        try:
            yield
        except TimedOutError:
            for identity in set(self.runs) - known:
                self.forget(self.runs[identity])
            raise
        finally:
            self.deadline = own

    def start(self, kind: str, source: str, **settings: Any) -> Run:
        """Start a run of `source`."""
        self.identity += 1
        run = Run(self, self.identity)
        self.runs[self.identity] = run
        job = {
            "id": self.identity,
            "kind": kind,
            "source": source,
            "filename": self.filename,
            "name": self.name,
            "folder": str(self._folder(kind)),
            "memory": self.limits.memory,
            "seconds_in_all": self.limits.seconds,
            "output": self.limits.output * 1024,
            **self.settings,
            **settings,
        }
        assert self.connection is not None
        wire.send(self.connection, job)
        return run

    def keepers(self, source: str, count: int, **settings: Any) -> tuple[Run, list[Keeper]]:
        """A run of which one process stands at the head of each step.

        Raises:
            TimedOutError: the deadline passed before.
        """
        run = self.start("trace", source, **settings)
        ended = False
        while len(run.keepers) < count and not ended:
            here = [] if run.connection is None else [run.connection]
            self.wait_for([self.listener, *here])
            if wait([self.listener], 0):
                self.serve(None)
            ended = run.connection is not None and run.connection.poll()
        while ended and wait([self.listener], 0.05):
            self.serve(None)
        return run, [run.keepers[step] for step in sorted(run.keepers)]

    def _folder(self, kind: str) -> Path:
        """A fresh copy of the program's folder; trials share one."""
        folder = self.place / ("trials" if kind == "server" else f"run{self.identity}")
        if folder.exists():
            return folder
        folder.mkdir()
        if self.source_folder is not None:
            _copy(self.source_folder, folder)
        return folder

    def serve(self, end: float | None) -> bool:
        """Wait for the next process that reports, and note who it is; False if none did before `end`."""
        until = self.deadline if end is None else min(end, self.deadline)
        ready = wait([self.listener], max(until - time.monotonic(), 0))
        if not ready:
            if time.monotonic() < self.deadline:
                return False
            raise TimedOutError(f"not done within {self.limits.seconds:g} seconds")
        accepted, _ = self.listener.accept()
        connection = Connection(accepted.detach())
        hello = wire.receive(connection)
        if hello["job"] is None:
            self.connection = connection
            return True
        run = self.runs.get(hello["job"])
        if run is None:  # it was given up
            connection.close()
            return True
        if hello["step"] is None:
            run.connection, run.pid = connection, hello["pid"]
            return True
        state = {
            path: Tensor(path, group, tuple(shape), dtype, writable, np.frombuffer(flat))
            for path, (group, shape, dtype, writable, flat) in hello["state"].items()
        }
        run.keepers[hello["step"]] = Keeper(self, connection, hello["step"], state)
        return True

    def wait_for(self, connections: Sequence[Any], end: float | None = None) -> None:
        """Wait until one of them has something to read.

        Raises:
            TimedOutError: the deadline passed, or `end` did.
        """
        until = self.deadline if end is None else min(end, self.deadline)
        if not wait(list(connections), max(until - time.monotonic(), 0)):
            raise TimedOutError(f"not done within {self.limits.seconds:g} seconds")


LONGEST_ADDRESS = 90  # bytes: systems allow some hundred for a socket


def _short_folder(place: Path) -> Path:
    """The folder itself, or another one where its path is too long for a socket."""
    if len(os.fsencode(place)) <= LONGEST_ADDRESS:
        return place
    return Path(tempfile.mkdtemp(prefix="backproof-", dir="/tmp"))


def _copy(source: Path, target: Path) -> None:
    """Small files are copied, the nearest first; what is more than that is linked, folders as a whole."""
    files = room = 0
    waiting = deque([(source, target)])
    while waiting:
        folder, there = waiting.popleft()
        with contextlib.suppress(OSError):
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            if folder != source and files + len(entries) > MOST_COPIES:
                there.symlink_to(folder.resolve())
                continue
            there.mkdir(exist_ok=True)
            for entry in entries[:MOST_ENTRIES]:
                place = there / entry.name
                with contextlib.suppress(OSError):
                    if entry.is_dir() and not entry.is_symlink() and entry.name not in LINKED:
                        waiting.append((Path(entry.path), place))
                        continue
                    size = entry.stat().st_size if entry.is_file() else COPIED + 1
                    if size <= COPIED and files < MOST_COPIES and room + size <= MOST_ROOM:
                        files, room = files + 1, room + size
                        shutil.copyfile(entry.path, place)
                    else:
                        place.symlink_to(Path(entry.path).resolve())
