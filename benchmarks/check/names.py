"""Mistakes of the wrong thing: another layer's, another index, or one factor less."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any

from chain_rule import slope_nodes
from expressions import (
    NAMES,
    Mutants,
    called,
    chains,
    changing,
    difference,
    factors,
    matrix_product,
    mentions,
    product,
    reads_weight,
    references,
    role,
    without,
)
from program import Change, Program, identity, lines_of, targets_of


def wrong_activation(program: Program) -> Mutants:
    """Another layer's activation or input, and the weighted input for the activation."""
    slopes = slope_nodes(program)
    yield from swapped(program, lambda node: node not in slopes, "forward")


def wrong_delta(program: Program) -> Mutants:
    yield from swapped(program, lambda node: True, "backward")


def wrong_weight(program: Program) -> Mutants:
    yield from swapped(program, lambda node: True, "weight")


def swapped(program: Program, wanted: Callable[[ast.expr], bool], of_role: str) -> Mutants:
    """Each name that is wanted, replaced by another name of the same role and kind of value."""
    for node in references(program):
        if role(program, identity(node)) != of_role or not wanted(node):
            continue
        for other in alternatives(program, node):
            if role(program, other.split(".")[-1]) == of_role:
                yield program.put(node, other, f"{other} in place of {program.text(node)}")


def alternatives(program: Program, node: ast.expr) -> list[str]:
    """Other names of the same function that hold something of the same kind.

    The target stays, and for the output only what depends on the weights will do.
    """
    own, text = program.kind_of(node), ast.unparse(node)
    scopes = (program.function_of(node), "<module>")
    known = {t: k for scope in reversed(scopes) for t, k in program.shapes.get(scope, {}).items()}
    found = sorted(t for t, k in known.items() if t != text and alike(own, k) and t[-2:] != ".T")
    sides = difference(program, enclosing_difference(program, node))
    if sides:
        found = [t for t in found if t.split(".")[-1] in program.computed]
        found = [t for t in found if t not in map(ast.unparse, sides)]
        found = found if node in ast.walk(sides[0]) else []
    return [t for t in found if t.split(".")[-1] not in losses(program)]


def losses(program: Program) -> set[str]:
    """The names that the program gives its loss."""
    lines = program.loss_lines
    nodes = [n for n in ast.walk(program.tree) if isinstance(n, ast.stmt) and n.lineno in lines]
    return {identity(target) for node in nodes for target in targets_of(node)}


def enclosing_difference(program: Program, node: ast.AST) -> ast.AST:
    while isinstance(program.parents[node], (ast.Subscript, ast.Attribute)):
        node = program.parents[node]
    return program.parents[node]


def alike(a: list[Any], b: list[Any]) -> bool:
    numbers = ("float", "int", "float64")
    if a[0] in ("ndarray", "matrix"):
        return b[0] == a[0] and len(a[1]) == len(b[1])
    if a[0] in numbers:
        return b[0] in numbers[::2] and b[2] and a[2]
    return a[0] == b[0] not in ("str", "bool", "dict", "range")


def raw_error_back(program: Program) -> Mutants:
    """The error behind a delta passed to the layer below, in place of the delta."""
    known = slope_nodes(program)
    for statement in program.statements:
        targets, value = targets_of(statement), getattr(statement, "value", None)
        slopes = [f for f in factors(value) if f in known] if targets and value else []
        rest = without(program, value, set(slopes)) if slopes else None
        if not rest or not product(value):
            continue
        delta = ast.unparse(targets[0])
        for node in program.expressions(*NAMES):
            user = program.statement_of(node)
            after = user.lineno > statement.lineno and ast.unparse(node) == delta
            if after and not program.is_update(user) and reads_weight(program, user):
                yield program.put(node, rest, f"{rest} in place of {delta}")


def delta_alone(program: Program) -> Mutants:
    """An update, or a weight's gradient, without the layer's input."""
    for node in program.expressions():
        pair = matrix_product(node) or (node.args[:2] if called(node) == "outer" else None)
        for keep, drop in (pair, pair[::-1]) if pair and len(pair) == 2 else ():
            ours = mentions(program, keep, "backward") and not mentions(program, drop, "backward")
            if ours and not reads_weight(program, drop):
                yield program.put(node, program.atom(keep), f"without {program.text(drop)}")
    slopes = slope_nodes(program)
    for chain in chains(program):
        parts = factors(chain)
        if not any(mentions(program, part, "backward") for part in parts):
            continue
        for part in parts:
            of_input = not mentions(program, part, "backward") and not reads_weight(program, part)
            rest = without(program, chain, {part})
            if rest and of_input and changing(program, part) and part not in slopes:
                yield program.put(chain, rest, f"without the factor {program.text(part)}")


# indices


def wrong_index(program: Program) -> Mutants:
    for statement in program.statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Subscript):
                for change, says in other_indices(program, node):
                    yield program.mutant(statement, [change], says)


def other_indices(program: Program, node: ast.Subscript) -> Iterator[tuple[Change, str]]:
    text, span = program.text(node.slice), program.span(node.slice)
    others = []
    if isinstance(node.slice, ast.Name):
        others = [*sorted(loop_names(program, node) - {text}), f"{text} - 1"]
    elif isinstance(node.slice, ast.BinOp) and isinstance(node.slice.right, ast.Constant):
        others = [program.text(node.slice.left)]
    else:
        known = {"-1": "0", "1:": ":-1", ":, 1:": ":, :-1", ":, :-1": ":, 1:"}
        others = [known[text]] if text in known else []
    for other in others:
        yield (span, other), f"[{other}] in place of [{text}]"


def loop_names(program: Program, node: ast.AST) -> set[str]:
    """The loop variables around a node, inside the training step."""
    names, loop = set(), program.enclosing_loop(node)
    while loop is not None and loop is not program.step_loop:
        if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name):
            names.add(loop.target.id)
        loop = program.enclosing_loop(loop)
    return names


def short_range(program: Program) -> Mutants:
    """A loop of the backward pass that leaves out its first or last turn."""
    for loop in ast.walk(program.tree):
        if not isinstance(loop, ast.For) or loop.lineno not in program.backward:
            continue
        if called(loop.iter) == "range" and len(loop.iter.args) == 1:
            text = program.text(loop.iter.args[0])
            for new in (f"1, {text}", f"{text} - 1"):
                change = (program.span(loop.iter.args[0]), new)
                yield program.mutant(loop, [change], f"range({new})", lines_of(loop))


def swapped_indices(program: Program) -> Mutants:
    """The transpose of those who write loops: v[k][j] for v[j][k]."""
    for statement in program.statements:
        for node in (n for n in ast.walk(statement) if isinstance(n, ast.Subscript)):
            inner = node.value
            both = [getattr(inner, "slice", None), node.slice]
            if isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
                both = node.slice.elts
            if not all(isinstance(index, ast.Name) for index in both):
                continue
            texts = [program.text(index) for index in both]
            changes = [(program.span(i), t) for i, t in zip(both, texts[::-1], strict=True)]
            says = f"the indices of {re.sub(' ', '', program.text(node))} swapped"
            yield program.mutant(statement, changes, says)
