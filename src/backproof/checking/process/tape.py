"""The hooks that an instrumented program calls, and what they record or replace, in the process that runs it.

Tape         records values by place and occurrence; may move or replace a value on its way
encode       a value as (kind, shape, numbers)

Kinds: f float, i int, b bool, a array, n integer array, m matrix, l list or tuple of numbers, x numbers too many to keep, o anything else.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable
from types import FrameType
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

MOST_EVENTS = 60_000
MOST_IN_EVENT = 200_000  # numbers
MOST_NUMBERS = 50 << 20  # of all events

# place, occurrence, kind, shape, whether its numbers are kept
Head = tuple[int, int, str, tuple[int, ...], bool]
Change = Callable[[Any], Any]
Framed = Callable[[Any, FrameType], Any]


def encode(value: Any) -> tuple[str, tuple[int, ...], Array | None]:
    """A value as kind, shape and flat numbers."""
    kind = type(value)
    if kind is float:
        return "f", (), np.array([value])
    if kind is int:
        return "i", (), np.array([_finite(value)])
    if kind is bool or kind is np.bool_:
        return "b", (), np.array([float(value)])
    if isinstance(value, np.ndarray):
        return _encode_array(value)
    if isinstance(value, np.number):
        if np.iscomplexobj(value):
            return "o", (), None
        return ("i" if isinstance(value, np.integer) else "f"), (), np.array([float(value)])
    if kind in (list, tuple):
        return _encode_list(value)
    return "o", (), None


def _finite(value: int) -> float:
    return float(value) if abs(value) < 1 << 1000 else float("inf")


def _encode_array(value: Any) -> tuple[str, tuple[int, ...], Array | None]:
    if value.dtype.kind not in "fiub":
        return "o", value.shape, None
    if value.size > MOST_IN_EVENT:
        return "x", value.shape, None
    kind = "m" if isinstance(value, np.matrix) else "a" if value.dtype.kind == "f" else "n"
    return kind, value.shape, np.array(value, dtype=np.float64).ravel()


def _encode_list(value: Any) -> tuple[str, tuple[int, ...], Array | None]:
    if not value or len(value) > MOST_IN_EVENT:
        return "o", (), None
    first = value[0]
    if not isinstance(first, (int, float, list, tuple, np.number, np.ndarray)):
        return "o", (), None
    try:
        array = np.array(value, dtype=np.float64)
    except (ValueError, TypeError, OverflowError):
        return "o", (), None
    return (
        ("l", array.shape, array.ravel())
        if array.size <= MOST_IN_EVENT
        else ("x", array.shape, None)
    )


def decode(kind: str, shape: tuple[int, ...], numbers: Array) -> Any:
    """A value like the one that was encoded."""
    if kind in "fib":
        return {"f": float, "i": int, "b": bool}[kind](numbers[0])
    if kind == "m":
        return np.matrix(numbers.reshape(shape))
    if kind == "n":
        return numbers.reshape(shape).astype(np.int64)
    return numbers.reshape(shape).copy() if kind == "a" else numbers.reshape(shape).tolist()


def moved(value: Any, delta: Array) -> Any:
    """The value, moved by `delta`, of the same kind; as it is where it holds no numbers."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiub":
        return value + delta.reshape(value.shape)
    if isinstance(value, (int, float, np.number)):
        return float(value) + float(delta[0])
    if isinstance(value, (list, tuple)):
        array = np.array(value, dtype=np.float64)
        return type(value)((array + delta.reshape(array.shape)).tolist())
    return value


def replaced(value: Any, numbers: Array) -> Any:
    """`numbers` in the kind of `value`."""
    kind, shape, now = encode(value)
    if now is None or now.size != numbers.size:
        return value
    out = decode("f" if kind in "ib" else "a" if kind == "n" else kind, shape, numbers)
    return tuple(out) if isinstance(value, tuple) else out


class _Everything(frozenset[int]):
    """All places."""

    def __contains__(self, place: object) -> bool:
        return True


NOTHING: frozenset[int] = frozenset()
EVERYTHING = _Everything()


class Tape:
    """What the hooks write on.

    hook(place, value) -> value   records the value of an expression; gives it back, or what it was changed to
    store(place, value)           records what was stored
    """

    def __init__(self) -> None:
        self.heads: list[Head] = []
        self.numbers = array("d")  # of all events, one after the other
        self.counts: dict[int, int] = {}
        self.changes: dict[int, dict[int, Change]] = {}
        self.framed: dict[int, Framed] = {}  # changes that need to see the program's names
        self.want: frozenset[int] = NOTHING  # places
        self.beside: frozenset[int] = NOTHING  # places that are recorded or changed
        self.overflow = False
        self.most = MOST_EVENTS
        self.full: Callable[[], None] | None = None  # called when there are as many
        self.on = False
        self.hook, self.store, self._look_at = _hooks(self)

    def stop(self) -> None:
        """Look at nothing any more."""
        self.on = False
        self._look_at(NOTHING)

    def saw(self, place: int, value: Any) -> Any:
        """A value of a place that is looked at."""
        occurrence = self.counts.get(place, 0)
        self.counts[place] = occurrence + 1
        if place in self.changes:
            change = self.changes[place].get(occurrence)
            if change is not None:
                value = change(value)
        if place in self.framed:
            self._look_at(NOTHING)  # what is called there is not looked at
            value = self.framed[place](value, sys._getframe(2))
            self._look_at(self.beside)
        self._record(place, occurrence, value)
        return value

    def saw_store(self, place: int, value: Any) -> None:
        """What was stored at a place that is looked at."""
        occurrence = self.counts.get(place, 0)
        self.counts[place] = occurrence + 1
        self._record(place, occurrence, value)

    def _record(self, place: int, occurrence: int, value: Any) -> None:
        if place not in self.want:
            return
        if len(self.heads) >= self.most or len(self.numbers) > MOST_NUMBERS:
            self.overflow = True
            if self.full is not None:
                self.full()
            return
        if type(value) is float:  # by far the most frequent
            self.numbers.append(value)
            self.heads.append((place, occurrence, "f", (), True))
            return
        kind, shape, numbers = encode(value)
        if numbers is not None:
            self.numbers.frombytes(numbers.tobytes())
        self.heads.append((place, occurrence, kind, shape, numbers is not None))

    def start(
        self,
        want: frozenset[int] | None,
        changes: dict[int, dict[int, Change]],
        framed: dict[int, Framed] | None = None,
    ) -> None:
        """Begin to record: all places where `want` is None."""
        self.heads, self.numbers, self.counts, self.overflow = [], array("d"), {}, False
        self.changes, self.framed = changes, framed or {}
        self.want = EVERYTHING if want is None else want
        self.beside = EVERYTHING if want is None else want | {*changes, *self.framed}
        self.on = True
        self._look_at(self.beside)

    def mark(self) -> tuple[int, int]:
        """How much is recorded: events and numbers."""
        return len(self.heads), len(self.numbers)

    def cut(self, mark: tuple[int, int]) -> None:
        """Forget what was recorded after a mark."""
        del self.heads[mark[0] :], self.numbers[mark[1] :]

    def packed(self) -> dict[str, Any]:
        """What was recorded, as plain data."""
        return {
            "heads": self.heads,
            "numbers": self.numbers.tobytes(),
            "overflow": self.overflow,
        }


def _hooks(
    tape: Tape,
) -> tuple[Callable[[int, Any], Any], Callable[[int, Any], None], Callable[[frozenset[int]], None]]:
    """The hooks of a tape, and what says which places they look at: most calls of a hook are of no interest, and must cost little."""
    looked_at = NOTHING

    def look_at(places: frozenset[int]) -> None:
        nonlocal looked_at
        looked_at = places

    def hook(place: int, value: Any) -> Any:
        return tape.saw(place, value) if place in looked_at else value

    def store(place: int, value: Any) -> None:
        if place in looked_at:
            tape.saw_store(place, value)

    return hook, store, look_at
