"""What a changed line computes in the step that was measured, beside what it computed before, and what that is by the chain rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backproof.checking.process.trace import Array
from backproof.checking.repair.scene import Scene
from backproof.checking.repair.screen import Screen
from backproof.checking.repair.search import Change


@dataclass(frozen=True)
class Meant:
    """One changed value."""

    yours: Array
    should_be: Array
    rule: str  # the derivative that it is; empty where it has no name


def meant(scene: Scene, changes: Sequence[Change]) -> dict[int, Meant]:
    """For each changed value, by line: the numbers with all changes in force, from the weights of the last measured step."""
    at = scene.value_places
    if not changes or any(change.candidate.statement not in at for change in changes):
        return {}  # lines were moved: the statements are not those of the program as it was given
    exchange = [(at[c.candidate.statement], c.candidate.value) for c in changes]
    steps = scene.judgement.steps
    probe = {"instead": exchange, "want": [place for place, _ in exchange], "paths": []}
    trace = steps.keepers[-1].probe([probe])[0]
    if trace is None:
        return {}
    screen = Screen(scene.judgement, scene.places)
    out = {}
    for place, expression in exchange:
        yours, right = steps.base[-1].values(place), trace.values(place)
        if yours is None or right is None:
            continue
        if yours.shape == right.shape and np.array_equal(yours, right):
            continue
        others = [row for row in exchange if row[0] != place]
        hits = screen.names(place, [expression], others)[0]
        rule = ""
        if hits:
            goal = screen.goals[hits[0].goal]
            rule = f"{hits[0].factor:.6g} * {scene.judgement.reading.symbol}/d({goal.text})"
        out[scene.places[place].line] = Meant(yours, right, rule)
    return out
