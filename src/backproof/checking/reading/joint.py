"""Phase 6e: two outputs, each with a target and a loss of its own, and weights between them that both errors teach.

joint(...)    the readings by the sum of two losses, where each has weights of its own that follow it
rival(...)    the reading by the other output, where the sum does not tell
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from backproof.checking.reading.measure import Measured
from backproof.checking.reading.roles import Reading, laws

MOST = 8  # pairs of losses
SMALLEST = 1e-3  # share of the moves that the smaller loss must explain
CLOSE = 1e-4  # relative: what the sum may leave of the moves


def joint(measured: Measured, ranked: Sequence[Reading]) -> Iterator[Reading]:
    """Readings by the sum of two losses, with the laws of the groups of both; the likeliest first.

    Args:
        measured: the derivatives.
        ranked: readings by one loss.
    """
    usual = [r for r in ranked if r.loss is not None and r.loss.usual and r.direct]
    tried = 0
    for one, other in combinations(usual, 2):
        both = [g for g in one.wrong if g in other.wrong]
        if tried >= MOST or not both or not _are_apart(one, other):
            continue
        tried += 1
        share = _share(measured, one, other, both)
        if not share:
            continue
        slopes = one.gradient + share * other.gradient
        known, groups = np.logical_and(one.known, other.known), {**one.groups, **other.groups}
        found = Reading(one.meeting, one.loss, None, slopes, known, groups, beside=other.name)
        found.laws = laws(measured, slopes, known, groups)
        yield found


def _are_apart(one: Reading, other: Reading) -> bool:
    """Whether two outputs meet two targets, and each loss has weights of its own that follow it."""
    if one.meeting is None or other.meeting is None:
        return False
    places = {*one.meeting.parts} & {*other.meeting.parts}
    own = [set(a.follows) - set(b.groups) for a, b in ((one, other), (other, one))]
    return not places and all(own)


def _share(measured: Measured, one: Reading, other: Reading, groups: Sequence[str]) -> float:
    """How much the other loss counts beside the one, by the moves of weights that follow both; 0 where they do not."""
    columns = measured.of([path for group in groups for path in one.groups[group]])
    known = np.logical_and(one.known, other.known)[:, columns]
    moves = np.where(known, measured.move[:, columns], 0.0)
    before = np.vstack([np.zeros((1, len(columns))), moves[:-1]])
    parts = [one.gradient[:, columns], other.gradient[:, columns]]
    parts += [before, measured.weight[:, columns]]
    table = np.stack([np.where(known, part, 0.0)[1:].ravel() for part in parts], axis=1)
    goal = moves[1:].ravel()
    sizes = np.linalg.norm(table, axis=0)
    sizes[sizes == 0] = 1.0
    answer, *_ = np.linalg.lstsq(table / sizes, goal, rcond=1e-12)
    rest = float(np.linalg.norm(goal - table / sizes @ answer))
    first, second = (-answer[:2]).tolist()
    whole = float(np.linalg.norm(goal))
    if rest > CLOSE * whole or min(first, second) < SMALLEST * whole:
        return 0.0
    return float(second / sizes[1] / (first / sizes[0]))


def rival(ranked: Sequence[Reading], chosen: Reading) -> Reading | None:
    """Another output that meets another target and has weights of its own, while both errors may teach those that go wrong."""
    usual = (r for r in ranked if r.loss is not None and r.loss.usual and r.direct)
    return next(
        (r for r in usual if set(r.groups) & set(chosen.wrong) and _are_apart(chosen, r)), None
    )
