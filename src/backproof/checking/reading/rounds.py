"""How many rounds of a loop make one step, where the weights move in some rounds only.

for n, (x, t) in enumerate(data):
    gradient += ...
    if (n + 1) % 8 == 0:          a step is made of eight rounds
        W -= rate * gradient

counted(...)    the ways to put rounds together, the likeliest first
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from backproof.checking.source.literals import Source, settings_of
from backproof.checking.source.places import Loop
from backproof.checking.source.split import Split, blocks

MOST_ROUNDS = 64
MOST_WAYS = 4
STORES = (ast.Assign, ast.AugAssign)


def counted(source: str, loop: Loop) -> list[Split]:
    """Rounds that may be one step, told by a condition inside the loop that holds in some rounds only."""
    text = Source(source)
    out: list[Split] = []
    for node in ast.walk(text.tree):
        here = (getattr(node, "lineno", 0), getattr(node, "end_lineno", 0))
        if not isinstance(node, ast.For) or here != (loop.line, loop.end_line):
            continue
        inside = [statement for block in blocks(node) for statement in block]
        if any(isinstance(statement, ast.Break) for statement in inside) or node.orelse:
            continue
        for every in dict.fromkeys(_periods(text, inside)):
            out += [Split(loop.index, loop.line, "", first, every) for first in (every, 1)]
    return out[:MOST_WAYS]


def _periods(text: Source, inside: list[ast.stmt]) -> Iterator[int]:
    """Whole numbers in conditions under which something else than printing is done."""
    for statement in inside:
        if isinstance(statement, ast.If) and _does(statement):
            for literal in settings_of(text, statement.test):
                if literal.whole and 2 <= literal.value <= MOST_ROUNDS:
                    yield int(literal.value)


def _does(node: ast.If) -> bool:
    """Whether it stores something, or calls what may."""
    for child in ast.walk(node):
        if isinstance(child, STORES):
            return True
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Call):
            if ast.unparse(child.value.func) != "print":
                return True
    return False
