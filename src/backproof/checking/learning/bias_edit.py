"""Phase 9g: the text of a bias for a layer that has none.

    W = ...                ->  W = ...;  b = np.zeros((1, W.shape[1]))
    z = x @ W              ->  z = x @ W + b
    W -= rate * x.T @ d    ->  b -= rate * np.sum(d, axis=0, keepdims=True);  W -= ...

bias_edits(...)    these three changes; none where the program's manner of writing is another one
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backproof.checking.learning.biases import Missing
from backproof.checking.source.literals import Replacement, Source
from backproof.checking.source.places import Place

PRODUCTS = ("dot", "matmul", "outer")
SIGNS: dict[type[ast.operator], str] = {ast.Add: "+=", ast.Sub: "-="}


@dataclass(frozen=True)
class _Update:
    """A statement that moves the weights: by which sign and which expression."""

    statement: ast.stmt
    sign: str
    step: ast.expr
    inside: bool  # whether it stands in a function


def bias_edits(text: Source, places: Sequence[Place], layer: Missing) -> tuple[Replacement, ...]:
    """What to change in the text; nothing where that is not clear."""
    weights = layer.operand
    if not weights.replace(".", "").replace("_", "").isalnum() or weights.count(".") > 1:
        return ()
    made = _creation(text, weights)
    update = _update(text, weights)
    numpy = _numpy(text)
    name = _new_name(text, weights)
    if made is None or update is None or not numpy or not name:
        return ()
    step = _step(text, update, layer, numpy)
    if step is None:
        return ()
    shape = _shape(layer, weights)
    target = f"{name}[...]" if update.inside and "." not in name else name
    return (
        _line_after(text, made, f"{name} = {numpy}.zeros({shape})"),
        *_added(text, places[layer.product], name),
        _line_before(text, update.statement, f"{target} {update.sign} {step}"),
    )


def _creation(text: Source, weights: str) -> ast.stmt | None:
    """The one statement that makes the weights."""
    found = [
        node
        for node in ast.walk(text.tree)
        if isinstance(node, ast.Assign)
        and [ast.unparse(target) for target in node.targets] == [weights]
        and _moved_by(node, weights) is None
    ]
    return found[0] if len(found) == 1 else None


def _update(text: Source, weights: str) -> _Update | None:
    """The one statement that moves them."""
    found = []
    for node in ast.walk(text.tree):
        moved = _moved_by(node, weights)
        if moved is not None and isinstance(node, ast.stmt):
            inside = any(isinstance(above, ast.FunctionDef) for above in text.above(node))
            found.append(_Update(node, *moved, inside))
    return found[0] if len(found) == 1 else None


def _moved_by(node: ast.AST, weights: str) -> tuple[str, ast.expr] | None:
    """The sign and the size of a move: of `W -= g`, `W = W - g`."""
    if isinstance(node, ast.AugAssign) and ast.unparse(node.target) == weights:
        sign = SIGNS.get(type(node.op))
        return None if sign is None else (sign, node.value)
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == weights:
        value = node.value
        if isinstance(value, ast.BinOp) and ast.unparse(value.left) == weights:
            sign = SIGNS.get(type(value.op))
            return None if sign is None else (sign, value.right)
    return None


def _step(text: Source, update: _Update, layer: Missing, numpy: str) -> str | None:
    """The move of the bias: that of the weights, with the delta's sum where the product with the input stands."""
    direct = _summed(text, update.step, layer, numpy)
    if direct is not None:
        return direct
    for node in ast.walk(update.step):
        if isinstance(node, (ast.Name, ast.Attribute)):
            value = _value_of(text, ast.unparse(node))
            inner = None if value is None else _summed(text, value, layer, numpy)
            if inner is not None:
                outer, part = text.piece(update.step), text.piece(node)
                before = outer.text[: part.start - outer.start]
                after = outer.text[part.stop - outer.start :]
                plain = inner.isidentifier() or not (before or after) or inner.endswith(")")
                return f"{before}{inner if plain else f'({inner})'}{after}"
    return None


def _summed(text: Source, expression: ast.expr, layer: Missing, numpy: str) -> str | None:
    """The expression's text with the delta's sum in place of its product with the input."""
    for product, delta in _products(expression):
        if ast.unparse(delta) in layer.texts:
            outer, inner = text.piece(expression), text.piece(product)
            words = _sum(text.piece(delta).text, delta, layer, numpy)
            before = outer.text[: inner.start - outer.start]
            return before + words + outer.text[inner.stop - outer.start :]
    return None


def _products(expression: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Products in an expression, with each operand of theirs."""
    for node in ast.walk(expression):
        operands: list[ast.expr] = []
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.MatMult, ast.Mult)):
            operands = [node.right, node.left]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in PRODUCTS:
            function = node.func
            operands = list(reversed(node.args))
            if isinstance(function, ast.Attribute) and len(node.args) == 1:
                operands.append(function.value)
        if isinstance(node, ast.expr):
            yield from ((node, operand) for operand in operands)


def _sum(words: str, delta: ast.expr, layer: Missing, numpy: str) -> str:
    simple = isinstance(delta, (ast.Name, ast.Attribute, ast.Call))
    if layer.axis is None or layer.single:
        return words if simple else f"({words})"
    if layer.matrix:
        return f"{words if simple else f'({words})'}.sum(axis={layer.axis})"
    return f"{numpy}.sum({words}, axis={layer.axis}, keepdims=True)"


def _value_of(text: Source, name: str) -> ast.expr | None:
    """What the one assignment to a name gives it."""
    found = [
        node.value
        for node in ast.walk(text.tree)
        if isinstance(node, ast.Assign)
        and [ast.unparse(target) for target in node.targets] == [name]
    ]
    return found[0] if len(found) == 1 else None


def _shape(layer: Missing, weights: str) -> str:
    units = f"{weights}.shape[{0 if layer.left else 1}]"
    return {None: units, 0: f"(1, {units})", 1: f"({units}, 1)"}[layer.axis]


def _added(text: Source, product: Place, name: str) -> tuple[Replacement, ...]:
    """`+ b` behind the product, in parentheses where something else follows."""
    start = text.starts[product.line - 1] + product.column
    stop = text.starts[product.end_line - 1] + product.end_column
    before = text.source[:start].rstrip(" ")[-1:]
    after = text.source[stop:].lstrip(" ")[:1]
    if before in ("(", ",", "=") and after in (")", ",", "\n", "#", ""):
        return ((stop, stop, f" + {name}"),)
    if after in ("\n", "#", "") and text.source[:start].rstrip().endswith("return"):
        return ((stop, stop, f" + {name}"),)
    return ((start, start, "("), (stop, stop, f" + {name})"))


def _line_after(text: Source, statement: ast.stmt, words: str) -> Replacement:
    at = min(text.starts[statement.end_lineno or statement.lineno], len(text.source))
    return (at, at, f"{_indent(text, statement)}{words}\n")


def _line_before(text: Source, statement: ast.stmt, words: str) -> Replacement:
    at = text.starts[statement.lineno - 1]
    return (at, at, f"{_indent(text, statement)}{words}\n")


def _indent(text: Source, statement: ast.stmt) -> str:
    line = text.lines[statement.lineno - 1]
    return line[: len(line) - len(line.lstrip())]


def _numpy(text: Source) -> str:
    """What the program calls NumPy."""
    for node in ast.walk(text.tree):
        for name in node.names if isinstance(node, ast.Import) else ():
            if name.name == "numpy":
                return name.asname or "numpy"
    return ""


def _new_name(text: Source, weights: str) -> str:
    """A name for the bias that the program does not have yet."""
    owner, _, last = weights.rpartition(".")
    taken = {n.id for n in ast.walk(text.tree) if isinstance(n, ast.Name)}
    taken |= {n.attr for n in ast.walk(text.tree) if isinstance(n, ast.Attribute)}
    taken |= {n.arg for n in ast.walk(text.tree) if isinstance(n, ast.arg)}
    digits = last[len(last.rstrip("0123456789")) :]
    for name in (f"b{digits}", f"bias{digits}", f"bias_{last}"):
        if name not in taken:
            return f"{owner}.{name}" if owner else name
    return ""
