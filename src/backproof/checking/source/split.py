"""Where the steps of a loop begin, if not at its head: a mark before one of the statements inside; or how many rounds are one step.

Split            the statement, found again in an edited program
cut(tree, ...)   put the mark there
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from backproof.checking.source.syntax import FUNCTIONS


@dataclass(frozen=True)
class Split:
    """The statement inside a loop with which its steps begin; or of how many rounds a step is made."""

    loop: int  # index
    line: int
    text: str  # of the line, by which it is found in an edited program
    first: int = 0  # rounds of the first step
    every: int = 0  # rounds of each later one; 0: a step is a round, or begins inside one


class Cut(ast.Pass):
    """Stands where the steps of a loop begin."""

    rounds: tuple[int, int] | None = None  # that are one step: the first, and each later one


def cut(tree: ast.Module, split: Split | None, source: str) -> None:
    """Put a `Cut` into the loop that a split is for: before the nearest statement of the same text, or of the same line."""
    if split is None:
        return
    loops = [node for node in ast.walk(tree) if isinstance(node, (ast.For, ast.While))]
    loops.sort(key=lambda node: (node.lineno, node.col_offset))
    if split.every:
        for loop in loops[split.loop : split.loop + 1]:
            mark = ast.copy_location(Cut(), loop.body[0])
            mark.rounds = (split.first, split.every)
            loop.body.insert(0, mark)
        return
    lines = source.split("\n")
    found = [
        (lines[statement.lineno - 1].strip() != split.text, abs(statement.lineno - split.line), n)
        for loop in loops[split.loop : split.loop + 1]
        for n, (_, statement) in enumerate(_standing(loop))
    ]
    if found:
        block, statement = _standing(loops[split.loop])[min(found)[2]]
        block.insert(block.index(statement), ast.copy_location(Cut(), statement))


def _standing(loop: ast.stmt) -> list[tuple[list[ast.stmt], ast.stmt]]:
    """Every statement inside a loop that is part of no function or loop within it, with the block that it stands in."""
    return [(block, statement) for block in blocks(loop) for statement in block]


def blocks(node: ast.AST) -> list[list[ast.stmt]]:
    """The lists of statements in a statement, but for those of functions and loops within it."""
    out = []
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list) and block:
            out.append(block)
            inner = (*FUNCTIONS, ast.ClassDef, ast.For, ast.While)
            out += [b for n in block if not isinstance(n, inner) for b in blocks(n)]
    return out
