"""Phase 8d: what only one weight's moves are made of, written anew.

rebuilt(...)     as the gradient of that weight: a sum over the examples, a product with the layer's input
unused(text)     `[b - rate * g for b, g in zip(bs, gs)]` where g is never used
products(...)    products of two values that have the shape of a weight
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import product

from backproof.checking.repair.names import Names
from backproof.checking.repair.scene import Scene
from backproof.checking.repair.screen import Screen
from backproof.checking.repair.spelling import in_words_of
from backproof.checking.repair.text import Candidate, Text, is_beside

SUMS = ("{}", "np.sum({}, axis=0)", "np.sum({}, axis=0, keepdims=True)",
        "np.sum({}, axis=1)", "np.sum({}, axis=1, keepdims=True)")  # fmt: skip
MOST_NAMES = 40


def rebuilt(scene: Scene, screen: Screen, text: Text) -> Iterator[Candidate]:
    """What only one group's moves are made of, written anew as that group's gradient: a sum over the examples, a product with the layer's input."""
    reading, state = scene.judgement.reading, scene.judgement.steps.keepers[0].state
    words = in_words_of(scene.source)
    for node in text.statements():
        known = scene.statement_of(node)
        group = next(iter(scene.influence.get(known.index, ())), "") if known is not None else ""
        if known is None or group not in scene.wrong or len(scene.influence[known.index]) > 1:
            continue
        if reading.laws[group].kind == "growth":
            continue  # it follows its gradient, and decays with the wrong sign
        place, part = scene.value_places.get(known.index), _value_of(text, node)
        paths = [path for path in reading.groups[group] if path in state]
        if place is None or part is None or not paths:
            continue
        names = Names(scene, known.scope)
        if is_beside(text, node) or _is_decay(text, node, part, names):
            continue
        values = [n for n in names.arrays() if n not in scene.whole][:MOST_NAMES]
        sums = [form.format(n) for n in values for form in SUMS]
        options = [
            own for e in [*sums, *products(names, state[paths[0]].shape)] if (own := words(e))
        ]
        for expression, hits in zip(options, screen.names(place, options), strict=True):
            met = {screen.goals[h.goal].text for h in hits if not h.new}
            if met & {group, *paths} and expression != text.of(part):
                code = (
                    "bias-reduction" if expression in map(words, sums) else "update-without-input"
                )
                yield Candidate(code, node.lineno, text.replaced(part, expression), 0.45)


def _is_decay(text: Text, node: ast.stmt, part: ast.expr, names: Names) -> bool:
    """Whether it adds something made of weights alone to a gradient that was computed before."""
    if not isinstance(node, ast.AugAssign) or names.is_weight(text.of(node.target)):
        return False
    read = [text.of(n) for n in ast.walk(part) if isinstance(n, (ast.Name, ast.Attribute))]
    return any(map(names.is_weight, read)) and all(
        names.is_weight(name) or name not in names.shapes for name in read
    )


def _value_of(text: Text, node: ast.stmt) -> ast.expr | None:
    """The value of an assignment, or the last factor of what an update adds."""
    value = getattr(node, "value", None)
    if not isinstance(node, (ast.Assign, ast.AugAssign)) or not isinstance(value, ast.expr):
        return None
    target = node.targets[0] if isinstance(node, ast.Assign) else None
    if (
        isinstance(value, ast.BinOp)
        and target is not None
        and text.of(value.left) == text.of(target)
    ):
        value = value.right
    while isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult):
        value = value.right
    return value


def unused(text: Text) -> Iterator[Candidate]:
    """What a list that is made in a loop over several never uses, in the place of what it uses twice: `[b - rate * b for b, g in zip(bs, gs)]`."""
    for node in text.statements():
        value = getattr(node, "value", None)
        if not isinstance(value, ast.ListComp) or len(value.generators) != 1:
            continue
        names = [n for n in ast.walk(value.elt) if isinstance(n, ast.Name)]
        used = [n.id for n in names]
        bound = [n.id for n in ast.walk(value.generators[0].target) if isinstance(n, ast.Name)]
        twice = [n for n in names if n.id in bound and used.count(n.id) == 2]
        for other in [name for name in bound if name not in used]:
            for place in twice[1:]:
                yield Candidate(
                    "weights-not-updated", node.lineno, text.replaced(place, other), 0.1
                )


def products(names: Names, shape: tuple[int, ...]) -> list[str]:
    """Products of two values that have the shape of a weight."""
    out: list[str] = []
    values = names.arrays()[:MOST_NAMES] if len(shape) == 2 else []
    for a, b in product(values, repeat=2):
        one, two = names.shapes[a], names.shapes[b]
        if len(one) == len(two) == 1 and (*one, *two) == shape:
            out.append(f"np.outer({a}, {b})")
        if len(one) == len(two) == 2 and one[0] == two[0] and (one[1], two[1]) == shape:
            out.append(names.dot(f"{a}.T", b))
        if len(one) == len(two) == 2 and one[1] == two[1] and (one[0], two[0]) == shape:
            out.append(names.dot(a, f"{b}.T"))
    return out
