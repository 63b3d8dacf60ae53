"""Phase 8f: weights whose new value starts from another array: `W2 = W1 - rate * slope`.

Such a weight keeps nothing of itself, so that it does not count as one, and the updates of the others may all be right. A value
that is set anew in each step can be meant so: it counts only where what it starts from is a weight of the forward pass too, and the
program is whole, with one weight more, once the value starts from itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice

from backproof.checking.process.session import Host
from backproof.checking.process.state import last_name
from backproof.checking.reading.anew import read_anew
from backproof.checking.reading.judge import Judgement
from backproof.checking.reading.roles import KEPT
from backproof.checking.repair.scene import Scene
from backproof.checking.repair.text import Candidate, Text

MOST = 4  # changes that are tried


def from_itself(host: Host, scene: Scene) -> Candidate | None:
    """The change after which a weight's new value starts from its old one; None where no such weight is found."""
    fresh = _set_anew(scene.judgement)
    for candidate, name in islice(_own_base(scene, fresh), MOST):
        if _is_whole(host, candidate.source, scene, name):
            return candidate
    return None


def _set_anew(judgement: Judgement) -> set[str]:
    """The names of numbers that move the output, that a step changes, and of whose old value nothing is left."""
    steps, meeting = judgement.steps, judgement.reading.meeting
    if meeting is None:
        return set()
    depends = steps.dependency.events.get(meeting.output, frozenset())
    return {
        last_name(path)
        for path, tensor in steps.changed.items()
        if tensor.group in depends
        and tensor.group not in judgement.reading.groups
        and abs(steps.dependency.slopes.get(path, 0.0)) < KEPT[0]
    }


def _own_base(scene: Scene, fresh: set[str]) -> Iterator[tuple[Candidate, str]]:
    """Assignments of such a name whose sum or difference begins with another weight, and its name."""
    weights = fresh | {last_name(group) for group in scene.judgement.reading.groups}
    text = Text(scene.source)
    for node in text.statements() if fresh else ():
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        target = text.of(node.targets[0])
        first = _first_term(node.value)
        if (
            first is None
            or last_name(target) not in fresh
            or scene.index_of(node) not in scene.first_at
        ):
            continue
        other = text.of(first)
        if other != target and last_name(other) in weights:
            source = text.replaced(first, target)
            yield Candidate("another-weight-updated", node.lineno, source, 0.3), last_name(target)


def _first_term(value: ast.expr) -> ast.expr | None:
    """`a` of `a - b + c`."""
    if not isinstance(value, ast.BinOp) or not isinstance(value.op, (ast.Sub, ast.Add)):
        return None
    while isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Sub, ast.Add)):
        value = value.left
    return value if isinstance(value, (ast.Name, ast.Attribute, ast.Subscript)) else None


def _is_whole(host: Host, source: str, scene: Scene, name: str) -> bool:
    """Whether a reading from the start finds every update right, and the weight among them."""
    read = read_anew(host, source)
    if read is None:
        return False
    _, again = read
    again.steps.run.stop()
    laws = again.reading.laws
    joined = any(last_name(group) == name and laws[group].kind != "silent" for group in laws)
    return (
        joined
        and not again.wrong
        and again.reading.name == scene.judgement.reading.name
        and set(laws) > set(scene.judgement.reading.laws)
    )
