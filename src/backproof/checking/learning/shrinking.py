"""Phase 9g: rates that are multiplied by a number again and again.

shrinking(text)    the literals below 1 that make a rate smaller from round to round, and the statements that use them
growing(text)      statements that make it larger, `rate *= 1.01`, `rate = first * (1 + decay * n)`, and what makes it smaller
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from backproof.checking.source.literals import Literal, Piece, Replacement, Source, settings_of

RATES = ("rate", "lr", "alpha", "eta", "learn", "step", "speed")
LOOPS = (ast.For, ast.While, ast.FunctionDef)


def shrinking(text: Source) -> Iterator[tuple[Piece, str, Literal]]:
    """The statement, what it calls the rate, and the literal that is to be 1 for the rate to stay as it is."""
    for node, target, factor in _changed(text):
        found = [literal for literal in settings_of(text, factor) if 0 < literal.value < 1]
        if len(found) == 1:
            yield text.piece(node), ast.unparse(target), found[0]


def growing(text: Source) -> Iterator[tuple[Piece, str, Replacement]]:
    """The statement, what it calls the rate, and the edit after which it makes the rate smaller."""
    for node, target, factor in _changed(text):
        piece = text.piece(node)
        found = [literal for literal in settings_of(text, factor) if literal.value > 1]
        if isinstance(node, ast.AugAssign) and len(found) == 1:
            own = found[0].piece
            yield piece, ast.unparse(target), (own.start, own.stop, f"{1 / found[0].value:.3g}")
    for node, target in _of_rates(text):
        value = getattr(node, "value", None)
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult) and _is_rising(value):
            left, right = text.piece(value.left), text.piece(value.right)
            between = text.source[left.stop : right.start]
            edit = (left.stop, right.start, between.replace("*", "/", 1))
            yield text.piece(node), ast.unparse(target), edit


def _is_rising(value: ast.BinOp) -> bool:
    """Whether the second factor is `1 + decay * n`."""
    more = value.right
    if not isinstance(more, ast.BinOp) or not isinstance(more.op, ast.Add):
        return False
    return ast.unparse(more.left) in ("1", "1.0", "1.") and isinstance(more.right, ast.BinOp)


def _changed(text: Source) -> Iterator[tuple[ast.stmt, ast.expr, ast.expr]]:
    """Statements in loops that multiply a rate, the rate and the factor."""
    for node, target in _of_rates(text):
        own, factor = _shrunk(node)
        if own is not None and factor is not None:
            yield node, target, factor


def _of_rates(text: Source) -> Iterator[tuple[ast.stmt, ast.expr]]:
    """Statements in loops that assign to a rate."""
    for node in ast.walk(text.tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        target = targets[0]
        if not isinstance(node, (ast.Assign, ast.AugAssign)) or not isinstance(target, ast.expr):
            continue
        named = any(word in ast.unparse(target).lower() for word in RATES)
        if named and any(isinstance(above, LOOPS) for above in text.above(node)):
            yield node, target


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
