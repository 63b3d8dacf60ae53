"""Phase 1: what loops call the items of something, `for W, b in zip(self.Ws, self.bs)`, and what a name's value is made from."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

THROUGH = ("reversed", "list", "tuple", "sorted", "iter")  # calls that give items as they are


@lru_cache(maxsize=16)
def bound_in_loops(source: str) -> dict[str, frozenset[str]]:
    """The names that loops bind, and the last names of what the items come from."""
    out: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.For):
            for name, owner in bound_by(node.target, node.iter):
                out.setdefault(name, set()).add(last_of(owner))
    return {name: frozenset(owners) for name, owners in out.items()}


@lru_cache(maxsize=16)
def assigned(source: str) -> frozenset[str]:
    """The plain names to which a statement gives a value: not those that loops and calls bind."""
    stores = (n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Assign))
    targets = (n for store in stores for target in store.targets for n in ast.walk(target))
    return frozenset(
        n.id for n in targets if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    )


@lru_cache(maxsize=16)
def made_from(source: str, text: str) -> frozenset[str]:
    """The names in a text, and those that the values stored under these were made from, near or far: `X` of `t` after `t = X[:, 0] > 0`."""
    read: dict[str, set[str]] = {n: set(owners) for n, owners in bound_in_loops(source).items()}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign):
            names = {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
            for target in node.targets:
                read.setdefault(last_of(target), set()).update(names)
    found, waiting = set(), re.findall(r"[^\W\d]\w*", text)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += read.get(name, ())
    return frozenset(found)


def bound_by(target: ast.expr, items: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Each name of a loop's target, beside what gives its items."""
    function = items.func if isinstance(items, ast.Call) else None
    called = function.id if isinstance(function, ast.Name) else ""
    arguments = items.args if isinstance(items, ast.Call) else []
    parts = target.elts if isinstance(target, (ast.Tuple, ast.List)) else []
    if called == "zip" and len(parts) == len(arguments):
        for part, argument in zip(parts, arguments, strict=True):
            yield from bound_by(part, argument)
    elif called == "enumerate" and len(parts) == 2 and arguments:
        yield from bound_by(parts[1], arguments[0])
    elif called in THROUGH and arguments:
        yield from bound_by(target, arguments[0])
    elif isinstance(target, ast.Name) and last_of(items):
        yield target.id, items


def last_of(node: ast.expr) -> str:
    """The last name of `ws`, `self.ws` or `ws[0]`; empty where it is none of these."""
    while isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
