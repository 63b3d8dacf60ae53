"""Phase 8i: what a step remembers, made of something else: `s = rho * s + (1 - rho) * s ** 2`, `v = mu * g + g`.

moments(text, shapes)    sums of squares with the square of what their root divides, or with their own sum
other_roots(text)        a root of no sum of squares, taken of the one that nothing reads
exchanged_roots(text)    a sum of squares that is divided by the root of what is none: each in the other's place
other_powers(text)       what multiplies by the root of a sum of squares, or divides by the sum itself
unsquared(text)          sums of squares that no root is taken of: what the root divides is a mean of the gradient itself
memory(text, scene)      values that the next step keeps, with themselves where another value stands
corrections(text)        what corrects them for their start at zero, `1 - beta * t`, with a power
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from backproof.checking.repair.products import factors
from backproof.checking.repair.scene import Scene
from backproof.checking.repair.text import Candidate, Text, bracketed

VALUES = (ast.Name, ast.Attribute, ast.Subscript)


def moments(text: Text, shapes: Mapping[str, tuple[int, ...]]) -> Iterator[Candidate]:
    """For each value that is divided by a root: the line that makes what the root is taken of, in the usual way.

    Args:
        text: of the program.
        shapes: of its values, by their texts.
    """
    for node in text.statements():
        for child in ast.walk(node):
            if not isinstance(child, ast.BinOp) or not isinstance(child.op, ast.Div):
                continue
            roots = _rooted(text, child.right)
            rooted = {text.of(value) for value in roots}
            divided = [name for name in map(text.of, _values(child.left)) if name in shapes]
            for line in text.statements():
                if isinstance(line, ast.Assign) and text.of(line.targets[0]) in rooted:
                    shape = shapes.get(text.of(line.targets[0]))
                    alike = [name for name in divided if shapes[name] == shape]
                    yield from _made_usual(text, line, alike)
            for value in roots:
                for own in _sums_of_squares(text) - rooted:
                    if _made_from(text, text.of(value), own):
                        continue  # corrected for its start at zero
                    if shapes.get(own, ()) == shapes.get(text.of(value)):
                        source = text.replaced(value, own)
                        yield Candidate("other-root", value.lineno, source, 0.1)


def memory(text: Text, scene: Scene) -> Iterator[Candidate]:
    """For each value that is there before the first step, and that a step makes without itself: the line with itself in one of its terms."""
    steps = scene.judgement.steps
    weights = {_last_name(path) for path in scene.judgement.reading.paths}
    lasting = {_last_name(path) for path in steps.changed if path in steps.keepers[0].state}
    lasting -= weights
    for line in text.statements():
        if not isinstance(line, ast.Assign) or not isinstance(line.value, ast.BinOp):
            continue
        own, values = text.of(line.targets[0]), _values(line.value)
        if _last_name(own) not in lasting or own in map(text.of, values):
            continue
        shape = scene.shapes.get(own)
        for value in values:
            parent = text.parents.get(value)
            scaled = isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mult)
            if scaled and scene.shapes.get(text.of(value)) == shape:
                source = text.replaced(value, own)
                yield Candidate("other-memory", line.lineno, source, 0.1)


def other_roots(text: Text) -> Iterator[Candidate]:
    """Roots of what is no sum of squares, taken of each sum that no root is taken of, corrected for its start where it is."""
    sums = _sums_of_squares(text)
    for node in text.statements():
        value = getattr(node, "value", None)
        for root in _rooted(text, value) if isinstance(value, ast.expr) else ():
            name = text.of(root)
            if name in sums or any(_made_from(text, name, own) for own in sums):
                continue
            for own in sorted(sums):
                lines = [n for n in text.block(node) if isinstance(n, ast.Assign)]
                made = [
                    text.of(n.targets[0]) for n in lines if own in map(text.of, _values(n.value))
                ]
                for other in dict.fromkeys([*(m for m in made if m not in sums), own]):
                    yield Candidate("other-root", node.lineno, text.replaced(root, other), 0.1)


def exchanged_roots(text: Text) -> Iterator[Candidate]:
    """`v / (sqrt(m) + eps)`, where the squares are in v, as `m / (sqrt(v) + eps)`."""
    sums = _sums_of_squares(text)

    def squares(node: ast.expr) -> bool:
        name = text.of(node)
        return name in sums or any(_made_from(text, name, own) for own in sums)

    for node in text.statements():
        value = getattr(node, "value", None)
        for child in ast.walk(value) if isinstance(value, ast.expr) else ():
            if isinstance(child, ast.BinOp) and isinstance(child.op, ast.Div):
                tops = [n for n in _values(child.left) if squares(n)]
                roots = [n for n in _rooted(text, child.right) if not squares(n)]
                if len(tops) == len(roots) == 1:
                    changes = [(tops[0], text.of(roots[0])), (roots[0], text.of(tops[0]))]
                    source = text.all_replaced(changes)
                    yield Candidate("other-root", node.lineno, source, 0.1)


def other_powers(text: Text) -> Iterator[Candidate]:
    """A root that is multiplied by, as what is divided by; a sum of squares that is divided by, under a root."""
    sums = _sums_of_squares(text)
    for node in text.statements():
        value = getattr(node, "value", None)
        for child in ast.walk(value) if isinstance(value, ast.expr) else ():
            if not isinstance(child, ast.BinOp):
                continue
            under = [n for n in _values(child.right) if text.of(n) in sums]
            roots = [n for n in _rooted(text, child.right) if text.of(n) in sums]
            if isinstance(child.op, ast.Mult) and roots:
                new = f"{text.of(child.left)} / {bracketed(text.of(child.right))}"
                yield Candidate("other-scale", node.lineno, text.replaced(child, new), 0.1)
            if isinstance(child.op, ast.Div) and under and not roots:
                new = f"np.sqrt({text.of(under[0])})"
                yield Candidate("other-scale", node.lineno, text.replaced(under[0], new), 0.1)


def unsquared(text: Text) -> Iterator[Candidate]:
    """Sums of squares that no root is taken of, each with what is squared as it is."""
    roots = {text.of(n) for node in text.statements() for n in _rooted(text, node)}
    for line in text.statements():
        own = text.of(line.targets[0]) if isinstance(line, ast.Assign) else ""
        if not roots or own not in _sums_of_squares(text) or own in roots:
            continue
        if any(_made_from(text, root, own) for root in roots):
            continue
        for node in ast.walk(line):
            base = _squared(text, node)
            if base and isinstance(node, ast.expr):
                yield Candidate("squared-memory", line.lineno, text.replaced(node, base), 0.1)


def corrections(text: Text) -> Iterator[Candidate]:
    """Each `1 - beta * t` that something is divided by, as `1 - beta ** t` (Kingma and Ba 2015)."""
    for node in ast.walk(text.tree):
        under = node.right if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) else None
        if not isinstance(under, ast.BinOp) or not isinstance(under.op, ast.Sub):
            continue
        product = under.right
        if text.of(under.left) not in ("1", "1.0", "1.") or not isinstance(product, ast.BinOp):
            continue
        if isinstance(product.op, ast.Mult):
            power = f"{text.of(product.left)} ** {text.of(product.right)}"
            source = text.replaced(product, power)
            yield Candidate("power-of-memory", product.lineno, source, 0.1)


def _last_name(path: str) -> str:
    """`v` of `wires[3].v`, and `m` of `m['W1']`: neither an index nor a key."""
    return re.sub(r"\[[^]]*\]", "", path).rpartition(".")[2]


def _made_from(text: Text, name: str, other: str) -> bool:
    """Whether a line computes one value from the other."""
    lines = [n for n in text.statements() if isinstance(n, ast.Assign)]
    own = [line for line in lines if text.of(line.targets[0]) == name]
    return any(other in map(text.of, _values(line.value)) for line in own)


def _sums_of_squares(text: Text) -> set[str]:
    """What is made of itself and of a square."""
    return {
        text.of(line.targets[0])
        for line in text.statements()
        if isinstance(line, ast.Assign)
        and text.of(line.targets[0]) in map(text.of, _values(line.value))
        and any(_squared(text, node) for node in ast.walk(line.value))
    } | {
        text.of(line.target)
        for line in text.statements()
        if isinstance(line, ast.AugAssign)
        and isinstance(line.op, ast.Add)
        and any(_squared(text, node) for node in ast.walk(line.value))
    }


def _rooted(text: Text, value: ast.AST) -> list[ast.expr]:
    """What a square root is taken of, somewhere in a value."""
    out: list[ast.expr] = []
    for node in ast.walk(value):
        if isinstance(node, ast.Call) and text.of(node.func).endswith("sqrt"):
            out += [n for argument in node.args for n in _values(argument)]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            if text.of(node.right) in ("0.5", ".5"):
                out += _values(node.left)
    return out


def _made_usual(text: Text, line: ast.Assign, divided: list[str]) -> Iterator[Candidate]:
    """The line with its own sum in the first term, where that is missing, or with another square than its own in the last."""
    value, own = line.value, text.of(line.targets[0])
    if not isinstance(value, ast.BinOp) or not isinstance(value.op, ast.Add):
        return
    for kept in _values(value.left):
        if text.of(kept) in divided and text.of(kept) != own:
            source = text.replaced(kept, own)
            yield Candidate("other-squares", line.lineno, source, 0.1)
    for square in ast.walk(value.right):
        base = _squared(text, square)
        for other in divided if base == own else ():
            if other != own and isinstance(square, ast.expr):
                source = text.replaced(square, f"{other} ** 2")
                yield Candidate("other-squares", line.lineno, source, 0.1)


def _squared(text: Text, node: ast.AST) -> str:
    """`g` of `g ** 2`, `g * g` or `square(g)`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        return text.of(node.left) if text.of(node.right) in ("2", "2.0") else ""
    if isinstance(node, ast.Call) and text.of(node.func).endswith("square"):
        return text.of(node.args[0]) if node.args else ""
    both = factors(text, node) if isinstance(node, ast.expr) else None
    return both[0] if both and both[0] == both[1] else ""


def _values(node: ast.expr) -> list[ast.expr]:
    """The largest names, attributes and items in an expression that no other holds; not what is called."""
    if isinstance(node, VALUES):
        return [node]
    inner = node.args if isinstance(node, ast.Call) else list(ast.iter_child_nodes(node))
    return [value for part in inner if isinstance(part, ast.expr) for value in _values(part)]
