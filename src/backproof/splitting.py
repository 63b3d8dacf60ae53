"""Holding rows out: a random part of them, with each class in proportion."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from backproof.arrays import Array
from backproof.errors import InputError
from backproof.randomness import Random

SPLITS = 1 << 40  # this stream of the seed
Rows = npt.NDArray[np.intp]


def split_rows(Y: Array, share: float, seed: int, name: str) -> tuple[Rows, Rows]:
    """The row numbers to keep and to hold out, each in ascending order.

    Targets that are all 0 or 1 are taken as classes and drawn in proportion.

    Args:
        Y: targets (n, outputs).
        share: of the rows that is held out, above 0 and below 1.
        name: what the share is called in an error.

    Raises:
        InputError: a share out of range, or one that leaves either part empty.
    """
    if not 0 < share < 1:
        raise InputError(
            f"`{name}` is {share:g}; it must be a share of the rows between 0 and 1, such as 0.1"
        )
    rows = len(Y)
    count = round(share * rows)
    if count == 0 or count == rows:
        raise InputError(
            f"`{name}` is {share:g} of {rows} rows, which leaves none on one side; use more rows or another share"
        )
    order = Random(seed, SPLITS).permutation(rows)
    if np.isin(Y, (0, 1)).all():
        # Sorted by class and random within each, an even comb takes each class in proportion.
        order = order[np.lexsort(Y[order].T)]
    comb = ((np.arange(count) + 0.5) * rows / count).astype(np.intp)
    held = np.zeros(rows, bool)
    held[order[comb]] = True
    return np.flatnonzero(~held), np.flatnonzero(held)
