"""What one run of one step showed, in the checker's process.

Event     one value that passed a hook
Layout    the events without their numbers
Trace     all of it; unpacked where it is asked for
"""

from __future__ import annotations

import math
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from backproof.checking.process.tape import Head

Array = npt.NDArray[np.float64]


class Event(NamedTuple):
    """One value that passed a hook."""

    place: int
    occurrence: int
    kind: str
    shape: tuple[int, ...]
    numbers: Array | None


class Layout:
    """The events of a run without their numbers; runs of one step have the same, as a rule."""

    def __init__(self, heads: list[Head]) -> None:
        self.heads = heads

    @cached_property
    def ends(self) -> list[int]:
        """Where each event's numbers end."""
        return list(accumulate(math.prod(head[3]) if head[4] else 0 for head in self.heads))

    @cached_property
    def where(self) -> dict[int, list[int]]:
        """The positions of a place's events."""
        out: dict[int, list[int]] = {}
        for position, head in enumerate(self.heads):
            out.setdefault(head[0], []).append(position)
        return out

    @cached_property
    def single(self) -> dict[int, bool]:
        """Whether a place always has one number."""
        out: dict[int, bool] = {}
        for place, shape, kept in {(head[0], head[3], head[4]) for head in self.heads}:
            out[place] = out.get(place, True) and kept and math.prod(shape) == 1
        return out


class Trace:
    """One run of one step; its events are unpacked when they are asked for."""

    def __init__(self, message: dict[str, Any], like: Layout | None = None) -> None:
        """Unpack a message; `like` is the layout of a run before, which this one's may equal."""
        heads = message["heads"]
        known = like is not None and (heads is None or heads == like.heads)
        self.layout = like if known and like is not None else Layout(heads)
        self.numbers = np.frombuffer(message["numbers"])
        self.tail = {path: np.frombuffer(flat) for path, flat in message["tail"].items()}
        self.raised: str | None = message.get("raised")
        self.overflow: bool = message["overflow"]
        self.evaluated: list[tuple[int, int, bool, list[int], bytes]] = message.get("evaluated", [])
        self.kinds: list[tuple[int, ...] | None] = message.get("kinds", [])

    @property
    def heads(self) -> list[Head]:
        """The events without their numbers."""
        return self.layout.heads

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """What passed the hooks, in order."""
        return tuple(self._event(position) for position in range(len(self.heads)))

    def _event(self, position: int) -> Event:
        place, occurrence, kind, shape, kept = self.layout.heads[position]
        return Event(
            place, occurrence, kind, tuple(shape), self._numbers(position) if kept else None
        )

    def _numbers(self, position: int) -> Array:
        ends = self.layout.ends
        return self.numbers[ends[position - 1] if position else 0 : ends[position]]

    def at(self, place: int) -> list[Event]:
        """The events of a place, in order."""
        return [self._event(position) for position in self.layout.where.get(place, ())]

    @cached_property
    def _values(self) -> dict[int, Array | None]:
        return {}

    def values(self, place: int) -> Array | None:
        """All numbers of a place, its occurrences one after the other; None if some are missing."""
        if place not in self._values:
            self._values[place] = self._joined(place)
        return self._values[place]

    def _joined(self, place: int) -> Array | None:
        positions = self.layout.where.get(place)
        if not positions or not all(self.heads[i][4] for i in positions):
            return None
        parts = [self._numbers(i) for i in positions]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)
