"""Phase 8a: what the forward pass or the loss has of a value, where the backward pass leaves it out or has another.

mask_rule(...)   the mask and the scale that a value was multiplied by, in its delta: dropout (Srivastava et al. 2014)
leak_rule(...)   what a leaky rectifier lets through, as another line has it
power_rule(...)  another power: one less, as of a derivative, or one more
elu_rule(...)    below zero, the value of an exponential unit plus its scale: its slope (Clevert, Unterthiner and Hochreiter 2016)
decay_rule(...)  the weight itself where the decay of its step is that of another one, or the penalty
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from backproof.checking.process.state import last_name
from backproof.checking.repair.names import Names
from backproof.checking.repair.products import Rewrite
from backproof.checking.repair.text import Text, bracketed


def mask_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """The whole value of a statement, times what another statement multiplies a value of its shape by."""
    if not isinstance(text.parents.get(node), ast.stmt):
        return
    shape = names.shapes.get(names.made)
    for name, tail in _masked(text) if shape else ():
        if names.shapes.get(name) == shape and name != names.made and tail not in text.of(node):
            yield "missing-factor", f"{bracketed(text.of(node))}{tail}"


def _masked(text: Text) -> Iterator[tuple[str, str]]:
    """`A` and ` * D / keep` of `A = A * D / keep`, or of `A *= D` and `A /= keep`."""
    in_place: dict[str, str] = {}
    for node in text.statements():
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp):
            first, own = node.value.left, text.of(node.targets[0])
            while isinstance(first, ast.BinOp) and isinstance(first.op, (ast.Mult, ast.Div)):
                first = first.left
            start, stop = text.span(first)[1], text.span(node.value)[1]
            if text.of(first) == own and isinstance(node.value.op, (ast.Mult, ast.Div)):
                yield own, text.source[start:stop]
        if isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Mult, ast.Div)):
            sign = "*" if isinstance(node.op, ast.Mult) else "/"
            own = text.of(node.target)
            in_place[own] = f"{in_place.get(own, '')} {sign} {bracketed(text.of(node.value))}"
    yield from in_place.items()


def leak_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """Another leak than the one that is written, where some line with a kink has one."""
    if not isinstance(node, (ast.Call, ast.IfExp)):
        return
    for child in ast.walk(node):
        if isinstance(child, ast.Constant) and isinstance(child.value, float):
            for leak in names.leaks if child.value not in (0.0, 1.0) else ():
                if float(leak) != child.value:
                    yield "other-leak", text.within(node, child, leak)


def power_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """One less than a power that is written out; one more than one below zero."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Pow):
        return
    power, below = node.right, isinstance(node.right, ast.UnaryOp)
    number = power.operand if isinstance(power, ast.UnaryOp) else power
    if not isinstance(number, ast.Constant) or not isinstance(number.value, (int, float)):
        return
    value = -number.value if below else number.value
    for other in (value - 1, value + 1) if below else (value - 1,):
        if value != 2 and other not in (0, 1):
            yield "wrong-power", text.within(node, power, f"{other:g}")


def decay_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """`W2` for `W1`, and for `sum(W2 ** 2)`, in what is added to `dW2`."""
    own, made = text.of(node), last_name(names.made)
    if not isinstance(text.statement_around(node), ast.AugAssign):
        return
    if isinstance(node, ast.Call) or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)):
        for part in ast.walk(node):
            weight = text.of(part) if isinstance(part, (ast.Name, ast.Attribute)) else ""
            if names.is_weight(weight) and last_name(weight) in made:
                yield "penalty-itself", weight
    if not isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
        return
    if not names.is_weight(own) or last_name(own) in made:
        return
    for other, shape in names.shapes.items():
        meant = names.is_weight(other) and last_name(other) in made
        if meant and shape == names.shapes.get(own):
            yield "other-decay", other


ELU = re.compile(r"(?:([\w.]+) \* )?\(?(?:np\.|math\.)?exp\(.*\) - 1\b")


def elu_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """`a + alpha` for `a` in one of the branches of a slope, where the program has `alpha * (exp(z) - 1)`."""
    branches: list[ast.expr] = []
    if isinstance(node, ast.IfExp):
        branches = [node.body, node.orelse]
    elif isinstance(node, ast.Call) and text.of(node.func).endswith("where"):
        branches = node.args[1:]
    if not any(isinstance(branch, ast.Constant) for branch in branches):
        return
    scales = dict.fromkeys(found.group(1) or "1" for found in ELU.finditer(text.source))
    for branch in branches:
        for scale in scales if isinstance(branch, (ast.Name, ast.Attribute)) else ():
            yield "wrong-slope", text.within(node, branch, f"{text.of(branch)} + {scale}")
