"""Phase 8n: statements that look right by themselves: a memory that is kept with the wrong sign, a mask that lets all through.

old = -step          old = step           what the next step remembers of this one
d[a < 0] = 0         d[a <= 0] = 0        never true of the value of a relu
d = -e @ W.T         d = e @ W.T          a sign that what an adaptive method remembers of earlier steps hides for a while
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from backproof.checking.process.state import stem
from backproof.checking.repair.edits import candidates
from backproof.checking.repair.names import Names
from backproof.checking.repair.scene import Scene
from backproof.checking.repair.text import Candidate, Text

REMEMBERING = ("momentum", "unexplained")  # laws of groups that may keep a memory wrongly
COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", ">"),
    ast.Gt: (">", "<="),
    ast.GtE: (">=", "<="),
}  # as it stands, and what may be meant


def memories(scene: Scene) -> Iterator[Candidate]:
    """What a step keeps for the next one, with the other sign."""
    if not any(scene.judgement.reading.laws[group].kind in REMEMBERING for group in scene.wrong):
        return
    text, steps = Text(scene.source), scene.judgement.steps
    weights = {stem(path) for path in scene.judgement.reading.paths}
    kept = {stem(path) for path in steps.changed} - weights
    for node in text.statements():
        index = scene.index_of(node)
        if not isinstance(node, ast.Assign) or scene.first_at.get(index, -1) <= scene.meeting_at:
            continue
        if stem(text.of(node.targets[0])) in kept and index not in scene.influence:
            value = node.value
            if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub):
                source = text.replaced(value, text.of(value.operand))
                yield Candidate("momentum-sign", node.lineno, source, 0.2)
            elif isinstance(value, (ast.Name, ast.Attribute, ast.Subscript)):
                source = text.replaced(value, f"-{text.of(value)}")
                yield Candidate("momentum-sign", node.lineno, source, 0.2)


def turned(scene: Scene) -> Iterator[Candidate]:
    """Other signs where some adaptive steps climb, in what reaches these alone; the likeliest first."""
    laws = scene.judgement.reading.laws
    climbing = frozenset(g for g, law in laws.items() if law.kind == "ascent" and not law.rates)
    if not climbing or climbing != scene.wrong or len(climbing) == len(laws):
        return
    carrying = {s for s in scene.carrying() if scene.influence.get(s) == climbing}
    for candidate in candidates(scene) if carrying else ():
        if candidate.code == "wrong-sign" and candidate.statement in carrying:
            yield candidate


def masks(scene: Scene) -> Iterator[Candidate]:
    """Other masks where the one that there is was true, or false, of every number that it saw."""
    text, trace = Text(scene.source), scene.judgement.steps.base[-1]
    for node in text.statements():
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        mask = target.slice if isinstance(target, ast.Subscript) else None
        known = scene.statement_of(node)
        if not isinstance(mask, ast.Compare) or len(mask.ops) != 1 or known is None:
            continue
        seen = [
            event.numbers
            for place in scene.places
            if place.kind == "Compare" and place.statement == known.index
            for event in trace.at(place.index)
            if event.numbers is not None and event.numbers.size > 1
        ]
        if seen and not np.ptp(np.concatenate(seen)):
            for new in _other_masks(text, mask, Names(scene, known.scope)):
                yield Candidate("wrong-slope", node.lineno, text.replaced(mask, new), 0.3)


def _other_masks(text: Text, mask: ast.Compare, names: Names) -> Iterator[str]:
    own, right = text.of(mask.left), text.of(mask.comparators[0])
    sign, other = COMPARISONS.get(type(mask.ops[0]), ("", ""))
    if sign:
        yield f"{own} {other} {right}"
        for name in names.alike(own, 4):
            yield f"{name} {sign} {right}"
