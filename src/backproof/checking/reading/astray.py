"""Which numbers of a weight go wrong, where others of the same array follow the gradient: one flat vector may hold all weights."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from backproof.checking.reading.measure import Measured
from backproof.checking.reading.roles import Reading

CLOSE = 1e-4  # relative to the largest move
FEWEST = 0.25  # share of the numbers that must follow one rate before the others are called wrong

Mask = npt.NDArray[np.bool_]


def astray(reading: Reading, measured: Measured) -> dict[str, Mask]:
    """The numbers of each weight that do not follow the rate of most, by its path; only where that can be told.

    Args:
        reading: by which loss.
        measured: the derivatives, number by number.
    """
    out: dict[str, Mask] = {}
    for group, law in reading.laws.items():
        for path in reading.groups[group] if law.kind in ("unexplained", "unsteady") else ():
            columns, size = measured.of([path]), measured.state[path].values.size
            if len(columns) != size:
                continue  # nudged along random directions
            known = reading.known[:, columns]
            slopes = np.where(known, reading.gradient[:, columns], 0.0)
            moves = np.where(known, measured.move[: len(slopes), columns], 0.0)
            wrong = ~_following(slopes, moves)
            if FEWEST <= (~wrong).mean() < 1:
                out[path] = wrong
    return out


def _following(slopes: npt.NDArray[np.float64], moves: npt.NDArray[np.float64]) -> Mask:
    """Which numbers move against the gradient at one rate in every step."""
    right = np.ones(slopes.shape[1], dtype=bool)
    for slope, move in zip(slopes, moves, strict=True):
        steep = np.abs(slope) > 1e-9 * np.abs(slope).max(initial=0.0)
        if not steep.any():
            continue
        rate = float(np.median(-move[steep] / slope[steep]))
        rest = np.abs(move + rate * slope)
        right &= (rate > 0) & (rest <= CLOSE * np.abs(rate * slope).max())
    return right
