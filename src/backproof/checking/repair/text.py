"""A program's text with its syntax tree, and edited programs made from it."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Candidate:
    """One edited program."""

    code: str  # of the mistake that the change undoes
    line: int  # 1-based: where the change is
    source: str
    cost: float  # how far-fetched it is
    statement: int = -1  # index of the statement whose value alone is changed
    value: str = ""  # the new text of its value
    span: tuple[int, int] = (0, 0)  # of the old text of its value in the program

    def onto(self, others: Sequence[Candidate]) -> Candidate:
        """The same change in a program in which other values were changed already."""
        source, (start, stop) = self.source, self.span
        for other in sorted(others, key=lambda c: -c.span[0]):
            first, last = other.span
            shift = len(self.value) - (stop - start) if first > start else 0
            source = source[: first + shift] + other.value + source[last + shift :]
        return replace(self, source=source)


class Text:
    """A program's text with its syntax tree, and replacements by exact offsets."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lines = source.split("\n")
        self.tree = ast.parse(source)
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.parents: dict[ast.AST, ast.AST] = {
            child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)
        }

    def offset(self, line: int, column: int) -> int:
        """The place in the text of a line and a byte column."""
        text = self.lines[line - 1]
        return self.starts[line - 1] + len(text.encode()[:column].decode(errors="replace"))

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Where a node begins and ends."""
        return (
            self.offset(node.lineno, node.col_offset),
            self.offset(node.end_lineno or node.lineno, node.end_col_offset or 0),
        )

    def of(self, node: ast.expr | ast.stmt) -> str:
        """The node's own text."""
        start, stop = self.span(node)
        return self.source[start:stop]

    def replaced(self, node: ast.expr | ast.stmt, new: str) -> str:
        """The program with another text for one node."""
        start, stop = self.span(node)
        return self.source[:start] + new + self.source[stop:]

    def all_replaced(self, changes: Sequence[tuple[ast.expr, str]]) -> str:
        """The program with other texts for several expressions, none of which is a part of another."""
        source = self.source
        for node, new in sorted(changes, key=lambda change: -self.span(change[0])[0]):
            start, stop = self.span(node)
            source = source[:start] + new + source[stop:]
        return source

    def within(self, outer: ast.expr, node: ast.expr, new: str) -> str:
        """The text of an expression with another text for a part of it."""
        first, last = self.span(outer)
        start, stop = self.span(node)
        return self.source[first:start] + new + self.source[stop:last]

    def indent(self, node: ast.stmt) -> str:
        """The blanks or tabs before a statement."""
        line = self.lines[node.lineno - 1]
        return line[: len(line) - len(line.lstrip())]

    def moved_in(self, first: int, last: int, here: ast.stmt, there: ast.stmt) -> list[str]:
        """Lines that stand as deep as one statement, as deep as another."""
        extra = self.indent(there).removeprefix(self.indent(here))
        return [extra + line for line in self.lines[first:last]]

    def at_head(self, node: ast.stmt, loop: ast.For | ast.While) -> Candidate:
        """The program with a statement that stands before a loop as the first in it."""
        first, last = self.rows(node)
        head = loop.body[0].lineno - 1
        taken = self.moved_in(first, last, node, loop.body[0])
        lines = [*self.lines[:first], *self.lines[last:head], *taken, *self.lines[head:]]
        return Candidate("stale-activation", node.lineno, "\n".join(lines), 0.5)

    def statements(self) -> list[ast.stmt]:
        """Every statement, in the order of the text."""
        found = [node for node in ast.walk(self.tree) if isinstance(node, ast.stmt)]
        return sorted(found, key=lambda node: (node.lineno, node.col_offset))

    def block(self, statement: ast.stmt) -> list[ast.stmt]:
        """The statements that stand beside one."""
        parent = self.parents.get(statement)
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and statement in block:
                return block
        return [statement]

    def statement_around(self, node: ast.AST) -> ast.stmt:
        """The statement that an expression stands in."""
        while not isinstance(node, ast.stmt):
            node = self.parents[node]
        return node

    def rows(self, node: ast.stmt) -> tuple[int, int]:
        """The first of a statement's lines and the line after its last, from 0."""
        return node.lineno - 1, node.end_lineno or node.lineno

    def alone(self, node: ast.stmt) -> bool:
        """Whether the statement has its lines for itself."""
        first, last = self.rows(node)
        before = self.lines[first][: self.offset(node.lineno, node.col_offset) - self.starts[first]]
        return not before.strip() and ";" not in self.lines[last - 1]

    def inserted(self, after: int, line: str) -> str:
        """The program with one more line, after so many lines."""
        return "\n".join([*self.lines[:after], line, *self.lines[after:]])


DRAWN = re.compile(
    r"random\.|(?:rand\w*|uniform|normal|gauss)\("
)  # called: `normalized` is no draw


def is_beside(text: Text, node: ast.stmt) -> bool:
    """Whether a statement has no part in a gradient: it fills what it is given, `np.clip(W, -3, 3, out=W)`, or draws at random, noise or a mask."""
    value = getattr(node, "value", None)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return any(word.arg == "out" for word in node.value.keywords)
    return isinstance(value, ast.expr) and DRAWN.search(text.of(value)) is not None


def target_at(source: str, line: int) -> str:
    """What the statement at a line assigns to, or which function it calls; the line itself where it is another."""
    text = Text(source)
    for node in text.statements():
        targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
        if node.lineno == line and isinstance(targets[0], ast.expr):
            return text.of(targets[0])
        if node.lineno == line and isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            return text.of(node.value.func)
    return line_at(source, line)


def line_at(source: str, line: int) -> str:
    """A line without what is remarked beside it."""
    text = Text(source)
    own = [n for n in text.statements() if n.lineno == n.end_lineno == line]
    return text.of(own[0]) if own else text.lines[line - 1].strip()


@dataclass(frozen=True)
class Valued:
    """A statement that has a value, and candidates that change no more than that."""

    text: Text
    node: ast.stmt
    value: ast.expr
    index: int  # of the statement
    base: float

    def to(self, code: str, new: str, cost: float) -> Candidate:
        """Another text for the value."""
        source = self.text.replaced(self.value, new)
        span = self.text.span(self.value)
        return Candidate(code, self.node.lineno, source, self.base + cost, self.index, new, span)

    def part(self, code: str, child: ast.expr, new: str, cost: float) -> Candidate:
        """Another text for a part of the value."""
        return self.to(code, self.text.within(self.value, child, new), cost)


def wrapped(text: Text, node: ast.expr, new: str) -> str:
    """New text for an expression, in brackets where its place needs them."""
    parent = text.parents.get(node)
    try:
        made = ast.parse(new.strip(), mode="eval").body
    except SyntaxError:
        return new
    loose = isinstance(made, (ast.BinOp, ast.UnaryOp, ast.IfExp, ast.Compare))
    tight = isinstance(parent, (ast.BinOp, ast.UnaryOp, ast.Attribute)) or (
        isinstance(parent, ast.Subscript) and parent.value is node
    )
    return f"({new})" if loose and tight and not _is_enclosed(text, node) else new


def _is_enclosed(text: Text, node: ast.expr) -> bool:
    """Whether brackets of its own stand around an expression."""
    start, stop = text.span(node)
    return text.source[:start].rstrip().endswith("(") and text.source[stop:].lstrip().startswith(
        ")"
    )


def bracketed(part: str) -> str:
    """An operand's text, in brackets where it needs them."""
    try:
        made = ast.parse(part.strip(), mode="eval").body
    except SyntaxError:
        return part
    return f"({part})" if isinstance(made, (ast.BinOp, ast.UnaryOp, ast.IfExp)) else part
