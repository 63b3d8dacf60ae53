"""Edits as the lines that go and the lines that come, each with its number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from backproof.diagnostic.finding import Edit, Report
from backproof.diagnostic.source import split_lines
from backproof.diagnostic.words import is_verified

Sign: TypeAlias = Literal["-", "+"]


@dataclass(frozen=True)
class Change:
    """One line removed or added."""

    file: str
    cell: int | None
    number: int  # of a removed line before the edits, of an added line after them
    sign: Sign
    text: str


def verified_changes(report: Report) -> list[Change]:
    """All verified edits of a report together."""
    return changes(
        edit for finding in report.findings if is_verified(finding) for edit in finding.edits
    )


def changes(edits: Iterable[Edit]) -> list[Change]:
    """Edits in the order of the program, each of them once."""
    order: dict[tuple[str, int | None], list[Edit]] = {}
    for edit in dict.fromkeys(edits):
        order.setdefault((edit.file, edit.cell), []).append(edit)
    return [change for group in order.values() for change in _of_one_text(group)]


def _of_one_text(edits: list[Edit]) -> Iterable[Change]:
    moved = 0  # lines added by the edits above, less the lines removed
    for edit in sorted(edits, key=lambda edit: (edit.start_line, edit.end_line)):
        before = split_lines(edit.before) if edit.end_line >= edit.start_line else []
        after = split_lines(edit.after) if edit.after else []
        same = _shared(before, after)
        below = _shared(before[same:][::-1], after[same:][::-1])
        first = edit.start_line + same
        yield from _lines(edit, "-", first, before[same : len(before) - below])
        yield from _lines(edit, "+", first + moved, after[same : len(after) - below])
        moved += len(after) - len(before)


def _lines(edit: Edit, sign: Sign, first: int, texts: list[str]) -> Iterable[Change]:
    for number, text in enumerate(texts, start=first):
        yield Change(edit.file, edit.cell, number, sign, text)


def _shared(one: list[str], other: list[str]) -> int:
    """How many lines both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))
