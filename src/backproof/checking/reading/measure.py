"""Phase 5: the true derivatives, by nudging the weights at the head of each step and watching the output.

Small tensors are nudged number by number, large ones along random directions: everything that is compared later is linear.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from backproof.checking.process.pairing import paired
from backproof.checking.process.state import FLOATS
from backproof.checking.process.trace import Array, Trace
from backproof.checking.reading.hypotheses import Hypothesis
from backproof.checking.reading.steps import Steps

STEP = 1e-5  # of central differences, times max(1, |w|): smaller, rounding shows; larger, kinks are crossed
SINGLE_STEP = 2e-2
EPSILON = float(np.finfo(np.float64).eps)
RESOLVED = 1e4  # times what rounding makes of nothing
MOST_SINGLE = 40  # numbers in all that are nudged one by one
DIRECTIONS = 3  # for each tensor where there are more
KINK = 5e-4  # a second difference this large, relative to the first, is no smooth function


@dataclass(frozen=True)
class Meeting:
    """Where the output meets its target."""

    place: int
    output: int  # place
    target: int  # place
    kind: str  # difference, product or index
    twins: tuple[int, ...] = ()  # places where the same numbers meet

    @property
    def parts(self) -> tuple[int, ...]:
        """Every place that it names."""
        return (self.place, self.output, self.target, *self.twins)

    def moved(self, to: dict[int, int]) -> Meeting:
        """The same meeting with its places under other numbers."""
        twins = tuple(to[place] for place in self.twins)
        return Meeting(to[self.place], to[self.output], to[self.target], self.kind, twins)


class Measured:
    """What the outputs did when each weight was nudged."""

    def __init__(
        self,
        steps: Steps,
        paths: list[str],
        places: Iterable[int],
        count: int | None = None,
        apart: bool = False,
        kept: dict[str, Array] | None = None,
    ) -> None:
        """Nudge.

        Args:
            steps: where the program stands.
            paths: of the weights.
            places: whose values are kept.
            count: how many of the steps to measure; all of them if None.
            apart: nudge the edges of large matrices, which may be biases, on their own.
            kept: ones for the numbers of a weight that are nudged, zeros for the others; all if it has none.
        """
        self.kept = kept or {}
        self.apart = apart
        self.steps = steps
        self.count = len(steps.keepers) if count is None else min(count, len(steps.keepers))
        self.keepers = steps.keepers[: self.count]
        self.base = steps.base[: self.count]
        self.paths = paths
        self.places = sorted(set(places))
        first = steps.keepers[0].state
        self.state = {p: first.get(p) or steps.tensors[p] for p in paths}
        self.single = any(self.state[p].dtype in ("float32", "float16") for p in paths)
        self.directions = self._directions()
        self.outcomes: list[list[Trace | None]] = self._nudge()

    def _directions(self) -> dict[str, Array]:
        total = sum(tensor.values.size for tensor in self.state.values())
        generator = np.random.default_rng(2)
        out = {}
        for path, tensor in self.state.items():
            size = tensor.values.size
            kept = self.kept.get(path, np.ones(size))
            if total <= MOST_SINGLE or size <= DIRECTIONS:
                out[path] = np.diag(kept)[kept > 0]
            else:
                rows = generator.standard_normal((DIRECTIONS, size)) * kept
                parts = _parts(tensor.shape) if self.apart else []
                if parts:
                    masks = np.array([mask for _, mask in parts])
                    rows = generator.standard_normal(masks.shape) * masks * kept
                    rows = rows[rows.any(axis=1)]
                out[path] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return out

    @property
    def mixes(self) -> bool:
        """Whether biases at the edge of some matrix may have been nudged together with its weights."""
        return not self.apart and any(
            _parts(t.shape) and len(self.directions[p]) != t.values.size
            for p, t in self.state.items()
        )

    @cached_property
    def columns(self) -> list[tuple[str, int]]:
        """Path and direction of each column of the tables below."""
        return [(path, k) for path in self.paths for k in range(len(self.directions[path]))]

    def of(self, paths: Iterable[str]) -> list[int]:
        """The columns of some paths."""
        wanted = set(paths)
        return [i for i, (path, _) in enumerate(self.columns) if path in wanted]

    @cached_property
    def edges(self) -> Array:
        """Which columns are numbers at an edge of their array, where biases are kept: its first and last ones, along both axes.

        Shape (4, columns); nothing is known of arrays that are nudged along random directions, unless edges apart.
        """
        out = np.zeros((4, len(self.columns)), dtype=bool)
        for path, tensor in self.state.items():
            columns, shape = self.of([path]), tensor.shape
            if len(columns) == tensor.values.size and len(shape) in (1, 2):
                place = np.arange(tensor.values.size).reshape(shape)
                ends = (place[0], place[-1], place[..., 0], place[..., -1])
                for mask, end in zip(out, ends, strict=True):
                    mask[columns] = np.isin(place.ravel(), end)
            elif self.apart:
                for column, (which, _) in zip(columns, _parts(shape), strict=False):
                    if which >= 0:
                        out[which, column] = True
        return out

    def _size(self, step: int, path: str, k: int) -> float:
        tensor = self.keepers[step].state.get(path)
        along = self.directions[path][k]
        fits = tensor is not None and tensor.values.size == along.size
        with np.errstate(all="ignore"):  # later steps may have diverged
            near = float(np.abs(tensor.values @ along)) if tensor is not None and fits else 1.0
        near = max(1.0, near)
        return (SINGLE_STEP if self.single else STEP) * near

    def _is_cut(self, step: int, path: str) -> bool:
        """Whether the weight is an array of whole numbers at the head of this step, which cuts off what is added, and later one of fractions."""
        kinds = [k.state[path].dtype for k in self.keepers if path in k.state]
        own = self.keepers[step].state.get(path)
        return own is not None and own.dtype not in FLOATS and any(kind in FLOATS for kind in kinds)

    def _nudge(self) -> list[list[Trace | None]]:
        plans: list[list[dict[str, Any]]] = []
        for step, keeper in enumerate(self.keepers):
            plan = []
            for path, k in self.columns:
                h = self._size(step, path, k)
                for sign in (1.0, -1.0):
                    delta = (sign * h * self.directions[path][k]).tobytes()
                    tensor = keeper.state.get(path)
                    known = tensor is not None and tensor.values.size * 8 == len(delta)
                    plan.append(
                        {
                            "nudge": [(path, delta)] if known else [],
                            "want": self.places,
                            "paths": [],
                        }
                    )
            keeper.ask(plan)
            plans.append(plan)
        self.steps.probes += sum(len(plan) for plan in plans)
        return [keeper.take(len(plan)) for keeper, plan in zip(self.keepers, plans, strict=True)]

    @cached_property
    def weight(self) -> Array:
        """Weights at the head of each step, along each direction (steps, columns)."""
        return self._along(lambda s, p: self.keepers[s].state[p].values)

    @cached_property
    def move(self) -> Array:
        """What each step adds to the weights (steps, columns)."""

        def moved(s: int, p: str) -> Array:
            before, after = self.keepers[s].state[p].values, self.base[s].tail[p]
            return after - before if after.size == before.size else np.zeros(before.size)

        return self._along(moved)

    def _along(self, of: Any) -> Array:
        out = np.zeros((len(self.keepers), len(self.columns)))
        for s, keeper in enumerate(self.keepers):
            for path in self.paths:
                if path not in keeper.state or path not in self.base[s].tail:
                    continue
                flat = of(s, path)
                if flat.size == self.directions[path].shape[1]:
                    out[s, self.of([path])] = self.directions[path] @ flat
        return out

    def differences(self, value: Any) -> tuple[Array, Array]:
        """The derivative of `value(step, trace)` along every column, and where it could be measured.

        Args:
            value: gives a flat array for a step and a trace, or None.
        """
        shape = (len(self.keepers), len(self.columns))
        slope, known = np.zeros(shape), np.zeros(shape, dtype=bool)
        rounding = np.zeros(shape)
        for s, outcomes in enumerate(self.outcomes):
            base = value(s, self.base[s])
            for c, (path, k) in enumerate(self.columns):
                above, below = outcomes[2 * c], outcomes[2 * c + 1]
                if base is None or above is None or below is None:
                    continue
                up, down = value(s, above), value(s, below)
                if up is None or down is None:
                    continue
                size = 2 * self._size(s, path, k)
                slope[s, c] = (up - down) / size
                known[s, c] = np.isfinite(slope[s, c]) and not self._is_cut(s, path)
                rounding[s, c] = EPSILON * max(abs(up), abs(down)) / size
        slope[~known] = 0.0
        for path in self.paths:
            columns = self.of([path])
            if np.abs(slope[:, columns]).max(initial=0.0) < RESOLVED * rounding[:, columns].max(
                initial=0.0
            ):
                slope[:, columns] = 0.0  # nothing but rounding is seen of it
        return slope, known

    def smooth(self, place: int) -> Array:
        """Where the place's values bend no more than a smooth function does (steps, columns)."""
        out = np.ones((len(self.keepers), len(self.columns)), dtype=bool)
        for s, outcomes in enumerate(self.outcomes):
            base = self.base[s].values(place)
            for c in range(len(self.columns)):
                above, below = outcomes[2 * c], outcomes[2 * c + 1]
                up = None if above is None else above.values(place)
                down = None if below is None else below.values(place)
                if (
                    base is None
                    or up is None
                    or down is None
                    or not (up.size == down.size == base.size)
                ):
                    out[s, c] = False
                    continue
                first = np.abs(up - down).max(initial=0.0)
                second = np.abs(up - 2 * base + down).max(initial=0.0)
                out[s, c] = second <= KINK * first + 1e-11 * max(1.0, np.abs(base).max(initial=0.0))
        return out

    def shares(self, meeting: Meeting) -> Array | None:
        """What one of the numbers that meet a target counts in a mean, step by step, relative to the first; None if always the same."""
        values = [trace.values(meeting.output) for trace in self.base]
        sizes = np.array([0 if v is None else v.size for v in values])
        return None if not sizes.all() or not np.ptp(sizes) else sizes[0] / sizes

    def gradient(
        self, meeting: Meeting, loss: Hypothesis, mean: bool = False
    ) -> tuple[Array, Array] | None:
        """The loss's derivative along every column, and where it is known; None if the loss cannot be meant.

        Args:
            meeting: of the output and its target.
            loss: one that is summed over them.
            mean: take the mean instead, but for one factor: another thing only where steps have batches of different sizes.
        """
        targets = [target_of(meeting, trace) for trace in self.base]
        outputs = [trace.values(meeting.output) for trace in self.base]
        for output, target in zip(outputs, targets, strict=True):
            if output is None or target is None or output.size != target.size or not output.size:
                return None
            if not np.isfinite(output).all() or not loss.applies(output, target):
                return None

        def value(s: int, trace: Trace) -> float | None:
            output, target = trace.values(meeting.output), targets[s]
            if output is None or target is None or output.size != target.size:
                return None
            return loss.value(output, target)

        slope, known = self.differences(value)
        shares = self.shares(meeting) if mean else None
        if shares is not None:
            slope = slope * shares[:, None]
        known = np.logical_and(known, self.smooth(meeting.output))
        met = zip(outputs, targets, strict=True)
        clear = [o is not None and t is not None and loss.clear(o, t) for o, t in met]
        return slope, np.logical_and(known, np.array(clear)[:, None])


def _parts(shape: tuple[int, ...]) -> list[tuple[int, Array]]:
    """The inside of a matrix (-1) and its edges without their corners (0 to 3: first and last row, first and last column).

    For each a row of ones where a number belongs to it, flat; none where the shape is too small to have edges.
    """
    if len(shape) != 2 or max(shape) <= 2:
        return []
    rows = slice(1, -1) if shape[0] > 2 else slice(None)
    columns = slice(1, -1) if shape[1] > 2 else slice(None)
    places: list[tuple[int, tuple[int | slice, int | slice], bool]] = [
        (-1, (rows, columns), True),
        (0, (0, columns), shape[0] > 2),
        (1, (-1, columns), shape[0] > 2),
        (2, (rows, 0), shape[1] > 2),
        (3, (rows, -1), shape[1] > 2),
    ]
    out = []
    for which, place, there in places:
        if there:
            mask = np.zeros(shape)
            mask[place] = 1
            out.append((which, mask.ravel()))
    return out


def target_of(meeting: Meeting, trace: Trace) -> Array | None:
    """The target in the shape of the output, flat."""
    outputs, targets = trace.at(meeting.output), trace.at(meeting.target)
    if len(outputs) != len(targets):
        return None
    parts = []
    for output, target in zip(outputs, targets, strict=True):
        if output.numbers is None or target.numbers is None:
            return None
        part = paired(meeting.kind, output.shape, output.numbers.size, target.numbers, target.shape)
        if part is None:
            return None
        parts.append(part)
    return np.concatenate(parts) if parts else None
