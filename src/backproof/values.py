"""A table's values: columns by name, as numbers, texts or labels, with errors that name the place.

Rows are counted from 1. A table is a dictionary from column name to an array of its values, (n,).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from backproof.arrays import Array
from backproof.errors import InputError, ShapeError

Columns: TypeAlias = Mapping[str, npt.NDArray[Any]]
Label: TypeAlias = str | int | float | bool


def statistics(name: str, values: Array) -> tuple[float, float]:
    """Mean and standard deviation; the deviation of a column that does not vary counts as 1."""
    with np.errstate(over="ignore", invalid="ignore"):
        mean, scale = float(values.mean()), float(values.std())
    if not np.isfinite([mean, scale]).all():
        raise InputError(
            f"column `{name}` reaches {np.abs(values).max():g}, too large to standardise; rescale the column"
        )
    return mean, scale if scale > 0 else 1.0


def as_columns(table: Any, names: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
    """A data frame, a dictionary, or rows (n, len(names)), as columns by name."""
    if isinstance(table, Mapping) or hasattr(table, "columns"):
        keys = table.keys() if isinstance(table, Mapping) else table.columns
        return {str(key): _as_array(table[key]) for key in keys}
    rows = np.asarray(table)
    rows = rows[None, :] if rows.ndim == 1 and rows.size == len(names) else rows
    if rows.ndim != 2 or rows.shape[1] != len(names):
        raise ShapeError(
            f"the table has shape {rows.shape}; needed are {len(names)} columns: {listed(names)}"
        )
    return {name: rows[:, i] for i, name in enumerate(names)}


def as_numbers(name: str, values: npt.NDArray[Any]) -> Array:
    """A column as float64, (n,).

    Raises:
        InputError: text, a gap or infinity; names the column and the first such row.
    """
    if values.dtype.kind not in "biuf":
        for row, value in enumerate(values.tolist(), start=1):
            if not is_number(value):
                raise _unusable(name, row, value)
    numbers = values.astype(np.float64)
    bad = np.flatnonzero(~np.isfinite(numbers))
    if bad.size:
        raise _unusable(name, int(bad[0]) + 1, numbers[bad[0]])
    return numbers


def as_texts(name: str, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A column as texts, (n,); a gap raises InputError."""
    for row, value in enumerate(values.tolist(), start=1):
        if _is_gap(value):
            raise _unusable(name, row, value)
    return np.array([str(value) for value in values.tolist()])


def as_labels(name: str, values: npt.NDArray[Any]) -> list[Label]:
    """A column as class labels; 1.0 and 1 are the same label."""
    labels: list[Label] = []
    for row, value in enumerate(values.tolist(), start=1):
        if _is_gap(value):
            raise _unusable(name, row, value)
        whole = isinstance(value, float) and value.is_integer()
        labels.append(
            int(value) if whole else value if isinstance(value, (int, float)) else str(value)
        )
    return labels


def _unusable(name: str, row: int, value: Any) -> InputError:
    if _is_gap(value):
        return InputError(
            f"column `{name}` has no value in row {row}; fill the gap, leave the row out, "
            f"or leave the column out with --ignore {name}"
        )
    if isinstance(value, float):
        return InputError(
            f"column `{name}` holds infinity in row {row}; every number must be finite"
        )
    return InputError(
        f"column `{name}` holds the text '{value}' in row {row}, where a number belongs"
    )


def _is_gap(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value)


def is_number(value: Any) -> bool:
    """Whether `value` is a number or the text of one."""
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def _as_array(column: Any) -> npt.NDArray[Any]:
    return np.asarray(column.to_numpy() if hasattr(column, "to_numpy") else column)


def listed(names: Sequence[Any], most: int = 8) -> str:
    """Names for a message: `a`, `b` and 3 more."""
    shown = ", ".join(f"`{name}`" for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
