"""Phase 8h: new values that are lost when a function ends.

rebound(text)             `w = old - step` where `w` is a name of what is around the function: stored in place
rebound_arguments(text)   the same where `w` is an argument, and the function has no result
ignored_results(text)     `update(w, grads)` where `w = update(w, grads)` is meant
copied(text)              `p = w.copy()` before `p -= step`, inside of a loop or function that does not keep the copy
copied_in_lists(text)     `params = [w.copy(), b.copy()]` before `for p in params: p -= step`
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from backproof.checking.repair.statements import names_in
from backproof.checking.repair.text import Candidate, Text
from backproof.checking.source.syntax import FUNCTIONS


def rebound(text: Text) -> Iterator[Candidate]:
    """Names of a function that are names of what is around it too: the new value stored in place, or under the outer name."""
    for node in text.statements():
        inside = _function(text, node)
        if not isinstance(node, ast.Assign) or inside is None or len(node.targets) != 1:
            continue
        target = node.targets[0]
        if not isinstance(target, ast.Name) or _is_told(inside, target.id):
            continue
        outer = _function(text, inside)
        names = stored_names(outer if outer is not None else text.tree)
        if target.id in names and target.id not in _arguments(inside):
            source = text.replaced(target, f"{target.id}[:]")
            yield Candidate("rebound-in-function", node.lineno, source, 0.1)


def rebound_arguments(text: Text) -> Iterator[Candidate]:
    """Arguments that a function without a result binds anew, `w = w - step`: stored in place, all of them."""
    for function in text.statements():
        if not isinstance(function, FUNCTIONS) or _results(function):
            continue
        lost = [
            node.targets[0]
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            and len(node.targets) == 1
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id in _arguments(function) & names_in(node.value)
        ]
        if lost:
            source = text.all_replaced([(target, f"{text.of(target)}[:]") for target in lost])
            yield Candidate("rebound-in-function", lost[0].lineno, source, 0.1)


def ignored_results(text: Text) -> Iterator[Candidate]:
    """Calls of the program's own functions whose result nobody keeps: assigned to the arguments that it is made of."""
    functions = {n.name: n for n in text.statements() if isinstance(n, FUNCTIONS)}
    for node in text.statements():
        call = node.value if isinstance(node, ast.Expr) else None
        called = text.of(call.func).rpartition(".")[2] if isinstance(call, ast.Call) else ""
        function = functions.get(called)
        if call is None or not isinstance(call, ast.Call) or function is None:
            continue
        arguments = [a.arg for a in function.args.args if a.arg != "self"]
        given = dict(zip(arguments, map(text.of, call.args), strict=False))
        for result in _results(function)[-1:]:
            names = [text.of(n) for n in result.elts] if isinstance(result, ast.Tuple) else []
            own = [given[name] for name in names or [text.of(result)] if name in given]
            if not names and not own:
                own = [name for name in given.values() if name.isidentifier()][:1]
            if own and (not names or len(own) == len(names)):
                source = text.replaced(call, f"{', '.join(own)} = {text.of(call)}")
                yield Candidate("result-ignored", node.lineno, source, 0.1)


def copied(text: Text) -> Iterator[Candidate]:
    """Copies that the same block changes in place, and that nothing else reads: the array itself."""
    for node in text.statements():
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        name, original = node.targets[0].id, _copied(text, node.value)
        if original is None:
            continue
        block = text.block(node)
        later = block[block.index(node) + 1 :]
        changed = [n for n in later if isinstance(n, ast.AugAssign) and _owner(n.target) == name]
        read = [
            n
            for other in later
            if other not in changed
            for n in ast.walk(other)
            if isinstance(n, ast.Name) and n.id == name
        ]
        if changed and not read:
            yield Candidate("copy-updated", node.lineno, text.replaced(node.value, original), 0.1)


def copied_in_lists(text: Text) -> Iterator[Candidate]:
    """Lists of copies that a loop goes through: the arrays themselves."""
    over = {name for n in text.statements() if isinstance(n, ast.For) for name in names_in(n.iter)}
    for node in text.statements():
        value = node.value if isinstance(node, ast.Assign) else None
        if not isinstance(node, ast.Assign) or not isinstance(value, ast.List):
            continue
        copies = [(item, _copied(text, item)) for item in value.elts]
        if copies and text.of(node.targets[0]) in over and all(own for _, own in copies):
            source = text.all_replaced([(item, own or "") for item, own in copies])
            yield Candidate("copy-updated", node.lineno, source, 0.1)


def _copied(text: Text, value: ast.expr) -> str | None:
    """What a value is a copy of."""
    if not isinstance(value, ast.Call):
        return None
    function = text.of(value.func)
    if isinstance(value.func, ast.Attribute) and value.func.attr == "copy" and not value.args:
        return text.of(value.func.value)
    if (
        function in COPIES
        and value.args
        and isinstance(value.args[0], (ast.Name, ast.Attribute, ast.Subscript))
    ):
        return text.of(value.args[0])
    return None


COPIES = (
    "np.copy",
    "np.array",
    "numpy.copy",
    "numpy.array",
    "copy.copy",
    "copy.deepcopy",
    "deepcopy",
    "list",
)


def _owner(node: ast.expr) -> str | None:
    """`p` of `p[i][j]`."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _results(function: ast.AST) -> list[ast.expr]:
    """What a function returns."""
    returns = [n.value for n in ast.walk(function) if isinstance(n, ast.Return)]
    return [value for value in returns if value is not None]


def _function(text: Text, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    above = text.parents.get(node)
    while above is not None and not isinstance(above, FUNCTIONS):
        above = text.parents.get(above)
    return above if isinstance(above, FUNCTIONS) else None


def _is_told(function: ast.AST, name: str) -> bool:
    told = (ast.Global, ast.Nonlocal)
    return any(isinstance(n, told) and name in n.names for n in ast.walk(function))


def _arguments(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    return {a.arg for a in [*function.args.args, *function.args.kwonlyargs]}


def stored_names(owner: ast.AST) -> set[str]:
    """The names that a function or a module itself binds by assignment."""
    out: set[str] = set()
    for child in ast.iter_child_nodes(owner):
        if isinstance(child, (*FUNCTIONS, ast.ClassDef)):
            continue
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            out.add(child.id)
        out |= stored_names(child)
    return out
