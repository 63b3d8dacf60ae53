"""Changes that are no mistakes: a checker that accuses one of these is wrong."""

from __future__ import annotations

import ast

from expressions import Mutants, axis_of, called, chains, factors, product, reductions, sign_of
from moves import alone, first_line, indent_of, moved
from program import Program, identity, targets_of
from statements import stored


def other_rate(program: Program) -> Mutants:
    """One group of weights learns a little more slowly."""
    for statement in program.statements:
        if not program.is_update(statement):
            continue
        value = statement.value
        if isinstance(statement, ast.AugAssign) and isinstance(statement.op, (ast.Add, ast.Sub)):
            step = value
        elif isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Add, ast.Sub)):
            step = value.right
        else:
            continue
        yield program.put(step, f"0.8 * {program.atom(step)}", "four fifths of the rate")


def mean_for_sum(program: Program) -> Mutants:
    """The mean over the batch for the sum, or the reverse, of a bias: another rate."""
    for node in reductions(program):
        axis = axis_of(node)
        statement = program.statement_of(node)
        alone_in = isinstance(program.parents[node], ast.Assign)
        if isinstance(axis, ast.Constant) and (program.is_update(statement) or alone_in):
            old = called(node)
            new = "mean" if old == "sum" else "sum"
            text = program.text(node)
            at = text.rindex(f"{old}(", 0, text.index("(", text.index(old)) + 1)
            begin = program.span(node)[0] + at
            change = ((begin, begin + len(old)), new)
            yield program.mutant(statement, [change], f"{new} for {old}")


def other_words(program: Program) -> Mutants:
    """Another text printed."""
    for node in ast.walk(program.tree):
        for text in node.args if called(node) == "print" else ():
            if isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value:
                end = program.span(text)[1] - 1
                change = ((end, end), " ")
                yield program.mutant(program.statement_of(node), [change], "prints another text")


def other_order(program: Program) -> Mutants:
    """Two neighbouring statements that need nothing of each other, the other way round."""
    for statement in program.statements:
        block, place = program.block_of(statement)
        following = block[place + 1] if place + 1 < len(block) else None
        if isinstance(following, ast.Return) or following not in program.statements:
            continue
        if not alone(program, following):
            continue
        if touched(statement) & touched(following) & (changed(statement) | changed(following)):
            continue
        says = f"{first_line(program, following)} before its neighbour"
        yield moved(program, following, statement.lineno, indent_of(program, statement), says)


def touched(statement: ast.stmt) -> set[str]:
    return {identity(n) for n in ast.walk(statement) if isinstance(n, (ast.Name, ast.Attribute))}


def changed(statement: ast.stmt) -> set[str]:
    return {identity(t) for t in targets_of(statement)} | stored(statement)


def other_name(program: Program) -> Mutants:
    """A variable of the backward pass under another name."""
    names = [n for n in ast.walk(program.tree) if isinstance(n, ast.Name)]
    reserved = {n.arg for n in ast.walk(program.tree) if isinstance(n, (ast.arg, ast.keyword))}
    reserved |= {
        name
        for n in ast.walk(program.tree)
        for name in getattr(n, "names", ())
        if isinstance(name, str)
    }
    first = {}
    for statement in program.statements:
        for name in stored(statement) - reserved:
            first.setdefault(name, statement)
    for name, statement in first.items():
        new = f"{name}_here"
        changes = [(program.span(n), new) for n in names if n.id == name]
        if new not in program.source:
            yield program.mutant(statement, changes, f"{name} is called {new}")


def other_spelling(program: Program) -> Mutants:
    """The same product or difference, written in another way."""
    for chain in chains(program):
        pair = product(chain)
        if (
            isinstance(chain, ast.BinOp)
            and not program.has_matrices(chain)
            and len(factors(chain)) == 2
        ):
            new = f"{program.atom(pair[1])} * {program.atom(pair[0])}"
            yield program.put(chain, new, "factors the other way round")
    for node in program.expressions(ast.BinOp):
        if isinstance(node.op, ast.Sub) and not isinstance(node.left, ast.Constant):
            at, end = sign_of(program, node), program.outer(node.right)[1]
            change = ((at, end), f"+ (-{program.atom(node.right)})")
            yield program.mutant(program.statement_of(node), [change], "a - b as a + (-b)")
