"""What `auto` chooses, and why it says so.

small and smooth     Levenberg-Marquardt with restarts: the matrices are small, the curvature is defined
anything else        Adam in mini-batches, with early stopping where there are rows to hold out
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backproof.arrays import Array
from backproof.network import Network
from backproof.optimizers import Adam, LevenbergMarquardt, Optimizer

SMALL_PARAMETERS = 500  # a step solves a system of this size: some milliseconds
SMALL_JACOBIAN = 2_000_000  # rows x outputs x parameters: 16 MB
SMALL_ROWS = 256  # more rows are a sample of something; a validation part says when to stop
MAX_SECOND_ORDER_PARAMETERS = 5_000  # the matrix takes 200 MB, a step some seconds
RESTARTS = 50
NEAR = 0.1  # an output this near to its target is right


@dataclass(frozen=True)
class Plan:
    """What suits a problem."""

    optimizer: Optimizer
    reason: str
    epochs: int
    batch_size: int
    early_stopping: bool
    aim: float | None
    starts: int


def plan(network: Network, X: Array, Y: Array) -> Plan:
    """What suits this network and these rows."""
    size, rows = network.parameters.size, len(X)
    smooth = all(row.smooth for row in network.activations)
    small = size <= SMALL_PARAMETERS and rows <= SMALL_ROWS and Y.size * size <= SMALL_JACOBIAN
    if small and smooth:
        return Plan(
            LevenbergMarquardt(),
            f"{size} parameters and {rows} rows are few, and every activation is smooth",
            epochs=500,
            batch_size=rows,
            early_stopping=False,
            aim=NEAR / 20,
            starts=1 + RESTARTS,
        )
    why = (
        f"{size:,} parameters and {rows:,} rows are too many for a second-order method"
        if smooth
        else "an activation has a kink, which rules a second-order method out"
    )
    enough = rows >= 100
    tail = "a validation part says when to stop" if enough else "too few rows to hold any out"
    return Plan(
        Adam(0.005),
        f"{why}; {tail}",
        epochs=1000,
        batch_size=min(32, rows),
        early_stopping=enough,
        aim=None,
        starts=1,
    )


def is_exact(X: Array, Y: Array) -> bool:
    """Whether the targets are a function of the inputs, all 0 or 1: a truth table, which a network can meet exactly."""
    binary = bool(np.isin(Y, (0, 1)).all())
    inputs = np.unique(X, axis=0)
    return binary and len(inputs) == len(np.unique(np.hstack([X, Y]), axis=0))
