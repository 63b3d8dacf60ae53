"""Phase 8i: weights that one function updates before another passes the error back through them.

kept(...)    the old weights stored beside the new ones, and read where the error is passed back: `self.w` and `self.old_w`
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from backproof.checking.repair.scene import Scene
from backproof.checking.repair.text import Candidate, Text


@dataclass(frozen=True)
class Member:
    """A thing's attribute, or its item by a name: `unit.w`, `unit["w"]`."""

    node: ast.Attribute | ast.Subscript
    name: str

    def old(self, text: Text) -> str:
        """The text of the member that keeps the old value."""
        whole, owner = text.of(self.node), text.of(self.node.value)
        return owner + whole[len(owner) :].replace(self.name, f"old_{self.name}")


def member(node: ast.expr) -> Member | None:
    """The member that an expression is, or an entry of."""
    while isinstance(node, ast.Subscript) and not _is_text(node.slice):
        node = node.value
    if isinstance(node, ast.Attribute):
        return Member(node, node.attr)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return Member(node, str(node.slice.value))
    return None


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def kept(text: Text, scene: Scene) -> Iterator[Candidate]:
    """One candidate for each update of a member that another statement of the backward pass reads."""
    lines = {scene.statements[index].line for index in scene.suspects()}
    suspects = [n for n in text.statements() if n.lineno in lines]
    for node in suspects:
        target: ast.expr | None = node.target if isinstance(node, ast.AugAssign) else None
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
        found = None if target is None else member(target)
        if target is None or found is None or not text.alone(node):
            continue
        readers = [n for n in suspects if n is not node]
        reads = [read for reader in readers for read in _reads(text, reader, found)]
        if reads:
            whole = target is found.node
            source = _with_old(text, node, found, reads, _copy(text, scene, found, whole))
            yield Candidate("update-before-use", node.lineno, source, 0.3)


def _reads(text: Text, node: ast.stmt, found: Member) -> Iterator[Member]:
    """Where a statement reads members of that name; not those that an update starts from."""
    value = getattr(node, "value", None)
    stored = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    if any(s is not None and (m := member(s)) and m.name == found.name for s in stored):
        return
    for child in ast.walk(value) if isinstance(value, ast.expr) else ():
        if isinstance(child, (ast.Attribute, ast.Subscript)) and isinstance(child.ctx, ast.Load):
            own = member(child)
            if own is not None and own.node is child and own.name == found.name:
                yield own


def _copy(text: Text, scene: Scene, found: Member, whole: bool) -> str:
    """The old value, as it is to be kept: a number as it is, lists and arrays copied."""
    own = text.of(found.node)
    shape = scene.shapes.get(own)
    if shape == () or (shape is None and whole):
        return own
    rows = "np." not in scene.source and shape is not None and len(shape) == 2
    return f"[row[:] for row in {own}]" if rows else f"{own}.copy()"


def _with_old(text: Text, node: ast.stmt, found: Member, reads: list[Member], copy: str) -> str:
    """The program that stores the old value before the update, and reads it."""
    above = _outermost(text, node, text.of(found.node))
    line = f"{text.indent(above)}{found.old(text)} = {copy}\n"
    edits = [(text.starts[above.lineno - 1], text.starts[above.lineno - 1], line)]
    edits += [(*text.span(read.node), read.old(text)) for read in reads]
    source = text.source
    for start, stop, new in sorted(edits, reverse=True):
        source = source[:start] + new + source[stop:]
    return source


def _outermost(text: Text, node: ast.stmt, own: str) -> ast.stmt:
    """The outermost loop around an update that goes through the numbers of one and the same member."""
    parent = text.parents.get(node)
    while isinstance(parent, ast.For):
        counters = {n.id for n in ast.walk(parent.target) if isinstance(n, ast.Name)}
        used = {n.id for n in ast.walk(ast.parse(own)) if isinstance(n, ast.Name)}
        if counters & used:
            break
        node, parent = parent, text.parents.get(parent)
    return node
