"""Phase 9a: how near a program came to its aim, from outputs and the targets that they met.

    Meetings    outputs and targets in the order in which they met, the latest of them kept
    judged(...) the score of one epoch's outputs

Two target values make a task of classes: an output is right where it is nearer to its own target than to the other one.
Anything else is a task of numbers, and the score is the share of the targets' variance that the outputs explain.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from backproof.checking.process.pairing import paired
from backproof.checking.process.tape import encode

Array = npt.NDArray[np.float64]
Pair = tuple[tuple[int, ...], Array, Array]  # shape, output, target

TABLE = 32  # numbers: a truth table, all of which must be right
RIGHT, CLEARLY_RIGHT = 0.9, 0.95  # share of a larger set
EXPLAINED, CLEARLY_EXPLAINED = 0.8, 0.9  # share of the variance
MISSED, UNEXPLAINED = 0.85, 0.75  # below this it is missed for sure
LEANING = 0.1  # share of the variance that a truth table's outputs explain at least
MOST_PAIRS = 20_000
MOST_NUMBERS = 2_000_000
AT_LEAST = 16  # pairs of a task with few examples that are looked at
RESTARTS = 5  # iterations
OTHERWISE = 200  # pairs that are looked at where no epoch shows


@dataclass(frozen=True)
class Score:
    """How near the aim."""

    kind: str  # classes, numbers or nothing
    value: float  # share right, or share of the variance
    count: int  # numbers looked at
    reached: bool
    clear: bool  # no doubt about it, either way
    outputs: tuple[float, float] = (0.0, 0.0)  # the smallest and the largest
    targets: tuple[float, float] = (0.0, 0.0)

    @property
    def missed(self) -> bool:
        """Whether the aim is missed for sure."""
        return self.clear and not self.reached

    @property
    def left(self) -> float:
        """What is wrong or unexplained, from 0 up."""
        return max(1.0 - self.value, 0.0)


NOTHING = Score("nothing", 0.0, 0, True, False)


def judged(pairs: Sequence[Pair]) -> Score:
    """The score of some outputs beside their targets."""
    if not pairs:
        return NOTHING
    o = np.concatenate([output for _, output, _ in pairs])
    t = np.concatenate([target for _, _, target in pairs])
    told = np.isfinite(t)  # a missing target is none
    o, t = o[told], t[told]
    if not np.isfinite(o).all():
        return Score("numbers", float("-inf"), o.size, False, True)
    levels = sorted(set(t.tolist()))
    if len(levels) < 2:
        return NOTHING
    explained = 1.0 - float(np.sum((o - t) ** 2) / np.sum((t - t.mean()) ** 2))
    ends = ((float(o.min()), float(o.max())), (levels[0], levels[-1]))
    if len(levels) > 2:
        reached = explained >= EXPLAINED
        clear = explained >= CLEARLY_EXPLAINED or explained < UNEXPLAINED
        return Score("numbers", explained, o.size, reached, clear, *ends)
    value, reached, clear = _classes(pairs, o, t, explained)
    return Score("classes", value, o.size, reached, clear, *ends)


def _classes(
    pairs: Sequence[Pair], o: Array, t: Array, explained: float
) -> tuple[float, bool, bool]:
    """The share that is right, whether that is the aim, and whether there is no doubt."""
    levels = (t.min(), t.max())
    gap = levels[1] - levels[0]
    right = np.abs(o - t) < 0.5 * gap
    if o.size <= TABLE:
        reached = bool(right.all()) and explained >= LEANING
        clear = not reached or bool((np.abs(o - t) < 0.3 * gap).all())
        return float(right.mean()), reached, clear
    share = float(np.mean([right[t == level].mean() for level in levels]))
    share = max(share, _most(pairs, levels[1]))
    return share, share >= RIGHT, share >= CLEARLY_RIGHT or share < MISSED


def _most(pairs: Sequence[Pair], high: float) -> float:
    """The share of examples whose largest output stands where their target says; 0 where targets are not one-hot."""
    right = count = 0
    for shape, output, target in pairs:
        table = target.reshape(shape) == high if len(shape) == 2 else target[None] == high
        values = output.reshape(table.shape)
        axis = 1 if (table.sum(axis=1) == 1).all() else 0
        if not (table.sum(axis=axis) == 1).all() or table.shape[axis] < 3:
            return 0.0
        hits = table.argmax(axis=axis) == values.argmax(axis=axis)
        right, count = right + int(hits.sum()), count + hits.size
    return right / count if count else 0.0


class Meetings:
    """Outputs and targets as they meet."""

    def __init__(self, kind: str) -> None:
        self.kind = kind  # of the meeting: difference, product or index
        self.kept: deque[tuple[Any, Any]] = deque(maxlen=MOST_PAIRS)
        self.total = 0
        self.marks: dict[int, deque[int]] = {}  # loop: totals at its latest heads
        self.rounds: dict[int, int] = {}  # loop: iterations
        self.output: Any = None
        self.target: Any = None

    def saw_output(self, value: Any) -> None:
        """The output's value passed."""
        self.output = _kept(value)
        if self.target is not None:
            self._meet()

    def saw_target(self, value: Any) -> None:
        """The target's value passed."""
        self.target = _kept(value)
        if self.output is not None:
            self._meet()

    def _meet(self) -> None:
        self.kept.append((self.output, self.target))
        self.total += 1
        self.output = self.target = None
        if self.total == 1 and isinstance(self.kept[0][0], np.ndarray):
            size = max(self.kept[0][0].size, 1)
            self.kept = deque(self.kept, max(min(MOST_PAIRS, MOST_NUMBERS // size), 2))

    def mark(self, loop: int) -> None:
        """An iteration of a loop around the step begins, or the step itself."""
        self.marks.setdefault(loop, deque(maxlen=3)).append(self.total)
        self.rounds[loop] = self.rounds.get(loop, 0) + 1

    def score(self) -> Score:
        """The score of the latest epoch."""
        pairs = [self._pair(output, target) for output, target in self._latest()]
        return judged([pair for pair in pairs if pair is not None])

    def _latest(self) -> list[tuple[Any, Any]]:
        count = self._count()
        return list(self.kept)[-count:] if count else []

    def _count(self) -> int:
        """How many of the latest pairs make an epoch."""
        period = self._period()
        for loop, marks in self.marks.items():  # the innermost first, which is the epoch
            ends = [*marks, self.total]
            epoch = max(after - before for before, after in itertools.pairwise(ends))
            few = self.rounds[loop] < RESTARTS and epoch > OTHERWISE
            repeated = period and epoch > 50 * period and self.rounds[loop] < 50
            if few:  # more likely a loop over whole trainings
                continue
            if 1 < epoch <= len(self.kept) and self.rounds[loop] > 1 and not repeated:
                return epoch
        if period:
            return min(-(-AT_LEAST // period) * period if period > 1 else 1, len(self.kept))
        return min(OTHERWISE, max(AT_LEAST, self.total // 4), len(self.kept))

    def _period(self) -> int:
        """After how many pairs the targets repeat; 0 if they don't."""
        keys = [_key(target) for _, target in list(self.kept)[-3 * 1024 :]]
        periods = range(1, len(keys) // 3 + 1)
        return next((period for period in periods if keys[period:] == keys[:-period]), 0)

    def _pair(self, output: Any, target: Any) -> Pair | None:
        _, shape, o = encode(output)
        _, own, t = encode(target)
        if o is None or t is None or not o.size:
            return None
        fitted = paired(self.kind, shape, o.size, t, own)
        return None if fitted is None else (shape, o, fitted)


def _kept(value: Any) -> Any:
    """The value as it is now, whatever the program does with it later."""
    if isinstance(value, np.ndarray):
        return value.copy()
    return list(value) if isinstance(value, list) else value


def _key(target: Any) -> Any:
    return target.tobytes() if isinstance(target, np.ndarray) else repr(target)
