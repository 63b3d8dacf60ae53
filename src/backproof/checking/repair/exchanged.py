"""Phase 8a: one thing in the place of another of its kind: a member of an object, an item of a dictionary, an element of a list.

member_rule(...), order_rule(...)    other texts for a part of an expression
exchanged_arguments(text)            calls whose arguments have the names of parameters, and stand at other places than these
exchanged_results(text, wrong)       names of results that are unpacked, each in the other's place, of the weights that go wrong
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import combinations

from backproof.checking.repair.names import Names
from backproof.checking.repair.text import Candidate, Text

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


def exchanged_arguments(text: Text) -> Iterator[Candidate]:
    """The arguments in the order of the function's own names."""
    functions = {n.name: n for n in text.statements() if isinstance(n, ast.FunctionDef)}
    for call in (n for n in ast.walk(text.tree) if isinstance(n, ast.Call)):
        called = functions.get(text.of(call.func).rpartition(".")[2])
        if called is None:
            continue
        method = isinstance(call.func, ast.Attribute) and called.args.args[:1]
        expected = [a.arg for a in called.args.args[1 if method else 0 :]][: len(call.args)]
        given = [text.of(argument) for argument in call.args]
        if given != expected and sorted(given) == sorted(expected):
            changes = list(zip(call.args, expected, strict=True))
            line = text.statement_around(call).lineno
            yield Candidate("exchanged-arguments", line, text.all_replaced(changes), 0.1)


def exchanged_results(text: Text, wrong: Collection[str]) -> Iterator[Candidate]:
    """`dW2, dW1 = backward()` as `dW1, dW2 = backward()`, where W1 and W2 are all that goes wrong."""
    for node in text.statements():
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if not isinstance(target, ast.Tuple) or not isinstance(
            getattr(node, "value", None), ast.Call
        ):
            continue
        meant = [part for part in target.elts if any(name in text.of(part) for name in wrong)]
        if len(meant) == len(wrong) == 2:
            one, other = meant
            changes = [(one, text.of(other)), (other, text.of(one))]
            yield Candidate("exchanged-results", node.lineno, text.all_replaced(changes), 0.1)
