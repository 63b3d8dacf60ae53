"""Phase 8a: other texts for a part of an expression, each the inverse of a mistake that people make. One rule each, in one table."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from itertools import product as choices

from backproof.checking.repair.exchanged import member_rule, order_rule
from backproof.checking.repair.names import Names, one_letter_apart, slopes_of
from backproof.checking.repair.one_example import all_examples_rule, one_example_rule
from backproof.checking.repair.text import Text, bracketed
from backproof.checking.repair.undone import decay_rule, elu_rule, leak_rule, mask_rule, power_rule

MOST_TERMS = 3  # of an index
# What these leave out may be a part of the loss, or keep weights within bounds: no mistake by itself.
MEANT = ("extra-term", "bounded")
Rewrite = tuple[str, str]  # code of the mistake, new text of the expression


def _sign_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
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


def _product_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
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


def _transpose_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    own = text.of(node)
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield "needless-transpose", text.of(node.value)
    elif isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
        if len(names.shapes.get(own, ())) == 2 and not own.endswith(".T"):
            yield "missing-transpose", f"{own}.T"


def _fewer_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """Leave out a factor, a function, a slope."""
    both = factors(text, node)
    if both is not None:
        yield "extra-factor", both[0]
        yield "extra-factor", both[1]
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub, ast.Div)):
        plain = isinstance(node.op, ast.Div) or isinstance(node.right, ast.Constant)
        code = "extra-factor" if plain else "extra-term"
        yield code, text.of(node.left)
    if isinstance(node, ast.Call) and len(node.args) == 1:
        code = "bounded" if bends_update(text, node, names) else "slope-of-activated-value"
        yield code, text.of(node.args[0])
    if isinstance(node, ast.Subscript):
        yield "wrong-index", text.of(node.value)


def bends_update(text: Text, node: ast.Call, names: Names) -> bool:
    """Whether a call changes a weight's new value, or what is added to it, by a function that is no slope."""
    statement = text.statement_around(node)
    targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
    weight = targets[0] is not None and names.is_weight(text.of(targets[0]))
    return weight and text.of(node.func) not in names.scene.slopes


MOST_FACTORS = 5


def _chain_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
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


def _swap_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """Another value of the same shape."""
    if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
        own = text.of(node)
        of_slope = is_of_slope(text, node, names)
        for other in names.instead_of(own):
            if not _is_own_step(text, node, other, names):
                yield SLOPE if of_slope else swap_code(own, other), other


def _letter_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """A name that differs in one letter or digit: `dW2` for `dW1`."""
    if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
        own = text.of(node)
        of_slope = is_of_slope(text, node, names)
        for other in names.instead_of(own):
            if one_letter_apart(own, other) and not _is_own_step(text, node, other, names):
                yield SLOPE if of_slope else swap_code(own, other), other


def _is_own_step(text: Text, node: ast.expr, other: str, names: Names) -> bool:
    """Whether a change would add a multiple of a gradient to itself: `dW += rate * dW` only scales it."""
    adds = isinstance(text.statement_around(node), ast.AugAssign)
    return adds and other == names.made and not names.is_weight(other)


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


def _division_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """A division that keeps the fraction."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv):
        yield "integer-division", f"{text.of(node.left)} / {text.of(node.right)}"


OTHER_END = {
    "1:": (":-1",),
    ":-1": ("1:",),
    "0": ("-1",),
    "-1": ("0",),
}  # the bias at the other end


def _raw_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """Another value in place of a multiple of one, such as the error with its factor 2."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mult):
        return
    for number, value in ((node.left, node.right), (node.right, node.left)):
        plain = number.operand if isinstance(number, ast.UnaryOp) else number
        if isinstance(plain, ast.Constant) and isinstance(value, (ast.Name, ast.Attribute)):
            for other in names.alike(text.of(value), 8):
                yield "raw-error-passed-back", other


def _made_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
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


def _branch_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """One of two values in any case."""
    if isinstance(node, ast.IfExp):
        yield "wrong-layer-input", text.of(node.orelse)
        yield "wrong-layer-input", text.of(node.body)


def _everywhere_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
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


def _object_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
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


def _index_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
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


def _from_end_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """The item beside one that is counted from the end by a name: `activations[-l - 1]` for `activations[-l]`."""
    own = node.slice if isinstance(node, ast.Subscript) else None
    if isinstance(own, ast.UnaryOp) and isinstance(own.operand, ast.Name):
        for step in ("- 1", "+ 1"):
            yield "wrong-index", text.within(node, own, f"{text.of(own)} {step}")


def _operand_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
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


def _slope_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
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


def _other_list_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
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


# some activation does
RECTIFIES = re.compile(r"relu|\bmax(imum)?\(|\bwhere\(|\* \(\w+ > 0\)", re.I)


def _formula_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
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


def _sum_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
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


def _jacobian_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
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


def _shape_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
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


EXPRESSION_RULES: tuple[tuple[Callable[[Text, ast.expr, Names], Iterator[Rewrite]], float], ...] = (
    (_sign_rule, 0.3),
    (_product_rule, 0.4),
    (_transpose_rule, 0.5),
    (_sum_rule, 0.45),
    (_slope_rule, 0.5),
    (_formula_rule, 0.45),
    (_operand_rule, 0.55),
    (_fewer_rule, 0.6),
    (_chain_rule, 0.6),
    (_letter_rule, 0.4),
    (_made_rule, 0.25),
    (_swap_rule, 0.7),
    (member_rule, 0.65),
    (order_rule, 0.6),
    (_index_rule, 0.7),
    (_from_end_rule, 0.35),
    (_raw_rule, 0.6),
    (_object_rule, 0.55),
    (_branch_rule, 0.5),
    (_everywhere_rule, 0.55),
    (one_example_rule, 0.5),
    (all_examples_rule, 0.45),
    (_division_rule, 0.2),
    (axis_rule, 0.6),
    (_shape_rule, 0.6),
    (_jacobian_rule, 0.4),
    (_other_list_rule, 0.35),
    (leak_rule, -0.1),  # two leaks in one program
    (mask_rule, 0.3),
    (decay_rule, 0.1),
    (power_rule, 0.4),
    (elu_rule, 0.35),
)
