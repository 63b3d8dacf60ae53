"""Phase 8b: which of many changed values of a statement are derivatives, told before any of them is run to the end of its step.

Screen(...)          goals: the loss's derivative with respect to each weight and to each value of the forward pass
screen.names(...)    for a statement's candidates: which goals each value equals, up to one factor
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from backproof.checking.process.expressions import Projected
from backproof.checking.process.trace import Array, Trace
from backproof.checking.reading.intervene import Unit, derivatives
from backproof.checking.reading.judge import Judgement
from backproof.checking.source.places import Place

STEPS = 4
ALIKE = 1.25  # of how much is computed
CLOSE = 1e-4  # relative: what differences show of a right value
MOST_TOGETHER = 2_000  # numbers of a group that is taken as one
MOST_GOAL = 50_000  # numbers of one goal
MOST_EXPRESSIONS = 1_200  # of one statement
MOST_VALUES = 12_000  # that they have together in one step
FEWEST = 100  # expressions of a statement that is executed very often


@dataclass(frozen=True)
class Goal:
    """Something whose derivative is known."""

    text: str
    kind: str  # weight, group or unit
    directions: Array  # (k, numbers)
    slopes: Array  # (steps, k)
    offset: Array | None  # (steps, k): the weight itself, for values that are the new weight


@dataclass(frozen=True)
class Hit:
    """A value that is a derivative."""

    goal: int
    factor: float
    new: bool  # the value is the new weight


class Screen:
    """The goals of one judgement."""

    def __init__(self, judgement: Judgement, places: Sequence[Place]) -> None:
        self.judgement, self.places = judgement, places
        self.numbers = alike(judgement)[:STEPS]
        self.present: dict[
            int, list[Hit]
        ] = {}  # statement: what its value is, as the program stands

    @cached_property
    def units(self) -> list[Unit]:
        """Values of the forward pass, with derivatives."""
        return derivatives(self.judgement, self.places, self.numbers)

    @cached_property
    def goals(self) -> list[Goal]:
        """All that a value may turn out to be the derivative of."""
        return [*self._weights(), *self._groups(), *self._units()]

    def _weights(self) -> list[Goal]:
        measured = self.judgement.measured
        out = []
        for path in measured.paths:
            columns, rows = self._seen(path)
            if not columns or measured.directions[path].shape[1] > MOST_GOAL:
                continue
            out.append(Goal(path, "weight", measured.directions[path][rows], *self._of(columns)))
        return out

    def _groups(self) -> list[Goal]:
        measured, reading = self.judgement.measured, self.judgement.reading
        out = []
        for group, paths in reading.groups.items():
            tables = [measured.directions[path] for path in paths]
            if len(paths) < 2 or sum(t.shape[1] for t in tables) > MOST_TOGETHER:
                continue
            seen = [self._seen(path) for path in paths]
            columns = [c for found, _ in seen for c in found]
            kept = [table[rows] for table, (_, rows) in zip(tables, seen, strict=True)]
            if columns:
                out.append(Goal(group, "group", _diagonal(kept), *self._of(columns)))
        return out

    def _seen(self, path: str) -> tuple[list[int], list[int]]:
        """The columns of a weight whose derivative is known in every step, away from kinks, and their directions."""
        columns = self.judgement.measured.of([path])
        known = self.judgement.reading.known[self.numbers][:, columns].all(axis=0)
        rows = np.flatnonzero(known).tolist() or list(range(len(columns)))
        return [columns[row] for row in rows], rows

    def _of(self, columns: list[int]) -> tuple[Array, Array]:
        """The derivatives, and the weight itself, along some columns."""
        reading, measured = self.judgement.reading, self.judgement.measured
        slopes = np.where(reading.known, reading.gradient, 0.0)[self.numbers][:, columns]
        return slopes, measured.weight[self.numbers][:, columns]

    def _units(self) -> list[Goal]:
        return [
            Goal(unit.text, "unit", unit.directions, unit.slopes, None)
            for unit in self.units
            if unit.directions.shape[1] <= MOST_GOAL
        ]

    def names(
        self, place: int, expressions: Sequence[str], others: Sequence[tuple[int, str]] = ()
    ) -> list[list[Hit]]:
        """For each expression in the place of a value: the goals that it equals up to one factor.

        Args:
            place: of the value.
            expressions: to be evaluated there.
            others: places whose values are exchanged meanwhile, and for what.
        """
        often = len(self.judgement.steps.base[self.numbers[0]].at(place)) or 1
        chosen = list(expressions)[: min(MOST_EXPRESSIONS, max(MOST_VALUES // often, FEWEST))]
        packed = [
            (i, goal.directions.shape[1], goal.directions.tobytes())
            for i, goal in enumerate(self.goals)
        ]
        keepers = [self.judgement.steps.keepers[n] for n in self.numbers]
        probe: dict[str, Any] = {"want": [], "paths": [], "evaluate": (place, chosen, packed)}
        probe["instead"] = list(others)
        for keeper in keepers:
            keeper.ask([probe])
        traces = [keeper.take(1)[0] for keeper in keepers]
        found: list[list[Hit]] = [[] for _ in expressions]
        if all(trace is not None for trace in traces):
            for index, hit in self._hits([t.evaluated for t in traces if t is not None]):
                found[index].append(hit)
        return found

    def _hits(self, rows: list[list[Projected]]) -> Iterator[tuple[int, Hit]]:
        tables = [{row[:3]: (row[3], np.frombuffer(row[4])) for row in step} for step in rows]
        for key in tables[0]:
            if any(key not in table for table in tables):
                continue
            _, number, turned = key
            goal = self.goals[number]
            if turned and goal.kind != "unit":
                continue
            common = sorted(set.intersection(*(set(table[key][0]) for table in tables)))
            values = np.stack([_rows(*table[key], common) for table in tables], axis=1)
            size = goal.directions.shape[1]
            plain = _factors(values, goal.slopes, size)
            new = np.zeros(len(common))
            if goal.offset is not None:
                new = _factors(values - goal.offset, goal.slopes, size)
            for index, factor, moved in zip(common, plain.tolist(), new.tolist(), strict=True):
                if factor or moved:
                    yield index, Hit(number, factor or moved, not factor)


def alike(judgement: Judgement) -> list[int]:
    """The measured steps in which as much is computed before the output meets its target as in most: others run the forward pass once more, to print the loss."""
    steps, meeting = judgement.steps, judgement.reading.meeting
    numbers = range(judgement.measured.count)
    if meeting is None:
        return list(numbers)
    before = [_before(steps.base[n], meeting.output) for n in numbers]
    usual = sorted(before)[len(before) // 2]
    return [n for n in numbers if usual / ALIKE <= before[n] <= usual * ALIKE]


def _before(trace: Trace, place: int) -> int:
    return 1 + max((i for i, head in enumerate(trace.heads) if head[0] == place), default=0)


def _rows(indices: list[int], flat: Array, wanted: list[int]) -> Array:
    """(expressions, k) for the wanted ones."""
    table = flat.reshape(len(indices), -1)
    at = {index: row for row, index in enumerate(indices)}
    return table[[at[index] for index in wanted]]


def _diagonal(tables: Sequence[Array]) -> Array:
    rows, columns = sum(t.shape[0] for t in tables), sum(t.shape[1] for t in tables)
    out = np.zeros((rows, columns))
    r = c = 0
    for table in tables:
        out[r : r + table.shape[0], c : c + table.shape[1]] = table
        r, c = r + table.shape[0], c + table.shape[1]
    return out


def _factors(values: Array, goal: Array, size: int) -> Array:
    """For each table of values (steps, k) the one factor between it and the goal; 0 where there is none.

    Where each step has a factor of its own, of one sign, it is their mean.
    """
    out = np.zeros(len(values))
    steep = float(np.vdot(goal, goal))
    told = np.abs(goal) > 1e-9 * np.abs(goal).max(initial=0.0)
    if steep == 0 or told.sum() < 3:
        return out
    with np.errstate(all="ignore"):
        long = np.linalg.norm(values, axis=(1, 2))
        factors = np.einsum("esk,sk->e", values, goal) / steep
        rest = np.linalg.norm(values - factors[:, None, None] * goal, axis=(1, 2))
    fits = (long > 0) & (rest <= CLOSE * long)
    out[fits] = factors[fits]
    if size < 3 or goal.shape[1] < 2:
        return out
    steeps = (goal**2).sum(axis=1)
    moving = steeps > 0
    own = np.zeros(values.shape[:2])
    own[:, moving] = np.einsum("esk,sk->es", values, goal)[:, moving] / steeps[moving]
    rest = np.linalg.norm(values - own[:, :, None] * goal, axis=(1, 2))
    same = (own[:, moving] > 0).all(axis=1) | (own[:, moving] < 0).all(axis=1)
    varied = ~fits & same & (long > 0) & (rest <= CLOSE * long)
    out[varied] = own[varied][:, moving].mean(axis=1)
    return out
