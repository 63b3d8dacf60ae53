"""Phase 8a: rules for the slopes of activations: left out, of another quantity, or of another function."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from backproof.checking.repair.names import Names, slopes_of
from backproof.checking.repair.products import Rewrite, is_elementwise
from backproof.checking.repair.swaps import SLOPE
from backproof.checking.repair.text import Text, bracketed


def operand_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """An operand that lacks the slope of what has its shape."""
    if not isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
        return
    own = text.of(node)
    if own in names.scene.whole or own not in names.shapes or text.parents.get(node) is None:
        return
    for other in names.alike(own, 6):
        known = other in names.scene.activations or not names.scene.activations
        if known and other not in names.scene.whole and not other.endswith(".T"):
            for slope in slopes_of(other, names):
                yield "missing-activation-slope", names.times(own, slope)


def slope_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """The slope of an activation, taken of another quantity or by another formula."""
    if isinstance(node, ast.Call) and len(node.args) >= 1:
        argument = text.of(node.args[0])
        rest = "".join(f", {text.of(a)}" for a in node.args[1:])
        for keyword in node.keywords:
            rest += f", {keyword.arg}={text.of(keyword.value)}"
        function = text.of(node.func)
        others = dict.fromkeys([*names.alike(argument, 8), *names.of_like_rank(argument, 8)])
        for other in others if function in names.scene.slopes else ():
            if names.is_of_unit(other):
                yield SLOPE, f"{function}({other}{rest})"
        for other in others if function not in names.scene.slopes else ():
            yield SLOPE, f"{function}({other}{rest})"
        for other in names.scene.functions[:8]:
            if other != function and len(node.args) == 1:
                yield "wrong-slope", f"{other}({argument})"
        if function in names.scene.functions:
            yield "slope-of-activated-value", names.times(argument, f"(1 - {argument})")
            yield "slope-of-activated-value", f"(1 - {names.times(argument, argument)})"
    if (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Sub)
        and text.of(node.left) in ("1", "1.0")
    ):
        a = text.of(node.right)
        yield "wrong-slope", f"1 - {bracketed(a)} ** 2"
        if isinstance(node.right, ast.BinOp) and isinstance(node.right.op, (ast.Pow, ast.Mult)):
            yield "wrong-slope", f"1 - {text.of(node.right.left)}"
            inner = text.of(node.right.left)
            yield "wrong-slope", names.times(inner, f"(1 - {inner})")
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for other in names.alike(text.of(node.left), 8):
            yield (
                "wrong-slope",
                f"{other} {text.source[text.span(node.left)[1] : text.span(node)[1]].strip()}",
            )


# some activation does
RECTIFIES = re.compile(r"relu|\bmax(imum)?\(|\bwhere\(|\* \(\w+ > 0\)", re.I)


def formula_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """The slope of another activation where that of the sigmoid, `a * (1 - a)`, is written."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        sides = (node.left, node.right)
    elif isinstance(node, ast.Call) and is_elementwise(node, names) and len(node.args) == 2:
        sides = (node.args[0], node.args[1])
    else:
        return
    for one, other in (sides, sides[::-1]):
        a = _taken_from_one(text, other)
        chain = isinstance(one, ast.BinOp) and isinstance(one.op, ast.Mult)
        last = one.right if chain and isinstance(one, ast.BinOp) else one
        if a is None or text.of(last) != a:
            continue
        before = f"{text.of(one.left)} * " if isinstance(one, ast.BinOp) and chain else ""
        square = f"1 - {names.times(a, a)}" if names.matrices else f"1 - {bracketed(a)} ** 2"
        yield "wrong-slope", f"{before}({square})"
        if RECTIFIES.search(text.source):
            yield "wrong-slope", f"{before}({a} > 0)"


def _taken_from_one(text: Text, node: ast.expr) -> str | None:
    """`a` of `1 - a`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        if text.of(node.left) in ("1", "1.0", "1."):
            return text.of(node.right)
    return None
