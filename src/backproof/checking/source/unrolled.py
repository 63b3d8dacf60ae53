"""Phase 2, before the hooks: comprehensions that train, written as the loops that they are.

    error = sum(net.learn(x, t) for x, t in data)   ->   _bp_made = []
                                                         for x, t in data: _bp_made.append(net.learn(x, t))
                                                         error = sum(_bp_made)

Only those whose functions change something in place: a training step may be among them, and steps are marked in loops.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import cast

from backproof.checking.source.syntax import FUNCTIONS

MADE = "_bp_made"
SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return)
UNSURE = (ast.IfExp, ast.BoolOp, ast.Lambda, ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)
EAGER = frozenset({"sum", "list", "tuple", "max", "min", "sorted", "fsum", "array", "mean"})
Comprehension = ast.ListComp | ast.GeneratorExp


def unrolled(tree: ast.Module) -> ast.Module:
    """The program with its training comprehensions as loops; the tree is changed."""
    training = _training(tree)
    return cast("ast.Module", _Unroller(training).visit(tree)) if training else tree


def _training(tree: ast.Module) -> frozenset[str]:
    """Functions that change something in place, themselves or through others, by name."""
    functions = [node for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]
    found = {node.name for node in functions if _changes_something(node)}
    found -= {"__init__"}
    while True:
        more = {f.name for f in functions if f.name != "__init__" and _calls(f) & found} | found
        if more == found:
            return frozenset(found)
        found = more


def _changes_something(function: ast.AST) -> bool:
    """Whether a function adds to what outlives it."""
    nodes = list(ast.walk(function))
    outer = {
        n for node in nodes if isinstance(node, (ast.Global, ast.Nonlocal)) for n in node.names
    }

    def outlives(target: ast.expr) -> bool:
        if isinstance(target, ast.Name):
            return target.id in outer
        return isinstance(target, (ast.Attribute, ast.Subscript))

    return any(
        outlives(target)
        for node in nodes
        for target in (*_added_to(node), *_stored_sums(node, nodes))
    )


def _stored_sums(node: ast.AST, nodes: list[ast.AST]) -> list[ast.expr]:
    """Items of what a function was given, or found, that a sum is stored in: `row[i] = w - step`, or `row[i] = w` after `w -= step`."""
    if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Subscript):
        return []
    value, root = node.value, node.targets[0]
    sums = isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Add, ast.Sub))
    if isinstance(value, ast.Name):
        changed = [ast.unparse(target) for other in nodes for target in _added_to(other)]
        sums = value.id in changed
    made = {
        ast.unparse(target)
        for other in nodes
        if isinstance(other, ast.Assign)
        for target in other.targets
    }
    return [root] if sums and ast.unparse(root).split("[")[0] not in made else []


def _added_to(node: ast.AST) -> list[ast.expr]:
    """What a statement adds to or takes from: of `w += d` and of `w = w + d`."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Add, ast.Sub)):
        return [node.target]
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp):
        own = ast.unparse(node.targets[0])
        return [node.targets[0]] if ast.unparse(node.value.left) == own else []
    return []


def _calls(node: ast.AST) -> set[str]:
    """The names of all functions and methods that are called below a node."""
    called = [child.func for child in ast.walk(node) if isinstance(child, ast.Call)]
    names = {f.id for f in called if isinstance(f, ast.Name)}
    return names | {f.attr for f in called if isinstance(f, ast.Attribute)}


class _Unroller(ast.NodeTransformer):
    def __init__(self, training: frozenset[str]) -> None:
        self.training = training
        self.count = 0
        self.taken: set[str] = set()  # names bound in the function in hand

    def visit(self, node: ast.AST) -> ast.AST | list[ast.stmt]:
        before = self.taken
        if isinstance(node, (*FUNCTIONS, ast.Module)):
            self.taken = set(_bound(node))
        if isinstance(node, SIMPLE):
            return self._statement(node)
        out = self.generic_visit(node)
        self.taken = before
        return out

    def _statement(self, node: ast.stmt) -> ast.stmt | list[ast.stmt]:
        value = getattr(node, "value", None)
        found = None if value is None else self._found(value)
        if value is None or found is None:
            return node
        self.count += 1
        name = f"{MADE}{self.count}"
        renamed = {n: f"_bp_{n}" for n in _targets(found) if n in self.taken}
        loop = _loop(found, name, renamed)
        first = ast.Assign([ast.Name(name, ast.Store())], ast.List([], ast.Load()))
        if value is found and isinstance(node, ast.Expr):
            return [_located(first, found), loop]
        _Put(found, name).visit(node)
        return [_located(first, found), loop, node]

    def _found(self, value: ast.expr) -> Comprehension | None:
        """The one training comprehension of an expression, if it is evaluated in any case and before all that could see it."""
        trained = [
            node
            for node, parent in _surely(value, None)
            if isinstance(node, (ast.ListComp, ast.GeneratorExp))
            and _calls(node) & self.training
            and _is_eager(node, parent)
            and not any(g.is_async for g in node.generators)
        ]
        if len(trained) != 1:
            return None
        inside = sum(
            isinstance(n, ast.Call) and bool(_named(n) & self.training)
            for n in ast.walk(trained[0])
        )
        whole = sum(
            isinstance(n, ast.Call) and bool(_named(n) & self.training) for n in ast.walk(value)
        )
        return trained[0] if inside == whole else None


def _named(call: ast.Call) -> set[str]:
    function = call.func
    if isinstance(function, ast.Name):
        return {function.id}
    return {function.attr} if isinstance(function, ast.Attribute) else set()


def _surely(node: ast.expr, parent: ast.AST | None) -> Iterator[tuple[ast.AST, ast.AST | None]]:
    """The parts of an expression that are evaluated whenever it is, each with what it stands in."""
    stack: list[tuple[ast.AST, ast.AST | None]] = [(node, parent)]
    while stack:
        part, above = stack.pop()
        yield part, above
        if isinstance(part, (*UNSURE, Comprehension, ast.SetComp, ast.DictComp)):
            continue
        stack.extend((child, part) for child in ast.iter_child_nodes(part))


def _is_eager(node: Comprehension, parent: ast.AST | None) -> bool:
    """Whether all of it is evaluated at once: a list, or what a sum takes."""
    if isinstance(node, ast.ListComp):
        return True
    return isinstance(parent, ast.Call) and bool(_named(parent) & EAGER)


def _bound(scope: ast.AST) -> Iterator[str]:
    """Names that a function or a module binds, those of inner functions and comprehensions left out."""
    stack: list[ast.AST] = list(ast.iter_child_nodes(scope))
    while stack:
        node = stack.pop()
        if isinstance(
            node, (*FUNCTIONS, ast.ClassDef, ast.Lambda, Comprehension, ast.SetComp, ast.DictComp)
        ):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        if isinstance(node, ast.arg):
            yield node.arg
        stack.extend(ast.iter_child_nodes(node))


def _targets(node: Comprehension) -> set[str]:
    return {
        name.id
        for generator in node.generators
        for name in ast.walk(generator.target)
        if isinstance(name, ast.Name)
    }


def _loop(node: Comprehension, name: str, renamed: dict[str, str]) -> ast.stmt:
    append = ast.Attribute(ast.Name(name, ast.Load()), "append", ast.Load())
    inner: ast.stmt = ast.Expr(ast.Call(append, [node.elt], []))
    for depth, generator in reversed(list(enumerate(node.generators))):
        rename = _Rename(renamed)
        for condition in reversed(generator.ifs):
            inner = ast.If(condition, [inner], [])
        if depth:
            generator.iter = rename.visit(generator.iter)
        inner = ast.For(rename.visit(generator.target), generator.iter, [rename.visit(inner)], [])
    return _located(inner, node)


def _located(made: ast.stmt, where: ast.AST) -> ast.stmt:
    """Nodes without a place in the text get that of the comprehension."""
    for child in ast.walk(made):
        if isinstance(child, (ast.expr, ast.stmt)) and not hasattr(child, "lineno"):
            ast.copy_location(child, where)
    return made


class _Rename(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self.names.get(node.id, node.id)
        return node


class _Put(ast.NodeTransformer):
    """The list that was made, in the comprehension's place."""

    def __init__(self, old: Comprehension, name: str) -> None:
        self.old, self.name = old, name

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self.old:
            return ast.copy_location(ast.Name(self.name, ast.Load()), node)
        return cast("ast.AST", super().visit(node))
