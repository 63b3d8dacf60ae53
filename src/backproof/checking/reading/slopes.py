"""Phase 6b: updates that are the gradient times a slope that does not belong there, or without one that does.

Where each step has one output, such a slope is one factor for all weights, and looks like a rate that changes from step to step.
A rate may change with time, with the length of the gradient or with the example; none goes with the slope of an activation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from backproof.checking.process.trace import Array
from backproof.checking.reading.laws import TOLERANCE, tells
from backproof.checking.reading.measure import Measured
from backproof.checking.reading.roles import Reading

FEWEST = 4  # steps that tell
VARIES = 1e-3  # by which the rates differ at least, relative to the largest


def without_slopes(
    readings: Sequence[Reading], measured: Measured, shown: frozenset[str]
) -> list[Reading]:
    """The readings, with every group marked whose rates are the slope of an activation, taken of the output or of what led to it.

    Args:
        readings: all ways to read the program.
        measured: the weights' moves.
        shown: losses that the program shows: only under one of these is it certain that a slope is missing.
    """
    outputs = next((o for r in readings if (o := _outputs(r, measured)) is not None), None)
    if outputs is None:
        return list(readings)
    marked = set()
    for reading in readings:
        known = reading.loss is None or (reading.loss.usual and reading.direct)
        factors = list(_factors(outputs, reading.loss is None or reading.loss.name in shown))
        for group, law in reading.laws.items() if known else ():
            if not law.varies or not law.right:
                continue
            rates = np.abs(law.rates)
            told = np.ones(len(outputs), dtype=bool)
            if len(rates) < len(outputs):
                told = _told(reading, measured, group)
            if len(rates) == np.count_nonzero(told) >= FEWEST:
                if any(_is_multiple(rates, factor[told]) for factor in factors):
                    reading.laws[group] = replace(law, kind="unsteady")
                    marked.add(reading.name)
    return [r for r in readings if r.direct or r.name not in marked]


def _told(reading: Reading, measured: Measured, group: str) -> npt.NDArray[np.bool_]:
    """The steps that its law has a rate for."""
    columns = measured.of(reading.groups[group])
    return tells(np.where(reading.known[:, columns], reading.gradient[:, columns], 0.0))


def _outputs(reading: Reading, measured: Measured) -> Array | None:
    """The output of each step; None where a step has several."""
    if reading.meeting is None or reading.meeting.kind != "difference":
        return None
    values = [trace.values(reading.meeting.output) for trace in measured.base]
    single = [float(v[0]) for v in values if v is not None and v.size == 1]
    return np.array(single) if len(single) == len(values) >= FEWEST else None


def _factors(o: Array, missing: bool) -> Iterator[Array]:
    """What the gradient is multiplied by, where a slope is too much, is another's, or is missing."""
    with np.errstate(all="ignore"):
        slopes = [o * (1 - o), 1 - o**2]
        before = [np.log(o / (1 - o)), np.arctanh(o)]  # what a sigmoid or tanh was taken of
        wrong = [_logistic(o), 1 - np.tanh(o) ** 2]
        wrong += [z * (1 - z) for z in before] + [1 - z**2 for z in before]
        yield from slopes
        yield from wrong[:2]
        for due in slopes:
            yield from (other / due for other in (*wrong, *slopes) if other is not due)
            if missing:
                yield 1 / due


def _logistic(z: Array) -> Array:
    s = 1 / (1 + np.exp(-z))
    return np.multiply(s, 1 - s)


def _is_multiple(rates: Array, factor: Array) -> bool:
    """Whether the rates, which are not all alike, are one and the same multiple of the factor."""
    if not np.isfinite(factor).all() or not (factor != 0).all():
        return False
    ratio = rates / np.abs(factor)
    differ = np.ptp(rates) > VARIES * rates.max()
    return bool(differ and np.ptp(ratio) <= TOLERANCE * ratio.max())
