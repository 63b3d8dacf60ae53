"""Where the chain rule's slopes are: 1 - a**2, a*(1 - a), a comparison, a call of a function that only the backward pass calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np
from expressions import NAMES, assigned, called, chains, changing, factors, one_minus, product
from program import Program, identity

ACTIVATIONS = ("tanh", "exp", "maximum")


def slope_groups(program: Program) -> Iterator[tuple[ast.expr, list[ast.expr]]]:
    """Each product with a slope among its factors, and the factors of one slope: both of a*(1 - a)."""
    for chain in chains(program):
        parts = factors(chain)
        for slope in parts:
            if is_slope(program, slope):
                inner = one_minus(slope)
                partner = [p for p in parts if inner is not None and same_text(p, inner)]
                yield chain, [slope, *partner[:1]]


def slope_nodes(program: Program) -> set[ast.AST]:
    """Every node inside a slope."""
    return {n for _, parts in slope_groups(program) for part in parts for n in ast.walk(part)}


def is_slope(program: Program, node: ast.expr, depth: int = 0) -> bool:
    inner = one_minus(node)
    if inner is not None:
        return changing(program, inner)
    if isinstance(node, ast.Compare) or called(node) in slope_functions(program):
        return True
    if called(node) == "where" or isinstance(node, ast.IfExp):
        return any(isinstance(inside, ast.Compare) for inside in ast.walk(node))
    if isinstance(node, NAMES) and depth < 2:
        values = assigned(program, identity(node))
        return bool(values) and all(is_slope_value(program, v, depth + 1) for v in values)
    return False


def is_slope_value(program: Program, value: ast.expr, depth: int) -> bool:
    """Whether a whole value is a slope: a*(1 - a) counts, and ones for a linear layer."""
    parts = factors(value)
    if len(parts) == 1:
        return called(value) in ("ones", "ones_like") or is_slope(program, value, depth)
    inner = [one_minus(part) for part in parts]
    return len(parts) == 2 and any(
        i is not None and any(same_text(p, i) for p in parts) for i in inner
    )


def slope_functions(program: Program) -> set[str]:
    """The functions that return a slope, and that only the backward pass calls, or with a flag."""
    calls = [node for node in ast.walk(program.tree) if isinstance(node, ast.Call)]
    forward = {called(n) for n in calls if n.lineno not in program.backward}
    flagged = {called(n) for n in calls if len(n.args) + len(n.keywords) == 2}
    own = {name for name in functions_with_slopes(program) if name not in forward - flagged}
    fields = {
        called(n)
        for n in calls
        if isinstance(n.func, ast.Attribute) and len(n.args) == 1 and product(program.parents[n])
    }
    unknown = {f for f in fields - forward if not hasattr(np, f) and not hasattr(np.ndarray, f)}
    return own | unknown


def functions_with_slopes(program: Program) -> set[str]:
    found = set()
    for node in ast.walk(program.tree):
        returned = [n.value for n in ast.walk(node) if isinstance(n, ast.Return) and n.value]
        if isinstance(node, ast.FunctionDef) and any(map(has_slope, returned)):
            found.add(node.name)
        parent = program.parents.get(node)
        if isinstance(node, ast.Lambda) and isinstance(parent, ast.Assign) and has_slope(node.body):
            found.add(identity(parent.targets[0]))
    return found


def has_slope(value: ast.expr) -> bool:
    decided = isinstance(value, (ast.IfExp, ast.Compare)) or called(value) == "where"
    return decided or any(one_minus(part) is not None for part in factors(value))


def activation_pairs(program: Program) -> dict[str, set[str]]:
    """Texts of a weighted input and of what the activation makes of it, each to the other."""
    pairs: dict[str, set[str]] = {}
    for node in ast.walk(program.tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        if len(node.value.args) == 1 and not node.value.keywords:
            before, after = ast.unparse(node.value.args[0]), ast.unparse(node.targets[0])
            if isinstance(node.value.args[0], (*NAMES, ast.Subscript)):
                pairs.setdefault(before, set()).add(after)
                pairs.setdefault(after, set()).add(before)
    return pairs


def activation_functions(program: Program) -> list[str]:
    """How the forward pass calls what turns sums into activations."""
    definitions = {n.name: n for n in ast.walk(program.tree) if isinstance(n, ast.FunctionDef)}
    found = set()
    for node in ast.walk(program.tree):
        if (
            isinstance(node, ast.Call)
            and node.lineno not in program.backward
            and len(node.args) == 1
        ):
            own = definitions.get(called(node))
            short = own is not None and len(own.body) < 4
            inside = short and any(called(n) in ACTIVATIONS for n in ast.walk(own))
            if called(node) == "tanh" or inside:
                found.add(program.text(node.func))
    return sorted(found)


def same_text(a: ast.AST, b: ast.AST) -> bool:
    return isinstance(a, type(b)) and ast.unparse(a) == ast.unparse(b)
