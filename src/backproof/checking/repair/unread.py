"""Phase 8j: values stored under a name that nothing reads, stored under one that is read.

unread(...)    `outputs = [...]` in a function that goes on with `inputs`; `self.outs = ...` in a class that reads `self.out`
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from backproof.checking.repair.scene import Scene
from backproof.checking.repair.text import Candidate, Text

MOST_OTHERS = 8
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Stored = ast.Name | ast.Attribute


def unread(text: Text, scene: Scene) -> Iterator[Candidate]:
    """One candidate for each other name, of those that are stored and read where the value is stored."""
    for node in text.statements():
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        target = node.targets[0]
        if not isinstance(target, Stored) or scene.index_of(node) not in scene.first_at:
            continue
        scope = text.tree if isinstance(target, ast.Attribute) else _scope(text, node)
        own, read = text.of(target), _texts(text, scope, ast.Load)
        if _is_read(target, own, read):
            continue
        others = [
            name
            for name in dict.fromkeys(_texts(text, scope, ast.Store))
            if name != own and name in read and _is_like(name, target, text)
        ]
        for other in others[:MOST_OTHERS]:
            source = text.replaced(target, other)
            yield Candidate("wrong-layer-input", node.lineno, source, 0.15)


def _scope(text: Text, node: ast.AST) -> ast.AST:
    while node is not text.tree and not isinstance(node, FUNCTIONS):
        node = text.parents[node]
    return node


def _texts(text: Text, scope: ast.AST, way: type[ast.expr_context]) -> list[str]:
    return [text.of(n) for n in ast.walk(scope) if isinstance(n, Stored) and isinstance(n.ctx, way)]


def _is_read(target: Stored, own: str, read: list[str]) -> bool:
    """Whether anything reads it; an attribute may be read through another name of the same thing."""
    if isinstance(target, ast.Attribute):
        return any(name.rpartition(".")[2] == target.attr for name in read)
    return own in read


def _is_like(name: str, target: Stored, text: Text) -> bool:
    """A name for a name, an attribute of the same thing for an attribute."""
    if isinstance(target, ast.Attribute):
        return name.rpartition(".")[0] == text.of(target.value)
    return name.isidentifier()
