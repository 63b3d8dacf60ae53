"""Phase 8i: numbers of a list under the name that a loop gives them, which take a new value that the list never sees.

for w, x in zip(ws, xs):                for i, (w, x) in enumerate(zip(ws, xs)):
    w -= rate * delta * x                   ws[i] -= rate * delta * x
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from backproof.checking.repair.text import Candidate, Text
from backproof.checking.source.bound import bound_by, last_of

COUNTERS = ("i", "j", "k", "n", "m", "index", "position")


def items_of_lists(text: Text) -> Iterator[tuple[Candidate, str]]:
    """Such updates, stored in their list; and the last name of the list."""
    for loop in text.statements():
        if not isinstance(loop, ast.For):
            continue
        owners = dict(bound_by(loop.target, loop.iter))
        for here, node in enumerate(loop.body):
            name, value = _update(text, node)
            later = [n for statement in loop.body[here + 1 :] for n in ast.walk(statement)]
            if name in owners and not any(isinstance(n, ast.Name) and n.id == name for n in later):
                made = _stored(text, loop, node, owners[name], value)
                if made is not None:
                    yield (
                        Candidate("rebound-in-function", node.lineno, made, 0.1),
                        last_of(owners[name]),
                    )


def _update(text: Text, node: ast.stmt) -> tuple[str, str]:
    """The name that something is added to, and the operator with the rest of the statement."""
    signs: dict[type[ast.operator], str] = {ast.Add: "+=", ast.Sub: "-="}
    if isinstance(node, ast.AugAssign) and type(node.op) in signs:
        if isinstance(node.target, ast.Name):
            return node.target.id, f"{signs[type(node.op)]} {text.of(node.value)}"
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        value, target = node.value, node.targets[0]
        if isinstance(value, ast.BinOp) and type(value.op) in signs and text.alone(node):
            if isinstance(target, ast.Name) and text.of(value.left) == target.id:
                return target.id, f"= {text.of(value)}"
    return "", ""


def _stored(text: Text, loop: ast.For, node: ast.stmt, owner: ast.expr, value: str) -> str | None:
    """The program with the new value stored in the list that the loop runs over."""
    counted = isinstance(loop.iter, ast.Call) and text.of(loop.iter.func) == "enumerate"
    used = {n.id for n in ast.walk(text.tree) if isinstance(n, ast.Name)}
    counter = next((name for name in COUNTERS if name not in used), "")
    target = loop.target
    if counted and isinstance(target, ast.Tuple) and isinstance(target.elts[0], ast.Name):
        counter = target.elts[0].id
    if not counter or (isinstance(loop.iter, ast.Call) and "reversed" in text.of(loop.iter)):
        return None
    source = text.replaced(node, f"{text.of(owner)}[{counter}] {value}")  # the later part first
    if counted:
        return source
    start, stop = text.span(target)[0], text.span(loop.iter)[1]
    names, items = text.of(target), text.of(loop.iter)
    bare = isinstance(target, ast.Tuple) and not names.startswith("(")
    names = f"({names})" if bare else names
    return f"{source[:start]}{counter}, {names} in enumerate({items}){source[stop:]}"
