"""X, y and sample weights at the border: checked by scientific Python's own gate, and in the network's precision.

checked_rows       X and y of `fit`
checked_inputs     X of `predict`
checked_weights    sample weights times class weights, and their mean
split              the rows to train on and those that are held out
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.utils.validation import column_or_1d, validate_data

from backproof.arrays import Array
from backproof.errors import InputError
from backproof.inputs import is_sparse
from backproof.settling import Data

SPARSE = ("csr", "csc")
PRECISIONS = (np.float64, np.float32)
# Bytes. A sparse table that takes no more than this written out is written out: full arrays are faster by far.
WRITTEN_OUT = 2**26
SORTED = 2**28  # bytes; a larger table takes longer to sort than it is worth


@dataclass(frozen=True)
class Rows:
    """Some rows of X and Y, and how much each counts, as it was given; None: 1 each."""

    X: Any  # (n, inputs), an array or a sparse one
    Y: Array  # (n, outputs)
    weights: Array | None = None  # (n,)

    @property
    def data(self) -> Data:
        """What training takes: its weights have a mean of 1 and the network's precision."""
        if self.weights is None:
            return self.X, self.Y
        return self.X, self.Y, (self.weights / self.weight).astype(self.Y.dtype)

    @property
    def weight(self) -> float:
        """Of a row, on average."""
        return 1.0 if self.weights is None else float(self.weights.mean())

    def in_precision(self, dtype: str) -> Rows:
        """The same rows as float32 or float64."""
        return Rows(
            self.X.astype(dtype, copy=False), self.Y.astype(dtype, copy=False), self.weights
        )

    def taken(self, places: Any) -> Rows:
        """The rows at these places."""
        weights = None if self.weights is None else self.weights[places]
        return Rows(self.X[places], self.Y[places], weights)


def checked_rows(estimator: Any, X: Any, y: Any, *, numeric: bool, anew: bool) -> tuple[Any, Any]:
    """X (n, inputs) and y (n,) or (n, outputs).

    Raises:
        ValueError: scikit-learn's own, for whatever can't be used.
    """
    if _is_plain(estimator, X, anew) and _is_plain_column(y, len(X)):
        estimator.n_features_in_ = X.shape[1]
        return X, y
    X, y = validate_data(
        estimator,
        X,
        y,
        accept_sparse=SPARSE,
        multi_output=True,
        y_numeric=numeric,
        dtype=PRECISIONS,
        reset=anew,
    )
    y = y.toarray() if is_sparse(y) else y
    return _full_if_small(X), column_or_1d(y, warn=True) if y.shape[1:] == (1,) else y


def checked_inputs(estimator: Any, X: Any, dtype: np.dtype[Any]) -> Any:
    """X (n, inputs) in the network's precision."""
    if _is_plain(estimator, X, anew=False) and X.dtype == dtype:
        return X
    return _full_if_small(
        validate_data(estimator, X, accept_sparse=SPARSE, dtype=dtype, reset=False)
    )


def _is_plain(estimator: Any, X: Any, anew: bool) -> bool:
    """Whether X is what `validate_data` would make of it, which takes longer to find that out than an epoch on iris."""
    known = vars(estimator)
    return bool(
        type(X) is np.ndarray
        and X.dtype in PRECISIONS
        and X.ndim == 2
        and X.size > 0
        and X.flags.c_contiguous
        and "feature_names_in_" not in known
        and (anew or X.shape[1] == known.get("n_features_in_"))
        and np.isfinite(X).all()
    )


def _is_plain_column(y: Any, rows: int) -> bool:
    return (
        type(y) is np.ndarray
        and y.shape == (rows,)
        and (y.dtype.kind in "biu" or (y.dtype.kind == "f" and bool(np.isfinite(y).all())))
    )


def _full_if_small(X: Any) -> Any:
    if not is_sparse(X):
        return X
    written_out = X.shape[0] * X.shape[1] * X.dtype.itemsize
    return X.toarray() if written_out <= WRITTEN_OUT else X.tocsr()


def checked_weights(given: Any, rows: int) -> Array | None:
    """How much each row counts, (rows,).

    Raises:
        InputError: another shape, NaN, a number below 0, or none above.
    """
    if given is None:
        return None
    weights = np.asarray(given, np.float64)
    if weights.ndim == 0:
        weights = np.full(rows, weights)
    if weights.shape != (rows,):
        raise InputError(
            f"`sample_weight` has shape {weights.shape}; needed is one number for each of the {rows} rows"
        )
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise InputError(
            "`sample_weight` holds NaN, infinity or a number below 0; a row counts 0 or more: leave it out with 0"
        )
    if not weights.any():
        raise InputError("every weight in `sample_weight` is zero; at least one row must count")
    return weights


def split(estimator: Any, rows: Rows, seed: int) -> tuple[Rows, Rows | None]:
    """The rows to train on, and with early stopping those that are held out. Rows of weight 0 are in neither.

    Two classes are held out in proportion.

    Raises:
        ValueError: too few rows to hold any out.
    """
    if rows.weights is not None and not rows.weights.all():
        rows = rows.taken(np.flatnonzero(rows.weights))
    if not estimator.early_stopping:
        return rows, None
    count, outputs = rows.Y.shape
    two_classes = estimator._in_classes and outputs == 1 and len(np.unique(rows.Y)) == 2
    kept, held = train_test_split(
        np.arange(count),
        test_size=estimator.validation_fraction,
        random_state=seed % 2**32,
        stratify=rows.Y.astype(bool) if two_classes else None,
    )
    if len(held) < 2:
        raise InputError(
            f"`validation_fraction` {estimator.validation_fraction:g} of {count} rows holds {len(held)} of them out. "
            "The validation set is too small for a score: raise the fraction, or use more rows"
        )
    return rows.taken(np.sort(kept)), rows.taken(np.sort(held))


def merged(rows: Rows) -> Rows:
    """Each row once, in an order of its own, and counted as often as it came.

    Sums in another order differ in their last digits, and second-order methods make large differences of these. So
    their result depends neither on the order of the rows nor on whether a row comes twice or counts twice.
    """
    if is_sparse(rows.X) or rows.X.nbytes > SORTED:
        return rows
    table = np.ascontiguousarray(np.hstack([rows.X, rows.Y]))
    keys = table.view(np.dtype((np.void, table.itemsize * table.shape[1])))[:, 0]
    _, first, places = np.unique(keys, return_index=True, return_inverse=True)
    counts = np.bincount(places, rows.weights).astype(np.float64)
    alike = bool((counts == 1).all())
    return Rows(rows.X[first], rows.Y[first], None if alike else counts)
