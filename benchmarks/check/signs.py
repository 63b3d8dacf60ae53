"""Mistakes of sign: of the error, of the update, of momentum and of weight decay."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from expressions import Mutants, difference, matrix_product, one_minus, product, sign_of
from program import Change, Program, identity, targets_of

PLUS_MINUS = (ast.Add, ast.Sub)


def error_sign(program: Program) -> Mutants:
    """Target minus output for output minus target. The other repair is in the updates."""
    for node in program.expressions(ast.BinOp):
        if difference(program, node):
            new = f"{program.atom(node.right)} - {program.atom(node.left)}"
            says = f"{program.text(node)} the other way round"
            yield program.put(node, new, says, program.update_lines)


def update_sign(program: Program) -> Mutants:
    """The wrong sign in an update. Where there is one update only, the error's sign is the other repair."""
    updates = [statement for statement in program.statements if program.is_update(statement)]
    errors = [n.lineno for n in program.expressions(ast.BinOp) if difference(program, n)]
    accept = errors if len(updates) == 1 else []
    for statement in updates:
        for change in update_signs(program, statement):
            yield program.mutant(statement, [change], f"{change[1]} in the update", accept)


def update_signs(program: Program, statement: ast.stmt) -> Iterator[Change]:
    """The signs between a weight and its step, the other way round."""
    value = statement.value
    if isinstance(statement, ast.AugAssign) and isinstance(statement.op, PLUS_MINUS):
        begin, end = program.span(statement.target)[1], program.outer(value)[0]
        yield turned(program, begin + re.search(r"[+-]", program.source[begin:end]).start())
    for node in ast.walk(value):
        term = isinstance(node, ast.BinOp) and isinstance(node.op, PLUS_MINUS)
        if term and (node is value or identity(node.left) in program.weights):
            yield turned(program, sign_of(program, node))


def turned(program: Program, at: int) -> Change:
    """The other sign at a place."""
    return (at, at + 1), "-" if program.source[at] == "+" else "+"


def momentum_sign(program: Program) -> Mutants:
    """- mu * v for mu * v in the update of v."""
    for statement in program.statements:
        own = {identity(target) for target in targets_of(statement)}
        yield from law_signs(program, statement, own)


def decay_sign(program: Program) -> Mutants:
    """- decay * w for decay * w in a gradient, or a growing w for a shrinking one."""
    for statement in program.statements:
        yield from law_signs(program, statement, program.weights)
        value = getattr(statement, "value", None)
        multiplied = isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Mult)
        if multiplied and program.is_update(statement) and one_minus(value):
            change = turned(program, sign_of(program, value))
            yield program.mutant(statement, [change], "grows in place of shrinking")


def law_signs(program: Program, statement: ast.stmt, names: set[str]) -> Mutants:
    """The sign of each term of a sum that is a number times one of the names."""
    for node in program.inside(statement, ast.BinOp):
        for side in (node.left, node.right) if isinstance(node.op, PLUS_MINUS) else ():
            read = {identity(n) for n in ast.walk(side) if isinstance(n, (ast.Name, ast.Attribute))}
            plain = product(side) and not any(matrix_product(n) for n in ast.walk(side))
            if plain and read & names:
                begin = program.outer(side)[0]
                change = ((begin, begin), "-")
                if side is node.right:
                    change = turned(program, sign_of(program, node))
                says = f"the other sign of {program.text(side)}"
                yield program.mutant(statement, [change], says)
