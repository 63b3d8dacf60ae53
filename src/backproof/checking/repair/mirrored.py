"""Phase 8d: the update of one weight written again in the names of another, that has none like it.

    vW = mu * vW - lr * gW        vW = mu * vW - lr * gW
    vb = mu * vb - lr * gb        vb = mu * vb - lr * gb
    b = b + vb                    b = b + vb
                                  W = W + vW

mirrored(text, names)      such lines, one by one, then all of a block at once
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from backproof.checking.process.state import last_name
from backproof.checking.repair.text import Candidate, Text

WORD = re.compile(r"[A-Za-z_]\w*")
COST = 0.25


def mirrored(text: Text, names: Collection[str]) -> Iterator[Candidate]:
    """Updates in other names.

    Args:
        text: of the program.
        names: last names of the weights that go wrong.
    """
    known = set(WORD.findall(text.source))
    written = {" ".join(line.split()) for line in text.lines}
    for other in sorted(names):
        blocks: dict[int, list[tuple[ast.stmt, str]]] = {}
        for node in text.statements():
            line = _in_names_of(text, node, other, known)
            if line and " ".join(line.split()) not in written:
                blocks.setdefault(id(text.block(node)), []).append((node, line))
        for lines in blocks.values():
            for node, line in lines:
                yield _with(text, [(node, line)])
            if len(lines) > 1:
                yield _with(text, lines)


def _with(text: Text, lines: list[tuple[ast.stmt, str]]) -> Candidate:
    node = lines[-1][0]
    indent = text.indent(node)
    whole = "\n".join(indent + line for _, line in lines)
    source = text.inserted(node.end_lineno or node.lineno, whole)
    return Candidate("weights-not-updated", node.lineno, source, COST)


def _in_names_of(text: Text, node: ast.stmt, other: str, known: set[str]) -> str | None:
    """A statement that stores under a name, with another one wherever a name holds it: `self.db` for `self.dW`."""
    target = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
    target = node.target if isinstance(node, ast.AugAssign) else target
    if not isinstance(target, ast.expr) or not text.alone(node) or isinstance(target, ast.Tuple):
        return None
    own = last_name(text.of(target))
    if own in other or other in own or other not in known:
        return None
    changed = 0

    def replaced(word: re.Match[str]) -> str:
        nonlocal changed
        twin = word[0].replace(own, other)
        fits = twin != word[0] and twin in known
        changed += fits
        return twin if fits else word[0]

    line = WORD.sub(replaced, text.of(node))
    return line if changed > 1 else None
