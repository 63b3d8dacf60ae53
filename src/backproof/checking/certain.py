"""Phase 8q: which groups of weights may be accused although no change was found that mends them.

certain(...)       these groups
meets_again(...)   whether the step computes the same error once more, after another forward pass
"""

from __future__ import annotations

import re

import numpy as np

from backproof.checking.reading.judge import Judgement
from backproof.checking.reading.lost import PRODUCTS
from backproof.checking.reading.meetings import DIFFERENCES
from backproof.checking.repair.search import Repair

FILLS = re.compile(
    r"\bout\s*=\s*[A-Za-z]\w*\s*\)"
)  # a call that puts weights within their bounds, perhaps
ALONG = 0.5  # cosine: moves nearer than this to the way downhill may be a gradient that was bent on purpose


def certain(judgement: Judgement, found: Repair) -> set[str]:
    """Groups that may be accused without a fix: the loss is known, and the moves are no gradient in any disguise.

    What only bends the gradient, such as clipping each number, keeps most of its direction.
    """
    reading = judgement.reading
    if not judgement.shown or not (reading.follows or found.changes):
        return set()
    sure, again = set(), _passes_again(judgement)
    bounded = FILLS.search(judgement.steps.source) is not None
    for group in reading.wrong:
        kind = reading.laws[group].kind
        lost = [judgement.steps.lost.get(path) for path in reading.groups[group]]
        if any(_is_reshaped(judgement, path) for path in reading.groups[group]) or bounded:
            continue
        written = any(x is not None and x.place is not None for x in lost)
        strays = kind in ("unexplained", "unsteady") and _along(judgement, group) < ALONG
        strays = strays and group not in again
        if kind == "ascent" or (kind == "still" and written) or strays:
            sure.add(group)
    return sure


def _passes_again(judgement: Judgement) -> set[str]:
    """Groups that another forward pass uses after the error is known, which may have a loss of its own, as a generator has beside its discriminator."""
    steps, meeting = judgement.steps, judgement.reading.meeting
    heads = [head[0] for head in steps.base[-1].heads]
    met = [n for n, place in enumerate(heads) if meeting is not None and place == meeting.place]
    if not met:
        return set()
    both = set(heads[: met[0]]) & set(heads[met[-1] :])
    products = [p for p in both if steps.places[p].operator.split(".")[-1] in PRODUCTS]
    used = (steps.dependency.events.get(p, frozenset()) for p in products)
    return set().union(*used)


def meets_again(judgement: Judgement) -> bool:
    """Whether the same target meets other numbers further below in the step: those of another forward pass."""
    steps, meeting = judgement.steps, judgement.reading.meeting
    heads = [head[0] for head in steps.base[-1].heads]
    if meeting is None or meeting.place not in heads:
        return False
    target, known = steps.places[meeting.target].text, {meeting.place, *meeting.twins}
    later = set(heads[heads.index(meeting.place) :]) - known
    live = {group for group, paths in steps.groups.items() if set(paths) & set(steps.changed)}
    return any(
        steps.places[p].operator in DIFFERENCES
        and target in [steps.places[child].text for child in steps.places[p].children]
        and steps.dependency.events.get(p, frozenset()) & live
        for p in later
    )


def _is_reshaped(judgement: Judgement, path: str) -> bool:
    """Whether some step gives a weight another number of entries, so that nothing is known of its moves."""
    steps = judgement.steps
    sizes = {k.state[path].values.size for k in steps.keepers if path in k.state}
    return len(sizes | {trace.tail[path].size for trace in steps.base if path in trace.tail}) > 1


def _along(judgement: Judgement, group: str) -> float:
    """The cosine between a group's moves and the way downhill."""
    reading, measured = judgement.reading, judgement.measured
    columns = measured.of(reading.groups[group])
    known = reading.known[:, columns]
    moves = np.where(known, measured.move[: len(known), columns], 0.0)
    downhill = np.where(known, -reading.gradient[:, columns], 0.0)
    size = float(np.linalg.norm(moves) * np.linalg.norm(downhill))
    return float(np.vdot(moves, downhill)) / size if size else 1.0
