"""Phase 8g: another sign in a line that adds up squares, where their root is taken of something negative."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice

from backproof.checking.process.session import Host
from backproof.checking.repair.afresh import Afresh, first_whole
from backproof.checking.repair.text import Candidate, Text
from backproof.checking.source.places import Place

MOST = 4  # signs that are turned


def unbroken(host: Host, source: str, place: Place) -> Afresh | None:
    """The first sign after which every number is one, and every update right; None where there is none."""
    return first_whole(host, islice(_turned(Text(source), place), MOST))


def _turned(text: Text, place: Place) -> Iterator[Candidate]:
    """Each sign of the value the other way round."""
    for node in text.statements():
        value = getattr(node, "value", None)
        if node.lineno != place.line or not isinstance(value, ast.expr):
            continue
        for child in ast.walk(value):
            if isinstance(child, ast.UnaryOp) and isinstance(child.op, ast.USub):
                new = text.of(child.operand)
            elif isinstance(child, ast.BinOp) and isinstance(child.op, ast.Sub):
                new = f"{text.of(child.left)} + {text.of(child.right)}"
            else:
                continue
            yield Candidate("momentum-sign", node.lineno, text.replaced(child, new), 0.2)
