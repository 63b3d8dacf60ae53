"""The table of losses: value, slope, curvature and formula, one row each.

    value(a, y)       the loss of each example, summed over its outputs   (n,)
    slope(a, y)       dl/da                                               (n, outputs)
    curvature(a, y)   d2l/da2, one number per output                      (n, outputs)
    matching          the output activations for which dl/dz is exactly a - y

The mean over the examples of a batch is what training minimises (and what `Network.loss` means).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from backproof.arrays import Array
from backproof.errors import UnknownNameError


@dataclass(frozen=True)
class Loss:
    """One row."""

    name: str
    value: Callable[[Array, Array], Array]
    slope: Callable[[Array, Array], Array]
    curvature: Callable[[Array, Array], Array]
    formula: str  # of one output a and target y, in SymPy's syntax; an example's loss is the sum over its outputs
    slope_formula: str  # dl/da, likewise
    outputs: tuple[float, float]  # the range that the output activation may have
    targets: tuple[float, float]  # the range that targets may have
    # With these activations at the output the chain rule collapses to dl/dz = a - y (Bishop 1995, section 6.9), and
    # therefore d2l/dz2 = da/dz.
    matching: frozenset[str]
    sums_to_one: bool = False  # outputs and targets are distributions over the classes

    def __reduce__(self) -> tuple[Callable[[str, str], Loss], tuple[str, str]]:
        """A row is pickled by its name: its functions can't be, and should not be."""
        return loss_for, (self.name, "")


def _log(p: Array) -> Array:
    """log(p); p = 0 counts as the smallest difference from 1 that the precision has, so that the loss stays finite."""
    result: Array = np.log(np.maximum(p, np.finfo(p.dtype).eps))
    return result


def _safe(p: Array) -> Array:
    result: Array = np.maximum(p, np.finfo(p.dtype).eps)
    return result


INF = float("inf")

ROWS = (
    Loss(
        "squared-error",
        value=lambda a, y: np.sum((a - y) ** 2, axis=-1) / 2,
        slope=lambda a, y: a - y,
        curvature=lambda a, y: np.ones_like(a),
        formula="(a - y)**2/2",
        slope_formula="a - y",
        outputs=(-INF, INF),
        targets=(-INF, INF),
        matching=frozenset({"identity"}),
    ),
    # One output: binary. Several: one yes-or-no question each (multi-label).
    Loss(
        "binary-cross-entropy",
        value=lambda a, y: -np.sum(y * _log(a) + (1 - y) * _log(1 - a), axis=-1),
        slope=lambda a, y: (1 - y) / _safe(1 - a) - y / _safe(a),
        curvature=lambda a, y: (1 - y) / _safe(1 - a) ** 2 + y / _safe(a) ** 2,
        formula="-(y*log(a) + (1 - y)*log(1 - a))",
        slope_formula="(1 - y)/(1 - a) - y/a",
        outputs=(0, 1),
        targets=(0, 1),
        matching=frozenset({"sigmoid"}),
    ),
    Loss(
        "categorical-cross-entropy",
        value=lambda a, y: -np.sum(y * _log(a), axis=-1),
        slope=lambda a, y: -y / _safe(a),
        curvature=lambda a, y: y / _safe(a) ** 2,
        formula="-y*log(a)",
        slope_formula="-y/a",
        outputs=(0, 1),
        targets=(0, 1),
        matching=frozenset({"softmax"}),
        sums_to_one=True,
    ),
    # Counts: the negative logarithm of Poisson's probability, without the term log(y!), which no weight changes.
    Loss(
        "poisson",
        value=lambda a, y: np.sum(a - y * _log(a), axis=-1),
        slope=lambda a, y: 1 - y / _safe(a),
        curvature=lambda a, y: y / _safe(a) ** 2,
        formula="a - y*log(a)",
        slope_formula="1 - y/a",
        outputs=(0, INF),
        targets=(0, INF),
        matching=frozenset({"exponential"}),
    ),
)

LOSSES = {row.name: row for row in ROWS}

# "cross-entropy" means the one that fits the output.
CROSS_ENTROPY = {"softmax": "categorical-cross-entropy", "sigmoid": "binary-cross-entropy"}


def loss_for(name: str | None, output: str) -> Loss:
    """The loss called `name` for a network whose output activation is `output`.

    None is cross-entropy where the output has one that fits (sigmoid, softmax), else squared error.

    Raises:
        UnknownNameError: if there is no such loss.
    """
    if name is None:
        name = CROSS_ENTROPY.get(output, "squared-error")
    key = str(name).lower().replace("_", "-").replace(" ", "-")
    if key == "cross-entropy":
        key = CROSS_ENTROPY.get(output, "binary-cross-entropy")
    try:
        return LOSSES[key]
    except KeyError:
        raise UnknownNameError("a loss", name, ["cross-entropy", *LOSSES]) from None
