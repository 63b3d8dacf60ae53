"""Phase 8a: which of two changes that do the same is the likelier, told by what stands around them.

weighed(text, scene, found)    the same candidates; dearer are changes of a line that only passes a value on, of an error that other
                               lines show, and those that bring a variable of the main program into a function that uses none
borrowing(text, scene)         returns of functions that read a variable of the main program
passed_by(text, scene)         statements whose value another one only passes on, which may leave something out
passed_on(text, node)          the name whose value a statement only passes on
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import replace

from backproof.checking.repair.names import one_letter_apart
from backproof.checking.repair.scene import Scene
from backproof.checking.repair.text import Candidate, Text

UNLIKELY = 0.3  # in cost
FAR = 2.0  # beyond any change of another kind


def weighed(text: Text, scene: Scene, found: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, the less likely ones dearer."""
    suspects = set(scene.suspects())
    nodes = {scene.index_of(n): n for n in text.statements() if isinstance(n, ast.Assign)}
    nodes = {index: node for index, node in nodes.items() if index in suspects}
    dear = {i for i, node in nodes.items() if _is_passed_over(text, node, list(nodes.values()))}
    strange = _Strange(text)
    laws = scene.judgement.reading.laws
    growing = {laws[group].kind for group in scene.wrong} == {"growth"}  # all by a sign
    out = []
    for candidate in found:
        node = nodes.get(candidate.statement)
        unlikely = candidate.statement in dear
        unlikely = unlikely or (node is not None and strange.brought(node, candidate.value))
        more = UNLIKELY * unlikely + FAR * (growing and candidate.code != "wrong-sign")
        more += (
            2 * UNLIKELY * _parts_twins(text, candidate) if candidate.code == "wrong-sign" else 0.0
        )
        out.append(replace(candidate, cost=candidate.cost + more) if more else candidate)
    return out


def _parts_twins(text: Text, candidate: Candidate) -> int:
    """1 where a line with another sign is no longer like its twin, `vB = m * vB - dB` beside `vW = m * vW - dW`; -1 where only then it is."""
    lines = candidate.source.split("\n")
    if len(lines) != len(text.lines):
        return 0
    at = candidate.line - 1
    others = [TOKEN.findall(line) for n, line in enumerate(text.lines) if n != at]
    had, has = (_has_twin(TOKEN.findall(line), others) for line in (text.lines[at], lines[at]))
    return had - has


TOKEN = re.compile(r"\w+|[^\w\s]")


def _has_twin(own: list[str], others: Sequence[list[str]]) -> bool:
    """Whether another line differs in names alone, and in these by a letter or digit."""
    return any(
        len(other) == len(own)
        and other != own
        and all(a == b or _are_names(a, b) for a, b in zip(own, other, strict=True))
        for other in others
    )


def _are_names(one: str, other: str) -> bool:
    return one.isidentifier() and other.isidentifier() and one_letter_apart(one, other)


def _is_passed_over(text: Text, node: ast.Assign, suspects: Sequence[ast.Assign]) -> bool:
    """Whether the mistake is rather in another line: in the one whose value this one passes on to nobody but it, or in one that passes on this error."""
    own = passed_on(text, node)
    if own is not None:
        made = [s for s in suspects if s is not node and text.of(s.targets[0]) == own]
        return len(made) == 1 and not _readers(text, own, node)
    if not (isinstance(node.value, ast.BinOp) and isinstance(node.value.op, ast.Sub)):
        return False
    name = text.of(node.targets[0])
    passing = [s for s in suspects if s is not node and passed_on(text, s) == name]
    if len(passing) != 1:
        return False
    others = _readers(text, name, passing[0])
    return bool(others) and not any(reader in suspects for reader in others)


def passed_by(text: Text, scene: Scene) -> set[int]:
    """Statements of the backward pass that another one only gives a further name to: `dA2 = ...` where `dZ2 = dA2` stands below it."""
    suspects = set(scene.suspects())
    nodes = {scene.index_of(n): n for n in text.statements() if isinstance(n, ast.Assign)}
    known = {index: node for index, node in nodes.items() if index in suspects}
    names = {passed_on(text, node) for node in known.values()} - {None}
    return {i for i, node in known.items() if text.of(node.targets[0]) in names}


def passed_on(text: Text, node: ast.Assign) -> str | None:
    """What a statement gives a further name to: the whole of it, its transpose, or a slice."""
    value = node.value
    if isinstance(value, ast.Attribute) and value.attr == "T":
        value = value.value
    if isinstance(value, ast.Subscript) and any(
        isinstance(part, ast.Slice) for part in ast.walk(value.slice)
    ):
        value = value.value
    return text.of(value) if isinstance(value, (ast.Name, ast.Attribute)) else None


def _readers(text: Text, name: str, known: ast.stmt) -> list[ast.stmt]:
    """Other statements that read a name."""
    out = []
    for node in ast.walk(text.tree):
        if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
            if text.of(node) == name:
                owner = text.statement_around(node)
                if owner is not known:
                    out.append(owner)
    return out


def borrowing(text: Text, scene: Scene) -> set[int]:
    """Functions' returns that read a variable of the main program."""
    strange = _Strange(text)
    nodes = [n for n in text.statements() if isinstance(n, ast.Return)]
    return {scene.index_of(n) for n in nodes if strange.read_by(n, n)}


class _Strange:
    """Variables of the main program, inside a function."""

    def __init__(self, text: Text) -> None:
        self.text = text
        functions = (ast.FunctionDef, ast.Lambda, ast.ClassDef)
        inside = {n for f in ast.walk(text.tree) if isinstance(f, functions) for n in ast.walk(f)}
        stored = (n for n in ast.walk(text.tree) if isinstance(n, ast.Name))
        self.main = {n.id for n in stored if isinstance(n.ctx, ast.Store) and n not in inside}

    def read_by(self, part: ast.AST, statement: ast.stmt) -> set[str]:
        """Those that a part of the statement's function reads."""
        return {n.id for n in ast.walk(part) if isinstance(n, ast.Name)} & self._others(statement)

    def brought(self, node: ast.stmt, value: str) -> bool:
        """Whether a new value of the statement reads one, in a function that uses none of them."""
        owner = _owner(self.text, node)
        if owner is None or not value or self.read_by(owner, node):
            return False
        return bool(_names(value) & self._others(node))

    def _others(self, node: ast.stmt) -> set[str]:
        """What the functions around a statement do not bind themselves; nothing where there is none."""
        owner = _owner(self.text, node)
        if owner is None:
            return set()
        around: ast.AST | None = owner
        bound: set[str] = set()
        while around is not None:
            if isinstance(around, ast.FunctionDef):
                bound |= _bound(around)
            around = self.text.parents.get(around)
        return self.main - bound


def _owner(text: Text, node: ast.stmt) -> ast.FunctionDef | None:
    """The function that a statement stands in."""
    owner = text.parents.get(node)
    while owner is not None and not isinstance(owner, ast.FunctionDef):
        owner = text.parents.get(owner)
    return owner


def _bound(function: ast.FunctionDef) -> set[str]:
    inside = [n for n in ast.walk(function) if isinstance(n, ast.Name)]
    stored = {n.id for n in inside if isinstance(n.ctx, ast.Store)}
    return stored | {a.arg for a in ast.walk(function) if isinstance(a, ast.arg)}


def _names(value: str) -> set[str]:
    try:
        tree = ast.parse(value.strip(), mode="eval")
    except SyntaxError:
        return set()
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
