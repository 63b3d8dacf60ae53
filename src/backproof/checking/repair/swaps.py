"""Phase 8a: rules that put another value of the program, or another item of a list, in a value's place.

is_of_slope(...)   whether a slope is taken of the value
swap_code(...)     the mistake of writing one name for another
filled_lists(...)  the lists that are appended to
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import permutations

from backproof.checking.repair.names import Names, one_letter_apart
from backproof.checking.repair.products import Rewrite, factors
from backproof.checking.repair.text import Text

MOST_TERMS = 3  # of an index


def swap_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """Another value of the same shape."""
    if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
        own = text.of(node)
        of_slope = is_of_slope(text, node, names)
        for other in names.instead_of(own):
            yield SLOPE if of_slope else swap_code(own, other), other


def letter_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """A name that differs in one letter or digit: `dW2` for `dW1`."""
    if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
        own = text.of(node)
        of_slope = is_of_slope(text, node, names)
        for other in names.instead_of(own):
            if one_letter_apart(own, other):
                yield SLOPE if of_slope else swap_code(own, other), other


SLOPE = "slope-of-activated-value"


def is_of_slope(text: Text, node: ast.expr, names: Names) -> bool:
    """Whether it is what a slope is taken of: `a` of `slope(a)`, `1 - a`, `1 - a ** 2` and `a > 0`."""
    above = text.parents.get(node)
    if isinstance(above, ast.Call):
        return text.of(above.func) in names.scene.slopes and above.args == [node]
    if isinstance(above, ast.Compare):
        return above.left is node and text.of(above.comparators[0]).strip("0.") == ""
    if isinstance(above, ast.BinOp) and isinstance(above.op, ast.Pow):
        above = text.parents.get(above)
    taken = isinstance(above, ast.BinOp) and isinstance(above.op, ast.Sub)
    return taken and isinstance(above, ast.BinOp) and isinstance(above.left, ast.Constant)


def swap_code(old: str, new: str) -> str:
    """The mistake of writing one name for another."""
    stem, _, index = old.partition("[")
    items = stem == new.partition("[")[0] and index and index[0] not in "'\""
    return "wrong-index" if items else "wrong-layer-input"


OTHER_END = {
    "1:": (":-1",),
    ":-1": ("1:",),
    "0": ("-1",),
    "-1": ("0",),
}  # the bias at the other end


def raw_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """Another value in place of a multiple of one, such as the error with its factor 2."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mult):
        return
    for number, value in ((node.left, node.right), (node.right, node.left)):
        plain = number.operand if isinstance(number, ast.UnaryOp) else number
        if isinstance(plain, ast.Constant) and isinstance(value, (ast.Name, ast.Attribute)):
            for other in names.alike(text.of(value), 8):
                yield "raw-error-passed-back", other


def made_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """What was made from a value by a product, in place of the value: the delta for the raw error."""
    if not isinstance(node, (ast.Name, ast.Attribute)) or not isinstance(node.ctx, ast.Load):
        return
    own = text.of(node)
    here = text.statement_around(node)
    if own not in names.shapes or own in names.scene.whole:
        return
    stored = [s for s in text.statements() if isinstance(s, ast.Assign) and s is not here]
    raw = any(
        isinstance(s.value, ast.BinOp) and isinstance(s.value.op, ast.Sub)
        for s in stored
        if text.of(s.targets[0]) == own
    )
    code = "raw-error-passed-back" if raw else "missing-activation-slope"
    for statement in stored:
        other, both = text.of(statement.targets[0]), factors(text, statement.value)
        if both and own in both and names.shapes.get(other) == names.shapes[own]:
            yield code, other


def delta_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """What was made of a difference by a product, in the place of the difference itself: `delta` for `y - t`."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Sub):
        return
    here, own = text.statement_around(node), text.of(node)
    for statement in text.statements():
        if not isinstance(statement, ast.Assign) or statement is here:
            continue
        first = statement.value
        while (both := _operands(text, first)) is not None:
            first = both[0]
        if first is not statement.value and text.of(first) == own:
            yield "raw-error-passed-back", text.of(statement.targets[0])


def _operands(text: Text, node: ast.expr) -> Sequence[ast.expr] | None:
    """Of a product number by number."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return node.left, node.right
    called = isinstance(node, ast.Call) and text.of(node.func).endswith("multiply")
    return node.args if called and isinstance(node, ast.Call) and len(node.args) == 2 else None


def branch_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """One of two values in any case."""
    if isinstance(node, ast.IfExp):
        yield "wrong-layer-input", text.of(node.orelse)
        yield "wrong-layer-input", text.of(node.body)


def everywhere_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """Another unit's value wherever a slope of one is taken: `y * (1 - y)`."""
    above = text.parents.get(node)
    if not isinstance(node, ast.BinOp) or isinstance(above, ast.BinOp):
        return
    read = (ast.Name, ast.Attribute, ast.Subscript)
    for own in dict.fromkeys(text.of(n) for n in ast.walk(node) if isinstance(n, read)):
        here = [n for n in ast.walk(node) if isinstance(n, read) and text.of(n) == own]
        if len(here) > 1 and own in names.shapes:
            for other in (*_of_other_objects(text, here[0]), *names.alike(own)):
                yield "wrong-layer-input", _all_replaced(text, node, here, other)


def object_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """The same attribute of the object that a loop around it goes through."""
    for other in _of_other_objects(text, node):
        yield "wrong-layer-input", other


def _of_other_objects(text: Text, node: ast.expr) -> list[str]:
    """`n.y` for `top.y`, inside of `for n in ...`."""
    if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Load):
        return []
    out, above = [], text.parents.get(node)
    while above is not None and not isinstance(above, (ast.FunctionDef, ast.ClassDef)):
        if isinstance(above, ast.For):
            out += [n.id for n in ast.walk(above.target) if isinstance(n, ast.Name)]
        above = text.parents.get(above)
    return [f"{name}.{node.attr}" for name in out if name != text.of(node.value)]


def _all_replaced(text: Text, outer: ast.expr, nodes: Sequence[ast.expr], new: str) -> str:
    first, last = text.span(outer)
    out, at = [], first
    for start, stop in sorted(text.span(node) for node in nodes):
        out += [text.source[at:start], new]
        at = stop
    return "".join([*out, text.source[at:last]])


def index_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """Another index, or the indices the other way round."""
    if not isinstance(node, ast.Subscript):
        return
    own = node.slice
    value = text.of(node.value)
    indices = sorted(
        {n for n, s in names.shapes.items() if s == () and n.isidentifier() and len(n) <= 3}
    )
    if isinstance(own, (ast.Name, ast.BinOp)):
        for other in indices[:8]:
            yield "wrong-index", f"{value}[{other}]"
        shifted = text.of(own)
        yield "wrong-index", f"{value}[{shifted} + 1]"
        yield "wrong-index", f"{value}[{shifted} - 1]"
        if isinstance(own, ast.BinOp):
            yield "wrong-index", f"{value}[{text.of(own.left)}]"
            inside = dict.fromkeys(n.id for n in ast.walk(own) if isinstance(n, ast.Name))
            for a, b in permutations(list(inside)[:MOST_TERMS], 2):
                yield "wrong-index", f"{value}[{a} + {b}]"
                yield "wrong-index", f"{value}[{a} - {b}]"
        inner = node.value
        if isinstance(inner, ast.Subscript):
            first, second = text.of(inner.slice), text.of(own)
            yield "wrong-index", f"{text.of(inner.value)}[{second}][{first}]"
    parts = own.elts if isinstance(own, ast.Tuple) else [own]
    for part in parts:
        for other in OTHER_END.get(text.of(part), ()):
            yield "wrong-index", text.within(node, part, other)
    if isinstance(own, ast.Tuple) and len(own.elts) == 2:
        first, second = (text.of(e) for e in own.elts)
        yield "wrong-index", f"{value}[{second}, {first}]"


def from_end_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """The item beside one that is counted from the end by a name: `activations[-l - 1]` for `activations[-l]`."""
    own = node.slice if isinstance(node, ast.Subscript) else None
    if isinstance(own, ast.UnaryOp) and isinstance(own.operand, ast.Name):
        for step in ("- 1", "+ 1"):
            yield "wrong-index", text.within(node, own, f"{text.of(own)} {step}")


def other_list_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """An item of another list that the same function fills: `zs[-l]` for `activations[-l]`."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Name):
        return
    item = text.source[text.span(node.value)[1] : text.span(node)[1]]
    for other in _filled(text, node):
        if other != node.value.id:
            yield SLOPE if is_of_slope(text, node, names) else "wrong-layer-input", f"{other}{item}"


def _filled(text: Text, node: ast.AST) -> list[str]:
    """The lists that are appended to around a node: in its function, or in the main program."""
    while not isinstance(node, (ast.FunctionDef, ast.Module)):
        node = text.parents[node]
    return [name for name in filled_lists(node) if name.isidentifier()]


def filled_lists(node: ast.AST) -> list[str]:
    """The lists that are appended to somewhere in a node."""
    calls = [n.func for n in ast.walk(node) if isinstance(n, ast.Call)]
    added = [f.value for f in calls if isinstance(f, ast.Attribute) and f.attr == "append"]
    return list(dict.fromkeys(ast.unparse(value) for value in added))
