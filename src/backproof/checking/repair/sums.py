"""Phase 8o: sums that are set to zero too seldom or too often, or overwritten: hardly ever meant.

    dW = zeros(n)                     for epoch in ...:
    for epoch in ...:                     dW = zeros(n)
        for x in rows: dW += x * d        for x in rows: dW += x * d
        W -= rate * dW                    W -= rate * dW

never_reset(text, ...)  sums set to zero once, before the loop whose every round adds to them and uses them
reset_inside(text)      a sum set to zero in each round of the loop that adds to it, and used behind the loop
reset_outside(text)     a sum set to zero in the loop around the one whose rounds add to it and use it
overwritten(text)       sums set to zero before a loop whose rounds overwrite them, and used behind it: `dW = x * d`, `dW = [new for old, new in zip(dW, step)]`
zeroing(text)           a function that sets sums to zero, and that no loop calls
added_to(node)          the updates `sum += step` in a node
array_of(text, target)  `V` of `V` and of `V[i]`
methods_called(...)     the objects whose methods a loop calls, and these
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from backproof.checking.process.state import stem
from backproof.checking.repair.stores import begins_at_zero, is_zero
from backproof.checking.repair.text import Candidate, Text
from backproof.checking.source.syntax import LOOPS


def never_reset(text: Text, weights: Collection[str]) -> Iterator[Candidate]:
    """All such lines before a loop at once, at its head; weights, which begin at zero too, stay."""
    for loop in text.statements():
        if not isinstance(loop, LOOPS) or loop.body[0].lineno == loop.lineno:
            continue
        block = text.block(loop)
        sums = _sums(text, loop).difference(weights)
        zeros = [n for n in block[: block.index(loop)] if _is_zero_of(text, n, sums)]
        lines = sorted({n.lineno for n in zeros})
        mixed = {n.lineno for n in block if n not in zeros}
        if not lines or mixed.intersection(lines):
            continue
        indent = text.indent(loop.body[0])
        taken = [indent + text.lines[line - 1].lstrip() for line in lines]
        head = loop.body[0].lineno - 1
        kept = [row for n, row in enumerate(text.lines[:head], 1) if n not in lines]
        source = "\n".join([*kept, *taken, *text.lines[head:]])
        yield Candidate("accumulator-not-reset", lines[0], source, 0.1)


def _sums(text: Text, loop: ast.stmt) -> set[str]:
    """What a loop adds to, never assigns anew, and computes something from."""
    nodes = [n for n in ast.walk(loop) if isinstance(n, (ast.Assign, ast.AugAssign))]
    adding = [n for n in nodes if isinstance(n, ast.AugAssign) and isinstance(n.op, ast.Add)]
    added = {stem(text.of(n.target)) for n in adding if not _is_square(n.value)}
    fresh = {stem(text.of(t)) for n in nodes if isinstance(n, ast.Assign) for t in n.targets}
    read = {
        name.id
        for node in nodes
        for name in ast.walk(node.value)
        if isinstance(name, ast.Name) and name.id != _stored(text, node)
    }
    return (added & read) - fresh


def _stored(text: Text, node: ast.Assign | ast.AugAssign) -> str:
    return stem(text.of(node.target if isinstance(node, ast.AugAssign) else node.targets[0]))


def _is_square(value: ast.expr) -> bool:
    """`g ** 2`, `g * g`: adaptive methods add these up without an end."""
    if not isinstance(value, ast.BinOp):
        return False
    if isinstance(value.op, ast.Pow):
        return True
    return isinstance(value.op, ast.Mult) and ast.dump(value.left) == ast.dump(value.right)


def _is_zero_of(text: Text, node: ast.stmt, sums: set[str]) -> bool:
    """Whether a statement sets some of the sums to zero, and nothing else."""
    if not isinstance(node, ast.Assign) or not is_zero(text.of(node.value)):
        return False
    return {text.of(target) for target in node.targets} <= sums


def reset_outside(text: Text) -> Iterator[Candidate]:
    """Statements that set sums to zero, moved into the loop after them that both adds to these sums and uses them."""
    for node in text.statements():
        if (
            not isinstance(node, ast.Assign)
            or not text.alone(node)
            or not is_zero(text.of(node.value))
        ):
            continue
        targets = node.targets[0].elts if isinstance(node.targets[0], ast.Tuple) else node.targets
        names = {text.of(target) for target in targets}
        block = text.block(node)
        inside = isinstance(text.parents.get(node), LOOPS)
        for loop in block[block.index(node) + 1 :] if inside else ():
            if not isinstance(loop, LOOPS) or not text.alone(loop.body[0]):
                continue
            added = {array_of(text, n.target) for n in added_to(loop) if n in loop.body}
            if names <= added and all(_used(text, loop, name) for name in names):
                yield Candidate(
                    "statement-outside-loop", node.lineno, _moved(text, node, loop), 0.1
                )


def reset_inside(text: Text) -> Iterator[Candidate]:
    """Lines that set sums to zero, moved before the loop."""
    for loop in text.statements():
        if not isinstance(loop, LOOPS):
            continue
        used = _named_behind(text, loop) & {array_of(text, n.target) for n in added_to(loop)}
        zeros = [
            n
            for n in loop.body
            if isinstance(n, ast.Assign)
            and is_zero(text.of(n.value))
            and {text.of(target) for target in n.targets} <= used
        ]
        lines = sorted({n.lineno for n in zeros})
        if not lines or any(n.lineno in lines for n in loop.body if n not in zeros):
            continue
        taken = [text.indent(loop) + text.lines[line - 1].lstrip() for line in lines]
        kept = [row for n, row in enumerate(text.lines, 1) if n not in lines]
        source = "\n".join([*kept[: loop.lineno - 1], *taken, *kept[loop.lineno - 1 :]])
        yield Candidate("statement-inside-loop", lines[0], source, 0.1)


def overwritten(text: Text) -> Iterator[Candidate]:
    """Each loop's overwritten sums, all of them added up."""
    for loop in text.statements():
        if not isinstance(loop, LOOPS):
            continue
        used = _named_behind(text, loop)
        nodes = [n for n in ast.walk(loop) if isinstance(n, ast.Assign) and len(n.targets) == 1]
        sums = [
            (node, new)
            for node in sorted(nodes, key=lambda n: n.lineno)
            if array_of(text, node.targets[0]) in used and begins_at_zero(text, node)
            for new in [_added_up(text, node)]
            if new is not None
        ]
        if sums:
            source = text.source
            for node, new in reversed(sums):
                start, stop = text.span(node.targets[0])[0], text.span(node.value)[1]
                source = source[:start] + new + source[stop:]
            yield Candidate("sum-overwritten", sums[0][0].lineno, source, 0.1)


def _named_behind(text: Text, loop: ast.stmt) -> set[str]:
    """The names in what follows a loop in its block."""
    block = text.block(loop)
    behind = block[block.index(loop) + 1 :]
    return {n.id for node in behind for n in ast.walk(node) if isinstance(n, ast.Name)}


def _added_up(text: Text, node: ast.Assign) -> str | None:
    """An assignment as a sum; None where it is one."""
    name, value = text.of(node.targets[0]), node.value
    read = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)}
    if isinstance(value, ast.ListComp) and isinstance(value.elt, ast.Name) and name in read:
        names = [n.id for n in ast.walk(value.generators[0].target) if isinstance(n, ast.Name)]
        others = [other for other in names if other != value.elt.id]
        whole = (
            f"{others[0]} + {value.elt.id}" if len(others) == 1 and value.elt.id in names else ""
        )
        return f"{name} = {text.within(value, value.elt, whole)}" if whole else None
    return None if name in read else f"{name} += {text.of(value)}"


def zeroing(text: Text) -> Iterator[Candidate]:
    """Calls of such a function at the head of each loop that calls others of its object."""
    functions = [n for n in text.statements() if isinstance(n, ast.FunctionDef)]
    for function in functions:
        stored = [n for n in function.body if isinstance(n, ast.Assign)]
        if len(stored) < len(function.body) or not all(is_zero(text.of(n.value)) for n in stored):
            continue
        names = {text.of(target) for n in stored for target in n.targets}
        for loop in text.statements():
            calls = methods_called(text, loop) if isinstance(loop, LOOPS) else []
            if isinstance(loop, LOOPS) and calls and function.name not in {n for _, n in calls}:
                line = f"{text.indent(loop.body[0])}{calls[0][0]}.{function.name}()"
                source = text.inserted(loop.body[0].lineno - 1, line)
                added = [n.lineno for n in added_to(text.tree) if array_of(text, n.target) in names]
                yield Candidate(
                    "accumulator-not-reset", min(added, default=loop.lineno), source, 0.1
                )


def _used(text: Text, loop: ast.For | ast.While, name: str) -> bool:
    """Whether a statement of the loop's own reads a sum that the loop adds to."""
    for node in loop.body:
        value = getattr(node, "value", None)
        if isinstance(value, ast.expr) and any(
            text.of(n) == name for n in ast.walk(value) if isinstance(n, ast.expr)
        ):
            return True
    return False


def _moved(text: Text, node: ast.Assign, loop: ast.For | ast.While) -> str:
    (first, last), (start, _) = text.rows(node), text.rows(loop.body[0])
    indent = text.indent(loop.body[0])
    taken = [indent + line.lstrip() for line in text.lines[first:last]]
    lines = [*text.lines[:first], *text.lines[last:start], *taken, *text.lines[start:]]
    return "\n".join(lines)


def methods_called(text: Text, loop: ast.AST) -> list[tuple[str, str]]:
    """The objects whose methods a loop calls as statements of their own, and the methods."""
    calls = [n.value for n in ast.walk(loop) if isinstance(n, ast.Expr)]
    called = [
        c.func for c in calls if isinstance(c, ast.Call) and isinstance(c.func, ast.Attribute)
    ]
    return [(text.of(f.value), f.attr) for f in called if isinstance(f.value, ast.Name)]


def added_to(node: ast.AST) -> list[ast.AugAssign]:
    """The updates `sum += step`, and their like, somewhere in a node."""
    return [n for n in ast.walk(node) if isinstance(n, ast.AugAssign)]


def array_of(text: Text, target: ast.expr) -> str:
    """`V` of `V` and of `V[i]`."""
    while isinstance(target, ast.Subscript):
        target = target.value
    return text.of(target)
