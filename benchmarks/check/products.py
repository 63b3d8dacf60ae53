"""Mistakes of shape: the wrong product, a transpose, an axis, a flat array for a column."""

from __future__ import annotations

import ast
import re

from expressions import (
    DOT,
    Mutants,
    axis_of,
    called,
    is_method,
    matrix_product,
    mentions,
    product,
    reads_weight,
    reductions,
    references,
)
from program import Program


def elementwise_for_matrix(program: Program) -> Mutants:
    for node in program.expressions():
        pair = matrix_product(node)
        if pair:
            left, right = map(program.atom, pair)
            yield program.put(node, f"{left} * {right}", "* in place of a matrix product")
        pair = product(node)
        if pair and isinstance(node, ast.BinOp) and all(map(program.has_matrices, pair)):
            left, right = map(program.text, pair)
            new = f"{function(program, 'multiply')}({left}, {right})"
            yield program.put(node, new, "elementwise in place of *")


def matrix_for_elementwise(program: Program) -> Mutants:
    for node in program.expressions():
        pair = product(node)
        if not pair or not all(map(program.has_arrays, pair)):
            continue
        left, right = map(program.atom, pair)
        if not program.has_matrices(node):
            new = f"{function(program, 'dot')}({program.text(pair[0])}, {program.text(pair[1])})"
            yield program.put(node, new, "a matrix product in place of elementwise")
        elif called(node) == "multiply":
            for new in (f"{left} * {right}", f"{left}.T * {right}", f"{left} * {right}.T"):
                yield program.put(node, new, f"{new}: the matrix product")


def function(program: Program, name: str) -> str:
    """How the program calls a function of NumPy."""
    return f"np.{name}" if "import numpy as np" in program.source else name


def outer_for_elementwise(program: Program) -> Mutants:
    for node in program.expressions():
        pair = product(node)
        if pair and all(map(program.has_arrays, pair)):
            left, right = map(program.text, pair)
            new = f"{function(program, 'outer')}({left}, {right})"
            yield program.put(node, new, "an outer product in place of elementwise")


def elementwise_for_outer(program: Program) -> Mutants:
    for node in program.expressions(ast.Call):
        if called(node) == "outer" and len(node.args) == 2:
            left, right = map(program.atom, node.args)
            yield program.put(node, f"{left} * {right}", "elementwise in place of an outer product")


def missing_transpose(program: Program) -> Mutants:
    for node in program.expressions(ast.Attribute):
        if node.attr == "T":
            yield program.put(node, program.atom(node.value), f"{program.text(node)} without .T")


def needless_transpose(program: Program) -> Mutants:
    for node in references(program):
        parent, kind = program.parents[node], program.kind_of(node)
        factor = node in (product(parent) or matrix_product(parent) or ())
        factor = factor or (isinstance(parent, ast.Attribute) and parent.attr in DOT)
        if factor and kind[0] in ("ndarray", "matrix") and len(kind[1]) == 2:
            new = f"{program.text(node)}.T"
            yield program.put(node, new, f"{new} in place of {program.text(node)}")


def wrong_axis(program: Program) -> Mutants:
    for node in reductions(program):
        axis = axis_of(node)
        if isinstance(axis, ast.Constant) and axis.value in (0, 1):
            yield program.put(axis, str(1 - axis.value), f"axis {1 - axis.value}")


def summed_over_units(program: Program) -> Mutants:
    for node in reductions(program):
        if axis_of(node) is not None:
            new = re.sub(
                r"(,\s*)?(axis\s*=\s*)?\b[01]\b(?=\s*[,)])", "", program.text(node), count=1
            )
            new = re.sub(r"\(\s*,\s*", "(", new)
            yield program.put(node, new, f"{new} over everything")


def flat_against_column(program: Program) -> Mutants:
    """(n,) where (n, 1) is due, or the reverse: broadcasting makes a table of it."""
    for node in references(program):
        kind, parent = program.kind_of(node), program.parents[node]
        if kind[0] != "ndarray" or isinstance(parent, (ast.Attribute, ast.Subscript)):
            continue
        if len(kind[1]) == 2 and 1 in kind[1]:
            new = f"{program.text(node)}.ravel()"
        elif len(kind[1]) == 1:
            new = f"{program.text(node)}.reshape(-1, 1)"
        else:
            continue
        yield program.put(node, new, f"{new} in place of {program.text(node)}")
    for node in reductions(program):
        new = re.sub(r",\s*keepdims\s*=\s*True", "", program.text(node))
        yield program.put(node, new, "without keepdims")


def last_example_only(program: Program) -> Mutants:
    """A sum over the batch that keeps the last example only."""
    for node in program.expressions():
        pair = matrix_product(node)
        if not pair or not isinstance(pair[0], ast.Attribute) or pair[0].attr != "T":
            continue
        if mentions(program, pair[1], "backward") and not reads_weight(program, pair[0]):
            sides = (pair[0].value, pair[1])
            changes = [(program.outer(side), f"{program.atom(side)}[-1:]") for side in sides]
            statement = program.statement_of(node)
            yield program.mutant(statement, changes, "only the last example of the batch")
    for node in reductions(program):
        axis = axis_of(node)
        if isinstance(axis, ast.Constant) and axis.value == 0:
            summed = node.func.value if is_method(node) else node.args[0]
            yield program.put(node, f"{program.atom(summed)}[-1]", "only the last example's")
