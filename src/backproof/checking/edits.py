"""Phase 8a: changes that could mend a program, each the inverse of a mistake that people make.

candidates(scene)    edited sources, the likeliest first; each changes one statement, or moves one
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product as choices

from backproof.checking.places import Statement
from backproof.checking.scene import Scene
from backproof.checking.state import stem

Rewrite = tuple[str, str]  # code of the mistake, new text of the expression


@dataclass(frozen=True)
class Candidate:
    """One edited program."""

    code: str  # of the mistake that the change undoes
    line: int  # 1-based: where the change is
    source: str
    cost: float  # how far-fetched it is
    statement: int = -1  # index of the statement whose value alone is changed
    value: str = ""  # the new text of its value
    span: tuple[int, int] = (0, 0)  # of the old text of its value in the program

    def onto(self, others: Sequence[Candidate]) -> Candidate:
        """The same change in a program in which other values were changed already."""
        source, (start, stop) = self.source, self.span
        for other in sorted(others, key=lambda c: -c.span[0]):
            first, last = other.span
            shift = len(self.value) - (stop - start) if first > start else 0
            source = source[: first + shift] + other.value + source[last + shift :]
        return replace(self, source=source)


class Text:
    """A program's text with its syntax tree, and replacements by exact offsets."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lines = source.split("\n")
        self.tree = ast.parse(source)
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.parents: dict[ast.AST, ast.AST] = {
            child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)
        }

    def offset(self, line: int, column: int) -> int:
        """The place in the text of a line and a byte column."""
        text = self.lines[line - 1]
        return self.starts[line - 1] + len(text.encode()[:column].decode(errors="replace"))

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Where a node begins and ends."""
        return (
            self.offset(node.lineno, node.col_offset),
            self.offset(node.end_lineno or node.lineno, node.end_col_offset or 0),
        )

    def of(self, node: ast.expr | ast.stmt) -> str:
        """The node's own text."""
        start, stop = self.span(node)
        return self.source[start:stop]

    def replaced(self, node: ast.expr | ast.stmt, new: str) -> str:
        """The program with another text for one node."""
        start, stop = self.span(node)
        return self.source[:start] + new + self.source[stop:]

    def within(self, outer: ast.expr, node: ast.expr, new: str) -> str:
        """The text of an expression with another text for a part of it."""
        first, last = self.span(outer)
        start, stop = self.span(node)
        return self.source[first:start] + new + self.source[stop:last]

    def statements(self) -> list[ast.stmt]:
        """Every statement, in the order of the text."""
        found = [node for node in ast.walk(self.tree) if isinstance(node, ast.stmt)]
        return sorted(found, key=lambda node: (node.lineno, node.col_offset))

    def block(self, statement: ast.stmt) -> list[ast.stmt]:
        """The statements that stand beside one."""
        parent = self.parents.get(statement)
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and statement in block:
                return block
        return [statement]


SAME_MISTAKE = 0.35  # how much likelier a mistake is that was found elsewhere in the program


def candidates(scene: Scene, found: tuple[str, ...] = ()) -> list[Candidate]:
    """All changes, the likeliest first, each source once.

    Args:
        scene: the program.
        found: codes of mistakes that were found in it already.
    """
    text = Text(scene.source)
    by_line: dict[int, list[ast.stmt]] = {}
    for node in text.statements():
        by_line.setdefault(node.lineno, []).append(node)
    out: list[Candidate] = []
    suspects = scene.suspects()
    for order, index in enumerate(suspects):
        known = scene.statements[index]
        for node in by_line.get(known.line, []):
            if type(node).__name__ == known.kind:
                out.extend(_of_statement(text, scene, node, known, 0.15 * order))
    out.extend(_structural(text, scene, {scene.statements[i].line for i in suspects}))
    out.extend(_of_helpers(text, scene))
    unique: dict[str, Candidate] = {}
    out = [replace(c, cost=c.cost * SAME_MISTAKE) if c.code in found else c for c in out]
    for candidate in sorted(out, key=lambda c: c.cost):
        if candidate.source != scene.source:
            unique.setdefault(candidate.source, candidate)
    return list(unique.values())


# one statement ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Valued:
    """A statement that has a value, and candidates that change no more than that."""

    text: Text
    node: ast.stmt
    value: ast.expr
    index: int  # of the statement
    base: float

    def to(self, code: str, new: str, cost: float) -> Candidate:
        """Another text for the value."""
        source = self.text.replaced(self.value, new)
        span = self.text.span(self.value)
        return Candidate(code, self.node.lineno, source, self.base + cost, self.index, new, span)

    def part(self, code: str, child: ast.expr, new: str, cost: float) -> Candidate:
        """Another text for a part of the value."""
        return self.to(code, self.text.within(self.value, child, new), cost)


def _of_statement(
    text: Text, scene: Scene, node: ast.stmt, known: Statement, base: float
) -> Iterator[Candidate]:
    for code, source, cost, new in _signs(text, node):
        yield Candidate(code, node.lineno, source, base + cost, known.index if new else -1, new)
    value = getattr(node, "value", None)
    if value is None:
        return
    names = Names(scene, known.scope)
    valued = Valued(text, node, value, known.index, base)
    yield from _of_parts(valued, names)
    yield from _whole_value(valued, names)


def _of_parts(valued: Valued, names: Names) -> Iterator[Candidate]:
    for child in ast.walk(valued.value):
        if isinstance(child, ast.expr) and not isinstance(child, ast.Constant):
            extra = 0.0 if child is valued.value else 0.05
            for rule, cost in EXPRESSION_RULES:
                for code, new in rule(valued.text, child, names):
                    wrapped = _wrapped(valued.text, child, new)
                    yield valued.part(code, child, wrapped, cost + extra)


class Names:
    """The names that a statement may use, with shapes, and how this program writes its products."""

    def __init__(self, scene: Scene, scope: str) -> None:
        self.scene = scene
        self.scope = scope
        top = scene.scopes.get("", {})
        self.shapes = {**top, **scene.scopes.get(scope, {})}
        self.matrices = scene.matrices
        source = scene.source
        self.dots: list[Callable[[str, str], str]] = []
        if "@" in source:
            self.dots.append(lambda a, b: f"{a} @ {b}")
        if ".dot(" in source and "np.dot(" not in source:
            self.dots.append(lambda a, b: f"{a}.dot({b})")
        self.dots.append(lambda a, b: f"np.dot({a}, {b})")
        if scene.matrices:
            self.dots = [lambda a, b: f"{a}.dot({b})"]
        self.numpy = "np" in source

    def times(self, a: str, b: str) -> str:
        """Elementwise product."""
        return f"np.multiply({a}, {b})" if self.matrices else f"{a} * {b}"

    def dot(self, a: str, b: str) -> str:
        """Matrix product, as this program writes it."""
        return self.dots[0](a, b)

    def alike(self, name: str, limit: int = 14) -> list[str]:
        """Other names of the same shape, or of the transposed one."""
        shape = self.shapes.get(name)
        if shape is None:
            return []
        same = [n for n, s in self.shapes.items() if s == shape and n != name]
        turned = [
            f"{n}.T" for n, s in self.shapes.items() if len(s) == 2 and s == shape[::-1] != shape
        ]
        near = [n for n in same if n in self.scene.scopes.get(self.scope, {})]
        return [*dict.fromkeys([*near, *same, *turned])][:limit]

    def of_like_rank(self, name: str, limit: int = 12) -> list[str]:
        """Other names of as many dimensions, those of the statement's own function first: another layer's values."""
        rank = len(self.shapes.get(name, ()))
        near = self.scene.scopes.get(self.scope, {})
        found = [n for n, s in self.shapes.items() if len(s) == rank > 0 and n != name]
        return sorted(found, key=lambda n: n not in near)[:limit]

    def arrays(self) -> list[str]:
        """Names of arrays."""
        return [n for n, s in self.shapes.items() if len(s) >= 1]


def _wrapped(text: Text, node: ast.expr, new: str) -> str:
    """New text for an expression, in brackets where its place needs them."""
    parent = text.parents.get(node)
    try:
        made = ast.parse(new.strip(), mode="eval").body
    except SyntaxError:
        return new
    loose = isinstance(made, (ast.BinOp, ast.UnaryOp, ast.IfExp, ast.Compare))
    tight = isinstance(parent, (ast.BinOp, ast.UnaryOp, ast.Attribute)) or (
        isinstance(parent, ast.Subscript) and parent.value is node
    )
    return f"({new})" if loose and tight else new


def _signs(text: Text, node: ast.stmt) -> Iterator[tuple[str, str, float, str]]:
    """Code, source, cost, and the value that would do the same where one would."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Add, ast.Sub)):
        start, stop = text.span(node.target)[1], text.span(node.value)[0]
        middle = text.source[start:stop]
        swapped = middle.replace("+=", "-=") if "+=" in middle else middle.replace("-=", "+=")
        own, target = text.of(node.value), text.of(node.target)
        yield "wrong-sign", text.source[:start] + swapped + text.source[stop:], 0.2, f"-({own})"
        plain = middle.replace("+=", "=").replace("-=", "=")
        source = text.source[:start] + plain + text.source[stop:]
        sign = "-" if isinstance(node.op, ast.Add) else "+"
        yield "accumulator-not-reset", source, 1.2, f"({own}) {sign} {target}"
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        start, stop = text.span(node.targets[0])[1], text.span(node.value)[0]
        middle = text.source[start:stop]
        for sign in ("+=", "-="):
            new = middle.replace("=", sign, 1)
            yield "accumulator-overwritten", text.source[:start] + new + text.source[stop:], 0.7, ""
        value = node.value
        if isinstance(value, ast.UnaryOp):  # w =- rate * g
            inner = text.of(value.operand)
            yield (
                "accumulator-overwritten",
                text.source[:start] + " -= " + inner + text.source[text.span(value)[1] :],
                0.6,
                "",
            )


# expressions: one rule each ----------------------------------------------------------------


def _sign_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        if isinstance(node.left, ast.Constant):
            return  # `1 - x` is hardly ever meant the other way round
        a, b = text.of(node.left), text.of(node.right)
        right = f"({b})" if isinstance(node.right, ast.BinOp) else b
        yield "wrong-sign", f"{right} - {_inner(node.left, a)}"
        yield "wrong-sign", f"{a} + {right}"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        a, b = text.of(node.left), text.of(node.right)
        yield "wrong-sign", f"{a} - {_inner(node.right, b)}"
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "wrong-sign", text.of(node.operand)


def _inner(node: ast.expr, text: str) -> str:
    loose = isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub))
    return f"({text})" if loose else text


def _factors(text: Text, node: ast.expr) -> tuple[str, str] | None:
    """The operands of a product of any kind."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.MatMult)):
        return text.of(node.left), text.of(node.right)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        name = node.func.attr
        if name in ("multiply", "dot", "outer", "matmul") and len(node.args) == 2:
            return text.of(node.args[0]), text.of(node.args[1])
        if name == "dot" and len(node.args) == 1:
            return text.of(node.func.value), text.of(node.args[0])
    return None


def _turned(operand: str) -> str:
    if operand.endswith(".T"):
        return operand[:-2]
    simple = all(c.isalnum() or c in "_.[]'\",:() " for c in operand) and " " not in operand
    return f"{operand}.T" if simple else f"({operand}).T"


def _is_elementwise(node: ast.expr, names: Names) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr == "multiply"
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and not names.matrices


def _product_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """The other kinds of product, and the transposes."""
    both = _factors(text, node)
    if both is None or not names.numpy:
        return
    a, b = (_bracketed(part) for part in both)
    elementwise = _is_elementwise(node, names)
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


def _bracketed(part: str) -> str:
    try:
        made = ast.parse(part.strip(), mode="eval").body
    except SyntaxError:
        return part
    return f"({part})" if isinstance(made, (ast.BinOp, ast.UnaryOp, ast.IfExp)) else part


def _transpose_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    own = text.of(node)
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield "needless-transpose", text.of(node.value)
    elif isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
        if len(names.shapes.get(own, ())) == 2 and not own.endswith(".T"):
            yield "missing-transpose", f"{own}.T"


def _fewer_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """Leave out a factor, a function, a slope."""
    both = _factors(text, node)
    if both is not None:
        yield "extra-factor", both[0]
        yield "extra-factor", both[1]
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub, ast.Div)):
        yield "extra-factor", text.of(node.left)
    if isinstance(node, ast.Call) and len(node.args) == 1:
        yield "slope-of-activated-value", text.of(node.args[0])
    if isinstance(node, ast.Subscript):
        yield "wrong-index", text.of(node.value)


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
            left = [_bracketed(text.of(f)) for f, keep in zip(factors, kept, strict=True) if keep]
            yield "extra-factor", " * ".join(left)


def _chain(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return [*_chain(node.left), node.right]
    return [node]


def _swap_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """Another value of the same shape."""
    if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
        own = text.of(node)
        for other in dict.fromkeys([*names.alike(own), *names.of_like_rank(own, 16)]):
            yield _swap_code(own, other), other


def _swap_code(old: str, new: str) -> str:
    stem = old.split("[")[0]
    return "wrong-index" if stem == new.split("[")[0] and "[" in old else "wrong-layer-input"


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
        inner = node.value
        if isinstance(inner, ast.Subscript):
            first, second = text.of(inner.slice), text.of(own)
            yield "wrong-index", f"{text.of(inner.value)}[{second}][{first}]"
    if isinstance(own, ast.Tuple) and len(own.elts) == 2:
        first, second = (text.of(e) for e in own.elts)
        yield "wrong-index", f"{value}[{second}, {first}]"


def _operand_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """An operand that lacks the slope of what has its shape."""
    if not isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
        return
    own = text.of(node)
    if own in names.scene.whole or own not in names.shapes or text.parents.get(node) is None:
        return
    for other in names.alike(own, 6):
        if other not in names.scene.whole and not other.endswith(".T"):
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
        for other in dict.fromkeys([*names.alike(argument, 8), *names.of_like_rank(argument, 8)]):
            yield "slope-of-activated-value", f"{function}({other}{rest})"
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
        yield "wrong-slope", f"1 - {_bracketed(a)} ** 2"
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
    """The axis of a keyword."""
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg == "axis":
                own = text.of(node)
                start, _ = text.span(node)
                a, b = (p - start for p in text.span(keyword.value))
                for axis in ("0", "1", "-1"):
                    yield "softmax-axis", own[:a] + axis + own[b:]


def _shape_rule(text: Text, node: ast.expr, names: Names) -> Iterator[Rewrite]:
    """Column against row."""
    own = text.of(node)
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
    (_operand_rule, 0.55),
    (_fewer_rule, 0.6),
    (_chain_rule, 0.6),
    (_swap_rule, 0.7),
    (_index_rule, 0.7),
    (axis_rule, 0.6),
    (_shape_rule, 0.6),
)


# the whole value of a statement ------------------------------------------------------------


def slopes_of(name: str, names: Names) -> list[str]:
    """Ways to write the slope of an activation from its value."""
    one = f"1 - {name}"
    plain = [
        names.times(name, f"({one})"),
        f"(1 - {names.times(name, name)})",
        f"(1 - {name} ** 2)",
    ]
    if names.matrices:
        plain = [f"np.multiply({name}, {one})", f"(1 - np.multiply({name}, {name}))"]
    calls = [f"{function}({name})" for function in names.scene.slopes]
    flagged = [
        f"{function}({name}, True)"
        for function in names.scene.functions
        if "True" in names.scene.source
        and f"def {function.replace('self.', '')}(" in names.scene.source
    ]
    flags = [n for n in names.scene.scopes.get(names.scope, {}) if n in names.scene.whole][:6]
    pairs = [f"{function}({name}, {flag})" for function in names.scene.pairs for flag in flags]
    return [*calls, *pairs, *plain, *flagged, f"({name} > 0)"]


def _whole_value(valued: Valued, names: Names) -> Iterator[Candidate]:
    text, value, made = valued.text, valued.value, valued.to
    own = _bracketed(text.of(value))
    visible = list(names.scene.scopes.get(names.scope, {}))
    if not names.scope:
        visible = list(names.shapes)

    usable = [n for n in visible if _is_worth(n, names)]
    floats = [n for n in usable if n not in names.scene.whole]
    for name in floats[:24]:
        for slope in slopes_of(name, names):
            yield made("missing-activation-slope", names.times(own, slope), 0.35)
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
        for p in floats[:10]:
            softmax = "exp(" in names.scene.source and len(names.shapes[p]) == 2
            if softmax and min(names.shapes[p]) > 1 and p in text.of(value):
                yield from _jacobians(text, value, p, names, made)
    for new in _list_jacobians(text, value) if "exp(" in names.scene.source else ():
        yield made("softmax-jacobian", new, 0.5)
    for new in _toggled(text, value, names):
        yield made("elementwise-for-matrix-product", new, 0.5)
    for old, new in _everywhere(text, value, names):
        code = _swap_code(old, new) if new in names.shapes else "slope-of-activated-value"
        yield made(code, text.of(value).replace(old, new), 0.6)


MOST_PRODUCTS = 4


def _toggled(text: Text, value: ast.expr, names: Names) -> Iterator[str]:
    """Two or more products at once written elementwise, with their transposes or without."""
    if not names.numpy:
        return
    nodes = [n for n in ast.walk(value) if isinstance(n, ast.expr) and _factors(text, n)]
    nodes = [n for n in nodes if not _is_elementwise(n, names)][:MOST_PRODUCTS]
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
        return names.times(_bracketed(a), _bracketed(b))
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
    for child in ast.walk(value):
        if not isinstance(child, (ast.Name, ast.Attribute, ast.Subscript, ast.Call)):
            continue
        delta = text.of(child)
        if not names.shapes.get(delta) or delta == name:
            continue
        start, stop = (p - text.span(value)[0] for p in text.span(child))
        for product in (
            names.dot(f"{name}.T", delta),
            names.dot(delta, f"{name}.T"),
            f"np.outer({name}, {delta})",
            f"np.outer({delta}, {name})",
            names.times(delta, name),
        ):
            whole = text.of(value)
            yield made("update-without-input", whole[:start] + product + whole[stop:], 0.55)


def _jacobians(
    text: Text, value: ast.expr, p: str, names: Names, made: Callable[[str, str, float], Candidate]
) -> Iterator[Candidate]:
    """The whole Jacobian of softmax in place of its diagonal."""
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
        for axis in ("1", "0"):
            inner = f"np.sum(({d}) * {p}, axis={axis}, keepdims=True)"
            yield made(
                "softmax-jacobian",
                f"{p} * (({d}) - {inner}){tail}",
                0.4 if "softmax" in names.scene.source.lower() else 0.7,
            )


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
            yield text.of(child), text.of(child.args[0])
        if isinstance(child, (ast.Name, ast.Attribute)) and text.of(child) in names.shapes:
            own = text.of(child)
            if text.of(value).count(own) > 1:
                for other in dict.fromkeys([*names.alike(own, 6), *names.of_like_rank(own)]):
                    yield own, other
                for function in names.scene.functions[:4]:
                    yield own, f"{function}({own})"


# statements that stand in the wrong place ---------------------------------------------------


def _structural(text: Text, scene: Scene, lines: set[int]) -> Iterator[Candidate]:
    for node in text.statements():
        simple = isinstance(node, (ast.Assign, ast.AugAssign, ast.Expr))
        loop = isinstance(node, ast.For) and node.lineno in _around(scene, lines)
        if not (simple and node.lineno in lines) and not loop:
            continue
        if isinstance(node, ast.For) and loop:
            yield from _ranges(text, node)
        yield from _moves(text, node)
        yield from _splits(text, node)
        yield from _kept(text, scene, node)
        if simple:
            yield from _levels(text, node)
    yield from _resets(text, scene)
    yield from _targets(text, scene)
    yield from _copies(text)


def _around(scene: Scene, lines: set[int]) -> set[int]:
    """Heads of loops inside the step that hold a suspect."""
    step = scene.judgement.loop
    return {
        loop.line
        for loop in scene.loops
        if loop.index != step.index
        and any(loop.line <= line <= loop.end_line for line in lines)
        and not (loop.line <= step.line <= loop.end_line and loop.scope == step.scope)
    }


def _whole_lines(text: Text, node: ast.stmt) -> tuple[int, int]:
    return node.lineno - 1, node.end_lineno or node.lineno


def _alone(text: Text, node: ast.stmt) -> bool:
    """Whether the statement has its lines for itself."""
    first, last = _whole_lines(text, node)
    before = text.lines[first][: text.offset(node.lineno, node.col_offset) - text.starts[first]]
    return not before.strip() and ";" not in text.lines[last - 1]


def _moves(text: Text, node: ast.stmt) -> Iterator[Candidate]:
    """The statement further down or up in its block: an update after the use of the old weights."""
    block = text.block(node)
    if not _alone(text, node) or len(block) < 2:
        return
    here = block.index(node)
    for there in range(len(block)):
        if there in (here, here - 1) and there != len(block) - 1:
            continue
        if there == here:
            continue
        later = there > here
        first, last = _whole_lines(text, node)
        moved = text.lines[first:last]
        rest = text.lines[:first] + text.lines[last:]
        at = (
            _whole_lines(text, block[there])[1] - len(moved)
            if later
            else _whole_lines(text, block[there])[0]
        )
        source = "\n".join(rest[:at] + moved + rest[at:])
        distance = abs(there - here)
        cost = 0.12 + 0.02 * (len(block) - 1 - there) if later else 1.0 + 0.02 * distance
        yield Candidate(
            "update-before-use" if later else "stale-activation", node.lineno, source, cost
        )


def _ranges(text: Text, node: ast.For) -> Iterator[Candidate]:
    """A loop over more: from the first, to the last, over all of a slice."""
    for child in ast.walk(node.iter):
        options: list[str] = []
        if isinstance(child, ast.Call) and text.of(child.func) == "range":
            ends = [text.of(a) for a in child.args]
            if len(ends) == 1:
                options = [f"range({_inner_end(child.args[0], text)})", f"range({ends[0]} + 1)"]
            if len(ends) == 2:
                options = [f"range({ends[1]})", f"range({ends[0]} - 1, {ends[1]})"]
                options += [f"range({ends[0]}, {ends[1]} + 1)", f"range(1, {ends[1]})"]
        if isinstance(child, ast.Subscript) and isinstance(child.slice, ast.Slice):
            options = [text.of(child.value)]
        for option in options:
            if isinstance(child, ast.expr) and option != text.of(child):
                yield Candidate("wrong-index", node.lineno, text.replaced(child, option), 0.65)


def _inner_end(node: ast.expr, text: Text) -> str:
    """From `n - 1` to `n`."""
    short = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub)
    return text.of(node.left) if short and isinstance(node, ast.BinOp) else text.of(node)


def _kept(text: Text, scene: Scene, node: ast.stmt) -> Iterator[Candidate]:
    """The weights as they were before their update, kept for what still uses them."""
    target: ast.expr | None = node.target if isinstance(node, ast.AugAssign) else None
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
    if not isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)) or not _alone(text, node):
        return
    own = text.of(target)
    shape = scene.shapes.get(own)
    block = text.block(node)
    last = block[-1].end_lineno or node.lineno
    first, end = _whole_lines(text, node)
    later = text.lines[end:last]
    if shape is None or not any(own in line for line in later):
        return
    stem = "".join(c for c in own.split(".")[-1].split("[")[0] if c.isalnum() or c == "_")
    name = f"old_{stem}"
    copy = own if shape == () else f"{own}.copy()"
    if shape and "np." not in scene.source and "numpy" not in scene.source:
        copy = f"[row[:] for row in {own}]" if len(shape) == 2 else f"{own}[:]"
    indent = text.lines[first][: node.col_offset]
    changed = [line.replace(own, name) for line in later]
    lines = [
        *text.lines[:first],
        f"{indent}{name} = {copy}",
        *text.lines[first:end],
        *changed,
        *text.lines[last:],
    ]
    yield Candidate("update-before-use", node.lineno, "\n".join(lines), 0.3)


def _splits(text: Text, node: ast.stmt) -> Iterator[Candidate]:
    """The last statements of a loop in a loop of their own, after what follows: updates after all deltas are known."""
    if not isinstance(node, ast.For) or not _alone(text, node):
        return
    block = text.block(node)
    here = block.index(node)
    if here == len(block) - 1 or len(node.body) < 2:
        return
    header = text.lines[node.lineno - 1 : node.body[0].lineno - 1]
    end = block[-1].end_lineno or block[-1].lineno
    for cut in range(1, len(node.body)):
        first = node.body[cut].lineno - 1
        last = node.body[-1].end_lineno or node.lineno
        moved = text.lines[first:last]
        lines = text.lines[:first] + text.lines[last:end] + header + moved + text.lines[end:]
        yield Candidate(
            "update-before-use", node.body[cut].lineno, "\n".join(lines), 0.08 + 0.02 * cut
        )


def _levels(text: Text, node: ast.stmt) -> Iterator[Candidate]:
    """The statement one level further in or out."""
    if not _alone(text, node):
        return
    block = text.block(node)
    here = block.index(node)
    first, last = _whole_lines(text, node)
    rest = text.lines[:first] + text.lines[last:]
    if here > 0 and isinstance(block[here - 1], (ast.For, ast.While)):
        depth = block[here - 1].body[0].col_offset - node.col_offset  # type: ignore[attr-defined]
        inner = [" " * depth + line for line in text.lines[first:last]]
        source = "\n".join(text.lines[:first] + inner + text.lines[last:])
        yield Candidate("statement-outside-loop", node.lineno, source, 0.55)
        # ... and one loop deeper still
        last_inside = block[here - 1].body[-1]  # type: ignore[attr-defined]
        if isinstance(last_inside, (ast.For, ast.While)):
            depth = last_inside.body[0].col_offset - node.col_offset
            inner = [" " * depth + line for line in text.lines[first:last]]
            source = "\n".join(text.lines[:first] + inner + text.lines[last:])
            yield Candidate("statement-outside-loop", node.lineno, source, 0.6)
    parent = text.parents.get(node)
    if isinstance(parent, (ast.For, ast.While, ast.If)) and len(block) > 1:
        depth = node.col_offset - parent.col_offset
        outer = [line[depth:] for line in text.lines[first:last]]
        end = (parent.end_lineno or parent.lineno) - len(outer)
        yield Candidate(
            "statement-inside-loop", node.lineno, "\n".join(rest[:end] + outer + rest[end:]), 0.6
        )
        before = parent.lineno - 1
        yield Candidate(
            "statement-inside-loop",
            node.lineno,
            "\n".join(rest[:before] + outer + rest[before:]),
            0.8,
        )


def _resets(text: Text, scene: Scene) -> Iterator[Candidate]:
    """An accumulator set back to zero: after the update that used it, or at the start of the step."""
    sums = [
        node
        for node in text.statements()
        if isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Add, ast.Sub))
    ]
    targets = dict.fromkeys(text.of(node.target) for node in sums)
    weights = {stem(group) for group in scene.judgement.reading.groups}
    yield from _starts(text, {target for target in targets if stem(target) not in weights})
    for target in targets:
        for node in text.statements():
            if not isinstance(node, (ast.AugAssign, ast.Assign)) or not _alone(text, node):
                continue
            value = text.of(node.value)
            own = text.of(node.target if isinstance(node, ast.AugAssign) else node.targets[0])
            if target in value and own != target:
                indent = text.lines[node.lineno - 1][: node.col_offset]
                zero = "0.0" if scene.shapes.get(target, ()) == () else f"0.0 * {target}"
                source = _inserted(
                    text, node.end_lineno or node.lineno, f"{indent}{target} = {zero}"
                )
                yield Candidate("accumulator-not-reset", node.lineno, source, 0.6)
        for loop in text.statements():
            if isinstance(loop, (ast.For, ast.While)) and _alone(text, loop.body[0]):
                indent = text.lines[loop.body[0].lineno - 1][: loop.body[0].col_offset]
                zero = "0.0" if scene.shapes.get(target, ()) == () else f"0.0 * {target}"
                source = _inserted(text, loop.body[0].lineno - 1, f"{indent}{target} = {zero}")
                yield Candidate("accumulator-not-reset", loop.lineno, source, 0.9)


def _starts(text: Text, sums: set[str]) -> Iterator[Candidate]:
    """Statements before a loop that set sums to zero, moved to its head."""
    for loop in text.statements():
        if not isinstance(loop, (ast.For, ast.While)) or not _alone(text, loop.body[0]):
            continue
        block = text.block(loop)
        here = block.index(loop)
        inside = {text.of(n.target) for n in ast.walk(loop) if isinstance(n, ast.AugAssign)}
        wanted = [
            node
            for node in block[:here]
            if isinstance(node, ast.Assign)
            and _alone(text, node)
            and {text.of(target) for target in node.targets} & inside & sums
            and _is_zero(text.of(node.value))
        ]
        if not wanted:
            continue
        indent = text.lines[loop.body[0].lineno - 1][: loop.body[0].col_offset]
        own = text.lines[loop.lineno - 1][: loop.col_offset]
        gone = {line for node in wanted for line in range(*_whole_lines(text, node))}
        moved = [indent + text.lines[line].removeprefix(own) for line in sorted(gone)]
        head = loop.body[0].lineno - 1
        lines = [line for n, line in enumerate(text.lines[:head]) if n not in gone]
        source = "\n".join([*lines, *moved, *text.lines[head:]])
        yield Candidate("accumulator-not-reset", wanted[0].lineno, source, 0.4)


def _is_zero(value: str) -> bool:
    """Whether the text makes zeros."""
    return "zeros" in value or value.replace("[", "").startswith(("0", "[0"))


def _inserted(text: Text, after: int, line: str) -> str:
    return "\n".join([*text.lines[:after], line, *text.lines[after:]])


def _targets(text: Text, scene: Scene) -> Iterator[Candidate]:
    """A new value stored under the wrong name, or lost when the function ends."""
    lost = scene.judgement.steps.lost
    for path, found in lost.items():
        if found.place is None:
            continue
        code = "bias-not-updated" if stem(path).startswith("b") else "weights-not-updated"
        place = scene.places[found.place]
        statement = scene.statements[place.statement]
        for node in text.statements():
            if node.lineno != statement.line or not isinstance(node, ast.Assign):
                continue
            value = node.value
            if isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Sub, ast.Add)):
                old = text.of(value.left)
                sign = "-=" if isinstance(value.op, ast.Sub) else "+="
                if text.of(node.targets[0]) != old:
                    yield Candidate(code, node.lineno, text.replaced(node.targets[0], old), 0.1)
                change = text.of(value.right)
                yield Candidate(
                    "rebound-in-function",
                    node.lineno,
                    text.replaced(node, f"{old} {sign} {change}"),
                    0.2,
                )
        if found.dtype.startswith("int"):
            yield from creations(text, path)
    if lost:
        whole = text
        for _ in range(len(lost)):
            changed = _all_in_place(whole, scene)
            if changed is None:
                break
            whole = changed
        if whole is not text:
            first = min(
                (scene.places[f.place].line for f in lost.values() if f.place is not None),
                default=1,
            )
            yield Candidate("rebound-in-function", first, whole.source, 0.05)


def _all_in_place(text: Text, scene: Scene) -> Text | None:
    """The next `w = w - change` of a lost update, written in place."""
    wanted = {
        scene.statements[scene.places[f.place].statement].line
        for f in scene.judgement.steps.lost.values()
        if f.place is not None
    }
    for node in text.statements():
        if node.lineno in wanted and isinstance(node, ast.Assign):
            value, target = node.value, text.of(node.targets[0])
            if isinstance(value, ast.BinOp) and text.of(value.left) == target:
                if isinstance(value.op, (ast.Sub, ast.Add)):
                    sign = "-=" if isinstance(value.op, ast.Sub) else "+="
                    return Text(text.replaced(node, f"{target} {sign} {text.of(value.right)}"))
    return None


def creations(text: Text, path: str) -> Iterator[Candidate]:
    """The array created with floating-point numbers."""
    name = path.split(".")[-1].split("[")[0]
    for node in text.statements():
        if isinstance(node, ast.Assign) and text.of(node.targets[0]).split(".")[-1] == name:
            own = text.of(node.value)
            yield Candidate(
                "integer-array",
                node.lineno,
                text.replaced(node.value, f"{_bracketed(own)}.astype(float)"),
                0.1,
            )
            if isinstance(node.value, ast.Call):
                inside = own[:-1]
                yield Candidate(
                    "integer-array",
                    node.lineno,
                    text.replaced(node.value, f"{inside}, dtype=float)"),
                    0.15,
                )


def _copies(text: Text) -> Iterator[Candidate]:
    """A second name for an array that changes, made a copy."""
    for node in text.statements():
        if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Name, ast.Attribute)):
            own = text.of(node.value)
            yield Candidate(
                "aliased-array", node.lineno, text.replaced(node.value, f"{own}.copy()"), 0.5
            )


# what the backward pass calls ---------------------------------------------------------------


def _of_helpers(text: Text, scene: Scene) -> Iterator[Candidate]:
    """Changes inside the program's small functions: a slope's formula, a softmax's axis."""
    for node in text.statements():
        if not isinstance(node, ast.Return) or node.value is None:
            continue
        owner = text.parents.get(node)
        while owner is not None and not isinstance(owner, ast.FunctionDef):
            owner = text.parents.get(owner)
        if owner is None or len(owner.body) > 6:
            continue
        names = Names(scene, owner.name)
        for statement in owner.body:
            value = getattr(statement, "value", None)
            if value is not None:
                index = scene.index_of(statement)
                yield from _of_parts(Valued(text, statement, value, index, 0.5), names)
        argument = owner.args.args[-1].arg if owner.args.args else ""
        whole = Valued(text, node, node.value, scene.index_of(node), 0.0)
        for formula in (
            f"{argument} * (1 - {argument})",
            f"1 - {argument} ** 2",
            *(
                f"{f}({argument}) * (1 - {f}({argument}))"
                for f in scene.functions[:4]
                if f != owner.name and not f.startswith("self.__")
            ),
        ):
            yield whole.to("wrong-slope", formula, 0.6)
