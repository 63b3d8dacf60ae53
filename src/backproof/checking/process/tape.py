"""The hooks that an instrumented program calls, and what they record or replace, in the process that runs it.

Tape         records values by place and occurrence; may move or replace a value on its way
encode       a value as (kind, shape, numbers)

Kinds: f float, i int, b bool, a array, n integer array, m matrix, l list or tuple of numbers, x numbers too many to keep, o anything else.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

MOST_EVENTS = 60_000
MOST_IN_EVENT = 200_000  # numbers
MOST_BYTES = 400 << 20

Event = tuple[
    int, int, str, tuple[int, ...], Array | None
]  # place, occurrence, kind, shape, numbers
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


class Tape:
    """What the hooks write on."""

    def __init__(self) -> None:
        self.on = False
        self.events: list[Event] = []
        self.counts: dict[int, int] = {}
        self.changes: dict[int, dict[int, Change]] = {}
        self.framed: dict[int, Framed] = {}  # changes that need to see the program's names
        self.want: frozenset[int] | None = None  # places; None for all
        self.beside: frozenset[int] | None = (
            None  # places that are recorded or changed; None for all
        )
        self.bytes = 0
        self.overflow = False
        self.most = MOST_EVENTS
        self.full: Callable[[], None] | None = None  # called when there are as many

    def hook(self, place: int, value: Any) -> Any:
        """Record the value of an expression; give it back, or what it was changed to."""
        if not self.on or (self.beside is not None and place not in self.beside):
            return value
        occurrence = self.counts.get(place, 0)
        self.counts[place] = occurrence + 1
        if place in self.changes:
            change = self.changes[place].get(occurrence)
            if change is not None:
                value = change(value)
        if place in self.framed:
            self.on = False  # what is called there is not looked at
            value = self.framed[place](value, sys._getframe(1))
            self.on = True
        self._record(place, occurrence, value)
        return value

    def store(self, place: int, value: Any) -> None:
        """Record what was stored."""
        if self.on and (self.beside is None or place in self.beside):
            occurrence = self.counts.get(place, 0)
            self.counts[place] = occurrence + 1
            self._record(place, occurrence, value)

    def _record(self, place: int, occurrence: int, value: Any) -> None:
        if self.want is not None and place not in self.want:
            return
        if len(self.events) >= self.most or self.bytes > MOST_BYTES:
            self.overflow = True
            if self.full is not None:
                self.full()
            return
        kind, shape, numbers = encode(value)
        if numbers is not None:
            self.bytes += numbers.nbytes
        self.events.append((place, occurrence, kind, shape, numbers))

    def start(
        self,
        want: frozenset[int] | None,
        changes: dict[int, dict[int, Change]],
        framed: dict[int, Framed] | None = None,
    ) -> None:
        """Begin to record."""
        self.on = True
        self.events, self.counts, self.bytes, self.overflow = [], {}, 0, False
        self.want, self.changes, self.framed = want, changes, framed or {}
        self.beside = None if want is None else want | {*changes, *self.framed}

    def packed(self) -> dict[str, Any]:
        """What was recorded, as plain data."""
        kept = [numbers for *_, numbers in self.events if numbers is not None]
        return {
            "heads": [
                (p, k, kind, shape, numbers is not None)
                for p, k, kind, shape, numbers in self.events
            ],
            "numbers": np.concatenate(kept).tobytes() if kept else b"",
            "overflow": self.overflow,
        }
