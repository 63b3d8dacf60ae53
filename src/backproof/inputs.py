"""The one gate for arrays: numbers, finite, of the right shape, in the network's precision; or an error that says why.

checked_inputs     X as (n, inputs)
checked_targets    y as (n, outputs); class numbers become one column for each class
checked_weights    how much each row counts, (n,), 1 on average
check_finite       no NaN, no infinity, with row and column named
"""

from __future__ import annotations

from typing import Any

import numpy as np

from backproof.arrays import Array
from backproof.core import core
from backproof.errors import InputError
from backproof.network import Network, shape_error


def checked_inputs(network: Network, X: Any) -> Array:
    """X as (n, inputs) in the network's precision; one example of shape (inputs,) becomes one row.

    Raises:
        InputError: text, NaN, infinity, or another shape.
    """
    inputs = network.sizes[0]
    ready = type(X) is np.ndarray and X.dtype == network.dtype and X.flags.c_contiguous
    if not ready and is_sparse(X):
        sparse: Array = _checked_sparse(network, X)
        return sparse
    array: Array = X if ready else _numbers("X", X, network.dtype)
    if array.ndim == 1 and array.size == inputs:
        array = array[None, :]
    if array.ndim != 2 or array.shape[1] != inputs:
        raise shape_error("X", array, f"this network takes {inputs} inputs: (n, {inputs})")
    if len(array) == 0:
        raise InputError("`X` has no rows; at least one example is needed")
    check_finite("X", array)
    return array


def checked_targets(network: Network, y: Any, rows: int) -> Array:
    """Y as (rows, outputs) in the network's precision.

    Raises:
        InputError: text, NaN, infinity, another shape, or values that the loss has no meaning for.
    """
    outputs = network.sizes[-1]
    array = _numbers("y", y, network.dtype)
    if array.ndim == 1 and outputs > 1 and network.loss.sums_to_one and array.size == rows:
        array = _one_hot(array, outputs)
    elif array.ndim < 2:
        array = array.reshape(-1, outputs) if array.size == rows * outputs else array
    if array.shape != (rows, outputs):
        raise shape_error(
            "y", array, f"needed are {rows} rows and {outputs} columns, one for each output"
        )
    check_finite("y", array)
    check_targets(network, array)
    return array


def checked_weights(weights: Any, rows: int, dtype: np.dtype[Any]) -> Array:
    """How much each row counts, (rows,), scaled to a mean of 1, so that they leave the size of the loss as it is.

    Raises:
        InputError: text, NaN, infinity, a number below 0, all 0, or another shape.
    """
    array = _numbers("weights", weights, np.dtype(np.float64))
    if array.shape != (rows,):
        raise shape_error("weights", array, f"needed is one number for each of the {rows} rows")
    check_finite("weights", array[:, None])
    if array.min() < 0:
        row = int(array.argmin())
        raise InputError(
            f"`weights` is {array[row]:g} in row {row + 1}; a row counts 0 or more: leave it out with 0"
        )
    if array.max() == 0:
        raise InputError("`weights` is 0 in every row; at least one row must count")
    scaled: Array = (array / array.mean()).astype(dtype)
    return scaled


def is_sparse(X: Any) -> bool:
    """Whether X is one of SciPy's sparse arrays or matrices; SciPy itself need not be loaded to know."""
    return hasattr(X, "tocsr")


def _checked_sparse(network: Network, X: Any) -> Any:
    """X in CSR form and the network's precision, with the values that it stores checked."""
    rows, columns = X.shape
    if columns != network.sizes[0]:
        raise shape_error("X", X, f"this network takes {network.sizes[0]} inputs")
    if rows == 0:
        raise InputError("`X` has no rows; at least one example is needed")
    compressed = X.tocsr().astype(network.dtype)
    if not np.isfinite(compressed.data).all():
        raise InputError(
            "`X` (sparse) stores NaN or infinity; every value must be a finite number: "
            "fill the gaps or leave the rows out"
        )
    return compressed


def check_finite(name: str, array: Array) -> None:
    """Raise InputError at the first NaN or infinity in `array` (n, columns), naming its row and column from 1."""
    if all_finite(array):
        return
    row, column = np.argwhere(~np.isfinite(array))[0]
    what = "NaN" if np.isnan(array[row, column]) else "infinity"
    raise InputError(
        f"`{name}` holds {what} in row {row + 1}, column {column + 1} (counted from 1); "
        "every value must be a finite number: fill the gap or leave the row out"
    )


def all_finite(array: Array) -> bool:
    """Whether there is no NaN and no infinity."""
    built = core()
    if built is not None and array.dtype.char in "df" and array.flags.c_contiguous:
        return built.all_finite(array)
    return bool(np.isfinite(array).all())


def _numbers(name: str, values: Any, dtype: np.dtype[Any]) -> Array:
    try:
        array = np.asarray(values)
        if array.dtype.kind in "cmM":
            raise TypeError(f"it holds {array.dtype}")
        if array.dtype.kind not in "biuf":
            array = array.astype(np.float64)
        with np.errstate(
            over="ignore"
        ):  # too large for float32 becomes infinity, which is reported by its place
            return np.ascontiguousarray(array, dtype)
    except (TypeError, ValueError) as error:
        raise InputError(f"`{name}` must be a table of numbers: {error}") from None


def _one_hot(labels: Array, classes: int) -> Array:
    if not np.isin(labels, np.arange(classes)).all():
        wrong = labels[~np.isin(labels, np.arange(classes))][0]
        raise InputError(
            f"`y` holds {wrong:g}; with {classes} outputs, class numbers are 0 to {classes - 1}"
        )
    return np.eye(classes, dtype=labels.dtype)[labels.astype(np.intp)]


def check_targets(network: Network, array: Array) -> None:
    """Raise InputError at the first target (n, outputs) that the network's loss has no meaning for."""
    low, high = network.loss.targets
    if array.min() < low or array.max() > high:
        row, column = np.argwhere((array < low) | (array > high))[0]
        raise InputError(
            f"`y` is {array[row, column]:g} in row {row + 1}, column {column + 1}; {network.loss.name} needs targets "
            f"from {low:g} to {high:g}: rescale them, or use the loss squared-error"
        )
    if network.loss.sums_to_one:
        off = np.abs(array.sum(axis=1) - 1)
        if off.max() > 1e-4:
            row = int(np.argmax(off > 1e-4))
            raise InputError(
                f"`y` sums to {array[row].sum():g} in row {row + 1}; {network.loss.name} needs 1: one class for each "
                "row, or use output sigmoid for several labels at once"
            )
