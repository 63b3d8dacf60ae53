"""Phase 6e: losses that count each error by a factor of its own: weights of examples and classes, masks, Huber's and other robust losses.

    d = weight * (p - t)          d = np.clip(p - t, -1, 1)          d = huber_slope(p - t)

Nothing names such a loss where the program does not compute it. What shows it: a value of the step is made of the errors and of data
alone, which a held error leaves as it is while the weights are moved; it never turns an error's sign; and every update follows it.

Factors that belong to the examples are believed of every loss: with the errors doubled the value is twice as large. Others, as a robust
loss has them, only of the squared error: `error * slope(error)` would be some loss of a sigmoid, too, and is a mistake.

by_factors(...)   the readings of this kind
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from backproof.checking.process.trace import Array, Trace
from backproof.checking.reading.hypotheses import HYPOTHESES
from backproof.checking.reading.measure import Measured, Meeting, target_of
from backproof.checking.reading.roles import Reading, laws
from backproof.checking.reading.steps import NUDGE, direction

MOST = 6  # values that are tried
SAME = 1e-9  # relative
ROBUST = re.compile(r"huber|robust|smooth.?l1|log.?cosh|tukey|clip|winsor|quantile|pinball", re.I)
SQUARED = "squared error"
SLOPES: dict[str, Callable[[Array, Array], Array]] = {  # of the usual losses by the output
    SQUARED: lambda o, t: o - t,
    "cross-entropy": lambda o, t: (o - t) / (o * (1 - o)),
    "cross-entropy over classes": lambda o, t: -t / o,
}


def by_factors(
    measured: Measured, found: Sequence[tuple[Meeting, dict[str, list[str]]]], shown: bool
) -> Iterator[Reading]:
    """Readings by the usual losses with such factors.

    Args:
        measured: the outputs' derivatives.
        found: where outputs meet targets, and the weights of each.
        shown: whether the program computes a loss in every step: then factors that do not belong to the examples are believed only
            where the program has a name for them.
    """
    for meeting, groups in found:
        if meeting.kind != "difference":
            continue
        outputs = [trace.values(meeting.output) for trace in measured.base]
        targets = [target_of(meeting, trace) for trace in measured.base]
        pairs = [
            (o, t) for o, t in zip(outputs, targets, strict=True) if o is not None and t is not None
        ]
        if len(pairs) < len(measured.base) or any(o.size != t.size or o.size < 2 for o, t in pairs):
            continue
        robust = not shown or ROBUST.search(measured.steps.source) is not None
        for place, factors in _factors(measured, meeting, pairs):
            of_examples = _is_linear(measured, meeting, place) and not _is_target(factors, pairs)
            for loss in HYPOTHESES:
                believed = of_examples or (robust and loss.name == SQUARED)
                if loss.name not in SLOPES or not believed:
                    continue
                counted = zip(factors, pairs, strict=True)  # a mask leaves the others out
                if not all(loss.applies(o[c > 0], t[c > 0]) for c, (o, t) in counted):
                    continue
                with np.errstate(all="ignore"):
                    slopes = [
                        c * SLOPES[loss.name](o, t)
                        for c, (o, t) in zip(factors, pairs, strict=True)
                    ]
                if not all(np.isfinite(slope).all() for slope in slopes):
                    continue
                derived, known = measured.differences(_along(meeting, slopes))
                known = np.logical_and(known, measured.smooth(meeting.output))
                reading = Reading(meeting, loss, None, derived, known, groups, factors=True)
                reading.laws = laws(measured, derived, known, groups)
                yield reading


def _along(meeting: Meeting, slopes: Sequence[Array]) -> Callable[[int, Trace], float | None]:
    """The loss near a step, by its slopes there."""

    def value(step: int, trace: Trace) -> float | None:
        output = trace.values(meeting.output)
        if output is None or output.size != slopes[step].size:
            return None
        return float(slopes[step] @ output)

    return value


def _factors(
    measured: Measured, meeting: Meeting, pairs: Sequence[tuple[Array, Array]]
) -> Iterator[tuple[int, list[Array]]]:
    """Each value that is made of the errors alone and keeps their signs, and what it is of each error, step by step."""
    errors = [o - t for o, t in pairs]
    tried: set[bytes] = set()
    for place in measured.base[-1].layout.where:
        values = [trace.values(place) for trace in measured.base]
        if any(v is None or v.size != e.size for v, e in zip(values, errors, strict=True)):
            continue
        factors = _quotients([v for v in values if v is not None], errors)
        if factors is None or len(tried) >= MOST:
            continue
        key = np.round(np.concatenate(factors), 9).tobytes()
        if key not in tried and _is_of_errors(measured, meeting, place):
            tried.add(key)
            yield place, factors


def _quotients(values: Sequence[Array], errors: Sequence[Array]) -> list[Array] | None:
    """Values by errors, if all have one sign and they differ; None else."""
    flat, error = np.concatenate(values), np.concatenate(errors)
    if not np.isfinite(flat).all() or (flat[error == 0] != 0).any():
        return None
    if (flat == np.round(flat)).all():  # what is cut off keeps signs, too
        return None
    sign = 1.0 if float(flat @ error) > 0 else -1.0
    quotient = sign * flat / np.where(error == 0, 1.0, error)
    told = quotient[error != 0]
    if not told.size or told.min() < 0 or np.ptp(told) <= SAME * told.max():
        return None
    return np.split(quotient / told.max(), np.cumsum([e.size for e in errors])[:-1])


def _is_target(factors: Sequence[Array], pairs: Sequence[tuple[Array, Array]]) -> bool:
    """Whether the factors are the targets themselves, or what these leave of one."""
    factor = np.concatenate(factors)
    target = np.concatenate([t for _, t in pairs])
    return any(_is_multiple(factor, part) for part in (target, 1 - target))


def _is_multiple(a: Array, b: Array) -> bool:
    long = float(b @ b)
    rest = a - (float(a @ b) / long) * b if long else a
    return bool(np.linalg.norm(rest) <= 1e-6 * np.linalg.norm(a))


def _is_of_errors(measured: Measured, meeting: Meeting, place: int) -> bool:
    """Whether the value stays as it is while every weight is moved and the errors are held."""
    keeper, base = measured.keepers[-1], measured.base[-1]
    if place in {meeting.place, *meeting.twins}:
        return False
    nudge = [
        (path, (NUDGE * direction(tensor.values.size, 7)).tobytes())
        for path, tensor in keeper.state.items()
        if path in measured.state and tensor.writable
    ]
    before, after = base.values(place), _with_errors(measured, meeting, place, 1.0, nudge)
    return before is not None and after is not None and np.array_equal(before, after)


def _is_linear(measured: Measured, meeting: Meeting, place: int) -> bool:
    """Whether the value is twice as large when the errors are."""
    once = measured.base[-1].values(place)
    twice = _with_errors(measured, meeting, place, 2.0, [])
    if once is None or twice is None or once.size != twice.size:
        return False
    return np.allclose(twice, 2 * once, rtol=SAME)


def _with_errors(
    measured: Measured, meeting: Meeting, place: int, times: float, nudge: list[tuple[str, bytes]]
) -> Array | None:
    """The value at a place in the last step where the errors are so many times as large as they were."""
    held = [
        (e.place, e.occurrence, (times * e.numbers).tobytes())
        for twin in sorted({meeting.place, *meeting.twins})
        for e in measured.base[-1].at(twin)
        if e.numbers is not None
    ]
    probe = {"nudge": nudge, "replace": held, "want": [place], "paths": []}
    trace = measured.keepers[-1].probe([probe])[0]
    return None if trace is None else trace.values(place)
