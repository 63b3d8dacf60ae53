"""Phase 8b: which of many changed values of a statement are derivatives, told before any of them is run to the end of its step.

Screen(...)          goals: the loss's derivative with respect to each weight and to each value of the forward pass
screen.names(...)    for a statement's candidates: which goals each value equals, up to one factor
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from backproof.checking.intervene import Unit, derivatives
from backproof.checking.judge import Judgement
from backproof.checking.places import Place
from backproof.checking.session import Array

STEPS = 4
CLOSE = 1e-4  # relative: what differences show of a right value
MOST_TOGETHER = 2_000  # numbers of a group that is taken as one
MOST_GOAL = 50_000  # numbers of one goal
MOST_EXPRESSIONS = 500  # of one statement

Key = tuple[int, int, bool]  # view, goal, whether transposed


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
        self.numbers = list(range(min(STEPS, judgement.measured.count)))

    @cached_property
    def units(self) -> list[Unit]:
        """Values of the forward pass, with derivatives."""
        return derivatives(self.judgement, self.places, self.numbers)

    @cached_property
    def goals(self) -> list[Goal]:
        """All that a value may turn out to be the derivative of."""
        return [*self._weights(), *self._groups(), *self._units()]

    def _weights(self) -> list[Goal]:
        measured, reading = self.judgement.measured, self.judgement.reading
        out = []
        for path in measured.paths:
            columns = measured.of([path])
            if not columns or measured.directions[path].shape[1] > MOST_GOAL:
                continue
            slopes = np.where(reading.known, reading.gradient, 0.0)[: len(self.numbers), columns]
            offset = measured.weight[: len(self.numbers), columns]
            out.append(Goal(path, "weight", measured.directions[path], slopes, offset))
        return out

    def _groups(self) -> list[Goal]:
        measured, reading = self.judgement.measured, self.judgement.reading
        out = []
        for group, paths in reading.groups.items():
            tables = [measured.directions[path] for path in paths]
            if len(paths) < 2 or sum(t.shape[1] for t in tables) > MOST_TOGETHER:
                continue
            parts = [measured.of([path]) for path in paths]
            columns = [c for part in parts for c in part]
            slopes = np.where(reading.known, reading.gradient, 0.0)[: len(self.numbers), columns]
            offset = measured.weight[: len(self.numbers), columns]
            out.append(Goal(group, "group", _diagonal(tables), slopes, offset))
        return out

    def _units(self) -> list[Goal]:
        return [
            Goal(unit.text, "unit", unit.directions, unit.slopes, None)
            for unit in self.units
            if unit.directions.shape[1] <= MOST_GOAL
        ]

    def names(self, place: int, expressions: Sequence[str]) -> list[list[Hit]]:
        """For each expression in the place of a value: the goals that it equals up to one factor."""
        chosen = list(expressions)[:MOST_EXPRESSIONS]
        packed = [
            (i, goal.directions.shape[1], goal.directions.tobytes())
            for i, goal in enumerate(self.goals)
        ]
        keepers = [self.judgement.steps.keepers[n] for n in self.numbers]
        probe: dict[str, Any] = {"want": [], "paths": [], "evaluate": (place, chosen, packed)}
        for keeper in keepers:
            keeper.ask([probe])
        traces = [keeper.take(1)[0] for keeper in keepers]
        if any(trace is None or len(trace.evaluated) != len(chosen) for trace in traces):
            return [[] for _ in expressions]
        tables = [trace.evaluated for trace in traces if trace is not None]
        found = [self._hits([table[i] for table in tables]) for i in range(len(chosen))]
        return found + [[] for _ in expressions[len(chosen) :]]

    def _hits(self, rows: list[list[tuple[int, int, bool, bytes]]]) -> list[Hit]:
        series: dict[Key, list[Array]] = {}
        for row in rows:
            for view, number, turned, flat in row:
                series.setdefault((view, number, turned), []).append(np.frombuffer(flat))
        out = []
        for (_, number, turned), parts in series.items():
            goal = self.goals[number]
            if len(parts) != len(rows) or (turned and goal.kind != "unit"):
                continue
            table, size = np.array(parts), goal.directions.shape[1]
            factor = _factor(table, goal.slopes, size)
            if factor:
                out.append(Hit(number, factor, False))
            elif goal.offset is not None:
                factor = _factor(table - goal.offset, goal.slopes, size)
                if factor:
                    out.append(Hit(number, factor, True))
        return out


def _diagonal(tables: Sequence[Array]) -> Array:
    rows, columns = sum(t.shape[0] for t in tables), sum(t.shape[1] for t in tables)
    out = np.zeros((rows, columns))
    r = c = 0
    for table in tables:
        out[r : r + table.shape[0], c : c + table.shape[1]] = table
        r, c = r + table.shape[0], c + table.shape[1]
    return out


def _factor(values: Array, goal: Array, size: int) -> float:
    """The one factor between values and goal, or the mean of those of the steps where each step has its own; 0 where there is none."""
    steep, long = float(np.vdot(goal, goal)), float(np.linalg.norm(values))
    told = np.abs(goal) > 1e-9 * np.abs(goal).max(initial=0.0)
    if steep == 0 or long == 0 or not np.isfinite(long) or told.sum() < 3:
        return 0.0
    factor = float(np.vdot(goal, values)) / steep
    if float(np.linalg.norm(values - factor * goal)) <= CLOSE * long:
        return factor
    if size < 3 or goal.shape[1] < 2:
        return 0.0
    steeps = (goal**2).sum(axis=1)
    factors = np.divide(
        (goal * values).sum(axis=1), steeps, out=np.zeros(len(goal)), where=steeps > 0
    )
    rest = float(np.linalg.norm(values - factors[:, None] * goal))
    moving = factors[steeps > 0]
    same = bool((moving > 0).all() or (moving < 0).all())
    return float(moving.mean()) if same and rest <= CLOSE * long else 0.0
