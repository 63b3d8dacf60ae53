"""Phase 8j: a forward pass that takes one weight for another, whose own update then moves nothing.

h2 = f(w3 * x1 + w2 * x2)        h2 = f(w3 * x1 + w4 * x2)        w4 is updated, and no output depends on it
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from backproof.checking.process.state import last_name
from backproof.checking.reading.judge import Judgement
from backproof.checking.reading.weights import KEPT
from backproof.checking.repair.names import one_letter_apart
from backproof.checking.repair.scene import Scene
from backproof.checking.repair.text import Candidate, Text

READ = (ast.Name, ast.Attribute, ast.Subscript)


def idle(judgement: Judgement, single: bool = False) -> set[str]:
    """The names of arrays, or of single numbers too, that a step adds something to, and that move nothing but themselves."""
    steps, meeting = judgement.steps, judgement.reading.meeting
    depends = steps.dependency
    if meeting is None:
        return set()
    spread = frozenset().union(*(depends.tails.get(p, ()) for p in judgement.reading.paths))
    return {
        last_name(path)
        for path, tensor in steps.changed.items()
        if (tensor.shape or single)
        and tensor.group not in depends.events.get(meeting.output, ())
        and tensor.group not in judgement.reading.groups
        and tensor.group not in spread  # no sum of gradients, which moves the weights
        and KEPT[0] < depends.slopes.get(path, 0.0) < KEPT[1]
    }


def crossed(scene: Scene) -> Iterator[Candidate]:
    """Such a weight in the place of another of a like name or shape, in the forward pass."""
    text, unused = Text(scene.source), idle(scene.judgement, single=True)
    weights = {last_name(path) for path in scene.judgement.reading.paths}
    for node in text.statements() if unused else ():
        index = scene.index_of(node)
        if not scene.first_at.get(index, scene.meeting_at) < scene.meeting_at:
            continue
        for child in ast.walk(node):
            if not isinstance(child, READ) or not isinstance(child.ctx, ast.Load):
                continue
            own = text.of(child)
            named = last_name(own) in weights
            for other in sorted(unused) if named else ():
                twin = own.replace(last_name(own), other)
                if _is_like(scene, own, twin):
                    source = text.replaced(child, twin)
                    yield Candidate("forward-mismatch", node.lineno, source, 0.5)


def _is_like(scene: Scene, one: str, other: str) -> bool:
    """Whether two names differ in one letter, or stand for arrays of one shape."""
    shape = scene.shapes.get(one, ())
    return one_letter_apart(one, other) or (bool(shape) and shape == scene.shapes.get(other))
