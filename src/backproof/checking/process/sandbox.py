"""What stands between the program under test and the machine, inside the process that runs it.

Limits on memory, file size and printed output; files that it writes land in a copy of its folder; `input` is answered,
windows and sleeping are left out, other processes are not started; random numbers and the clock are the same in every run.
This keeps accidents from doing harm. It is no wall against a program that means harm.
"""

from __future__ import annotations

import builtins
import io
import os
import random
import sys
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

from backproof.checking.process.answers import answer_to
from backproof.checking.process.guard import guarded_open, watch

MIB = 1 << 20
LARGEST_FILE = 64 * MIB  # that the program may write
PLACEHOLDERS = ("tkinter", "turtle", "pygame", "cv2", "winsound", "msvcrt")

OUTLIVED, THREADS = (
    5,
    2,
)  # seconds, and times the seconds of a check, that no process of it computes

# Kept before anything is replaced: the checker itself goes on using these.
real_exit = os._exit
real_fork = getattr(os, "fork", None)
real_time = time.monotonic
real_wait: Callable[[int, int], tuple[int, int]] = getattr(os, "waitpid", None)  # type: ignore[assignment]


def limit(memory: int, seconds: float) -> None:
    """Set the limits that the system enforces, where it has them.

    Args:
        memory: MiB that the program may use beyond what the process has already.
        seconds: of the whole check; a process that computes much longer has lost the one that would end it.
    """
    try:
        import resource
    except ImportError:  # Windows has none
        return
    used = _address_space()
    ceiling = used + memory * MIB
    for kind, value in (
        (resource.RLIMIT_AS, ceiling),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, OUTLIVED + int(THREADS * seconds)),
    ):
        try:
            resource.setrlimit(kind, (value, value))
        except (ValueError, OSError):
            continue


def _address_space() -> int:
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 4096 * MIB


class Output(io.TextIOBase):
    """Standard output of the program: the first part is kept, the rest is counted."""

    def __init__(self, most: int) -> None:
        self.most = most  # characters
        self.parts: list[str] = []
        self.size = 0
        self.encoding_name = "utf-8"
        self.answers: list[tuple[str, str]] = []  # prompts of `input` and what they were answered

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self.encoding_name

    @property
    def buffer(self) -> io.BytesIO:
        return io.BytesIO()

    def write(self, text: str) -> int:
        if self.size < self.most:
            self.parts.append(text[: self.most - self.size])
        self.size += len(text)
        return len(text)

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        raise io.UnsupportedOperation("fileno")

    def text(self) -> str:
        return "".join(self.parts)


class Anything(ModuleType):
    """Stands for a library of windows: whatever is asked of it does nothing."""

    def __init__(self, name: str = "anything") -> None:
        super().__init__(name)
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Anything(name)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return Anything("result")

    def __iter__(self) -> Any:
        return iter(())

    def __bool__(self) -> bool:
        return False

    def __setitem__(self, key: Any, value: Any) -> None:
        return

    def __getitem__(self, key: Any) -> Any:
        return Anything("item")

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: object) -> None:
        return


MOST_ANSWERS = 20  # that are kept


def enclose(folder: str, output: Output, start: int, threads: bool = True) -> None:
    """Replace what reaches outside.

    Args:
        folder: the copy of the program's folder; it becomes the working directory.
        output: takes what is printed.
        start: 0 for the program's own seeds, else a number that changes all of them.
        threads: whether they run, each to its end where it is started, or not at all.
    """
    os.chdir(folder)
    sys.path.insert(0, folder)
    sys.stdin = io.StringIO()
    sys.stdout = output
    sys.stderr = output
    builtins.input = _input(output)
    builtins.open = io.open = guarded = guarded_open(folder)
    _give_to_numpy(guarded)
    for name in PLACEHOLDERS:
        sys.modules[name] = Anything(name)
    os.environ.setdefault("MPLBACKEND", "Agg")
    _calm_processes(threads)
    _calm_clock()
    _seed(start)
    watch(folder)


def _give_to_numpy(opening: Callable[..., Any]) -> None:
    """Of `np.savetxt`, which took the old `open` when it was loaded."""
    import numpy as np

    openers = getattr(getattr(np.lib, "_datasource", None), "_file_openers", None)
    known = getattr(openers, "_file_openers", None)
    if isinstance(known, dict):
        known[None] = opening


def as_notebook() -> None:
    """What IPython defines for the code of a notebook."""

    def display(*things: Any, **keywords: Any) -> None:
        print(*things)

    builtins.display = display  # type: ignore[attr-defined]
    builtins.get_ipython = lambda: Anything("get_ipython")  # type: ignore[attr-defined]


def _input(output: Output) -> Callable[..., str]:
    def answered(prompt: object = "") -> str:
        output.write(str(prompt))
        answer = answer_to(str(prompt))
        if len(output.answers) < MOST_ANSWERS:
            output.answers.append((str(prompt)[:80], answer))
        output.write(answer + "\n")
        return answer

    return answered


def _calm_processes(threads: bool) -> None:
    import subprocess
    import threading

    def no_exit(status: int = 0) -> None:
        raise SystemExit(status)

    def run_now(self: Any) -> None:
        self.run()

    def nothing(*arguments: Any, **keywords: Any) -> int:
        return 0

    def refuse(*arguments: Any, **keywords: Any) -> Any:
        raise PermissionError("a program under check starts no processes")

    os._exit = no_exit  # type: ignore[assignment]
    os.system = nothing

    def childless() -> int:
        if sys._getframe(1).f_globals.get("__name__", "").startswith("multiprocessing"):
            refuse()  # it would wait for answers
        return CHILD

    os.fork = childless
    os.wait = lambda: (CHILD, 0)
    os.waitpid = lambda pid, options: (pid, 0)
    for name in ("forkpty", "execv", "execve", "posix_spawn", "kill", "killpg", "abort"):
        if hasattr(os, name):
            setattr(os, name, refuse)
    subprocess.Popen = _Finished  # type: ignore[misc, assignment]
    threading.Thread.start = run_now if threads else nothing  # type: ignore[method-assign, assignment]
    threading.Thread.join = nothing  # type: ignore[method-assign, assignment]
    threading.Thread.is_alive = lambda self: False  # type: ignore[method-assign]


CHILD = 1 << 22  # the number of a process that never was; systems use smaller ones


class _Finished:
    """A process that ended at once, without output."""

    def __init__(self, arguments: Any = (), *rest: Any, **keywords: Any) -> None:
        text = keywords.get("text") or keywords.get("universal_newlines")
        self.args = arguments
        self.returncode = 0
        self.pid = 0
        self.stdin = self.stdout = self.stderr = None
        self._nothing: Any = "" if text else b""

    def communicate(self, *arguments: Any, **keywords: Any) -> tuple[Any, Any]:
        return self._nothing, self._nothing

    def wait(self, *arguments: Any, **keywords: Any) -> int:
        return 0

    poll = wait

    def kill(self) -> None:
        return

    terminate = kill

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: object) -> None:
        return


TICK = 1e-3  # seconds that pass on the program's clock with each look at it


def _calm_clock() -> None:
    now = [1.7e9]

    def tick() -> float:
        now[0] += TICK
        return now[0]

    def sleep(seconds: float = 0.0) -> None:
        now[0] += max(float(seconds), 0.0)

    time.sleep = sleep  # type: ignore[assignment]
    time.time = time.perf_counter = time.monotonic = time.process_time = tick
    time.time_ns = time.perf_counter_ns = time.monotonic_ns = lambda: int(tick() * 1e9)


def _seed(start: int) -> None:
    """The same random numbers in every run of one start; other numbers in another start."""
    import numpy as np

    def moved(seed: Any) -> Any:
        base = 0 if seed is None else seed
        if isinstance(base, float):
            base = int(base)
        if isinstance(base, (int, np.integer)):
            return (int(base) + 7919 * start) % (1 << 32)
        return base if start == 0 else f"{base}{start}"

    seed_random, seed_numpy = random.seed, np.random.seed
    state, rng, plain = np.random.RandomState, np.random.default_rng, random.Random

    def seeded_random(a: Any = None, version: int = 2) -> None:
        seed_random(moved(a), version)

    def seeded_numpy(seed: Any = None) -> None:
        seed_numpy(_number(moved(seed)))

    class SeededState(state):  # type: ignore[misc, valid-type]
        def __init__(self, seed: Any = None) -> None:
            super().__init__(_number(moved(seed)))

    def seeded_rng(seed: Any = None) -> Any:
        if isinstance(seed, (np.random.Generator, np.random.BitGenerator)):
            return rng(seed)
        return rng(_number(moved(seed)))

    class SeededRandom(plain):  # type: ignore[misc, valid-type]
        def __init__(self, x: Any = None) -> None:
            super().__init__(moved(x))

    seeded_random(None)
    seeded_numpy(None)
    random.seed, np.random.seed = seeded_random, seeded_numpy
    np.random.RandomState = SeededState  # type: ignore[misc]
    np.random.default_rng = seeded_rng
    random.Random = SeededRandom  # type: ignore[misc]


def _number(seed: Any) -> Any:
    if isinstance(seed, str):
        return sum(ord(character) << (8 * (i % 4)) for i, character in enumerate(seed)) % (1 << 32)
    return seed
