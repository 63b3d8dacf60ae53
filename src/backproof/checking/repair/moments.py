"""Phase 8i: what adaptive methods remember of squares, made of something else: `s = rho * s + (1 - rho) * s ** 2`.

moments(text, shapes)    such a line with the square of what the root of the sum divides, or with its own sum
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from backproof.checking.repair.rules import factors
from backproof.checking.repair.text import Candidate, Text

VALUES = (ast.Name, ast.Attribute, ast.Subscript)


def moments(text: Text, shapes: Mapping[str, tuple[int, ...]]) -> Iterator[Candidate]:
    """For each value that is divided by a root: the line that makes what the root is taken of, in the usual way.

    Args:
        text: of the program.
        shapes: of its values, by their texts.
    """
    for node in text.statements():
        for child in ast.walk(node):
            if not isinstance(child, ast.BinOp) or not isinstance(child.op, ast.Div):
                continue
            rooted = _rooted(text, child.right)
            divided = [name for name in map(text.of, _values(child.left)) if name in shapes]
            for line in text.statements():
                if isinstance(line, ast.Assign) and text.of(line.targets[0]) in rooted:
                    shape = shapes.get(text.of(line.targets[0]))
                    alike = [name for name in divided if shapes[name] == shape]
                    yield from _made_usual(text, line, alike)


def _rooted(text: Text, value: ast.expr) -> set[str]:
    """What a square root is taken of, somewhere in a value."""
    out: set[str] = set()
    for node in ast.walk(value):
        if isinstance(node, ast.Call) and text.of(node.func).endswith("sqrt"):
            out |= {text.of(n) for argument in node.args for n in _values(argument)}
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            if text.of(node.right) in ("0.5", ".5"):
                out |= {text.of(n) for n in _values(node.left)}
    return out


def _made_usual(text: Text, line: ast.Assign, divided: list[str]) -> Iterator[Candidate]:
    """The line with its own sum in the first term, where that is missing, or with another square than its own in the last."""
    value, own = line.value, text.of(line.targets[0])
    if not isinstance(value, ast.BinOp) or not isinstance(value.op, ast.Add):
        return
    for kept in _values(value.left):
        if text.of(kept) in divided and text.of(kept) != own:
            source = text.replaced(kept, own)
            yield Candidate("wrong-layer-input", line.lineno, source, 0.1)
    for square in ast.walk(value.right):
        base = _squared(text, square)
        for other in divided if base == own else ():
            if other != own and isinstance(square, ast.expr):
                source = text.replaced(square, f"{other} ** 2")
                yield Candidate("wrong-layer-input", line.lineno, source, 0.1)


def _squared(text: Text, node: ast.AST) -> str:
    """`g` of `g ** 2`, `g * g` or `square(g)`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        return text.of(node.left) if text.of(node.right) in ("2", "2.0") else ""
    if isinstance(node, ast.Call) and text.of(node.func).endswith("square"):
        return text.of(node.args[0]) if node.args else ""
    both = factors(text, node) if isinstance(node, ast.expr) else None
    return both[0] if both and both[0] == both[1] else ""


def _values(node: ast.expr) -> list[ast.expr]:
    """The largest names, attributes and items in an expression that no other holds; not what is called."""
    if isinstance(node, VALUES):
        return [node]
    inner = node.args if isinstance(node, ast.Call) else list(ast.iter_child_nodes(node))
    return [value for part in inner if isinstance(part, ast.expr) for value in _values(part)]
