"""Phase 2: rewrite the syntax tree so that every value passes through a hook, and every iteration is marked.

    x = a + b      ->   x = _bp_h(3, _bp_h(1, a) + _bp_h(2, b))
    w -= rate * g  ->   w -= _bp_h(7, ...);  _bp_s(8, w)
    for ...:       ->   for ...:  try: <mark, rebind>; body  finally: <mark>

A loop whose iterations begin with the update that the one before has computed is marked where its steps begin (`Split`).

The hooks do nothing but return their value until a recording asks for more (`tape`).
"""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import dataclass, replace
from types import CodeType
from typing import Any, cast

from backproof.checking.source.places import Loop, Place, Statement
from backproof.checking.source.split import Cut, Split, blocks, cut
from backproof.checking.source.syntax import FUNCTIONS
from backproof.checking.source.unrolled import unrolled

HOOK, STORE, HEAD, ENTER, TAIL, BOUND = (
    "_bp_h",
    "_bp_s",
    "_bp_head",
    "_bp_enter",
    "_bp_tail",
    "_bp_bound",
)
ROUNDS, TOGETHER = "_bp_rounds", "_bp_together"  # several rounds of a loop that are one step
AGAIN, FRESH, LEFT, ANY, CAUGHT = ("_bp_again", "_bp_fresh", "_bp_left", "_bp_any", "_bp_caught")

WATCHED = (
    ast.BinOp,
    ast.UnaryOp,
    ast.Call,
    ast.Attribute,
    ast.Subscript,
    ast.Name,
    ast.IfExp,
    ast.Compare,
    ast.List,
    ast.ListComp,
)
SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return)


@dataclass(frozen=True)
class Instrumented:
    """A program ready to run under a tape."""

    code: CodeType
    places: tuple[Place, ...]
    loops: tuple[Loop, ...]
    statements: tuple[Statement, ...]
    late: frozenset[str]  # names that loops bind
    repeats: bool = False  # whether the iterations of the loop asked for can be run again


def instrument(
    source: str,
    filename: str,
    *,
    values: bool = True,
    only: Collection[int] | None = None,
    marks: Collection[int] | None = None,
    again: int | None = None,
    split: Split | None = None,
) -> Instrumented:
    """Compile `source` with hooks.

    Args:
        source: the program.
        filename: what tracebacks show.
        values: watch values too, not only loops.
        only: watch only the places with these indices (as numbered by a full instrumentation).
        marks: mark only the loops with these indices.
        again: the loop whose iterations can be run again and again by who watches.
        split: where the steps of a loop begin, if not at its head.

    Raises:
        SyntaxError: as `compile` raises it.
    """
    tree = unrolled(ast.parse(source, filename))
    late = _bound_in_loops(tree)
    cut(tree, split, source)
    work = _Rewriter(source, values, _frozen(only), _frozen(marks), again)
    changed = cast("ast.Module", ast.fix_missing_locations(work.visit(tree)))
    code = compile(changed, filename, "exec")
    places, loops, statements = tuple(work.places), tuple(work.loops), tuple(work.statements)
    return Instrumented(code, places, loops, statements, late, work.repeats)


def marked(source: str, filename: str, loop: int, split: Split | None = None) -> CodeType:
    """Compile `source` with marks at one loop only: what a trial needs, in a fraction of the time.

    Args:
        source: the program.
        filename: what tracebacks show.
        loop: its index, as numbered by a full instrumentation.
        split: where its steps begin, if not at its head.
    """
    tree = unrolled(ast.parse(source, filename))
    cut(tree, split, source)
    loops: list[tuple[ast.For | ast.While, ast.AST | None]] = []
    stack: list[tuple[ast.AST, ast.AST | None]] = [(tree, None)]
    while stack:
        node, owner = stack.pop()
        if isinstance(node, (ast.For, ast.While)):
            loops.append((node, owner))
        inner = node if isinstance(node, (*FUNCTIONS, ast.ClassDef)) else owner
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            children = getattr(node, name, None)
            if isinstance(children, list):
                stack.extend((child, inner) for child in children)
    loops.sort(key=lambda pair: (pair[0].lineno, pair[0].col_offset))
    node, owner = loops[loop]
    work = _Rewriter(source, False, None)
    work.locals[-1] = _assigned_names(owner) if isinstance(owner, FUNCTIONS) else None
    work.guard(node, loop)
    return compile(ast.fix_missing_locations(tree), filename, "exec")


def _frozen(indices: Collection[int] | None) -> frozenset[int] | None:
    return None if indices is None else frozenset(indices)


class _Rewriter(ast.NodeTransformer):
    def __init__(
        self,
        source: str,
        values: bool,
        only: frozenset[int] | None,
        marked: frozenset[int] | None = None,
        again: int | None = None,
    ) -> None:
        self.lines = source.split("\n")
        self.values = values
        self.only = only
        self.marked = marked  # loops; None for all
        self.again = again
        self.places: list[Place] = []
        self.loops: list[Loop] = []
        self.statements: list[Statement] = []
        self.scopes: list[str] = []
        self.locals: list[list[str] | None] = [None]  # assigned names per function; None at the top
        self.enclosing: list[list[int]] = [[]]  # loops around, per function
        self.statement = -1
        self.collected: list[list[int]] = [[]]  # places found below the node in hand
        self.repeats = False

    # places -------------------------------------------------------------------------------

    def _character(self, line: int, offset: int) -> int:
        """The character column of a byte offset."""
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        return len(text.encode()[:offset].decode(errors="replace"))

    def _text(self, node: ast.expr) -> str:
        """The node as the person wrote it, on one line."""
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        start = self._character(first + 1, node.col_offset)
        stop = self._character(last + 1, node.end_col_offset or 0)
        if first == last:
            return self.lines[first][start:stop]
        inner = [self.lines[first][start:], *self.lines[first + 1 : last], self.lines[last][:stop]]
        return " ".join(line.strip() for line in inner)

    def _place(self, node: ast.expr, kind: str, children: list[int]) -> int:
        end_line = node.end_lineno or node.lineno
        loads = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n.id[:4] != "_bp_"}
        place = Place(
            index=len(self.places),
            kind=kind,
            line=node.lineno,
            column=self._character(node.lineno, node.col_offset),
            end_line=end_line,
            end_column=self._character(end_line, node.end_col_offset or 0),
            text=self._text(node),
            statement=self.statement,
            scope=".".join(self.scopes),
            operator=_operator(node),
            children=tuple(children),
            loads=tuple(sorted(loads)),
        )
        self.places.append(place)
        return place.index

    def _hooked(self, node: ast.expr, index: int) -> ast.expr:
        if self.only is not None and index not in self.only:
            return node
        call = ast.Call(ast.Name(HOOK, ast.Load()), [ast.Constant(index), node], [])
        return ast.copy_location(call, node)

    def visit(self, node: ast.AST) -> ast.AST:
        if not isinstance(node, WATCHED) or not self._loads(node):
            return cast("ast.AST", super().visit(node))
        if not self.values:
            return cast("ast.AST", super().visit(node))
        if _is_literal(node):
            return node
        original = _copied(node)
        self.collected.append([])
        changed = self._inside(node)
        children = self.collected.pop()
        index = self._place(original, type(node).__name__, children)
        self.collected[-1].append(index)
        return self._hooked(changed, index)

    def _loads(self, node: ast.expr) -> bool:
        return isinstance(getattr(node, "ctx", ast.Load()), ast.Load)

    def _inside(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Call):
            return self._inside_call(node)
        super().generic_visit(node)
        return node

    def _inside_call(self, node: ast.Call) -> ast.Call:
        # The callee itself is not a value of interest; what a method is called on is.
        if isinstance(node.func, ast.Attribute):
            node.func.value = self.visit(node.func.value)  # type: ignore[assignment]
        elif not isinstance(node.func, ast.Name):
            node.func = self.visit(node.func)  # type: ignore[assignment]
        node.args = [self.visit(argument) for argument in node.args]  # type: ignore[misc]
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)  # type: ignore[assignment]
        return node

    # statements ---------------------------------------------------------------------------

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.stmt):
            self._enter_statement(node)
        return super().generic_visit(node)

    def _enter_statement(self, node: ast.stmt) -> None:
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
            targets = [node.target]
        self.statement = len(self.statements)
        self.statements.append(
            Statement(
                index=self.statement,
                line=node.lineno,
                end_line=node.end_lineno or node.lineno,
                scope=".".join(self.scopes),
                kind=type(node).__name__,
                targets=tuple(ast.unparse(target) for target in targets),
                loops=tuple(self.enclosing[-1]),
            )
        )

    def visit_Assign(self, node: ast.Assign) -> ast.AST | list[ast.stmt]:
        self._enter_statement(node)
        statement = self.statement
        texts = [ast.unparse(target) for target in node.targets]
        originals = [_copied(target) for target in node.targets]
        node.targets = [self.visit(target) for target in node.targets]  # type: ignore[misc]
        node.value = self._assigned(node.value, texts[-1], "")
        return self._with_stores(node, originals, statement)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | list[ast.stmt]:
        self._enter_statement(node)
        statement = self.statement
        original = _copied(node.target)
        if node.value is None:
            return node
        node.value = self._assigned(node.value, ast.unparse(node.target), "")
        return self._with_stores(node, [original], statement)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST | list[ast.stmt]:
        self._enter_statement(node)
        statement = self.statement
        original = _copied(node.target)
        text = ast.unparse(node.target)
        if isinstance(node.target, ast.Subscript) and self.values:
            self.collected.append([])
            node.target.value = self.visit(node.target.value)  # type: ignore[assignment]
            node.target.slice = self.visit(node.target.slice)  # type: ignore[assignment]
            self._place(original, "IndexStore", self.collected.pop())
        elif isinstance(node.target, ast.Attribute):
            node.target.value = self.visit(node.target.value)  # type: ignore[assignment]
        node.value = self._assigned(node.value, text, type(node.op).__name__)
        return self._with_stores(node, [original], statement)

    def _assigned(self, value: ast.expr, target: str, augmented: str) -> ast.expr:
        """The value of an assignment, marked with what it is assigned to."""
        before = len(self.places)
        changed: ast.expr = self.visit(value)  # type: ignore[assignment]
        if len(self.places) > before and isinstance(value, WATCHED):
            self.places[-1] = replace(self.places[-1], target=target, augmented=augmented)
        return changed

    def _with_stores(
        self, node: ast.stmt, targets: list[ast.expr], statement: int
    ) -> ast.AST | list[ast.stmt]:
        """The statement, and after it a look at what was stored."""
        if not self.values:
            return node
        looks: list[ast.stmt] = []
        for target in targets:
            for single in _singles(target):
                if not _is_pure(single):
                    continue
                self.statement = statement
                index = self._place(single, "store", [])
                self.places[-1] = replace(self.places[-1], target=ast.unparse(single))
                if self.only is None or index in self.only:
                    looks.append(_look(single, index, node))
        return [node, *looks]

    # loops and functions ------------------------------------------------------------------

    def visit_For(self, node: ast.For) -> ast.AST:
        return self._loop(node)

    def visit_While(self, node: ast.While) -> ast.AST:
        return self._loop(node)

    def _loop(self, node: ast.For | ast.While) -> ast.AST:
        self._enter_statement(node)
        index = len(self.loops)
        self.loops.append(
            Loop(
                index,
                node.lineno,
                node.end_lineno or node.lineno,
                ".".join(self.scopes),
                type(node).__name__,
            )
        )
        if isinstance(node, ast.For):
            node.target = self.visit(node.target)  # type: ignore[assignment]
            node.iter = self.visit(node.iter)  # type: ignore[assignment]
        else:
            node.test = self.visit(node.test)  # type: ignore[assignment]
        self.enclosing[-1].append(index)
        node.body = self._block(node.body)
        self.enclosing[-1].pop()
        node.orelse = self._block(node.orelse)
        if self.marked is None or index in self.marked:
            self.guard(node, index)
        return node

    def guard(self, node: ast.For | ast.While, index: int) -> None:
        """Mark the head and the tail of each iteration."""
        body = node.body
        tail = _placed(ast.parse(f"{TAIL}({index})").body, body[0])
        for block in blocks(node):
            here = next((n for n in block if isinstance(n, Cut)), None)
            if here is not None and here.rounds is not None and isinstance(node, ast.For):
                body = [_together(node, here.rounds, [n for n in block if n is not here])]
                break
            if here is not None:
                at = block.index(here)
                block[at : at + 1] = [*tail, *self._marks(index, body[0])]
                return
        guarded = ast.copy_location(ast.Try(body, [], [], tail), body[0])
        marks = self._marks(index, body[0])
        if index == self.again and not _yields(body):
            cast("ast.If", marks[0]).body.append(self._repeated(index, body))
            self.repeats = True
        node.body = [*marks, guarded]

    def _block(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for statement in statements:
            changed = self.visit(statement)
            out.extend(changed if isinstance(changed, list) else [changed])  # type: ignore[list-item]
        return out

    def _marks(self, index: int, where: ast.stmt) -> list[ast.stmt]:
        """At the head of the body: tell the tape, and bind anew the locals that it moves."""
        text = f"if {ENTER}({index}):\n  {BOUND} = {HEAD}({index}, {{}}){self._binds('  ')}\n"
        return _placed(ast.parse(text).body, where)

    def _binds(self, indent: str) -> str:
        names = self.locals[-1] or []
        return "".join(f"\n{indent}if '{n}' in {BOUND}: {n} = {BOUND}['{n}']" for n in names)

    def _repeated(self, index: int, body: list[ast.stmt]) -> ast.stmt:
        """The body once more, to be run as often as the watcher wants; however it ends, the next time follows."""
        text = (
            f"while {AGAIN}({index}):\n  {BOUND} = {FRESH}({index}){self._binds('  ')}\n"
            f"  try: pass\n  except {ANY}: {CAUGHT}()\n  finally: {TAIL}({index})\n"
        )
        loop = cast("ast.While", _placed(ast.parse(text).body, body[0])[0])
        inner = cast("ast.Try", loop.body[-1])
        inner.body = [cast("ast.stmt", _Ends().visit(statement)) for statement in _copied(body)]
        return loop

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        self._enter_statement(node)
        self.scopes.append(node.name)
        self.locals.append(_assigned_names(node))
        self.enclosing.append([])
        docstring = node.body[:1] if ast.get_docstring(node) is not None else []
        node.body = docstring + self._block(node.body[len(docstring) :])
        self.enclosing.pop()
        self.locals.pop()
        self.scopes.pop()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self._enter_statement(node)
        self.scopes.append(node.name)
        self.locals.append(None)
        self.enclosing.append([])
        node.body = self._block(node.body)
        self.enclosing.pop()
        self.locals.pop()
        self.scopes.pop()
        return node

    def visit_Delete(self, node: ast.Delete) -> ast.AST:
        return node

    def visit_Match(self, node: ast.Match) -> ast.AST:
        self._enter_statement(node)
        node.subject = self.visit(node.subject)  # type: ignore[assignment]
        for case in node.cases:
            case.body = self._block(case.body)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        node.iter = self.visit(node.iter)  # type: ignore[assignment]
        node.ifs = [self.visit(condition) for condition in node.ifs]  # type: ignore[misc]
        return node


class _Ends(ast.NodeTransformer):
    """Whatever ends an iteration early becomes an exception that the repetition catches."""

    def __init__(self) -> None:
        self.inside = 0  # loops within the body

    def _left(self, node: ast.stmt) -> ast.stmt:
        return ast.copy_location(ast.Raise(ast.Name(LEFT, ast.Load()), None), node)

    def visit_Return(self, node: ast.Return) -> ast.AST:
        if node.value is None:
            return self._left(node)
        value = ast.copy_location(ast.Expr(node.value), node)
        test = ast.copy_location(ast.Constant(True), node)
        return ast.copy_location(ast.If(test, [value, self._left(node)], []), node)

    def visit_Break(self, node: ast.Break) -> ast.AST:
        return node if self.inside else self._left(node)

    def visit_Continue(self, node: ast.Continue) -> ast.AST:
        return node if self.inside else self._left(node)

    def _loop(self, node: ast.For | ast.While | ast.AsyncFor) -> ast.AST:
        self.inside += 1
        node.body = [cast("ast.stmt", self.visit(child)) for child in node.body]
        self.inside -= 1
        node.orelse = [cast("ast.stmt", self.visit(child)) for child in node.orelse]
        return node

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            return node
        if isinstance(node, (ast.For, ast.While, ast.AsyncFor)):
            return self._loop(node)
        return cast("ast.AST", super().visit(node))


def _together(node: ast.For, rounds: tuple[int, int], body: list[ast.stmt]) -> ast.For:
    """The loop over the rounds of one step; the loop itself goes from step to step."""
    inner = ast.copy_location(ast.For(node.target, ast.Name(ROUNDS, ast.Load()), body, []), node)
    sizes = [ast.Constant(size) for size in rounds]
    node.target = ast.Name(ROUNDS, ast.Store())
    node.iter = ast.Call(ast.Name(TOGETHER, ast.Load()), [node.iter, *sizes], [])
    return inner


def _yields(body: list[ast.stmt]) -> bool:
    """Whether the statements suspend the function that they stand in."""
    kinds = (
        ast.Yield,
        ast.YieldFrom,
        ast.Await,
        ast.AsyncFor,
        ast.AsyncWith,
        ast.Global,
        ast.Nonlocal,
    )
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, kinds):
            return True
        if not isinstance(node, (*FUNCTIONS, ast.Lambda)):
            stack.extend(ast.iter_child_nodes(node))
    return False


def _is_literal(node: ast.expr) -> bool:
    """Whether it is made of constants only, such as a table of data."""
    literal = (ast.Constant, ast.List, ast.Tuple, ast.UnaryOp, ast.unaryop, ast.expr_context)
    return all(isinstance(child, literal) for child in ast.walk(node))


def _operator(node: ast.expr) -> str:
    if isinstance(node, ast.BinOp):
        return type(node.op).__name__
    if isinstance(node, ast.UnaryOp):
        return type(node.op).__name__
    if isinstance(node, ast.Call):
        return ast.unparse(node.func)
    return ""


def _copied(node: Any) -> Any:
    """The node as it is now, to be read after its inside was rewritten."""
    if isinstance(node, list):
        return [_copied(item) for item in node]
    if not isinstance(node, ast.AST):
        return node
    fields = {name: _copied(value) for name, value in ast.iter_fields(node)}
    return ast.copy_location(type(node)(**fields), node)


def _placed(nodes: list[ast.stmt], where: ast.stmt) -> list[ast.stmt]:
    for node in nodes:
        for child in ast.walk(node):
            ast.copy_location(child, where)
    return nodes


def _look(target: ast.expr, index: int, where: ast.stmt) -> ast.stmt:
    loaded = _copied(target)
    for child in ast.walk(loaded):
        if hasattr(child, "ctx"):
            child.ctx = ast.Load()
    call = ast.Call(ast.Name(STORE, ast.Load()), [ast.Constant(index), loaded], [])
    return _placed([ast.Expr(call)], where)[0]


def _singles(target: ast.expr) -> list[ast.expr]:
    if isinstance(target, (ast.Tuple, ast.List)):
        return [single for element in target.elts for single in _singles(element)]
    return [] if isinstance(target, ast.Starred) else [target]


def _is_pure(node: ast.expr) -> bool:
    """Whether reading it again is without effect."""
    calm = (
        ast.Name,
        ast.Attribute,
        ast.Subscript,
        ast.Constant,
        ast.BinOp,
        ast.UnaryOp,
        ast.Slice,
        ast.Tuple,
        ast.operator,
        ast.unaryop,
        ast.expr_context,
    )
    return all(isinstance(child, calm) for child in ast.walk(node))


def _bound_in_loops(tree: ast.AST) -> frozenset[str]:
    """Names that are bound inside a loop or as its variable, anywhere in the program; not those that are made before it, and anew from themselves inside: `w = w - step`."""
    loops = [node for node in ast.walk(tree) if isinstance(node, (ast.For, ast.While))]
    inside = {node for loop in loops for node in ast.walk(loop)}
    variables = {n for loop in loops if isinstance(loop, ast.For) for n in _stored(loop.target)}
    assigned = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    before = {n for a in assigned if a not in inside for t in a.targets for n in _stored(t)}
    before |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    anew = {
        name
        for a in assigned
        if a in inside and not isinstance(a.value, (ast.Name, ast.Attribute, ast.Subscript))
        for t in a.targets
        for name in _stored(t) & {n.id for n in ast.walk(a.value) if isinstance(n, ast.Name)}
    }
    return frozenset(n for loop in loops for n in _stored(loop)) - ((anew & before) - variables)


def _stored(node: ast.AST) -> set[str]:
    return {
        n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }


def _assigned_names(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """The names that a function binds: its arguments and what it assigns to."""
    arguments = function.args
    names = [a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]]
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        if isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            continue
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.append(node.id)
        stack.extend(ast.iter_child_nodes(node))
    return sorted(set(names))
