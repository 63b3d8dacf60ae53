"""Which loss the program shows outside the training step, while it trains: at the end of an epoch, say.

What is computed only when training is over is a measure of its success, which need not be the loss.

Squares of differences and logarithms are looked for in the text; that they depend on the weights is seen by moving these.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from backproof.checking.reading.steps import NUDGE, Steps, direction, moved_places
from backproof.checking.source.places import Place

SECONDS = 1.0  # that the program runs on after the step
SQUARES = ("np.square", "numpy.square", "square")
FACTORS = re.compile(  # e * e, e * e.T, e @ e, np.dot(e, e), e.dot(e)
    r"(?:(?:np|numpy)\.dot\()?(?P<left>[^*@,]+?)(?:\*|@|,|\.dot\()(?P<right>[^*@,]+)"
)
LOGARITHMS = (
    "np.log",
    "numpy.log",
    "math.log",
    "log",
    "np.log1p",
    "math.log1p",
    "np.logaddexp",
    "numpy.logaddexp",
    "np.log2",
    "np.nan_to_num",
)


def shown_losses(
    steps: Steps,
    places: Sequence[Place],
    groups: dict[str, list[str]],
    now_and_then: bool = False,
    other_than: str = "",
) -> frozenset[str]:
    """Names of the losses that the program computes between its first step and a later one.

    Args:
        steps: of the training.
        places: of the program.
        groups: the weights.
        now_and_then: also what some steps compute, as every hundredth may; less sure a sign of what is meant.
        other_than: the name of a loss: none is looked for where this may be it.
    """
    computed = [{head[0] for head in trace.heads} for trace in steps.base]
    inside = set.intersection(*computed) if now_and_then else set().union(*computed)
    squares = [p.index for p in places if p.index not in inside and _is_square(p, places)]
    logarithms = [p.index for p in places if p.index not in inside and p.operator in LOGARITHMS]
    if (not squares and not logarithms) or other_than in _names(bool(squares), bool(logarithms)):
        return frozenset()
    moved = _moved_after(steps, [*squares, *logarithms], groups)
    return _names(bool(moved & set(squares)), bool(moved & set(logarithms)))


def _names(squares: bool, logarithms: bool) -> frozenset[str]:
    entropies = ("cross-entropy", "cross-entropy over classes")
    return frozenset((("squared error",) if squares else ()) + (entropies if logarithms else ()))


def _is_square(place: Place, places: Sequence[Place]) -> bool:
    if place.kind == "BinOp" and place.operator == "Pow":
        base = re.sub(r"\s*\*\*\s*2(\.0?)?$", "", place.text)
        return base != place.text and _is_difference(base, places)
    both = FACTORS.fullmatch(place.text)
    if place.kind in ("BinOp", "Call") and both:
        left, right = (side.strip(" ()").removesuffix(".T") for side in both.groups())
        return left == right and _is_difference(left, places)
    if place.operator in SQUARES:
        return _is_difference(place.text.partition("(")[2].rstrip(")"), places)
    return False


def _is_difference(text: str, places: Sequence[Place]) -> bool:
    """Whether the text is a difference, or a name that one is assigned to."""
    inner = text.strip().strip("()")
    if " - " in inner or re.search(r"\w\s*-\s*\w", inner):
        return True
    return any(p.target == inner and p.operator == "Sub" for p in places)


def _moved_after(steps: Steps, wanted: list[int], groups: dict[str, list[str]]) -> set[int]:
    keeper = steps.keepers[0]
    nudge = []
    for paths in groups.values():
        for path in paths:
            tensor = keeper.state.get(path)
            if tensor is not None:
                nudge.append((path, (NUDGE * direction(tensor.values.size, 3)).tobytes()))
    probes: list[dict[str, Any]] = [
        {"nudge": moves, "want": [], "paths": [], "after": wanted, "seconds": SECONDS + 20}
        for moves in ([], nudge)
    ]
    base, moved = keeper.probe(probes)
    steps.probes += 2
    if base is None or moved is None or not np.size(base.numbers):
        return set()
    return moved_places(base, moved)
