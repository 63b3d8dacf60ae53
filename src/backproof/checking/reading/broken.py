"""Phase 4d: numbers that are none: the root of what adaptive methods remember of squares, once that is negative.

broken(steps)    where the first such number came, in which step, and which line made the squares negative
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backproof.checking.process.trace import Array, Event
from backproof.checking.reading.steps import Steps
from backproof.checking.source.places import Place

ROOTS = ("sqrt", "Pow", "power")
SQUARES = ("square", "power")


@dataclass(frozen=True)
class Broken:
    """The root of something negative, and what made it so."""

    step: int  # counted from 1
    place: int  # of the root
    argument: str  # of which the root is taken
    memory: int  # place of the value that adds up squares, and is negative

    def told(self, places: Sequence[Place]) -> str:
        """In a sentence."""
        line = places[self.place].line
        return f"the first number that is none (nan) comes in step {self.step}, at line {line}: the root of `{self.argument}`, which is negative there"


def broken(steps: Steps) -> Broken | None:
    """The first root of a negative number, and the sum of squares behind it; None where there is none."""
    memories = {
        place.index for place in steps.places if _remembers(place) and _has_square(place.text)
    }
    negative: list[int] = []
    for number, trace in enumerate(steps.base):
        latest: dict[int, Event] = {}
        for event in trace.events:
            latest[event.place] = event
            if event.numbers is None:
                continue
            if event.place in memories and _is_negative(event.numbers):
                negative.append(event.place)
            place = steps.places[event.place]
            if negative and np.isnan(event.numbers).any():
                argument = _negative_argument(steps, place, latest)
                if argument is None:
                    return None  # the first of them has another cause
                return Broken(number + 1, place.index, argument, negative[0])
    return None


def _remembers(place: Place) -> bool:
    return bool(place.target) and place.kind == "BinOp" and place.target in place.text


def _has_square(text: str) -> bool:
    for node in ast.walk(ast.parse(text.strip(), mode="eval")):
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Pow, ast.Mult)):
            if isinstance(node.op, ast.Pow) or ast.dump(node.left) == ast.dump(node.right):
                return True
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in SQUARES:
            return True
    return False


def _is_negative(numbers: Array) -> bool:
    return bool((numbers < 0).any())


def _negative_argument(steps: Steps, place: Place, latest: dict[int, Event]) -> str | None:
    """What a root is taken of, where that is negative and no other number is missing."""
    if place.operator.split(".")[-1] not in ROOTS:
        return None
    for child in place.children:
        event = latest.get(child)
        numbers = None if event is None else event.numbers
        if numbers is not None and not np.isnan(numbers).any() and _is_negative(numbers):
            return steps.places[child].text
    return None
