"""Phase 9g: rates that are multiplied by a number below 1 again and again.

shrinking(text)    the literals that make a rate smaller from round to round, and the statements that use them
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from backproof.checking.source.literals import Literal, Piece, Source, settings_of

RATES = ("rate", "lr", "alpha", "eta", "learn", "step", "speed")
LOOPS = (ast.For, ast.While, ast.FunctionDef)


def shrinking(text: Source) -> Iterator[tuple[Piece, str, Literal]]:
    """The statement, what it calls the rate, and the literal that is to be 1 for the rate to stay as it is."""
    for node in ast.walk(text.tree):
        target, factor = _shrunk(node)
        if target is None or factor is None or not isinstance(node, ast.stmt):
            continue
        name = ast.unparse(target)
        if not any(word in name.lower() for word in RATES):
            continue
        if not any(isinstance(above, LOOPS) for above in text.above(node)):
            continue
        found = [literal for literal in settings_of(text, factor) if 0 < literal.value < 1]
        if len(found) == 1:
            yield text.piece(node), name, found[0]


def _shrunk(node: ast.AST) -> tuple[ast.expr | None, ast.expr | None]:
    """`rate` and `c` of `rate *= c`, `rate = rate * c` and `rate = first * c ** n`."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Mult):
        return node.target, node.value
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return None, None
    target, value = node.targets[0], node.value
    if not isinstance(value, ast.BinOp) or not isinstance(value.op, ast.Mult):
        return None, None
    for one, other in ((value.left, value.right), (value.right, value.left)):
        if ast.unparse(one) == ast.unparse(target):
            return target, other
        if isinstance(other, ast.BinOp) and isinstance(other.op, ast.Pow):
            return target, other.left
    return None, None
