"""Phase 8o: a forward pass that is at odds with itself, or with the backward pass: hardly ever meant.

bare_sums(text)           `h = x @ w` where `f(x @ w)` stands elsewhere, or where the slope `h * (1 - h)` is taken
bare_products(text, ...)  `x @ W` without the bias that is added to it elsewhere
bare_returns(text)        a class that multiplies by `self.mask` on the way forward, and passes the error back as it is
rounded(text)             an error taken from the output's class, `y > 0.5`, where the slope of the output is used
other_leaks(text)         `dx[x < 0] *= 0.01` where the activation lets 0.1 through
other_axes(text)          a softmax whose largest value and whose sum are both taken along the other axis
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from backproof.checking.process.state import last_name
from backproof.checking.repair.names import leaks
from backproof.checking.repair.products import factors
from backproof.checking.repair.text import Candidate, Text, wrapped

NAMES = (ast.Name, ast.Attribute)


SLOPES = ("{0} * (1 - {0})", "{0} * (1.0 - {0})", "np.multiply({0}, 1 - {0})")


def bare_sums(text: Text) -> Iterator[Candidate]:
    """The function around them."""
    calls = [n for n in ast.walk(text.tree) if isinstance(n, ast.Call) and len(n.args) == 1]
    own = [c for c in calls if text.of(c.func).removeprefix("self.") in _functions(text)]
    around = {text.of(call.args[0]): text.of(call.func) for call in own}
    usual = [f for f in map(text.of, (c.func for c in own)) if SIGMOID.search(f)]
    for node in text.statements():
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.BinOp):
            continue
        value, name = text.of(node.value), text.of(node.targets[0])
        slopes = any(form.format(name) in text.source for form in SLOPES)
        function = around.get(value) or (usual[0] if slopes and usual else "")
        if function and slopes:
            source = text.replaced(node.value, f"{function}({value})")
            yield Candidate("bare-sum", node.lineno, source, 0.1)


def bare_products(text: Text, weights: Collection[str]) -> Iterator[Candidate]:
    """The bias added, too."""
    added: dict[str, str] = {}
    bare: list[tuple[str, ast.expr]] = []
    for node in ast.walk(text.tree):
        both = factors(text, node) if isinstance(node, ast.expr) else None
        known = [part for part in both or () if last_name(part) in weights]
        elementwise = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult)
        if len(known) != 1 or elementwise or not isinstance(node, ast.expr):
            continue
        above = text.parents.get(node)
        if isinstance(above, ast.BinOp) and isinstance(above.op, ast.Add):
            other = text.of(above.right if above.left is node else above.left)
            if last_name(other) in weights:
                added[known[0]] = other
                continue
        bare.append((known[0], node))
    for name, node in bare:
        if name in added:
            new = wrapped(text, node, f"{text.of(node)} + {added[name]}")
            line = text.statement_around(node).lineno
            yield Candidate("bare-product", line, text.replaced(node, new), 0.1)


def bare_returns(text: Text) -> Iterator[Candidate]:
    """The error times the same."""
    for owner in text.statements():
        methods = owner.body if isinstance(owner, ast.ClassDef) else []
        ends = [
            (end, method.args.args[-1].arg)
            for method in methods
            if isinstance(method, ast.FunctionDef) and method.args.args
            for end in [method.body[-1]]
            if isinstance(end, ast.Return) and end.value is not None
        ]
        tails = [tail for end, given in ends for tail in [_times(text, end.value, given)] if tail]
        for end, given in ends:
            if end.value is not None and text.of(end.value) == given and len(tails) == 1:
                source = text.replaced(end.value, f"{given}{tails[0]}")
                yield Candidate("missing-factor", end.lineno, source, 0.1)


def _times(text: Text, value: ast.expr | None, given: str) -> str:
    """` * self.mask / self.keep` of `x * self.mask / self.keep`; empty where it is no product of x."""
    first = value
    while isinstance(first, ast.BinOp) and isinstance(first.op, (ast.Mult, ast.Div)):
        first = first.left
    if first is None or value is None or first is value or text.of(first) != given:
        return ""
    tail = text.source[text.span(first)[1] : text.span(value)[1]]
    return tail if "self." in tail and given not in re.findall(r"\w+", tail) else ""


def rounded(text: Text) -> Iterator[Candidate]:
    """The output itself in such an error. A perceptron's error has no slope beside it, and is meant so."""
    classes = {
        text.of(node.targets[0]): output
        for node in text.statements()
        if isinstance(node, ast.Assign)
        for output in [_cut(text, node.value)]
        if any(form.format(output) in text.source for form in SLOPES)
    }
    for node in text.statements():
        value = node.value if isinstance(node, ast.Assign) else None
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Sub):
            for side in (value.left, value.right):
                if text.of(side) in classes:
                    source = text.replaced(side, classes[text.of(side)])
                    yield Candidate("rounded-output", node.lineno, source, 0.1)


def _cut(text: Text, value: ast.expr) -> str:
    """`y` of `(y > 0.5).astype(float)`, `np.where(y > 0.5, 1, 0)` and `np.round(y)`; empty where it is none of these."""
    for node in ast.walk(value):
        if isinstance(node, ast.Compare) and isinstance(node.left, NAMES):
            return text.of(node.left)
        if isinstance(node, ast.Call) and text.of(node.func).rpartition(".")[2] in ROUNDING:
            return text.of(node.args[0]) if node.args else ""
    return ""


ROUNDING = ("round", "rint", "around", "round_", "floor")


SIGMOID = re.compile(r"sig|logistic", re.I)


def other_leaks(text: Text) -> Iterator[Candidate]:
    """The leak of the activation in its slope."""
    found = leaks(text.source)
    for node in text.statements():
        value = node.value if isinstance(node, ast.AugAssign) else None
        target = node.target if isinstance(node, ast.AugAssign) else None
        cut = isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Compare)
        if cut and isinstance(value, ast.Constant) and len(found) == 1:
            if text.of(value) != found[0]:
                source = text.replaced(value, found[0])
                yield Candidate("other-leak", node.lineno, source, 0.1)


OTHER_AXIS = {"0": "1", "1": "0", "-1": "0"}


def other_axes(text: Text) -> Iterator[Candidate]:
    """All of them along the other axis, and with their dimensions kept."""
    for function in text.statements():
        if not isinstance(function, ast.FunctionDef) or "exp(" not in text.of(function):
            continue
        calls = [n for n in ast.walk(function) if isinstance(n, ast.Call)]
        words = [(c, k) for c in calls for k in c.keywords if k.arg == "axis"]
        axes = {text.of(word.value) for _, word in words}
        if len(words) < 2 or len(axes) != 1 or not axes <= OTHER_AXIS.keys():
            continue
        kept = {call for call, _ in words if any(k.arg == "keepdims" for k in call.keywords)}
        axis = OTHER_AXIS[axes.pop()]
        changes = [
            (word.value, axis if call in kept else f"{axis}, keepdims=True") for call, word in words
        ]
        line = max(word.value.lineno for _, word in words)
        yield Candidate("softmax-axis", line, text.all_replaced(changes), 0.1)


def _functions(text: Text) -> set[str]:
    return {n.name for n in text.statements() if isinstance(n, ast.FunctionDef)}
