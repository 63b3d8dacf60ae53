"""The losses that a program could mean: one table. The output o and the target t are flat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from backproof.checking.process.trace import Array

MOST_CLASSES = 200
SLACK = 1e-6  # by which probabilities may miss their range after a nudge
RESOLVED = 1e-6  # from one: nearer, what is left of 1 − o is rounding
LEAST = 1e-290


@dataclass(frozen=True)
class Hypothesis:
    """One loss of one output and one target."""

    name: str
    symbol: str  # in derivatives: dCE/d(...)
    formula: str
    value: Callable[[Array, Array], float]
    applies: Callable[[Array, Array], bool]
    usual: bool = (
        True  # False for a loss that is believed only when nothing else explains the updates
    )
    clear: Callable[[Array, Array], bool] = lambda o, t: True  # whether its slope can be measured
    subtracts: bool = False  # believed only where the target is subtracted from the output


def _squared(o: Array, t: Array) -> float:
    return float(0.5 * np.sum((o - t) ** 2))


def _binary(o: Array, t: Array) -> float:
    o = np.clip(o, 1e-300, 1 - 1e-16)
    return float(-np.sum(t * np.log(o) + (1 - t) * np.log1p(-o)))


def _is_resolved(o: Array, t: Array) -> bool:
    """Whether no output is so near to zero or one, on the wrong side, that its logarithm is lost."""
    return bool(((o > LEAST) | (t <= 0)).all() and ((o < 1 - RESOLVED) | (t >= 1)).all())


def _is_positive_where_due(o: Array, t: Array) -> bool:
    return bool(((o > LEAST) | (t <= 0)).all())


def _classes(o: Array, t: Array) -> float:
    return float(-np.sum(t * np.log(np.clip(o, 1e-300, None))))


def _two_sided(o: Array, t: Array) -> float:
    return _binary((1 + o) / 2, (1 + t) / 2)


def _poisson(o: Array, t: Array) -> float:
    return float(np.sum(o - t * np.log(np.clip(o, 1e-300, None))))


def _absolute(o: Array, t: Array) -> float:
    return float(np.sum(np.abs(o - t)))


def _probabilities(o: Array, t: Array) -> bool:
    inside = o.min() >= -SLACK and o.max() <= 1 + SLACK
    return bool(inside and t.min() >= 0 and t.max() <= 1)


def _distributions(o: Array, t: Array) -> bool:
    if o.size < 2 or not _probabilities(o, t):
        return False
    widths = [row for row in range(2, min(o.size, MOST_CLASSES) + 1) if o.size % row == 0]
    return any(
        np.abs(table.sum(axis=1) - 1).max() < SLACK
        for row in widths
        for table in (o.reshape(-1, row), o.reshape(row, -1).T)
    )


def _signs(o: Array, t: Array) -> bool:
    inside = o.min() >= -1 - SLACK and o.max() <= 1 + SLACK
    return bool(inside and (np.abs(t) > 0.5).all() and (np.abs(t) <= 1).all())


def _anything(o: Array, t: Array) -> bool:
    return True


def _positive(o: Array, t: Array) -> bool:
    return bool(o.min() > 0 and t.min() >= 0)


HYPOTHESES = (
    Hypothesis("squared error", "dE", "½Σ(o − t)²", _squared, _anything),
    Hypothesis(
        "cross-entropy",
        "dCE",
        "−Σ t·log o + (1 − t)·log(1 − o)",
        _binary,
        _probabilities,
        clear=_is_resolved,
    ),
    Hypothesis(
        "cross-entropy over classes",
        "dCE",
        "−Σ t·log o",
        _classes,
        _distributions,
        clear=_is_positive_where_due,
    ),
    Hypothesis(
        "two-sided cross-entropy",
        "dCE",
        "−Σ (1 + t)/2·log (1 + o)/2 + (1 − t)/2·log (1 − o)/2",
        _two_sided,
        _signs,
        clear=lambda o, t: _is_resolved((1 + o) / 2, (1 + t) / 2),
    ),
    Hypothesis("Poisson", "dL", "Σ o − t·log o", _poisson, _positive, False),
    Hypothesis("absolute error", "dL", "Σ|o − t|", _absolute, _anything, False, subtracts=True),
)

CLASSES = next(h for h in HYPOTHESES if h.value is _classes)
