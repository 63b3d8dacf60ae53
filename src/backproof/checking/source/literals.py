"""The numbers that a program's text gives its settings, and exact replacements in the text.

literals(source)         every number that may be a setting
replaced(source, ...)    the text with other words in some places
settings_of(...)         the literals that a name or expression gets its value from
edits_between(...)       what one text changes in another, as whole lines
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from backproof.diagnostic.finding import Edit, Span

MOST_IN_LIST = 8  # numbers: a longer list is data
LIKELY = ("rate", "lr", "alpha", "eta", "learn", "step", "speed", "mu", "lambda")


@dataclass(frozen=True)
class Piece:
    """A piece of a program's text on one line or several."""

    start: int  # offsets in the text
    stop: int
    text: str
    line: int  # 1-based
    column: int  # from 0, in characters
    end_line: int
    end_column: int

    def span(self, file: str) -> Span:
        """Where it is, as findings count."""
        return Span(file, self.line, self.column + 1, self.end_line, self.end_column + 1)


@dataclass(frozen=True)
class Literal:
    """One number in the text."""

    piece: Piece
    value: float
    whole: bool  # written as an integer
    name: str  # what it is assigned or passed to, as far as that shows
    alone: bool  # whether it is all that the name gets
    exponent: bool  # whether it is the exponent of a power, or an index

    @property
    def likely_rate(self) -> bool:
        """Whether its name is one that rates have."""
        name = self.name.lower()
        return any(word in name for word in LIKELY)


class Source:
    """A text with its syntax tree."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lines = source.split("\n")
        self.tree = ast.parse(source)
        self.starts = line_starts(source)
        self.parents = {
            child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)
        }

    def piece(self, node: ast.expr | ast.stmt) -> Piece:
        """A node's own text."""
        line, end_line = node.lineno, node.end_lineno or node.lineno
        column = self._character(line, node.col_offset)
        end_column = self._character(end_line, node.end_col_offset or 0)
        start, stop = self.starts[line - 1] + column, self.starts[end_line - 1] + end_column
        return Piece(start, stop, self.source[start:stop], line, column, end_line, end_column)

    def _character(self, line: int, offset: int) -> int:
        return len(self.lines[line - 1].encode()[:offset].decode(errors="replace"))

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around one, the nearest first."""
        while node in self.parents:
            node = self.parents[node]
            yield node


def literals(text: Source) -> list[Literal]:
    """Numbers other than 0 that are no table of data, in the order of the text."""
    out = []
    for node in ast.walk(text.tree):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value:
            if not _is_data(text, node):
                out.append(_literal(text, node))
    return sorted(out, key=lambda literal: literal.piece.start)


def _literal(text: Source, node: ast.Constant) -> Literal:
    value = node.value
    assert isinstance(value, (int, float))
    parent = text.parents[node]
    power = isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Pow)
    index = isinstance(parent, (ast.Subscript, ast.Slice))
    holders = (ast.Assign, ast.AnnAssign, ast.keyword, ast.arguments)
    return Literal(
        text.piece(node),
        float(value),
        isinstance(value, int),
        _name(text, node),
        isinstance(parent, holders),
        power or index,
    )


def _is_data(text: Source, node: ast.AST) -> bool:
    """Whether it stands in a table, or in a long list."""
    lists = [n for n in text.above(node) if isinstance(n, (ast.List, ast.Tuple))]
    nested = len(lists) > 1 and text.parents[lists[0]] is lists[1]
    return nested or any(len(n.elts) > MOST_IN_LIST for n in lists)


def _name(text: Source, node: ast.AST) -> str:
    """What a value is assigned or passed to."""
    child = node
    for parent in text.above(node):
        if isinstance(parent, ast.keyword):
            return parent.arg or ""
        if isinstance(parent, ast.arguments):
            return _argument(parent, child)
        if isinstance(parent, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
            target = parent.targets[0] if isinstance(parent, ast.Assign) else parent.target
            return _in_tuple(target, parent.value, node)
        if isinstance(parent, ast.stmt):
            return ""
        child = parent
    return ""


def _in_tuple(target: ast.expr, value: ast.expr | None, node: ast.AST) -> str:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, other in zip(target.elts, value.elts, strict=False):
            if node in list(ast.walk(other)):
                return ast.unparse(one)
    return ast.unparse(target)


def _argument(arguments: ast.arguments, default: ast.AST) -> str:
    plain = [*arguments.posonlyargs, *arguments.args]
    pairs = [
        *zip(plain[len(plain) - len(arguments.defaults) :], arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return next((argument.arg for argument, value in pairs if value is default), "")


def settings_of(text: Source, expression: ast.expr) -> list[Literal]:
    """Literals that an expression gets its value from: in it, or assigned to a name in it."""
    found = _own(text, expression)
    names = {n.id for n in ast.walk(expression) if isinstance(n, ast.Name)}
    names |= {n.attr for n in ast.walk(expression) if isinstance(n, ast.Attribute)}
    seen: set[str] = set()
    for _ in range(3):  # a name that got its value from a name
        new = names - seen
        seen |= new
        for value in _values_of(text, new):
            found.extend(_own(text, value))
            names |= {n.id for n in ast.walk(value) if isinstance(n, ast.Name)}
    return list(dict.fromkeys(found))


def _own(text: Source, value: ast.expr) -> list[Literal]:
    return [
        _literal(text, node)
        for node in ast.walk(value)
        if isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value
    ]


def _values_of(text: Source, names: set[str]) -> Iterator[ast.expr]:
    """Plain numbers and names that are assigned or passed to one of the names."""
    plain = (ast.Constant, ast.Name, ast.Attribute, ast.BinOp)
    for node in ast.walk(text.tree):
        for name, value in _bindings(text, node):
            if name in names and isinstance(value, plain):
                yield value


def _bindings(text: Source, node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _assigned(target, node.value)
    elif isinstance(node, ast.keyword) and node.arg:
        yield node.arg, node.value
    elif isinstance(node, ast.arguments):
        for value in [*node.defaults, *node.kw_defaults]:
            if value is not None:
                yield _argument(node, value), value
    elif isinstance(node, ast.Call):
        yield from _passed(text, node)


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Attribute):
        yield target.attr, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, other in zip(target.elts, value.elts, strict=False):
            yield from _assigned(one, other)


def _passed(text: Source, call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """What a call gives to the parameters of a function or class of the program."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    for node in ast.walk(text.tree):
        if isinstance(node, ast.ClassDef) and node.name == name:
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name == "__init__":
                    yield from zip(_parameters(method, skip=True), call.args, strict=False)
        elif isinstance(node, ast.FunctionDef) and node.name == name:
            skip = isinstance(text.parents.get(node), ast.ClassDef)
            yield from zip(_parameters(node, skip), call.args, strict=False)


def _parameters(function: ast.FunctionDef, skip: bool) -> Sequence[str]:
    names = [a.arg for a in [*function.args.posonlyargs, *function.args.args]]
    return names[1:] if skip else names


# texts ------------------------------------------------------------------------------------

Replacement = tuple[int, int, str]  # start, stop, new text


def replaced(source: str, replacements: Iterable[Replacement]) -> str:
    """The text with some pieces replaced; pieces that overlap are an error of the caller."""
    for start, stop, new in sorted(replacements, reverse=True):
        source = source[:start] + new + source[stop:]
    return source


def line_starts(source: str) -> list[int]:
    """The offset at which each line begins."""
    out = [0]
    for line in source.split("\n"):
        out.append(out[-1] + len(line) + 1)
    return out


def shifted(offset: int, edits: Iterable[Replacement], before: bool) -> int:
    """Where an offset of the text is after the edits; what is inserted there comes before it.

    Args:
        before: whether it is the start of something; what is inserted at an end comes behind it.
    """
    moved = 0
    for start, stop, new in edits:
        if stop < offset or (stop == offset and (before or start < stop)):
            moved += len(new) - (stop - start)
    return offset + moved


def number(value: float, whole: bool) -> str:
    """A number as a person would write it."""
    if whole and value == int(value):
        return str(int(value))
    return f"{value:.6g}"


def edits_between(file: str, before: str, after: str) -> tuple[Edit, ...]:
    """The changed lines."""
    old, new = before.split("\n"), after.split("\n")
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return tuple(
        Edit(file, i + 1, j, "\n".join(old[i:j]), "\n".join(new[k:m]))
        for tag, i, j, k, m in matcher.get_opcodes()
        if tag != "equal"
    )
