"""Phase 6e: losses that count each error by a factor of its own: weights of examples and classes, masks, Huber's and other robust losses.

    d = weight * (p - t)          d = np.clip(p - t, -1, 1)          d = huber_slope(p - t)

Nothing names such a loss where the program does not compute it. What shows it: a value of the step is made of the errors and of data
alone, which a held error leaves as it is while the weights are moved; it never turns an error's sign; and every update follows it.

by_factors(...)   the readings of this kind
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from backproof.checking.process.session import Array, Trace
from backproof.checking.reading.hypotheses import HYPOTHESES
from backproof.checking.reading.measure import Measured, Meeting, target_of
from backproof.checking.reading.roles import Reading, laws
from backproof.checking.reading.steps import NUDGE, direction

MOST = 6  # values that are tried
SAME = 1e-9  # relative
ROBUST = re.compile(r"huber|robust|smooth.?l1|log.?cosh|tukey|clip|winsor", re.I)
SLOPES: dict[str, Callable[[Array, Array], Array]] = {  # of the usual losses by the output
    "squared error": lambda o, t: o - t,
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
        shown: whether the program computes a loss in every step: then only factors that belong to the examples are believed, or
            such as the program has a name for.
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
        for factors in _factors(measured, meeting, pairs, shown):
            for loss in HYPOTHESES:
                if loss.name not in SLOPES or not all(loss.applies(o, t) for o, t in pairs):
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
    measured: Measured, meeting: Meeting, pairs: Sequence[tuple[Array, Array]], shown: bool
) -> Iterator[list[Array]]:
    """For each value that is made of the errors alone and keeps their signs: what it is of each error, step by step."""
    errors = [o - t for o, t in pairs]
    tried: set[bytes] = set()
    for place in measured.base[-1].layout.where:
        values = [trace.values(place) for trace in measured.base]
        if any(v is None or v.size != e.size for v, e in zip(values, errors, strict=True)):
            continue
        factors = _quotients([v for v in values if v is not None], errors)
        if factors is None or len(tried) >= MOST:
            continue
        robust = ROBUST.search(measured.steps.source)
        if shown and not robust and not _belong_to_examples(factors, pairs):
            continue
        key = np.round(np.concatenate(factors), 9).tobytes()
        if key not in tried and _is_of_errors(measured, meeting, place):
            tried.add(key)
            yield factors


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


def _belong_to_examples(factors: Sequence[Array], pairs: Sequence[tuple[Array, Array]]) -> bool:
    """Whether they are the same in every step, and not the targets themselves."""
    first = factors[0]
    same = all(f.size == first.size and np.allclose(f, first, rtol=1e-6) for f in factors)
    target = pairs[0][1]
    return same and not any(_is_multiple(first, part) for part in (target, 1 - target))


def _is_multiple(a: Array, b: Array) -> bool:
    long = float(b @ b)
    rest = a - (float(a @ b) / long) * b if long else a
    return bool(np.linalg.norm(rest) <= 1e-6 * np.linalg.norm(a))


def _is_of_errors(measured: Measured, meeting: Meeting, place: int) -> bool:
    """Whether the value stays as it is while every weight is moved and the errors are held."""
    keeper, base = measured.keepers[-1], measured.base[-1]
    nudge = [
        (path, (NUDGE * direction(tensor.values.size, 7)).tobytes())
        for path, tensor in keeper.state.items()
        if path in measured.state and tensor.writable
    ]
    held = [
        (e.place, e.occurrence, e.numbers.tobytes())
        for twin in sorted({meeting.place, *meeting.twins})
        for e in base.at(twin)
        if e.numbers is not None
    ]
    if place in {meeting.place, *meeting.twins}:
        return False
    probe = {"nudge": nudge, "replace": held, "want": [place], "paths": []}
    trace = keeper.probe([probe])[0]
    before, after = base.values(place), None if trace is None else trace.values(place)
    return before is not None and after is not None and np.array_equal(before, after)
