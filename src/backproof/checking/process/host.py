"""Phase 3: the processes that run the program.

    host     loads NumPy once and waits for jobs
    runner   a fork of the host for each job: encloses itself, runs the program
    keeper   a fork of a runner at the head of one training step: waits for probes
    probe    a fork of a keeper: moves something, goes on to the end of the step, tells what happened, ends

Started as `python -m backproof.checking.process.host SOCKET`. Where the system has no fork, the host runs one job and ends, and a job
carries its probe with it.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import random
import signal
import sys
import traceback
from collections.abc import Iterator
from multiprocessing.connection import Client, Connection
from time import monotonic as clock  # before the program has exchanged it
from types import ModuleType
from typing import Any

import numpy as np

from backproof.checking.process import sandbox, wire
from backproof.checking.process.scan import Scan
from backproof.checking.process.watcher import Watcher
from backproof.checking.source import instrument as text
from backproof.checking.source.split import Split

Job = dict[str, Any]


def operand_shapes(trace: Any) -> list[tuple[str, tuple[int, ...] | None, str]]:
    """What the failing line of a traceback could see: text, shape (None: it has none) and type.

    Variables, their attributes and the entries of dictionaries, as far as they are numbers, arrays or lists.
    """
    last = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == PROGRAM:
            last = trace
        trace = trace.tb_next
    if last is None:
        return []
    names = {**last.tb_frame.f_globals, **last.tb_frame.f_locals}
    out = []
    for text_, value in _with_members(names):
        shape = _shape_of(value)
        if shape is not None or value is None or isinstance(value, (int, float, str)):
            out.append((text_, shape, _kind_of(value)))
    return out[:MOST_SHAPES]


def _with_members(names: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in names.items():
        if name.startswith("_") or isinstance(value, (ModuleType, type)):
            continue
        yield name, value
        members = getattr(value, "__dict__", None)
        if isinstance(members, dict) and not callable(value):
            yield from ((f"{name}.{member}", inside) for member, inside in members.items())
        if isinstance(value, dict):
            yield from ((f"{name}[{key!r}]", inside) for key, inside in value.items())


def _shape_of(value: Any) -> tuple[int, ...] | None:
    if isinstance(value, (np.ndarray, np.generic)):
        return tuple(value.shape)
    if not isinstance(value, list):
        return None
    inner = value[0] if value else None
    nested = isinstance(inner, list) and all(
        isinstance(row, list) and len(row) == len(inner) for row in value
    )
    return (len(value), len(inner)) if nested and inner is not None else (len(value),)


def _kind_of(value: Any) -> str:
    return str(value.dtype) if hasattr(value, "dtype") else type(value).__name__


MOST_SHAPES = 300

PROGRAM = ""  # the file name that the program is compiled with; set by the runner


# runner -----------------------------------------------------------------------------------


def run_job(job: Job, address: str) -> None:
    """Run the program once, as the job says, send back what was seen, and end."""
    connection = wire.call(address)
    wire.tell(connection, {"job": job["id"], "step": None, "pid": os.getpid()})
    with contextlib.suppress(OSError, AttributeError):
        os.setsid()
    output = sandbox.Output(job["output"])
    if job["kind"] == "server":
        _serve_trials(job, connection, output)
    _execute(job, connection, address, output)


class TrialOverError(BaseException):
    """Raised in a trial when it has told all."""


def _serve_trials(job: Job, connection: Connection, output: sandbox.Output) -> None:
    """Enclose once, then fork for each batch of edited sources: an accident takes one trial, not the server."""
    assert sandbox.real_fork is not None
    sandbox.limit(job["memory"], job["seconds_in_all"])
    sandbox.enclose(job["folder"], output, job.get("start", 0), job.get("threads", True))
    if job["name"].endswith(".ipynb"):
        sandbox.as_notebook()
    told = mmap.mmap(-1, 8)  # how many trials of the batch have told: shared with the fork
    while True:
        try:
            trials = wire.receive(connection)
        except (EOFError, OSError):
            sandbox.real_exit(0)
        while trials:
            told[0] = 0
            child = sandbox.real_fork()
            if child == 0:
                for trial in trials:
                    whole = {**job, **trial, "kind": "moves"}
                    signal.setitimer(signal.ITIMER_REAL, whole["seconds"])
                    _try(whole, connection, output, told)
                sandbox.real_exit(0)
            _, status = sandbox.real_wait(child, 0)
            trials = trials[told[0] :]
            caught = told[0] and os.waitstatus_to_exitcode(status) == CAUGHT
            if trials and not caught:
                wire.tell(connection, {"failed": True})
                trials = trials[1:]


CAUGHT = 4  # exit status of a trial whose program caught what ended it, after it had told


def _try(job: Job, connection: Connection, output: sandbox.Output, told: mmap.mmap) -> None:
    """One trial, in a fresh module, with the same random numbers."""
    global PROGRAM
    PROGRAM = job["filename"]
    random.seed(None)
    np.random.seed(None)  # noqa: NPY002  (the program's own generator is meant)
    watcher = Watcher(job, connection, "")
    watcher.late = frozenset(job["late"])
    said, begun = False, clock()

    def done(ended: bool = False, error: BaseException | None = None) -> None:
        nonlocal said
        if said:
            sandbox.real_exit(CAUGHT)
        said = True
        signal.setitimer(signal.ITIMER_REAL, 0)  # an alarm would cut the message in two
        failed = None if error is None else type(error).__name__
        seen = {"results": watcher.results, "heads": watcher.starts, "error": failed}
        wire.tell(connection, {**seen, "seconds": clock() - begun})
        told[0] += 1
        raise TrialOverError

    watcher.done = done
    try:
        if job.get("only") == []:
            code = text.marked(job["source"], PROGRAM, job["loop"], _split(job))
        else:
            only = job.get("only")
            code = text.instrument(job["source"], PROGRAM, only=only, split=_split(job)).code
        exec(code, _main_module(job, watcher).__dict__)
        done(ended=True)
    except TrialOverError:
        return
    except BaseException as error:
        with contextlib.suppress(TrialOverError):
            done(ended=True, error=error)


def _execute(job: Job, connection: Connection, address: str, output: sandbox.Output) -> None:
    """Instrument, enclose, run; whatever happens, say it and end."""
    global PROGRAM
    PROGRAM = job["filename"]
    watcher = WATCHERS[job["kind"]](job, connection, address)

    def done(ended: bool = False, error: BaseException | None = None) -> None:
        if getattr(watcher, "probe", None) is not None:
            if watcher.probe.get("after") and ended:
                watcher._tell(sys._getframe())
            sandbox.real_exit(3)  # a probe that left its step some other way
        answer = {
            "ended": ended,
            "error": None if error is None else _described(error, job["folder"]),
            "results": watcher.results,
            "printed": output.text(),
            "printed_size": output.size,
            "answers": output.answers,
            **watcher.summary(),
        }
        with contextlib.suppress(MemoryError):
            wire.tell(connection, answer)
        sandbox.real_exit(0)

    watcher.done = done
    try:
        only = job.get("only")
        values = job["kind"] not in LIGHT
        made = text.instrument(
            job["source"],
            PROGRAM,
            values=values,
            only=only,
            marks=job.get("marks"),
            again=job.get("loop") if job["kind"] == "trace" else None,
            split=_split(job) if job["kind"] == "trace" else None,
        )
        watcher.late = made.late | frozenset(job.get("behind", ()))
        watcher.alike = made.repeats
        sandbox.limit(job["memory"], job["seconds_in_all"])
        sandbox.enclose(job["folder"], output, job.get("start", 0), job.get("threads", True))
        if job["name"].endswith(".ipynb"):
            sandbox.as_notebook()
        exec(made.code, _main_module(job, watcher).__dict__)
    except SystemExit:
        done(ended=True)
    except BaseException as error:
        done(ended=True, error=error)
    done(ended=True)


def _split(job: Job) -> Split | None:
    """Where the steps of the watched loop begin, if not at its head."""
    split = job.get("split")
    return Split(*split) if split and split[0] == job.get("loop") else None


def _main_module(job: Job, watcher: Any) -> ModuleType:
    module = ModuleType("__main__")
    module.__dict__.update(watcher.globals())
    module.__dict__["__file__"] = os.path.join(job["folder"], job["name"])
    sys.modules["__main__"] = module
    sys.argv = [job["name"]]
    return module


def _described(error: BaseException, folder: str) -> dict[str, Any]:
    """An exception as plain data; columns are in bytes, the copy of the program's folder is left out of paths."""
    kept: list[tuple[Any, ...]] = []
    checker = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == PROGRAM or (kept and not frame.filename.startswith(checker)):
            file = frame.filename.removeprefix(folder + os.sep)
            where = (frame.end_lineno, frame.colno, frame.end_colno)
            kept.append((file, frame.lineno or 0, frame.name, frame.line or "", *where))
    message, shapes = "", []
    with contextlib.suppress(Exception):  # a person's own exceptions and objects may raise anything
        message = str(error)[:2000]
        shapes = operand_shapes(error.__traceback__)
    return {
        "type": type(error).__name__,
        "message": message,
        "frames": kept if len(kept) <= 16 else kept[:4] + kept[-12:],
        "shapes": shapes,
        "lineno": getattr(error, "lineno", None),
        "name": getattr(error, "name", None),
    }


def _watchers() -> dict[str, Any]:
    from backproof.checking.process.full import Full

    return {"scan": Scan, "trace": Watcher, "full": Full}


WATCHERS: dict[str, Any] = {}
LIGHT = ("scan",)


def main(address: str) -> None:
    """The host: a fork for each job."""
    WATCHERS.update(_watchers())
    connection = Client(address, "AF_UNIX")
    wire.send(connection, {"job": None, "step": None})
    while True:  # its children are not waited for, so that their numbers stay theirs
        try:
            job = wire.receive(connection)
        except (EOFError, OSError):
            return
        assert sandbox.real_fork is not None
        child = sandbox.real_fork()
        if child == 0:
            connection.close()
            run_job(job, address)


if __name__ == "__main__":
    main(sys.argv[1])
