"""What `auto` chooses, and why it says so.

    rows to be met exactly     Levenberg-Marquardt with restarts, no weight decay: truth tables, and whatever is
                               trained with weight_decay=0. L-BFGS where an activation has a kink
    up to 1,000 rows           L-BFGS with weight decay: fast, and no rows are lost to a validation part
    anything else              Adam in mini-batches, with weight decay and early stopping
    dropout, or a batch size   Adam in mini-batches, with early stopping where there are rows enough

The weight decays are those that did best over five data sets by
cross-validation (benchmarks/cross_validation.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backproof.arrays import Array
from backproof.inputs import is_sparse
from backproof.network import Network
from backproof.optimizers import LBFGS, Adam, LevenbergMarquardt, Optimizer

FEW_PARAMETERS = (
    500  # a step of Levenberg-Marquardt solves a system of this size: some milliseconds
)
SMALL_JACOBIAN = 2_000_000  # rows x outputs x parameters: 16 MB
FEW_ROWS = 1_000
ENOUGH_TO_HOLD_OUT = 100  # rows; a tenth of fewer says too little
MAX_SECOND_ORDER_PARAMETERS = 5_000  # the matrix takes 200 MB, a step some seconds
FEW_COMBINATIONS = (
    32  # so many rows are a table, even if most of it is missing: an encoder's, a parity's half
)
NEAR = 0.1  # an output this near to its target is right


@dataclass(frozen=True)
class Plan:
    """What suits a problem."""

    optimizer: Optimizer
    reason: str
    epochs: int
    batch_size: int
    weight_decay: float = 0.0
    early_stopping: bool = False
    aim: float | None = None
    starts: int = 1

    def why(self, early_stopping: bool) -> str:
        """The reason, and how the end is found where rows are held out."""
        tail = "; a validation part says when to stop" if early_stopping else ""
        return self.reason + tail


def plan(
    network: Network, X: Array, Y: Array, weight_decay: float | None, batches: str = ""
) -> Plan:
    """What suits this network, these rows and the weight decay that was asked for, if any.

    Args:
        batches: why it must be a method that takes batches, if it must.
    """
    rows, size = len(Y), network.parameters.size
    smooth = all(row.smooth for row in network.activations)
    small = size <= FEW_PARAMETERS and Y.size * size <= SMALL_JACOBIAN
    exact = small and is_exact(X, Y)  # only a small network can be asked to meet every row
    if batches:
        return _in_batches(rows, batches)
    if smooth and small and (exact or weight_decay == 0):
        return _meet_every_row(rows, size, exact)
    if exact:
        return _meet_every_row_beside_kinks(rows)
    if rows <= FEW_ROWS:
        return _few_rows(rows)
    return _many_rows(rows)


def _meet_every_row(rows: int, size: int, exact: bool) -> Plan:
    table = "a truth table" if exact else "no weight decay, so every row is to be met"
    return Plan(
        LevenbergMarquardt(),
        f"{table}; {size} parameters and {rows} rows are few, and every activation is smooth",
        epochs=500,
        batch_size=rows,
        aim=NEAR / 20,
        starts=51 if exact else 5,  # noise can't be met, however often one starts
    )


def _meet_every_row_beside_kinks(rows: int) -> Plan:
    return Plan(
        LBFGS(least_fall=1e-6),  # a start that wins no more is stuck: another one is cheaper
        f"a truth table; {rows} rows are few, and an activation has a kink, which L-BFGS bears",
        epochs=500,
        batch_size=rows,
        aim=NEAR / 20,
        starts=51,
    )


def _few_rows(rows: int) -> Plan:
    return Plan(
        LBFGS(),
        f"{rows} rows are few; weight decay 0.01 against overfitting "
        "(0 if there is no noise in the rows)",
        epochs=200,
        batch_size=rows,
        weight_decay=0.01,
    )


def needs_batches(dropout: bool, batch_size: bool) -> str:
    """Why the method must take batches; empty where it need not."""
    if dropout:
        return "dropout, which needs a method that takes batches"
    return "a batch size was asked for" if batch_size else ""


def _in_batches(rows: int, why: str) -> Plan:
    return Plan(
        Adam(0.005),
        why,
        epochs=1000,
        batch_size=min(32, rows),
        early_stopping=rows >= ENOUGH_TO_HOLD_OUT,
    )


def _many_rows(rows: int) -> Plan:
    return Plan(
        Adam(0.005),
        f"{rows:,} rows are many",
        epochs=1000,
        batch_size=32,
        weight_decay=0.001,
        early_stopping=True,
    )


def table_network(rows: int) -> tuple[tuple[int, ...], str]:
    """Hidden layers and their activation for a table that says nothing itself; chosen like the weight decays."""
    return ((32,), "tanh") if rows <= FEW_ROWS else ((100,), "relu")


def is_exact(X: Array, Y: Array) -> bool:
    """Whether the rows are a truth table, so that meeting each of them is all there is to learn.

    Inputs with two values at most in each column, targets 0 or 1, no contradiction; and half of all combinations of the
    inputs at least, or few rows. Of a hundred yes-or-no answers to each of twenty questions, most combinations are
    missing: that is data, and to meet it exactly would be to learn its noise.
    """
    if is_sparse(X):  # a table of texts or categories
        return False
    low, high = X.min(axis=0), X.max(axis=0)
    if not ((low == X) | (high == X)).all() or not np.isin(Y, (0, 1)).all():
        return False
    distinct = len(np.unique(X, axis=0))
    whole = 2.0 ** int((low != high).sum())
    if distinct < whole / 2 and distinct > FEW_COMBINATIONS:
        return False
    return distinct == len(np.unique(np.hstack([X, Y]), axis=0))
