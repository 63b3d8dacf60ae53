"""The whole state of a running program, kept so that one process can run a step again and again.

Snapshot(frame, program)   copies of what is reachable: arrays, lists, dictionaries, objects, cells, random generators
restore()                  puts everything back, in place

What cannot be put back (a generator that was advanced, a file that was read) shows when an unchanged step is run again and
gives other numbers; whoever uses a snapshot compares, and does without where it must.
"""

from __future__ import annotations

import contextlib
import random
from collections import deque
from collections.abc import Callable
from types import CellType, FrameType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

MOST_THINGS = 100_000
MOST_ITEMS = 1_000_000  # numbers and references that are put back each time
LARGE = 200_000  # numbers in an array that is believed to stay as it is
PLAIN = (str, bytes, int, float, complex, bool, type(None), ModuleType, np.generic)
FOREIGN = ("numpy", "builtins", "matplotlib", "threading", "_io", "random", "backproof")

Undo = Callable[[], None]


class TooLargeError(Exception):
    """There is more than can be put back quickly."""


class Snapshot:
    """What was reachable from a frame, and how to put it back."""

    def __init__(self, frame: FrameType, program: str) -> None:
        """Copy.

        Raises:
            TooLargeError: there is too much.
        """
        self.program = program
        self.undo: list[Undo] = []
        self.items = 0
        self.seen: set[int] = set()
        self.keep: list[Any] = []
        self.waiting: list[Any] = []
        self.locals = {name: value for name, value in frame.f_locals.items() if name[:4] != "_bp_"}
        top: FrameType | None = frame
        while top is not None:
            if top.f_code.co_filename == program:
                if top.f_locals is top.f_globals:
                    self._visit(top.f_globals)
                else:
                    self.waiting.extend(top.f_locals.values())
                    self._visit(top.f_globals)
            top = top.f_back
        while self.waiting:
            self._visit(self.waiting.pop())
        self._random()

    def restore(self) -> None:
        """Everything as it was."""
        for undo in self.undo:
            undo()

    def _random(self) -> None:
        own = random.getstate()
        theirs = np.random.get_state()  # noqa: NPY002  (the program's own generator is meant)
        self.undo.append(lambda: random.setstate(own))
        self.undo.append(lambda: np.random.set_state(theirs))  # noqa: NPY002

    def _visit(self, thing: Any) -> None:
        if isinstance(thing, PLAIN) or id(thing) in self.seen:
            return
        self.seen.add(id(thing))
        self.keep.append(thing)
        if len(self.seen) > MOST_THINGS or self.items > MOST_ITEMS:
            raise TooLargeError
        with contextlib.suppress(AttributeError, ValueError, TypeError):
            for kinds, method in METHODS:
                if isinstance(thing, kinds):
                    method(self, thing)
                    return
            self._object(thing)

    def _array(self, thing: Any) -> None:
        if thing.dtype == object:
            self.waiting.extend(thing.ravel().tolist())
        if thing.size > LARGE or not thing.flags.writeable:
            return
        kept = thing.copy()
        self.items += thing.size // 8
        self.undo.append(lambda: np.copyto(thing, kept))

    def _list(self, thing: list[Any]) -> None:
        kept = thing[:]
        self.items += len(kept)

        def undo() -> None:
            thing[:] = kept

        self.undo.append(undo)
        self.waiting.extend(kept)

    def _growing(self, thing: Any) -> None:
        kept = thing.copy()
        self.items += len(kept)
        change = thing.extend if isinstance(thing, (deque, bytearray)) else thing.update

        def undo() -> None:
            thing.clear()
            change(kept)

        self.undo.append(undo)
        self.waiting.extend(kept.values() if isinstance(kept, dict) else kept)

    def _tuple(self, thing: tuple[Any, ...]) -> None:
        self.waiting.extend(thing)

    def _method(self, thing: MethodType) -> None:
        self.waiting += [thing.__self__, thing.__func__]

    def _function(self, thing: FunctionType) -> None:
        if thing.__code__.co_filename == self.program:
            self.waiting.extend(thing.__closure__ or ())
            self.waiting.extend(thing.__defaults__ or ())
            if thing.__dict__:
                self._visit(thing.__dict__)
        elif hasattr(thing, "__wrapped__"):
            self.waiting.append(thing.__wrapped__)

    def _cell(self, thing: CellType) -> None:
        kept = thing.cell_contents

        def undo() -> None:
            thing.cell_contents = kept

        self.undo.append(undo)
        self.waiting.append(kept)

    def _generator(self, thing: np.random.Generator) -> None:
        bits: Any = thing.bit_generator
        kept = bits.state

        def undo() -> None:
            bits.state = kept

        self.undo.append(undo)

    def _state(self, thing: np.random.RandomState) -> None:
        kept = thing.get_state()
        self.undo.append(lambda: thing.set_state(kept))

    def _own_random(self, thing: random.Random) -> None:
        kept = thing.getstate()
        self.undo.append(lambda: thing.setstate(kept))

    def _class(self, thing: type) -> None:
        if thing.__module__ not in ("__main__", None):
            return
        for name, value in list(vars(thing).items()):
            if not name.startswith("__"):
                self.waiting.append(value)
                if not isinstance(value, FunctionType):
                    self.undo.append(_attribute(thing, name, value))

    def _object(self, thing: Any) -> None:
        if (type(thing).__module__ or "").partition(".")[0] in FOREIGN:
            return
        self.waiting.append(type(thing))
        names = getattr(thing, "__dict__", None)
        if isinstance(names, dict):
            self._visit(names)
        for cls in type(thing).__mro__:
            slots = vars(cls).get("__slots__", ())
            for name in (slots,) if isinstance(slots, str) else slots:
                if hasattr(thing, name):
                    value = getattr(thing, name)
                    self.waiting.append(value)
                    self.undo.append(_attribute(thing, name, value))


def _attribute(owner: Any, name: str, value: Any) -> Undo:
    def undo() -> None:
        object.__setattr__(owner, name, value) if not isinstance(owner, type) else setattr(
            owner, name, value
        )

    return undo


METHODS: tuple[tuple[Any, Callable[[Any, Any], None]], ...] = (
    (np.ndarray, Snapshot._array),
    (list, Snapshot._list),
    ((dict, set, deque, bytearray), Snapshot._growing),
    ((tuple, frozenset), Snapshot._tuple),
    (MethodType, Snapshot._method),
    (FunctionType, Snapshot._function),
    (CellType, Snapshot._cell),
    (np.random.Generator, Snapshot._generator),
    (np.random.RandomState, Snapshot._state),
    (random.Random, Snapshot._own_random),
    (type, Snapshot._class),
)
