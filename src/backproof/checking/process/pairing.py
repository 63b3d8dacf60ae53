"""The target of an output, number by number: what `measure` differentiates by, and what a whole run is scored by."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def paired(
    kind: str, shape: tuple[int, ...], size: int, flat: Array, own: tuple[int, ...]
) -> Array | None:
    """The target in the shape of the output, flat; None where it has none.

    Args:
        kind: of the meeting; "index" where the target is a label that picks from the output.
        shape, size: of the output.
        flat, own: numbers and shape of the target.
    """
    return _one_hot(shape, size, flat) if kind == "index" else _shaped(shape, size, flat, own)


def _shaped(shape: tuple[int, ...], size: int, flat: Array, own: tuple[int, ...]) -> Array | None:
    if flat.size == size:
        return flat
    try:
        return np.broadcast_to(flat.reshape(own), shape).ravel()
    except ValueError:
        return None


def _one_hot(shape: tuple[int, ...], size: int, flat: Array) -> Array | None:
    """One where a label points, else zero."""
    labels = flat.astype(np.int64)
    if (labels != flat).any() or not labels.size or size % labels.size or labels.min() < 0:
        return None
    width = size // labels.size
    if labels.max() >= width:
        return None
    rows = np.zeros((labels.size, width))
    rows[np.arange(labels.size), labels] = 1
    by_columns = shape == (width, labels.size) and labels.size != 1
    return rows.T.ravel() if by_columns else rows.ravel()
