"""What `train` was asked for becomes what it does: every choice checked, and what was left open settled by the plan.

Asked      the arguments as they came
settle     data, held-out rows and `Settings` from them, or an error that says what is needed
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backproof.arrays import Array
from backproof.errors import InputError
from backproof.inputs import checked_inputs, checked_targets, checked_weights, is_sparse
from backproof.network import Network
from backproof.optimizers import Optimizer, optimizer
from backproof.planning import MAX_SECOND_ORDER_PARAMETERS, Plan, needs_batches, plan
from backproof.randomness import checked_seed
from backproof.schedules import schedule
from backproof.settings import Settings
from backproof.splitting import Rows, split_rows

UPDATES = 40_000  # where the epochs are left open, enough of them for so many updates
REAL = (int, float, np.integer, np.floating)
MOST_COUNTED = 2**53  # every whole number up to it is a float
FEWEST_EPOCHS, MOST_EPOCHS = 100, 10_000

Data = tuple[
    Array, ...
]  # X (n, inputs), Y (n, outputs), and weights (n,) where rows do not count alike


@dataclass(frozen=True)
class Asked:
    """The arguments of `train` that choose how; None leaves a choice open."""

    optimizer: str | Optimizer
    epochs: int | None
    batch_size: int | None
    shuffle: bool | None
    schedule: str
    power: float
    weight_decay: float | None
    tolerance: float | None
    early_stopping: bool | None
    validation: float | Sequence[Any] | None
    patience: int
    restarts: int | None
    seed: int | None
    weights: Any = None
    dropout: float | Sequence[float] = 0.0


def settle(network: Network, X: Any, y: Any, asked: Asked) -> tuple[Settings, Data, Data | None]:
    """Every choice, the rows to train on, and those that are held out.

    Raises:
        InputError: data or settings that cannot be used.
    """
    X = checked_inputs(network, X)
    Y = checked_targets(network, y, X.shape[0])
    seed = checked_seed(asked.seed)
    dropout = checked_dropout(network, asked.dropout)
    chosen = None
    if asked.optimizer == "auto":
        size = asked.batch_size
        why = needs_batches(any(dropout), size is not None and size != X.shape[0])
        chosen = plan(network, X, Y, asked.weight_decay, why)
    method = chosen.optimizer if chosen else optimizer(asked.optimizer)
    early = _stops_early(asked.early_stopping, asked.validation, chosen)
    data, held_out = _hold_out(network, X, Y, asked, early, seed)
    rows = len(data[1])
    batch_size = _batch_size(method, asked.batch_size, rows, chosen)
    settings = Settings(
        optimizer=method,
        epochs=_epochs(asked.epochs, batch_size, rows, chosen),
        batch_size=batch_size,
        shuffle=_shuffles(asked.shuffle, batch_size, rows),
        schedule=asked.schedule,
        power=_at_least("power", asked.power, 0),
        weight_decay=_weight_decay(asked.weight_decay, chosen),
        dropout=dropout,
        tolerance=None if asked.tolerance is None else _at_least("tolerance", asked.tolerance, 0),
        patience=_whole("patience", asked.patience, 1),
        early_stopping=early,
        aim=chosen.aim if chosen else None,
        starts=_starts(asked.restarts, chosen),
        seed=seed,
        reason=chosen.why(early) if chosen else "as asked",
    )
    schedule(asked.schedule, 1.0)  # an unknown name is said now, not after the first epoch
    check_method(method, network, dropout)
    if method.smooth_only and is_sparse(data[0]):
        data = (data[0].toarray(), *data[1:])  # type: ignore[attr-defined]  # sparse, as was asked
    return settings, data, held_out


def _stops_early(
    asked: bool | None, validation: float | Sequence[Any] | None, chosen: Plan | None
) -> bool:
    if asked is not None:
        return asked
    return chosen.early_stopping if chosen else validation is not None


def _hold_out(
    network: Network,
    X: Array,
    Y: Array,
    asked: Asked,
    stops_early: bool,
    seed: int,
) -> tuple[Data, Data | None]:
    """The rows to train on and those that are held out."""
    validation = asked.validation
    if validation is None:
        if not stops_early:
            return _taken(X, Y, asked.weights), None
        validation = 0.1
    if not isinstance(validation, (int, float, np.number)):
        if len(validation) != 2:
            raise InputError(
                "`validation` must be a share of the rows such as 0.1, or a pair (X, y)"
            )
        other = checked_inputs(network, validation[0])
        targets = checked_targets(network, validation[1], other.shape[0])
        return _taken(X, Y, asked.weights), (other, targets)
    kept, held = split_rows(Y, float(validation), seed, "validation")
    return _taken(X, Y, asked.weights, kept), _taken(X, Y, asked.weights, held)


def _taken(X: Array, Y: Array, weights: Any, rows: Rows | None = None) -> Data:
    """Some of the rows, or all; their weights are 1 on average among themselves."""
    if weights is not None:
        weights = checked_weights(weights, len(Y), Y.dtype)
    if rows is not None:
        X, Y, weights = X[rows], Y[rows], None if weights is None else weights[rows]
    return (X, Y) if weights is None else (X, Y, checked_weights(weights, len(Y), Y.dtype))


def _batch_size(method: Optimizer, asked: int | None, rows: int, chosen: Plan | None) -> int:
    if asked is None:
        if method.whole_batch:
            return rows
        return min(chosen.batch_size if chosen else 32, rows)
    size = _whole("batch_size", asked, 1)
    if size > rows:
        raise InputError(
            f"`batch_size` is {size}, but there are only {rows} rows to train on; use at most {rows}"
        )
    if method.whole_batch and size != rows:
        raise InputError(
            f"{method.name} needs all {rows} rows at once; leave `batch_size` out, or use sgd or adam"
        )
    return size


def _epochs(asked: int | None, batch_size: int, rows: int, chosen: Plan | None) -> int:
    if asked is not None:
        return _whole("epochs", asked, 1)
    if chosen is not None:
        return chosen.epochs
    updates_per_epoch = -(-rows // batch_size)
    return min(MOST_EPOCHS, max(FEWEST_EPOCHS, UPDATES // updates_per_epoch))


def _shuffles(asked: bool | None, batch_size: int, rows: int) -> bool:
    return 1 < batch_size < rows if asked is None else bool(asked)


def _starts(restarts: int | None, chosen: Plan | None) -> int:
    if restarts is not None:
        return 1 + _whole("restarts", restarts, 0)
    return chosen.starts if chosen else 1


def _weight_decay(asked: float | None, chosen: Plan | None) -> float:
    if asked is not None:
        return _at_least("weight_decay", asked, 0)
    return chosen.weight_decay if chosen else 0.0


def checked_dropout(network: Network, given: float | Sequence[float]) -> tuple[float, ...]:
    """For each hidden layer the share of its units that each batch leaves out.

    Raises:
        InputError: another number of shares, or one that is not from 0 to below 1.
    """
    hidden = len(network.sizes) - 2
    shares = [given] * hidden if isinstance(given, (int, float, np.number)) else list(given)
    if len(shares) != hidden:
        raise InputError(
            f"`dropout` names {len(shares)} shares, the network has {hidden} hidden layers: "
            "name one for all of them, or one for each"
        )
    for share in shares:
        if not isinstance(share, (int, float, np.number)) or not 0 <= share < 1:
            raise InputError(
                f"`dropout` is {share!r}; it must be the share of a layer's units that is left out, from 0 to below 1"
            )
    return tuple(float(share) for share in shares)


def check_method(method: Optimizer, network: Network, dropout: tuple[float, ...] = ()) -> None:
    """Raise InputError where the method does not bear the network, or its dropout, or takes more memory than it is worth."""
    if any(dropout) and method.whole_batch:
        raise InputError(
            f"{method.name} compares the losses of its steps, and with dropout each is another network's; "
            "use sgd or adam, or weight decay instead of dropout"
        )
    if not method.smooth_only:
        return
    kinked = [row.name for row in network.activations if not row.smooth]
    if kinked:
        raise InputError(
            f"{method.name} needs smooth activations, and {kinked[0]} has a kink; "
            "use tanh or softplus, or the optimiser adam or l-bfgs"
        )
    size = network.parameters.size
    if size > MAX_SECOND_ORDER_PARAMETERS:
        raise InputError(
            f"{method.name} solves a system of {size:,} x {size:,} numbers in each step "
            f"({8 * size**2 / 2**30:,.1f} GiB); it is for at most {MAX_SECOND_ORDER_PARAMETERS:,} parameters: "
            "use adam or l-bfgs, or smaller layers"
        )


def _at_least(name: str, value: Any, least: float) -> float:
    if not isinstance(value, REAL) or not least <= value <= sys.float_info.max:
        raise InputError(f"`{name}` is {value!r}; it must be a number, {least} or more")
    return float(value)


def _whole(name: str, value: Any, least: int) -> int:
    whole = isinstance(value, REAL) and value >= least and value != float("inf")
    if not whole or value != int(value):
        raise InputError(f"`{name}` is {value!r}; it must be a whole number, {least} or more")
    if value > MOST_COUNTED:
        raise InputError(
            f"`{name}` is above {MOST_COUNTED:,}, the largest number that is counted to; give a smaller one"
        )
    return int(value)
