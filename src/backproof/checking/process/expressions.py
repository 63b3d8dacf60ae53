"""Other expressions in the place of one of the program's, evaluated where it stands, with its names.

substitution(expression)   a change of the tape: the value is that of the expression
Evaluation(...)            the values of many expressions, told as projections onto the directions in which derivatives are known
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import process_time as clock  # before the program gets a clock of its own
from types import CodeType, FrameType
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

MOST_NUMBERS = 200_000
MOST_SECONDS = 0.4  # for all expressions of a step
MOST_BYTES = 64 << 20
MOST_VIEWS = 8  # occurrences that are looked at one by one
ALL, SUM = -1, -2  # views: all occurrences one after the other; their sum

Goal = tuple[int, int, bytes]  # its number, size of the values, directions (k, size)
Projected = tuple[
    int, int, bool, list[int], bytes
]  # view, goal, transposed, expressions, (expressions, k)


def substitution(expression: str) -> Callable[[Any, FrameType], Any]:
    """A change of the tape."""
    code = _compiled(expression)

    def change(value: Any, frame: FrameType) -> Any:
        if code is None:
            raise SyntaxError(expression)
        return eval(code, _names(frame))

    return change


def _names(frame: FrameType) -> dict[str, Any]:
    """What the frame sees, as one dictionary: the inner scope of a comprehension looks nowhere else."""
    return {**frame.f_globals, **frame.f_locals}


class Evaluation:
    """What some expressions give at one place, over a step."""

    def __init__(self, place: int, expressions: Sequence[str], goals: Sequence[Goal]) -> None:
        self.place = place
        self.codes = [_compiled(expression) for expression in expressions]
        self.values: list[list[Array]] = [[] for _ in expressions]
        self.shapes: list[list[tuple[int, ...]]] = [[] for _ in expressions]
        self.seconds, self.bytes = 0.0, 0
        self.bad: set[int] = {i for i, code in enumerate(self.codes) if code is None}
        self.goals: dict[int, list[tuple[int, Array]]] = {}
        for number, size, flat in goals:
            table = np.frombuffer(flat).reshape(-1, size)
            self.goals.setdefault(size, []).append((number, table))

    def __call__(self, value: Any, frame: FrameType) -> Any:
        names = _names(frame)
        begun = clock()
        with np.errstate(all="ignore"):
            for index, code in enumerate(self.codes):
                if index in self.bad or code is None:
                    continue
                if self.seconds + clock() - begun > MOST_SECONDS or self.bytes > MOST_BYTES:
                    self.bad.add(index)  # the likelier ones come first
                else:
                    self._evaluate(index, code, names)
        self.seconds += clock() - begun
        return value

    def _evaluate(self, index: int, code: CodeType, names: dict[str, Any]) -> None:
        try:
            found = np.asarray(eval(code, names), dtype=np.float64)
        except BaseException:  # whatever does not fit here
            self.bad.add(index)
            return
        if found.size > MOST_NUMBERS or not np.isfinite(found).all():
            self.bad.add(index)
            return
        self.shapes[index].append(found.shape)
        self.values[index].append(found.ravel().copy())
        self.bytes += found.nbytes

    def kinds(self) -> list[tuple[int, ...] | None]:
        """The last shape of each expression's value; None where it has no numbers."""
        return [
            None if i in self.bad or not shapes else shapes[-1]
            for i, shapes in enumerate(self.shapes)
        ]

    def projected(self) -> list[Projected]:
        """For each view and goal: which expressions have such a value, and its projections."""
        rows: dict[tuple[int, int, bool], list[tuple[int, Array]]] = {}
        for index in range(len(self.codes)):
            if index in self.bad:
                continue
            for view, flat in _views_of(self.values[index]):
                if flat.size not in self.goals:
                    continue
                rows.setdefault((view, flat.size, False), []).append((index, flat))
                shape = self.shapes[index][view] if view >= 0 else ()
                if len(shape) == 2 and 1 not in shape:
                    turned = flat.reshape(shape).T.ravel()
                    rows.setdefault((view, flat.size, True), []).append((index, turned))
        return [
            (view, number, turned, [i for i, _ in found], (values @ table.T).tobytes())
            for (view, size, turned), found in rows.items()
            for values in [np.array([flat for _, flat in found])]
            for number, table in self.goals[size]
        ]


def _views_of(parts: list[Array]) -> list[tuple[int, Array]]:
    if not parts:
        return []
    views = list(enumerate(parts[:MOST_VIEWS]))
    if len(parts) > 1:
        views.append((ALL, np.concatenate(parts)))
        if len({part.size for part in parts}) == 1:
            views.append((SUM, np.asarray(np.sum(parts, axis=0))))
    return views


def _compiled(expression: str) -> CodeType | None:
    try:
        return compile(expression.strip(), "candidate", "eval")
    except (SyntaxError, ValueError):
        return None
