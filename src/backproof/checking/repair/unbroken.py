"""Phase 8g: another sign in a line that adds up squares, where their root is taken of something negative."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from backproof.checking.process.session import Host
from backproof.checking.reading.anew import read_anew
from backproof.checking.reading.judge import Judgement
from backproof.checking.repair.text import Candidate, Text
from backproof.checking.source.instrument import Instrumented
from backproof.checking.source.places import Place

MOST = 4  # signs that are turned


@dataclass(frozen=True)
class Unbroken:
    """The change, and the program with it as it was read anew."""

    candidate: Candidate
    made: Instrumented
    judgement: Judgement


def unbroken(host: Host, source: str, place: Place) -> Unbroken | None:
    """The first sign after which every number is one, and every update right; None where there is none."""
    for candidate in list(_turned(Text(source), place))[:MOST]:
        read = read_anew(host, candidate.source)
        if read is None:
            continue
        made, again = read
        if not again.wrong and again.reading.told and again.broken is None:
            return Unbroken(candidate, made, again)
        again.steps.run.stop()
    return None


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
