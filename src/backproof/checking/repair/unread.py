"""Phase 8j: values stored under a name that nothing reads, stored under one that is read, or read where another is.

unread(...)    `outputs = [...]` in a function that goes on with `inputs`; `self.outs = ...` in a class that reads `self.out`;
               `backward(error)` where `d = 2 * error / n` stands above it and nothing uses `d`
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from backproof.checking.repair.scene import Scene
from backproof.checking.repair.text import Candidate, Text
from backproof.checking.source.syntax import FUNCTIONS

MOST_OTHERS = 8
READ = 0.2  # in cost
Stored = ast.Name | ast.Attribute


def unread(text: Text, scene: Scene) -> Iterator[Candidate]:
    """One candidate for each other name, of those that are stored and read where the value is stored; and for each place that could read it."""
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
        yield from _readers(text, scene, scope, node, own)


def _readers(
    text: Text, scene: Scene, scope: ast.AST, node: ast.Assign, own: str
) -> Iterator[Candidate]:
    """The name read in place of another of its shape, after the output has met its target."""
    known = scene.statement_of(node)
    shapes = {} if known is None else scene.scopes.get(known.scope, {})
    if own not in shapes:
        return
    for child in ast.walk(scope):
        if not isinstance(child, Stored) or not isinstance(child.ctx, ast.Load):
            continue
        user = text.statement_around(child)
        later = scene.first_at.get(scene.index_of(user), -1) > scene.meeting_at
        if later and user is not node and shapes.get(text.of(child)) == shapes[own]:
            yield Candidate("wrong-layer-input", user.lineno, text.replaced(child, own), READ)


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
