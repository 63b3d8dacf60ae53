"""A correct program and what is known of it, and a mutant of it.

Facts     one row of facts.toml
Program   text, syntax tree and facts, with the questions that the mutation operators ask
Mutant    the text with one mistake, where it is and what it is
load      every program of a folder
"""

from __future__ import annotations

import ast
import itertools
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from trajectory import loops

Span = tuple[int, int]  # characters of the text
Change = tuple[Span, str]

SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return, ast.Delete)
GROUPING = (
    ast.BinOp,
    ast.UnaryOp,
    ast.BoolOp,
    ast.Compare,
    ast.IfExp,
    ast.Attribute,
    ast.Subscript,
)
LOOSE = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Lambda)


@dataclass(frozen=True)
class Facts:
    """One row of facts.toml, whose head explains them."""

    step: str
    weights: tuple[str, ...]
    backward: tuple[tuple[str, str], ...]
    loss: tuple[str, ...]
    steps: int = 60
    tolerance: float = 1e-6
    carried: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mutant:
    """One mistake in one program."""

    program: str
    kind: str
    source: str
    line: int  # 1-based, of the mutant
    accept: tuple[int, ...]  # every line that a fair reader could name
    says: str


class Program:
    """A program's text and tree. Positions are characters of the text, lines are 1-based."""

    def __init__(
        self,
        name: str,
        source: str,
        facts: Facts,
        shapes: dict[str, Any] | None = None,
        lines: tuple[set[int], set[int]] | None = None,
    ):
        self.name, self.source, self.facts = name, source, facts
        self.shapes = shapes or {}
        self.tree = ast.parse(source)
        self.lines = source.splitlines(keepends=True)
        self.backward, self.loss_lines = lines or (set(self._stretches()), set(self._loss()))

    def variant(self, source: str) -> Program:
        """Another version of the text, a few lines of it changed."""
        new = source.splitlines(keepends=True)
        same = itertools.takewhile(
            lambda pair: pair[0] == pair[1], zip(self.lines, new, strict=False)
        )
        first, more = len(list(same)) + 1, len(new) - len(self.lines)
        moved = [
            {line + more * (line > first) for line in lines}
            for lines in (self.backward, self.loss_lines)
        ]
        return Program(self.name, source, self.facts, self.shapes, (moved[0], moved[1]))

    # where things are

    def _stretches(self) -> Iterator[int]:
        for first, last in self.facts.backward:
            begin = self.line_of(first)
            yield from range(begin, self.line_of(last, begin) + 1)

    def _loss(self) -> Iterator[int]:
        for text in self.facts.loss:
            yield self.line_of(text)

    @cached_property
    def step(self) -> int:
        """The number of the loop that makes the training steps."""
        line = self.line_of(self.facts.step)
        return [loop.lineno for loop in loops(self.tree)].index(line)

    @cached_property
    def step_loop(self) -> ast.For | ast.While:
        return loops(self.tree)[self.step]

    def line_of(self, begins: str, start: int = 1) -> int:
        """The first line from `start` on that begins so, spaces aside."""
        for number in range(start, len(self.lines) + 1):
            if self.lines[number - 1].strip().startswith(begins):
                return number
        raise ValueError(f"{self.name}: no line begins with {begins!r}; see facts.toml")

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        return {c: node for node in ast.walk(self.tree) for c in ast.iter_child_nodes(node)}

    @cached_property
    def starts(self) -> list[int]:
        found = [0]
        for line in self.lines:
            found.append(found[-1] + len(line))
        return found

    def position(self, line: int, column: int) -> int:
        """The character that the tree's line and column (in bytes) mean."""
        return self.starts[line - 1] + len(self.lines[line - 1].encode()[:column].decode())

    def span(self, node: ast.AST) -> Span:
        begin = self.position(node.lineno, node.col_offset)
        return begin, self.position(node.end_lineno, node.end_col_offset)

    def outer(self, node: ast.AST) -> Span:
        """The span with the parentheses that only group."""
        begin, end = self.span(node)
        parent = self.parents.get(node)
        if not isinstance(parent, GROUPING) or getattr(parent, "slice", None) is node:
            return begin, end
        low, high = self.span(parent)
        while True:
            before, after = begin - 1, end
            while before >= low and self.source[before].isspace():
                before -= 1
            while after < high and self.source[after].isspace():
                after += 1
            if before < low or after >= high:
                return begin, end
            if self.source[before] != "(" or self.source[after] != ")":
                return begin, end
            begin, end = before, after + 1

    def text(self, node: ast.AST) -> str:
        begin, end = self.span(node)
        return self.source[begin:end]

    def atom(self, node: ast.AST) -> str:
        """The text of an expression, safe as an operand."""
        begin, end = self.outer(node)
        text = self.source[begin:end]
        return f"({text})" if isinstance(node, LOOSE) and (begin, end) == self.span(node) else text

    # what is in it

    @cached_property
    def statements(self) -> list[ast.stmt]:
        """The statements of the backward pass and the update that are no blocks."""
        lines = self.backward - self.loss_lines
        found = [n for n in ast.walk(self.tree) if isinstance(n, SIMPLE) and n.lineno in lines]
        return sorted(found, key=lambda node: (node.lineno, node.col_offset))

    def expressions(self, *types: type[ast.AST]) -> Iterator[Any]:
        """Every expression of these types that the backward pass computes; targets are none."""
        for statement in self.statements:
            yield from self.inside(statement, *types)

    def inside(self, statement: ast.stmt, *types: type[ast.AST]) -> Iterator[Any]:
        """Every expression of these types that a statement computes."""
        value = getattr(statement, "value", None)
        for node in ast.walk(value) if value is not None else ():
            if isinstance(node, types or (ast.expr,)):
                yield node

    def statement_of(self, node: ast.AST) -> ast.stmt:
        while not isinstance(node, ast.stmt):
            node = self.parents[node]
        return node

    def function_of(self, node: ast.AST) -> str:
        while node in self.parents:
            node = self.parents[node]
            if isinstance(node, ast.FunctionDef):
                return node.name
            if isinstance(node, ast.Lambda):
                return "<lambda>"
        return "<module>"

    def kind_of(self, node: ast.AST) -> list[Any] | None:
        """Type, shape and whether it varied, of a name or an attribute, as a run of the program had them."""
        text = ast.unparse(node)
        for function in (self.function_of(node), "<module>"):
            if text in self.shapes.get(function, {}):
                return self.shapes[function][text]
        return None

    def has_arrays(self, node: ast.AST) -> bool:
        kinds = [
            self.kind_of(n) for n in ast.walk(node) if isinstance(n, (ast.Name, ast.Attribute))
        ]
        return any(kind and kind[0] in ("ndarray", "matrix") for kind in kinds)

    def has_matrices(self, node: ast.AST) -> bool:
        kinds = [
            self.kind_of(n) for n in ast.walk(node) if isinstance(n, (ast.Name, ast.Attribute))
        ]
        return any(kind and kind[0] == "matrix" for kind in kinds)

    @cached_property
    def weights(self) -> set[str]:
        """The last name on the path to each weight, and what the update calls it by another name."""
        return {last_name(path) for path in self.facts.weights} | set(self.facts.aliases)

    @cached_property
    def backward_names(self) -> set[str]:
        """What the backward pass assigns, weights aside."""
        targets = (t for statement in self.statements for t in targets_of(statement))
        return {identity(t) for t in targets} - self.weights - {""}

    def is_update(self, statement: ast.AST) -> bool:
        """Whether it assigns a weight."""
        return any(identity(target) in self.weights for target in targets_of(statement))

    @cached_property
    def computed(self) -> set[str]:
        """The names, attributes and functions whose values depend on the weights."""
        found = set(self.weights)
        while True:
            more = set()
            for node in ast.walk(self.tree):
                if isinstance(node, (ast.Assign, ast.AugAssign)) and self.depends(
                    node.value, found
                ):
                    more |= {identity(target) for target in targets_of(node)}
                if isinstance(node, ast.FunctionDef) and self.depends(node, found):
                    more.add(node.name)
            if more <= found:
                return found - {""}
            found |= more

    def depends(self, node: ast.AST, names: set[str]) -> bool:
        """Whether it reads one of the names."""
        read = (n for n in ast.walk(node) if isinstance(n, (ast.Name, ast.Attribute)))
        return any(identity(n) in names for n in read if isinstance(n.ctx, ast.Load))

    def block_of(self, statement: ast.stmt) -> tuple[list[ast.stmt], int]:
        """The block that a statement stands in, and its place there."""
        parent = self.parents[statement]
        for field in ("body", "orelse", "finalbody"):
            block = getattr(parent, field, None)
            if isinstance(block, list) and statement in block:
                return block, block.index(statement)
        raise ValueError(ast.unparse(statement))

    def enclosing_loop(self, statement: ast.AST) -> ast.For | ast.While | None:
        """The loop around a statement, in the same function."""
        node = self.parents.get(statement)
        while node is not None and not isinstance(
            node, (ast.FunctionDef, ast.Lambda, ast.ClassDef)
        ):
            if isinstance(node, (ast.For, ast.While)):
                return node
            node = self.parents.get(node)
        return None

    @cached_property
    def update_lines(self) -> set[int]:
        return {line for s in self.statements if self.is_update(s) for line in lines_of(s)}

    # making a mutant

    def mutant(
        self,
        at: ast.AST,
        changes: Iterable[Change],
        says: str,
        accept: Iterable[int] = (),
    ) -> Mutant | None:
        """The program with pieces of text replaced; None where that changes nothing or is no Python."""
        source = self.source
        for (begin, end), text in sorted(changes, reverse=True):
            source = source[:begin] + text + source[end:]
        return self.changed(source, at.lineno, {*lines_of(at), *accept}, says)

    def put(
        self, node: ast.expr, text: str, says: str, accept: Iterable[int] = ()
    ) -> Mutant | None:
        """The program with one expression replaced, in parentheses where it needs them."""
        try:
            loose = isinstance(ast.parse(text, mode="eval").body, LOOSE)
        except SyntaxError:
            return None
        if loose and isinstance(self.parents[node], GROUPING):
            text = f"({text})"
        return self.mutant(self.statement_of(node), [(self.outer(node), text)], says, accept)

    def changed(self, source: str, line: int, accept: Iterable[int], says: str) -> Mutant | None:
        """A mutant of which the whole text is known."""
        try:
            if ast.dump(ast.parse(source)) == ast.dump(self.tree):
                return None
        except SyntaxError:
            return None
        last = source.count("\n") + 1
        lines = tuple(sorted(n for n in set(accept) if 1 <= n <= last))
        return Mutant(self.name, "", source, line, lines, says)


def lines_of(node: ast.AST) -> range:
    return range(node.lineno, node.end_lineno + 1)


def targets_of(statement: ast.AST) -> list[ast.expr]:
    """What a statement assigns, tuples taken apart."""
    targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
    found: list[ast.expr] = []
    for target in targets:
        found += target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
    return [target for target in found if target is not None]


def identity(node: ast.AST) -> str:
    """`w` for w, n.w, n.w[j] and net.w[1:]."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def last_name(path: str) -> str:
    """`w` for net.hidden[*].w, `params` for params['W1']."""
    return identity(ast.parse(path.replace("[*]", "[0]"), mode="eval").body)


def load(folder: Path) -> list[Program]:
    """The programs of a folder that holds facts.toml and programs/, or the programs themselves and fixed/ with the mended ones."""
    table = tomllib.loads((folder / "facts.toml").read_text(encoding="utf-8"))
    paths = sorted((folder / "programs").glob("*.py"))
    if not paths:
        mended = {stem: folder / "fixed" / f"{stem}.py" for stem in table}
        paths = [path if path.exists() else folder / path.name for path in mended.values()]
    unknown = [path.name for path in paths if path.stem not in table]
    if unknown:
        raise SystemExit(f"facts.toml has no row for {', '.join(unknown)}")
    return [
        Program(path.stem, path.read_text(encoding="utf-8"), facts(table[path.stem]))
        for path in paths
    ]


def facts(row: dict[str, Any]) -> Facts:
    pairs = tuple((first, last) for first, last in row["backward"])
    lists = {key: tuple(row.get(key, ())) for key in ("weights", "loss", "aliases")}
    return Facts(**{**row, **lists, "backward": pairs})
