"""Phase 8a: rules for sums, axes and shapes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from backproof.checking.repair.names import Names
from backproof.checking.repair.products import Rewrite
from backproof.checking.repair.text import Text


def sum_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """Reductions along another axis, along none, or left out."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return
    if node.func.attr not in ("sum", "mean", "max"):
        return
    module = isinstance(node.func.value, ast.Name) and node.func.value.id in ("np", "numpy")
    value = text.of(node.args[0]) if module and node.args else text.of(node.func.value)
    name = node.func.attr
    code = "bias-reduction" if name != "max" else "softmax-axis"
    options: tuple[str, ...] = (
        "axis=0",
        "axis=1",
        "axis=0, keepdims=True",
        "axis=1, keepdims=True",
        "axis=-1",
        "",
    )
    if names.matrices:
        options = ("axis=0", "axis=1", "")
    for method in dict.fromkeys((name, "sum" if name != "max" else name)):
        for option in options:
            joined = f", {option}" if option else ""
            yield code, f"np.{method}({value}{joined})" if module else f"{value}.{method}({option})"
    yield code, value


def axis_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """The axis of a keyword; or one where `e / e.sum()` has none."""
    above = text.parents.get(node)
    divides = isinstance(above, ast.BinOp) and isinstance(above.op, ast.Div) and above.right is node
    if divides and isinstance(node, ast.Call) and not node.keywords and len(node.args) < 2:
        own = text.of(node)
        if own.endswith(".sum()") or re.fullmatch(r"(np|numpy)\.sum\(.*\)", own):
            comma = "" if own.endswith("()") else ", "
            for axis in ("axis=0", "axis=1, keepdims=True"):
                yield "softmax-axis", f"{own[:-1]}{comma}{axis})"
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg == "axis":
                own = text.of(node)
                start, _ = text.span(node)
                a, b = (p - start for p in text.span(keyword.value))
                same = {"1": "-1", "-1": "1"}.get(text.of(keyword.value))  # of a table
                for axis in ("0", "1", "-1"):
                    if axis != same:
                        yield "softmax-axis", own[:a] + axis + own[b:]


def jacobian_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """The whole Jacobian of softmax in place of its diagonal."""
    if isinstance(node, ast.Call) and text.of(node.func).endswith(("diag", "diagflat")):
        function = text.of(node.func)
        module = function.rpartition(".")[0]
        outer = f"{module}.outer" if module else "outer"
        for name in ast.walk(node):
            if isinstance(name, ast.Name) and len(names.shapes.get(name.id, ())) == 1:
                p = name.id
                yield "softmax-jacobian", f"{function}({p}) - {outer}({p}, {p})"
                yield "softmax-jacobian", f"{function}({p})"


def shape_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """Column against row."""
    own = text.of(node)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in ("reshape", "ravel", "flatten", "squeeze"):
            yield "broadcast-shape", text.of(node.func.value)
    shape = names.shapes.get(own)
    if isinstance(node, (ast.Name, ast.Attribute)) and shape and names.numpy:
        if len(shape) == 1:
            yield "broadcast-shape", f"{own}.reshape(-1, 1)"
        elif len(shape) == 2 and 1 in shape:
            yield "broadcast-shape", f"{own}.ravel()"
