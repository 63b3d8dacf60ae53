"""What the operators ask of an expression.

A product is `a * b` or multiply(a, b); its factors are those of the whole chain. A matrix product is `a @ b`, dot(a, b) or
a.dot(b). A name's role is weight, backward (assigned by the backward pass) or forward (everything else).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from program import Mutant, Program, identity, targets_of

Mutants = Iterator[Mutant | None]
DOT = ("dot", "matmul")
NAMES = (ast.Name, ast.Attribute)


def called(node: ast.AST) -> str:
    """The name of the function that a call calls; empty if it is no call."""
    return identity(node.func) if isinstance(node, ast.Call) else ""


# products


def product(node: ast.AST) -> tuple[ast.expr, ast.expr] | None:
    """The operands of an elementwise product, or of `*` between matrices."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return node.left, node.right
    if called(node) == "multiply" and len(node.args) == 2:
        return node.args[0], node.args[1]
    return None


def matrix_product(node: ast.AST) -> tuple[ast.expr, ast.expr] | None:
    """The operands of `@`, dot(a, b) and a.dot(b)."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        return node.left, node.right
    if called(node) in DOT and len(node.args) == 2:
        return node.args[0], node.args[1]
    if called(node) in DOT and len(node.args) == 1 and isinstance(node.func, ast.Attribute):
        return node.func.value, node.args[0]
    return None


def chains(program: Program) -> Iterator[ast.expr]:
    """Every product that is no factor of another."""
    for node in program.expressions():
        if product(node) and not product(program.parents[node]):
            yield node


def factors(node: ast.expr) -> list[ast.expr]:
    pair = product(node)
    return [f for operand in pair for f in factors(operand)] if pair else [node]


def without(program: Program, node: ast.expr, dropped: set[ast.expr]) -> str | None:
    """The text of a product without some factors; None if none remains."""
    if node in dropped:
        return None
    pair = product(node)
    if not pair:
        return program.atom(node)
    left, right = (without(program, operand, dropped) for operand in pair)
    if left is None or right is None:
        return left if right is None else right
    begin, end = program.outer(node)
    (a, b), (c, d) = map(program.outer, pair)
    text = program.source
    return text[begin:a] + left + text[b:c] + right + text[d:end]


# sums and differences


def one_minus(node: ast.AST) -> ast.expr | None:
    """What is subtracted from 1."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Sub):
        return None
    one = isinstance(node.left, ast.Constant) and node.left.value == 1
    return node.right if one else None


def difference(program: Program, node: ast.AST) -> tuple[ast.expr, ast.expr] | None:
    """Output and target of output minus target, or of target minus output: two plain names or entries."""
    plain = (ast.Name, ast.Attribute, ast.Subscript)
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Sub):
        return None
    if not isinstance(node.left, plain) or not isinstance(node.right, plain):
        return None
    left, right = identity(node.left), identity(node.right)
    if {left, right} & (program.weights | program.backward_names):
        return None
    if right in program.computed and left not in program.computed:
        return node.right, node.left
    return node.left, node.right


def sign_of(program: Program, node: ast.BinOp) -> int:
    """Where the sign of a sum or difference stands."""
    begin, end = program.outer(node.left)[1], program.outer(node.right)[0]
    return begin + re.search(r"[+-]", program.source[begin:end]).start()


def reductions(program: Program) -> Iterator[ast.Call]:
    for node in program.expressions(ast.Call):
        if called(node) in ("sum", "mean") and program.has_arrays(node):
            yield node


def axis_of(node: ast.Call) -> ast.expr | None:
    """The node of the axis: axis=0, x.sum(0) or np.sum(x, 0)."""
    for keyword in node.keywords:
        if keyword.arg == "axis":
            return keyword.value
    rest = node.args if is_method(node) else node.args[1:]
    return rest[0] if rest else None


def is_method(node: ast.Call) -> bool:
    """Whether it is x.sum() rather than np.sum(x)."""
    return isinstance(node.func, ast.Attribute) and identity(node.func.value) not in ("np", "numpy")


# names


def assigned(program: Program, name: str) -> list[ast.expr]:
    """Every value that a name or attribute gets by a plain assignment."""
    nodes = [node for node in ast.walk(program.tree) if isinstance(node, ast.Assign)]
    return [n.value for n in nodes if any(identity(t) == name for t in targets_of(n))]


def references(program: Program) -> Iterator[ast.expr]:
    """Every name and attribute that holds numbers or objects, where the backward pass reads it."""
    for node in program.expressions(*NAMES):
        parent = program.parents[node]
        chained = isinstance(parent, ast.Attribute) and program.kind_of(parent)
        transposed = isinstance(node, ast.Attribute) and node.attr in ("T", "size", "shape")
        if program.kind_of(node) and not chained and not transposed and identity(node) != "self":
            yield node


def role(program: Program, name: str) -> str:
    if name in program.weights:
        return "weight"
    return "backward" if name in program.backward_names else "forward"


def mentions(program: Program, node: ast.AST, wanted: str) -> bool:
    """Whether it reads a name of this role."""
    names = (n for n in ast.walk(node) if isinstance(n, NAMES) and program.kind_of(n))
    return any(role(program, identity(n)) == wanted for n in names)


def reads_weight(program: Program, node: ast.AST) -> bool:
    names = (n for n in ast.walk(node) if isinstance(n, NAMES))
    return any(identity(n) in program.weights for n in names)


def changing(program: Program, node: ast.expr) -> bool:
    """Whether it reads an array, a list or a number that varies: not a learning rate."""
    inside = {n.value for n in ast.walk(node) if isinstance(n, ast.Attribute)}
    names = [n for n in ast.walk(node) if isinstance(n, NAMES) and n not in inside]
    kinds = [program.kind_of(n) for n in names]
    constant = ("float", "int", "float64", "str", "bool")
    return any(kind and (kind[2] or kind[0] not in constant) for kind in kinds)
