"""The compiled core: which build of it serves this processor.

It is built once for each level of processor, and the highest that the processor can run is taken. Two environment
variables change that: BACKPROOF_CPU names a lower level, BACKPROOF_THREADS the number of threads for large batches
(otherwise OMP_NUM_THREADS, or as many as the process has processors).
"""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from backproof.errors import InputError, UnknownNameError

if TYPE_CHECKING:
    from backproof.core_types import Core

LEVELS = ("baseline", "avx2", "avx512")  # lowest first
LEVEL_VARIABLE = "BACKPROOF_CPU"
THREADS_VARIABLE = "BACKPROOF_THREADS"
USUAL_VARIABLE = "OMP_NUM_THREADS"


@cache
def core() -> Core | None:
    """The build for this processor; None where the core could not be built when backproof was installed.

    Raises:
        UnknownNameError: BACKPROOF_CPU names no level.
        InputError: it names one that this processor, or this installation, does not have.
    """
    try:
        lowest: Core = import_module("backproof._core_baseline")
    except ImportError:
        return None
    best = lowest.best_level()
    level = os.environ.get(LEVEL_VARIABLE) or best
    if level not in LEVELS:
        raise UnknownNameError(f"a level of processor for {LEVEL_VARIABLE}", level, LEVELS)
    if LEVELS.index(level) > LEVELS.index(best):
        raise InputError(
            f"{LEVEL_VARIABLE} is {level}, which this processor cannot run; the highest is {best}"
        )
    chosen: Core = import_module(f"backproof._core_{level}")
    return chosen


def threads() -> int:
    """How many threads a large batch may be shared by.

    Raises:
        InputError: BACKPROOF_THREADS is no whole number above 0.
    """
    given = os.environ.get(THREADS_VARIABLE)
    if given:
        if not given.isdecimal() or int(given) < 1:
            raise InputError(f"{THREADS_VARIABLE} is {given}; it must be a whole number above 0")
        return int(given)
    usual = os.environ.get(USUAL_VARIABLE, "")  # joblib sets it for its workers
    return int(usual) if usual.isdecimal() and int(usual) > 0 else processors()


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def described() -> str:
    """The core in a few words, for `backproof --version`."""
    built = core()
    return f"compiled core: {built.LEVEL}" if built else "no compiled core: NumPy does the work"
