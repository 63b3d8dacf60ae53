"""Phase 8a: one thing in the place of another of its kind: a member of an object, an item of a dictionary, an element of a list."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations

from backproof.checking.repair.names import Names
from backproof.checking.repair.text import Text

MOST_KEYS = 12  # of dictionaries
MOST_ELEMENTS = 6  # of a list whose order is changed


def member_rule(text: Text, node: ast.expr, names: Names) -> Iterator[tuple[str, str]]:
    """Another member of the same kind of thing: `n["delta"]` for `n["output"]`, `link.source` for `link.target`."""
    own = text.of(node)
    if isinstance(node, ast.Attribute) and not own.startswith("self."):
        above = text.parents.get(node)
        if isinstance(above, ast.Call) and above.func is node:
            return
        owner = text.of(node.value)
        for kind in _members(text.source):
            for other in kind if node.attr in kind else ():
                if other != node.attr:
                    yield "wrong-layer-input", f"{owner}.{other}"
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        if isinstance(node.slice.value, str):
            quote = text.of(node.slice)[-1]
            for other in _keys(text.source):
                if other != node.slice.value:
                    new = text.within(node, node.slice, f"{quote}{other}{quote}")
                    yield "wrong-layer-input", new


@lru_cache(maxsize=8)
def _members(source: str) -> tuple[tuple[str, ...], ...]:
    """For each class of a program: the attributes that its methods store."""
    out = []
    for owner in ast.walk(ast.parse(source)):
        if isinstance(owner, ast.ClassDef):
            stored = [
                n.attr
                for n in ast.walk(owner)
                if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)
            ]
            out.append(tuple(dict.fromkeys(stored)))
    return tuple(out)


@lru_cache(maxsize=8)
def _keys(source: str) -> tuple[str, ...]:
    """The names under which a program's dictionaries hold something."""
    found = [
        n.slice.value
        for n in ast.walk(ast.parse(source))
        if isinstance(n, ast.Subscript) and isinstance(n.slice, ast.Constant)
        if isinstance(n.slice.value, str)
    ]
    return tuple(dict.fromkeys(found))[:MOST_KEYS]


def order_rule(text: Text, node: ast.expr, names: Names) -> Iterator[tuple[str, str]]:
    """Two elements of a list in each other's place."""
    if not isinstance(node, (ast.List, ast.Tuple)) or not 2 <= len(node.elts) <= MOST_ELEMENTS:
        return
    for i, j in combinations(range(len(node.elts)), 2):
        one, other = node.elts[i], node.elts[j]
        start, (first, last), (begin, end) = text.span(node)[0], text.span(one), text.span(other)
        own = text.of(node)
        middle = own[last - start : begin - start]
        swapped = f"{text.of(other)}{middle}{text.of(one)}"
        yield "wrong-layer-input", own[: first - start] + swapped + own[end - start :]
