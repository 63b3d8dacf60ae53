"""Phase 8a: rules for signs, products and their factors.

factors(...)         the operands of a product of any kind
is_elementwise(...)  whether it is taken number by number
bends_update(...)    whether a call changes what is added to a weight
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import product as choices

from backproof.checking.repair.names import Names
from backproof.checking.repair.text import Text, bracketed

# What these leave out may be a part of the loss, or keep weights within bounds: no mistake by itself.
MEANT = ("extra-term", "extra-cut", "bounded")


Rewrite = tuple[str, str]  # code of the mistake, new text of the expression


def sign_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """Another sign between two terms, or before one."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        if isinstance(node.left, ast.Constant):
            return  # `1 - x` is hardly ever meant the other way round
        a, b = text.of(node.left), text.of(node.right)
        right = _inner(node.right, b)
        yield "wrong-sign", f"{right} - {_inner(node.left, a)}"
        yield "wrong-sign", f"{a} + {right}"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        a, b = text.of(node.left), text.of(node.right)
        yield "wrong-sign", f"{a} - {_inner(node.right, b)}"
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "wrong-sign", text.of(node.operand)


TIGHT = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Constant, ast.UnaryOp)


LOOSE = (ast.Add, ast.Sub, ast.LShift, ast.RShift, ast.BitAnd, ast.BitOr, ast.BitXor)


def _inner(node: ast.expr, text: str) -> str:
    product = isinstance(node, ast.BinOp) and not isinstance(node.op, LOOSE)
    return text if product or isinstance(node, TIGHT) else f"({text})"


def factors(text: Text, node: ast.expr) -> tuple[str, str] | None:
    """The operands of a product of any kind."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.MatMult)):
        return text.of(node.left), text.of(node.right)
    if isinstance(node, ast.Call):
        name = text.of(node.func).rpartition(".")[2]
        if name in ("multiply", "dot", "outer", "matmul") and len(node.args) == 2:
            return text.of(node.args[0]), text.of(node.args[1])
        if name == "dot" and len(node.args) == 1 and isinstance(node.func, ast.Attribute):
            return text.of(node.func.value), text.of(node.args[0])
    return None


def _turned(operand: str) -> str:
    if operand.endswith(".T"):
        return operand[:-2]
    simple = all(c.isalnum() or c in "_.[]'\",:() " for c in operand) and " " not in operand
    return f"{operand}.T" if simple else f"({operand}).T"


def is_elementwise(node: ast.expr, names: Names) -> bool:
    """Whether a product is taken number by number."""
    if isinstance(node, ast.Call):
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        return name == "multiply"
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and not names.matrices


def product_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """The other kinds of product, and the transposes."""
    both = factors(text, node)
    if both is None or not names.numpy or () in (names.shapes.get(part) for part in both):
        return  # a single number is no matrix
    a, b = (bracketed(part) for part in both)
    elementwise = is_elementwise(node, names)
    to_dot = "elementwise-for-matrix-product"
    transpose = "missing-transpose"
    if elementwise:
        for left, right in (
            (a, b),
            (a, _turned(b)),
            (_turned(a), b),
            (b, a),
            (b, _turned(a)),
            (_turned(b), a),
        ):
            yield to_dot, names.dot(left, right)
        yield "outer-product-delta", f"np.outer({a}, {b})"
        yield "outer-product-delta", f"np.outer({b}, {a})"
        return
    yield "matrix-product-for-elementwise", names.times(a, b)
    yield "outer-product-delta", names.times(a, _turned(b))
    yield "outer-product-delta", names.times(_turned(a), b)
    for left, right in (
        (a, _turned(b)),
        (_turned(a), b),
        (b, a),
        (b, _turned(a)),
        (_turned(b), a),
        (_turned(b), _turned(a)),
        (_turned(a), _turned(b)),
    ):
        shorter = len(left) + len(right) < len(a) + len(b)
        yield "needless-transpose" if shorter else transpose, names.dot(left, right)
    yield "outer-product-delta", f"np.outer({a}, {b})"
    yield "outer-product-delta", f"np.outer({b}, {a})"


def transpose_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """A transpose more, or less."""
    own = text.of(node)
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield "needless-transpose", text.of(node.value)
    elif isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
        if len(names.shapes.get(own, ())) == 2 and not own.endswith(".T"):
            yield "missing-transpose", f"{own}.T"


def fewer_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """Leave out a factor, a function, a slope."""
    both = factors(text, node)
    if both is not None:
        yield "extra-factor", both[0]
        yield "extra-factor", both[1]
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub, ast.Div)):
        if isinstance(node.op, ast.Div) or isinstance(node.right, ast.Constant):
            yield "extra-factor", text.of(node.left)
    if isinstance(node, ast.Call) and len(node.args) == 1:
        code = "bounded" if bends_update(text, node, names) else "slope-of-activated-value"
        yield code, text.of(node.args[0])
    if isinstance(node, ast.Subscript):
        yield "wrong-index", text.of(node.value)


def term_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """Leave out a term, which the loss may have."""
    sums = isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub))
    numbers = (ast.Constant, ast.UnaryOp)
    if sums and isinstance(node, ast.BinOp) and not isinstance(node.right, numbers):
        if not isinstance(node.left, numbers):  # `1 - a` is a slope
            yield "extra-term", text.of(node.left)


def bends_update(text: Text, node: ast.Call, names: Names) -> bool:
    """Whether a call changes a weight's new value, or what is added to it, by a function that is no slope."""
    statement = text.statement_around(node)
    targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
    weight = targets[0] is not None and names.is_weight(text.of(targets[0]))
    return weight and text.of(node.func) not in names.scene.slopes


MOST_FACTORS = 5


def chain_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """A product of several factors without some of them."""
    factors = _chain(node)
    above = text.parents.get(node)
    inner = isinstance(above, ast.BinOp) and isinstance(above.op, ast.Mult) and above.left is node
    if inner or not 3 <= len(factors) <= MOST_FACTORS:
        return
    for kept in choices((True, False), repeat=len(factors)):
        if 0 < sum(kept) < len(factors):
            left = [bracketed(text.of(f)) for f, keep in zip(factors, kept, strict=True) if keep]
            yield "extra-factor", " * ".join(left)


def _chain(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return [*_chain(node.left), node.right]
    return [node]


def division_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """A division that keeps the fraction."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv):
        yield "integer-division", f"{text.of(node.left)} / {text.of(node.right)}"
