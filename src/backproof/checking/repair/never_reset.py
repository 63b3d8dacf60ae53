"""Phase 8o: sums that are set to zero once, before the loop whose every round adds to them and uses them.

    dW = zeros(n)                     for epoch in ...:
    for epoch in ...:                     dW = zeros(n)
        for x in rows: dW += x * d        for x in rows: dW += x * d
        W -= rate * dW                    W -= rate * dW

never_reset(text, weights)    the lines that set them to zero, taken into the loop
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from backproof.checking.process.state import stem
from backproof.checking.repair.stores import is_zero
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
