"""Phase 9h: hidden units that give the same for every example, because their input never comes near the bend.

idle_units(...)    the first layer that is dead (all 0) or saturated (all at an end of the range)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backproof.checking.learning.experiments.facts import Idle
from backproof.checking.process.trace import Array
from backproof.checking.reading.judge import Judgement
from backproof.checking.reading.measure import Meeting
from backproof.checking.source.places import Place

NEAR = 1e-3  # of the end of a range
NEARLY_ALL = 0.95  # of the numbers
FAR = 6.0  # what a saturated unit takes in


def idle_units(judgement: Judgement, meeting: Meeting, places: Sequence[Place]) -> Idle | None:
    """What the first idle layer is, if there is one."""
    for index in _before_the_output(judgement, meeting):
        place = places[index]
        values = _values(judgement, index)
        inner = [_values(judgement, child) for child in place.children]
        taken = [v for v in inner if v is not None and values is not None and v.size == values.size]
        if values is None or values.size < 2 or not taken or place.kind not in ("Call", "BinOp"):
            continue
        if not values.any() and all(np.ptp(v) > 0 for v in taken[:1]):
            return Idle(
                "dead-units", index, f"`{place.text}` is 0 for every example: the units are dead"
            )
        ends = np.minimum.reduce([np.abs(values - end) for end in (-1.0, 0.0, 1.0)]) < NEAR
        wide = float(np.mean(np.abs(taken[0]) > FAR))
        if place.kind == "Call" and ends.mean() > NEARLY_ALL and wide > NEARLY_ALL:
            return Idle(
                "saturated-units",
                index,
                f"`{place.text}` is at an end of its range for nearly every example: the units are saturated",
            )
    return None


def _before_the_output(judgement: Judgement, meeting: Meeting) -> list[int]:
    out: dict[int, None] = {}
    for head in judgement.steps.base[0].heads:
        if head[0] == meeting.output:
            break
        out[head[0]] = None
    return list(out)


def _values(judgement: Judgement, place: int) -> Array | None:
    """What a place gives in all steps."""
    parts = [trace.values(place) for trace in judgement.steps.base]
    found = [part for part in parts if part is not None]
    return np.concatenate(found) if found else None
