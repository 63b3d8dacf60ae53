"""Mistakes in the course of things: accumulators, loops and the order of statements."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from expressions import NAMES, Mutants, called
from moves import deleted, first_line, indent_of, moved
from program import Program, identity, lines_of, targets_of

ZEROS = ("zeros", "zeros_like", "dict", "list")


# accumulators


def is_zero(value: ast.AST | None) -> bool:
    """0, 0.0, [], {}, [0.0] * n, zeros(...)."""
    if isinstance(value, ast.Constant):
        return value.value == 0 and value.value is not False
    if isinstance(value, (ast.List, ast.Dict)):
        return all(map(is_zero, value.elts if isinstance(value, ast.List) else value.keys))
    if isinstance(value, ast.BinOp):
        return is_zero(value.left)
    return called(value) in ZEROS if value is not None else False


def resets(program: Program) -> Iterator[ast.Assign]:
    """Where an accumulator of the backward pass is set to zero."""
    for statement in program.statements:
        plain = isinstance(statement, ast.Assign) and is_zero(statement.value)
        plain = plain and not isinstance(statement.targets[0], ast.Subscript)
        if plain and uses(program, targets_of(statement)[0]):
            yield statement


def uses(program: Program, target: ast.expr) -> list[int]:
    """The lines of the backward pass that add to what a reset sets to zero, or read it."""
    name = identity(target)
    found = []
    for statement in program.statements:
        names = {identity(n) for n in ast.walk(statement) if isinstance(n, NAMES)}
        if name in names and not (isinstance(statement, ast.Assign) and is_zero(statement.value)):
            found += lines_of(statement)
    return found


def accumulator_not_reset(program: Program) -> Mutants:
    for statement in resets(program):
        accept = uses(program, targets_of(statement)[0])
        loop = program.enclosing_loop(statement)
        if loop is not None:
            says = f"{program.text(statement)} before the loop"
            yield moved(
                program,
                statement,
                loop.lineno,
                indent_of(program, loop),
                says,
                [*accept, loop.lineno],
            )
        yield deleted(program, statement, f"{program.text(statement)} is missing", accept)


def accumulator_overwritten(program: Program) -> Mutants:
    for statement in program.statements:
        adds = isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add)
        if adds and not program.is_update(statement):
            begin, end = program.span(statement.target)[1], program.outer(statement.value)[0]
            at = begin + program.source[begin:end].index("+=")
            yield program.mutant(statement, [((at, at + 2), "=")], "= in place of +=")


# in and out of loops


def loops_of(program: Program) -> Iterator[ast.For | ast.While]:
    """The loops that hold statements of the backward pass."""
    for loop in ast.walk(program.tree):
        is_loop = isinstance(loop, (ast.For, ast.While))
        if is_loop and any(holds_backward(program, s) for s in loop.body):
            yield loop


def out_of_loop(program: Program) -> Mutants:
    for loop in loops_of(program):
        last = loop.body[-1]
        if len(loop.body) > 1 and last.lineno in program.backward and not loop.orelse:
            says = f"{first_line(program, last)} after the loop"
            yield moved(
                program, last, loop.end_lineno + 1, indent_of(program, loop), says, [loop.lineno]
            )


def into_loop(program: Program) -> Mutants:
    for loop in loops_of(program):
        block, place = program.block_of(loop)
        if place + 1 < len(block) and block[place + 1].lineno in program.backward:
            following = block[place + 1]
            indent = indent_of(program, loop.body[-1])
            says = f"{first_line(program, following)} inside the loop"
            yield moved(program, following, loop.end_lineno + 1, indent, says, [loop.lineno])


# order


def update_before_use(program: Program) -> Mutants:
    """An update before the statement that still needs the old weight."""
    for block in blocks(program):
        for place, update in enumerate(block):
            changed = updated(program, update)
            for earlier in block[:place]:
                reading = {n for n in changed if reads(earlier, n)} - updated(program, earlier)
                if not reading or earlier.lineno not in program.backward:
                    continue
                between = block[block.index(earlier) : place]
                needed = {n.id for n in ast.walk(update) if isinstance(n, ast.Name)}
                if needed & {name for s in between for name in stored(s)} - changed:
                    continue
                says = f"{first_line(program, update)} before {first_line(program, earlier)}"
                indent = indent_of(program, earlier)
                yield moved(program, update, earlier.lineno, indent, says, lines_of(earlier))


def blocks(program: Program) -> Iterator[list[ast.stmt]]:
    """Every block with statements of the backward pass."""
    for node in ast.walk(program.tree):
        for field in ("body", "orelse"):
            block = getattr(node, field, None)
            if isinstance(block, list) and any(s.lineno in program.backward for s in block):
                yield block


def updated(program: Program, statement: ast.stmt) -> set[str]:
    inner = [n for n in ast.walk(statement) if n in program.statements and program.is_update(n)]
    return {identity(t) for s in inner for t in targets_of(s)} & program.weights


def reads(node: ast.AST, name: str) -> bool:
    names = (n for n in ast.walk(node) if isinstance(n, NAMES))
    return any(identity(n) == name and isinstance(n.ctx, ast.Load) for n in names)


def stored(node: ast.AST) -> set[str]:
    """The plain names that a statement, or what is inside it, assigns."""
    return {
        n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }


def stale_activations(program: Program) -> Mutants:
    """The forward pass after the backward pass of the same turn, or once before the loop."""
    for block in blocks(program):
        for statement in block[: first_backward(program, block)]:
            if not is_forward(program, statement):
                continue
            accept = [line for s in program.statements for line in lines_of(s)]
            indent, text = indent_of(program, statement), first_line(program, statement)
            end = block[-1].end_lineno + 1
            yield moved(program, statement, end, indent, f"{text} at the end of the turn", accept)
            loop = program.enclosing_loop(statement)
            if loop is not None:
                out, begin = indent_of(program, loop), loop.lineno
                yield moved(program, statement, begin, out, f"{text} before the loop", accept)


def first_backward(program: Program, block: list[ast.stmt]) -> int:
    """Where in a block the backward pass begins."""
    return next(n for n, s in enumerate(block) if holds_backward(program, s))


def holds_backward(program: Program, statement: ast.stmt) -> bool:
    return any(line in program.backward for line in lines_of(statement))


def is_forward(program: Program, statement: ast.stmt) -> bool:
    """Whether it computes something from the weights, or calls what does."""
    value = getattr(statement, "value", None)
    if not isinstance(statement, (ast.Assign, ast.Expr)) or called(value) == "print":
        return False
    functions = {n.name for n in ast.walk(program.tree) if isinstance(n, ast.FunctionDef)}
    return program.depends(value, program.weights | (program.computed & functions))
