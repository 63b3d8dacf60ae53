"""Mistakes with slopes and losses.

A slope is what an activation contributes to the chain rule: 1 - a**2, a*(1 - a), a comparison, a call of a function that
only the backward pass calls, or a name for one of these.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from chain_rule import (
    activation_functions,
    activation_pairs,
    same_text,
    slope_groups,
    slope_nodes,
)
from expressions import NAMES, Mutants, axis_of, called, difference, without
from moves import deleted
from names import swapped
from program import Program, lines_of


def missing_slope(program: Program) -> Mutants:
    for chain, parts in slope_groups(program):
        rest = without(program, chain, set(parts))
        if rest is not None:
            yield program.put(chain, rest, f"without {' and '.join(map(program.text, parts))}")
    for statement in program.statements:  # dh[h <= 0] = 0
        target = getattr(statement, "targets", [None])[0]
        if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Compare):
            says = f"{program.text(statement)} is missing"
            yield deleted(program, statement, says, lines_of(statement))


def slope_of_wrong_quantity(program: Program) -> Mutants:
    """The slope at z where it is due at a, at a where it is due at z, or the activation applied twice."""
    pairs = activation_pairs(program)
    for _, parts in slope_groups(program):
        for node in (n for n in ast.walk(parts[0]) if isinstance(n, NAMES) and program.kind_of(n)):
            text = program.text(node)
            others = sorted(pairs.get(ast.unparse(node), ()))
            others += [f"{f}({text})" for f in activation_functions(program)[:1]]
            same = [n for part in parts for n in ast.walk(part) if same_text(n, node)]
            for other in others:
                changes = [(program.span(n), other) for n in same]
                says = f"the slope of {other} in place of {text}"
                yield program.mutant(program.statement_of(node), changes, says)


def slope_of_another_layer(program: Program) -> Mutants:
    slopes = slope_nodes(program)
    yield from swapped(program, lambda node: node in slopes, "forward")


def needless_slope(program: Program) -> Mutants:
    """The output's slope where the loss has cancelled it, or once more: another loss."""
    for node in program.expressions(ast.BinOp):
        sides = difference(program, node)
        if sides and not program.has_matrices(node):
            out = program.text(sides[0])
            new = f"({program.text(node)}) * {out} * (1 - {out})"
            yield program.put(node, new, f"an additional slope {out} * (1 - {out})")


def softmax_jacobian(program: Program) -> Mutants:
    """Only a part of the Jacobian of softmax."""
    for node in program.expressions(ast.BinOp):
        if not isinstance(node.op, ast.Sub):
            continue
        if called(node.left) == "diag":
            yield program.put(node, program.text(node.left), "the diagonal alone, without - p p'")
            inner = program.atom(node.left.args[0])
            yield program.put(node.left, f"np.diag({inner}**2)", "another diagonal")
        elif is_softmax(program) and any(called(n) == "sum" for n in ast.walk(node.right)):
            says = "without the sum over the other classes"
            yield program.put(node, program.atom(node.left), says)


def is_softmax(program: Program) -> bool:
    return any(softmax_sums(program))


def softmax_sums(program: Program) -> Iterator[ast.Call]:
    """The sums that softmax divides by."""
    for node in ast.walk(program.tree):
        division = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
        if division and called(node.right) == "sum":
            yield node.right


def softmax_axis(program: Program) -> Mutants:
    """Softmax along the examples."""
    for node in softmax_sums(program):
        axis = axis_of(node)
        if isinstance(axis, ast.Constant) and axis.value in (0, 1):
            new = str(1 - axis.value)
            yield program.put(axis, new, f"softmax along axis {new}")


def other_printout(program: Program) -> Mutants:
    """Another loss computed than the one descended."""
    for statement in ast.walk(program.tree):
        if not isinstance(statement, ast.stmt) or statement.lineno not in program.loss_lines:
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
                yield program.put(node.right, "4", "the fourth power in the printout")
            if called(node) == "log" and len(node.args) == 1:
                yield program.put(node, program.text(node.args[0]), "no logarithm in the printout")
