"""Phase 6c: weights whose gradient is computed at every step, and that no step changes.

A layer that is left alone on purpose has no gradient computed for it. What is looked at are the siblings of weights that do
change: `W1` beside `W2`, `params['b1']` beside `params['b2']`.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from backproof.checking.reading.adaptive import gradient_events, series_of
from backproof.checking.reading.laws import Law
from backproof.checking.reading.measure import Measured
from backproof.checking.reading.roles import Reading
from backproof.checking.reading.steps import FLOATS, Lost, Steps

MOST = 8
MOST_NUMBERS = 100_000


def with_forgotten(steps: Steps, measured: Measured, reading: Reading) -> tuple[Measured, Reading]:
    """The measurements and the reading, with the weights that were forgotten, if there are any."""
    still = _siblings(steps, reading)
    if not still or reading.meeting is None or reading.loss is None or not reading.follows:
        return measured, reading
    more = Measured(steps, still, [reading.meeting.output], measured.count)
    derived = more.gradient(reading.meeting, reading.loss)
    if derived is None:
        return measured, reading
    probe = Reading(reading.meeting, reading.loss, None, *derived, {})
    series = series_of(more.base, len(derived[0]))
    found = [path for path in still if gradient_events(probe, more, path, series)[0]]
    if not found:
        return measured, reading
    for path in found:
        steps.lost.setdefault(path, Lost(None, "", more.state[path].dtype))
    groups = {group: list(paths) for group, paths in reading.groups.items()}
    laws = dict(reading.laws)
    for path in found:
        group = steps.keepers[0].state[path].group
        groups.setdefault(group, []).append(path)
        laws[group] = Law("still", 0.0)
    whole = Measured(
        steps, [p for paths in groups.values() for p in paths], measured.places, measured.count
    )
    again = whole.gradient(reading.meeting, reading.loss)
    if again is None:
        return measured, reading
    return whole, replace(reading, gradient=again[0], known=again[1], groups=groups, laws=laws)


def _siblings(steps: Steps, reading: Reading) -> list[str]:
    """Arrays that stay as they are and are called like a weight, but for digits."""
    weights = {path for paths in reading.groups.values() for path in paths}
    names = {re.sub(r"\d", "", path) for path in weights}
    first, tail = steps.keepers[0].state, steps.base[-1].tail
    found = [
        path
        for path, tensor in first.items()
        if path not in weights
        and re.sub(r"\d", "", path) in names
        and tensor.dtype in FLOATS
        and tensor.writable
        and tensor.shape
        and tensor.values.size <= MOST_NUMBERS
        and np.array_equal(tail.get(path, tensor.values), tensor.values)
    ]
    return found[:MOST]
