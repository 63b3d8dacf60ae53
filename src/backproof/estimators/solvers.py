"""From the constructor's arguments to an optimiser and `Settings`: one table.

SOLVERS      scikit-learn's names, and the other optimisers'
settings     everything that one training does
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from backproof.errors import UnknownNameError
from backproof.estimators.parameters import LEARNING_RATES
from backproof.estimators.rows import Rows
from backproof.network import Network
from backproof.optimizers import (
    LBFGS,
    SGD,
    Adam,
    FirstOrder,
    IRprop,
    LevenbergMarquardt,
    Optimizer,
)
from backproof.planning import Plan, needs_batches, plan
from backproof.settings import Settings
from backproof.settling import check_method, checked_dropout

AUTO = "auto"
LARGEST_BATCH = 200  # of "auto", as in scikit-learn
# The relative fall of the loss at which L-BFGS has converged: the default of SciPy, which scikit-learn leaves as it is.
LEAST_FALL = 1e7 * float(np.finfo(np.float64).eps)
NEVER = 2**62  # epochs


def _sgd(given: Any) -> Optimizer:
    return SGD(given.learning_rate_init, given.momentum, bool(given.nesterovs_momentum))


def _adam(given: Any) -> Optimizer:
    return Adam(given.learning_rate_init, given.beta_1, given.beta_2, given.epsilon)


def _lbfgs(given: Any, least_fall: float = LEAST_FALL) -> Optimizer:
    return LBFGS(flat=given.tol, least_fall=min(least_fall, given.tol), evaluations=given.max_fun)


@dataclass(frozen=True)
class Solver:
    """One row."""

    optimizer: Callable[[Any], Optimizer]  # from the estimator
    steps: bool = True  # goes on from epoch to epoch, so that `partial_fit` has a meaning
    scheduled: bool = False  # `learning_rate` is for it


SOLVERS: dict[str, Solver] = {
    "sgd": Solver(_sgd, scheduled=True),
    "adam": Solver(_adam),
    "lbfgs": Solver(_lbfgs, steps=False),
    "irprop": Solver(lambda given: IRprop()),
    "levenberg-marquardt": Solver(lambda given: LevenbergMarquardt(), steps=False),
}
ALIASES = {"l-bfgs": "lbfgs", "rprop": "irprop", "lm": "levenberg-marquardt"}


def solver_called(given: str | Optimizer) -> Solver:
    """The row for `solver`, "auto" excepted.

    Raises:
        UnknownNameError: if there is none.
    """
    if isinstance(given, Optimizer):
        return Solver(lambda _: given, isinstance(given, FirstOrder), scheduled=True)
    try:
        return SOLVERS[ALIASES.get(given, given)]
    except KeyError:
        raise UnknownNameError("a solver", given, [AUTO, *SOLVERS]) from None


def takes_steps(given: str | Optimizer) -> bool:
    """Whether `partial_fit` has a meaning: "auto" takes Adam for it, and an unknown name is reported when it is used."""
    if isinstance(given, str) and ALIASES.get(given, given) not in SOLVERS:
        return True
    return solver_called(given).steps


def settings(estimator: Any, network: Network, rows: Rows, seed: int, goes_on: bool) -> Settings:
    """What one training of the estimator does.

    Args:
        rows: to train on.
        goes_on: one epoch, for `partial_fit`.

    Raises:
        UnknownNameError: a solver that there is not.
        InputError: a solver that does not bear the network.
    """
    count = len(rows.Y)
    chosen = None if goes_on else _plan(estimator, network, rows)
    row = SOLVERS["adam"] if estimator.solver == AUTO else solver_called(estimator.solver)
    method = _tuned(chosen, estimator) if chosen else row.optimizer(estimator)
    dropout = checked_dropout(network, estimator.dropout)
    check_method(method, network, dropout)
    batch_size = count if method.whole_batch else _batch_size(estimator.batch_size, count, chosen)
    patience = estimator.n_iter_no_change
    # L-BFGS has `tol` for its gradient, and a truth table ends when it is met.
    judges_loss = not (isinstance(method, LBFGS) or (chosen and chosen.aim) or patience == np.inf)
    return Settings(
        optimizer=method,
        epochs=1 if goes_on else int(estimator.max_iter),
        batch_size=batch_size,
        shuffle=bool(estimator.shuffle) and batch_size < count,
        schedule=LEARNING_RATES[estimator.learning_rate] if row.scheduled else "constant",
        power=float(estimator.power_t),
        dropout=dropout,
        weight_decay=_weight_decay(estimator.alpha, batch_size * rows.weight, chosen),
        tolerance=float(estimator.tol) if judges_loss else None,
        patience=NEVER if patience == np.inf else int(patience),
        early_stopping=bool(estimator.early_stopping),
        aim=chosen.aim if chosen else None,
        starts=_starts(estimator.restarts, chosen, goes_on),
        seed=seed,
        reason=chosen.why(bool(estimator.early_stopping)) if chosen else "as asked",
    )


def _plan(estimator: Any, network: Network, rows: Rows) -> Plan | None:
    """What `auto` chooses."""
    if estimator.solver != AUTO:
        return None
    none = 0.0 if estimator.alpha == 0 else None
    why = needs_batches(bool(np.any(estimator.dropout)), estimator.batch_size != AUTO)
    return plan(network, rows.X, rows.Y, none, why)


def _tuned(chosen: Plan, estimator: Any) -> Optimizer:
    """What `auto` takes; L-BFGS is told when it has converged, unless every row is to be met.

    Beside a weight decay, iterations that win less than a tenth of `tol` no longer change how other rows are predicted.
    """
    follows_tol = isinstance(chosen.optimizer, LBFGS) and chosen.aim is None
    return _lbfgs(estimator, estimator.tol / 10) if follows_tol else chosen.optimizer


def _weight_decay(alpha: float, batch_weight: float, chosen: Plan | None) -> float:
    """Of the mean loss; `auto` adds its own, unless there is to be none."""
    added = chosen.weight_decay if chosen and alpha else 0.0
    return float(alpha / batch_weight + added)


def _batch_size(asked: int | str, rows: int, chosen: Plan | None) -> int:
    if isinstance(asked, str):
        return min(chosen.batch_size if chosen else LARGEST_BATCH, rows)
    if asked > rows:
        warnings.warn(
            f"`batch_size` is {asked}, but there are only {rows} rows to train on: all of them are taken",
            stacklevel=5,
        )
    return min(int(asked), rows)


def _starts(restarts: int | None, chosen: Plan | None, goes_on: bool) -> int:
    if goes_on:
        return 1
    if restarts is not None:
        return 1 + int(restarts)
    return chosen.starts if chosen else 1
