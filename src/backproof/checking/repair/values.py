"""Phase 8a: other texts for the whole value of a statement: with a factor, a sum, an input or a Jacobian that it lacks."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from itertools import product as choices

from backproof.checking.repair.names import Names, slopes_of
from backproof.checking.repair.products import bends_update, factors, is_elementwise
from backproof.checking.repair.swaps import is_of_slope, swap_code
from backproof.checking.repair.text import Candidate, Text, Valued, bracketed


def whole_value(valued: Valued, names: Names) -> Iterator[Candidate]:
    """Every such change of one statement."""
    text, value, made = valued.text, valued.value, valued.to
    product = isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Mult, ast.MatMult))
    own = text.of(value) if product else bracketed(text.of(value))
    visible = list(names.scene.scopes.get(names.scope, {}))
    if not names.scope:
        visible = list(names.shapes)

    usable = [n for n in visible if _is_worth(n, names)]
    floats = [n for n in usable if n not in names.scene.whole]
    for name in floats[:24]:
        likely = name in names.scene.activations or not names.scene.activations
        for slope in slopes_of(name, names):
            cost = 0.35 if likely else 0.75
            yield made("missing-activation-slope", names.times(own, slope), cost)
    for name in _without_bias(valued, floats[:24], names):
        for slope in slopes_of(name, names):
            yield made("missing-activation-slope", names.times(own, slope), 0.38)
    for name in _factors_in(text, value):
        if name in names.scene.later:
            continue
        yield made("missing-activation-slope", names.times(own, f"(1 - {name})"), 0.4)
    for name in usable[:40]:
        yield made("missing-factor", names.times(own, name), 0.65)
    if names.numpy:
        for name in [n for n in usable if names.shapes[n]][:30]:
            yield from _with_input(text, value, name, names, made)
        for option in ("axis=0", "axis=1", "axis=0, keepdims=True", "axis=1, keepdims=True"):
            yield made("bias-reduction", f"np.sum({text.of(value)}, {option})", 0.8)
            for child in ast.walk(value):
                if isinstance(child, ast.Name) and len(names.shapes.get(child.id, ())) == 2:
                    new = f"np.sum({child.id}, {option})"
                    yield valued.part("bias-reduction", child, new, 0.75)
        matrix = any(
            isinstance(n, ast.expr) and _is_matrix_product(text, n, names) for n in ast.walk(value)
        )
        for p in () if matrix else floats[:10]:
            softmax = "exp(" in names.scene.source and names.shapes[p]
            if softmax and min(names.shapes[p]) > 1 and p in text.of(value):
                yield from _jacobians(text, value, p, names, made)
    for item in _items_beside(valued, names):
        yield made("update-without-input", names.times(own, item), 0.5)
    for new, cost in _with_term(valued, own, usable, names):
        yield made("missing-term", new, cost)
    for new in _through_moments(valued, usable, names):
        yield made("missing-term", new, 0.5)
    for code, new, cost in _paired(text, value, floats, names):
        yield made(code, new, cost)
    for new in _entropies(text, value, names) if "log" in names.scene.source else ():
        yield made("entropy-slope", new, 0.45)
    for new in _list_jacobians(text, value) if "exp(" in names.scene.source else ():
        yield made("softmax-jacobian", new, 0.5)
    for new in _unsliced(text, value):
        yield made("last-example-only", new, 0.5)
    for code, new in _ordered(text, value) if "order" in names.scene.source else ():
        yield made(code, new, 0.4)
    for new in _toggled(text, value, names):
        yield made("elementwise-for-matrix-product", new, 0.5)
    for old, new in _everywhere(text, value, names):
        code = swap_code(old, new) if new in names.shapes else "slope-of-activated-value"
        yield made(code, text.of(value).replace(old, new), 0.6)


def _items_beside(valued: Valued, names: Names) -> Iterator[str]:
    """Items of other lists by the indices of the weight that is updated: `x[i]` beside `w[i][j] -= step`, `self.a[l][i]` beside `self.w[l][j][i]`."""
    node, text = valued.node, valued.text
    target: ast.expr | None = node.target if isinstance(node, ast.AugAssign) else None
    indices: list[str] = []
    while isinstance(target, ast.Subscript):
        indices.insert(0, text.of(target.slice))
        target = target.value
    if not indices or target is None or names.numpy:
        return
    local = [n for n in names.scene.scopes.get(names.scope, {}) if len(names.shapes[n]) == 1]
    owned = (
        re.findall(r"self\.\w+\b(?!\()", text.source) if text.of(target).startswith("self.") else []
    )
    function = text.parents.get(node)
    while function is not None and not isinstance(function, ast.FunctionDef):
        function = text.parents.get(function)
    given = [a.arg for a in function.args.args if a.arg != "self"] if function else []
    rows = [
        n for n in dict.fromkeys([*given, *local, *owned]) if "[" not in n and n != text.of(target)
    ]
    for name in rows[:MOST_ROWS]:
        yield from (f"{name}[{index}]" for index in indices)
        if len(indices) > 2:
            yield from (f"{name}[{indices[0]}][{index}]" for index in indices[1:])


def _with_term(
    valued: Valued, own: str, usable: list[str], names: Names
) -> Iterator[tuple[str, float]]:
    """The value and one more term: what comes back by another way, as beside a residual connection or through tied weights."""
    targets = getattr(valued.node, "targets", [])
    target = valued.text.of(targets[0]) if len(targets) == 1 else ""
    shape, later = names.shapes.get(target), names.scene.later
    if not shape or target not in later:
        return
    there = set(re.findall(r"\w+", own))  # `x * f + x` is another factor
    backward = [n for n in usable if n in later and n != target and n not in there]
    for name in [n for n in backward if names.shapes[n] == shape][:MOST_ADDED]:
        yield f"{own} + {name}", 0.5
    tables = [n for n in usable if len(names.shapes[n]) == 2] if len(shape) == 2 else []
    pairs = [(a, b) for a, b in permutations(tables, 2) if {a, b} & set(backward)]
    fitting = [(a, b) for a, b in pairs if _product_shape(names, a, b) == shape]
    for a, b in fitting[:MOST_ADDED] if names.numpy and not names.matrices else ():
        yield f"{own} + {names.dot(f'{a}.T', b)}", 0.6


# numbers that are divided by their own spread: what comes back goes through their mean and their variance, too
SPREAD = re.compile(r"\b(var|std)\b|variance", re.I)


def _through_moments(valued: Valued, usable: list[str], names: Names) -> Iterator[str]:
    """The derivative by normalised numbers, divided by their spread, with what the mean and the variance have in it (Ioffe and Szegedy 2015)."""
    text, value = valued.text, valued.value
    targets = getattr(valued.node, "targets", [])
    shape = names.shapes.get(text.of(targets[0])) if len(targets) == 1 else None
    wanted = isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Div, ast.Mult))
    if not wanted or len(shape or ()) != 2 or not SPREAD.search(names.scene.source):
        return
    assert isinstance(value, ast.BinOp)
    alike = [n for n in usable if names.shapes[n] == shape and n not in names.scene.later]
    sides = [value.left] if isinstance(value.op, ast.Div) else [value.left, value.right]
    for part in sides:
        centred = isinstance(part, ast.BinOp) and isinstance(part.op, ast.Sub)
        back = text.of(part.left if centred and isinstance(part, ast.BinOp) else part)
        for name in alike[:MOST_NORMALISED]:
            for along in ("axis=0", "axis=1, keepdims=True"):
                mean = text.of(part) if centred else f"{back} - np.mean({back}, {along})"
                new = f"{mean} - {name} * np.mean({bracketed(back)} * {name}, {along})"
                stands = text.source[: text.span(part)[0]].endswith("(")
                yield text.within(value, part, new if stands else f"({new})")


def _product_shape(names: Names, a: str, b: str) -> tuple[int, ...] | None:
    """Of `a.T @ b`."""
    (rows, left), (other, right) = names.shapes[a], names.shapes[b]
    return (left, right) if rows == other else None


def _paired(
    text: Text, value: ast.expr, floats: list[str], names: Names
) -> Iterator[tuple[str, str, float]]:
    """A list whose numbers are multiplied by those of another, or by slopes taken from them, in a program without arrays."""
    if names.numpy or not isinstance(value, (ast.Name, ast.Attribute, ast.ListComp)):
        return
    own = text.of(value)
    shape = names.shapes.get(own)
    lists = [n for n in floats if len(names.shapes[n]) == 1 and n != own]
    for name in lists if shape is None or len(shape) == 1 else ():
        if shape is not None and names.shapes[name] != shape:
            continue
        pairs = f"for a, b in zip({own}, {name})]"
        for slope, cost in (("b * (1 - b)", 0.4), ("(1 - b * b)", 0.4), ("(b > 0)", 0.55)):
            yield "missing-activation-slope", f"[a * {slope} {pairs}", cost
        yield "missing-factor", f"[a * b {pairs}", 0.5


def _without_bias(valued: Valued, wider: Sequence[str], names: Names) -> Iterator[str]:
    """Activations that carry a unit for the bias at one end, without it, where they have the value's shape then."""
    targets = getattr(valued.node, "targets", [])
    shape = names.shapes.get(valued.text.of(targets[0])) if len(targets) == 1 else None
    for name in wider if shape else ():
        own = names.shapes[name]
        for axis, slices in enumerate(WITHOUT_ENDS[: len(own)]):
            if (*own[:axis], own[axis] - 1, *own[axis + 1 :]) == shape:
                yield from (f"{name}[{part}]" for part in slices)


WITHOUT_ENDS = (("1:", ":-1"), (":, 1:", ":, :-1"))  # along each axis


def _factors_in(text: Text, value: ast.expr) -> list[str]:
    """The names in a product: one of them may be half of a slope `a * (1 - a)`."""
    while isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Add, ast.Sub)):
        value = value.left
    plain = (ast.Name, ast.Attribute, ast.Subscript)
    found: list[str] = []
    while isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult):
        found += [text.of(n) for n in (value.left, value.right) if isinstance(n, plain)]
        value = value.left
    return found


def _is_matrix_product(text: Text, node: ast.expr, names: Names) -> bool:
    return factors(text, node) is not None and not is_elementwise(node, names)


def _unsliced(text: Text, value: ast.expr) -> Iterator[str]:
    """The same index taken away wherever it stands: all examples, not one of them."""
    nodes = [n for n in ast.walk(value) if isinstance(n, ast.Subscript)]
    for index in dict.fromkeys(text.source[text.span(n.value)[1] : text.span(n)[1]] for n in nodes):
        if text.of(value).count(index) > 1:
            yield text.of(value).replace(index, "")


def _ordered(text: Text, value: ast.expr) -> Iterator[tuple[str, str]]:
    """Matrices laid out in a vector row by row in place of column by column, or the reverse; all at once."""
    calls = [n for n in ast.walk(value) if isinstance(n, ast.Call) and _lays_out(n)]
    told = [k for n in calls for k in n.keywords if k.arg == "order"]
    if told:
        new = text.of(value)
        for argument in dict.fromkeys(text.source[slice(*text.span(k.value))] for k in told):
            new = re.sub(rf",?\s*order\s*=\s*{re.escape(argument)}", "", new)
        yield "needless-transpose", new
    elif calls and all(not n.args for n in calls):
        yield (
            "missing-transpose",
            re.sub(r"\b(ravel|flatten)\(\)", r"\1(order='F')", text.of(value)),
        )


def _lays_out(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr in ("ravel", "flatten")


MOST_PRODUCTS = 4
MOST_ADDED = 12  # terms
MOST_ROWS = 8  # lists
MOST_NORMALISED = 6  # values of the forward pass
MOST_DIVIDED = 4  # names


def _toggled(text: Text, value: ast.expr, names: Names) -> Iterator[str]:
    """Two or more products at once written elementwise, with their transposes or without."""
    if not names.numpy:
        return
    nodes = [n for n in ast.walk(value) if isinstance(n, ast.expr) and factors(text, n)]
    nodes = [n for n in nodes if not is_elementwise(n, names)][:MOST_PRODUCTS]
    if len(nodes) < 2:
        return
    for choice in choices(("keep", "times", "plain"), repeat=len(nodes)):
        if sum(c != "keep" for c in choice) >= 2:
            chosen = {id(node): how for node, how in zip(nodes, choice, strict=True)}
            yield _written(text, value, chosen, names)


def _written(text: Text, node: ast.expr, chosen: dict[int, str], names: Names) -> str:
    """The text of an expression with some of its products written elementwise."""
    how = chosen.get(id(node), "keep")
    operands = _operand_nodes(node)
    if how != "keep" and operands is not None:
        a, b = (_written(text, operand, chosen, names) for operand in operands)
        if how == "plain":
            a, b = a.removesuffix(".T"), b.removesuffix(".T")
        return names.times(bracketed(a), bracketed(b))
    start, stop = text.span(node)
    out, at = "", start
    for child in sorted(
        (c for c in ast.iter_child_nodes(node) if isinstance(c, ast.expr)),
        key=lambda c: text.span(c)[0],
    ):
        first, last = text.span(child)
        out += text.source[at:first] + _written(text, child, chosen, names)
        at = last
    return out + text.source[at:stop]


def _operand_nodes(node: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    if isinstance(node, ast.BinOp):
        return node.left, node.right
    if isinstance(node, ast.Call) and len(node.args) == 2:
        return node.args[0], node.args[1]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and len(node.args) == 1:
        return node.func.value, node.args[0]
    return None


def _is_worth(name: str, names: Names) -> bool:
    return not name.endswith(".T") and "(" not in name and name not in ("np", "math")


def _with_input(
    text: Text,
    value: ast.expr,
    name: str,
    names: Names,
    made: Callable[[str, str, float], Candidate],
) -> Iterator[Candidate]:
    """An update by the delta alone, multiplied by the layer's input."""
    own = {*names.scene.functions, *names.scene.pairs}
    for child in ast.walk(value):
        if not isinstance(child, (ast.Name, ast.Attribute, ast.Subscript, ast.Call)):
            continue
        delta, above = text.of(child), text.parents.get(child)
        if isinstance(above, ast.Call) and text.of(above.func) in own:
            continue  # what an activation is taken of is no delta
        if names.shapes.get(delta) is None or delta == name or is_of_slope(text, child, names):
            continue
        start, stop = (p - text.span(value)[0] for p in text.span(child))
        arrays = (
            names.dot(f"{name}.T", delta),
            names.dot(delta, f"{name}.T"),
            f"np.outer({name}, {delta})",
            f"np.outer({delta}, {name})",
        )
        products = (*(arrays if names.shapes[delta] else ()), names.times(delta, name))
        for product in products:
            whole = text.of(value)
            yield made("update-without-input", whole[:start] + product + whole[stop:], 0.55)


def _jacobians(
    text: Text, value: ast.expr, p: str, names: Names, made: Callable[[str, str, float], Candidate]
) -> Iterator[Candidate]:
    """The whole Jacobian of softmax in place of its diagonal."""
    if p in names.scene.later:
        return  # no output
    differences = [
        text.of(c)
        for c in ast.walk(value)
        if isinstance(c, ast.BinOp) and isinstance(c.op, ast.Sub)
    ]
    tail = ""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div):
        tail = f" / {text.of(value.right)}"
    for d in [*differences, *(n for n in names.arrays() if names.shapes[n] == names.shapes[p])][:8]:
        if d in ("1", p) or d.startswith("1 -"):
            continue
        axes = ("1", "0") if len(names.shapes[p]) == 2 else ("",)
        for axis in axes:
            along = f", axis={axis}, keepdims=True" if axis else ""
            inner = f"np.sum(({d}) * {p}{along})"
            yield made(
                "softmax-jacobian",
                f"{p} * (({d}) - {inner}){tail}",
                0.4 if "softmax" in names.scene.source.lower() else 0.7,
            )


def _entropies(text: Text, value: ast.expr, names: Names) -> Iterator[str]:
    """The slope of a cross-entropy by the output, whole, in place of what divides one of two names of a shape by the other."""
    divided = [n for n in ast.walk(value) if _is_quotient(text, n)]
    used = [
        text.of(n)
        for n in ast.walk(value)
        if isinstance(n, (ast.Name, ast.Attribute, ast.Subscript))
    ]
    known = [n for n in dict.fromkeys(used) if n in names.shapes][:MOST_DIVIDED]
    for a, y in permutations(known, 2) if divided else ():
        if names.shapes[a] == names.shapes[y]:
            both = f"{y} / {a} - (1 - {y}) / (1 - {a})"
            yield from (f"-({both})", both, f"-{y} / {a}")


def _is_quotient(text: Text, node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Div)
    return isinstance(node, ast.Call) and text.of(node.func).endswith(".divide")


def _list_jacobians(text: Text, value: ast.expr) -> Iterator[str]:
    """The whole Jacobian of softmax for one output after the other: `(y[k] - t[k]) * y[k] * (1 - y[k])` inside a loop over k."""
    inside = value.elt if isinstance(value, ast.ListComp) else value
    if isinstance(value, ast.ListComp):
        counter, over = value.generators[0].target, value.generators[0].iter
    else:
        loop = text.parents.get(value)
        while loop is not None and not isinstance(loop, ast.For):
            loop = text.parents.get(loop)
        if loop is None:
            return
        counter, over = loop.target, loop.iter
    if not isinstance(counter, ast.Name):
        return
    for node in ast.walk(inside):
        if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub)):
            continue
        for side in (node.left, node.right):
            output = text.of(side)
            if f"[{counter.id}]" not in output:
                continue
            both = f"({text.of(node)}) * {output}".replace(f"[{counter.id}]", "[q]")
            whole = f"{output} * (({text.of(node)}) - sum({both} for q in {text.of(over)}))"
            yield text.within(value, inside, whole) if inside is not value else whole


def _everywhere(text: Text, value: ast.expr, names: Names) -> Iterator[tuple[str, str]]:
    """One function call taken away, or one name passed through a function, wherever it stands."""
    for child in ast.walk(value):
        if isinstance(child, ast.Call) and len(child.args) == 1:
            if not bends_update(text, child, names):
                yield text.of(child), text.of(child.args[0])
        if isinstance(child, (ast.Name, ast.Attribute)) and text.of(child) in names.shapes:
            own = text.of(child)
            if text.of(value).count(own) > 1:
                for other in dict.fromkeys([*names.alike(own, 6), *names.of_like_rank(own)]):
                    yield own, other
                for function in names.scene.functions[:4]:
                    yield own, f"{function}({own})"
