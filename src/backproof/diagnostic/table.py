"""A table for the terminal: columns as wide as their widest cell, or wrapped where together they are too wide.

Where not even their longest words fit beside each other, each row becomes a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from backproof.diagnostic.layout import columns, harmless, wrap
from backproof.diagnostic.paint import Page

INDENT = GAP = 2  # columns


class Cell(NamedTuple):
    """A text and what it is painted as."""

    text: str
    part: str = "plain"
    flush_right: bool = False


def draw_table(page: Page, rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
    """The rows as lines; the first row holds the headings."""
    widths = _widths(rows, page.width - INDENT)
    if widths is None:
        yield from _sentences(page, rows)
        return
    for row in rows:
        cells = [wrap(cell.text, width) for cell, width in zip(row, widths, strict=True)]
        for texts in zip_longest(*cells, fillvalue=""):
            line = "".join(
                " " * GAP + _placed(page, text, width, cell)
                for text, width, cell in zip(texts, widths, row, strict=True)
            )
            yield line.rstrip()


def _widths(rows: Sequence[Sequence[Cell]], room: int) -> list[int] | None:
    """Natural widths; where they are too much, the widest that can be wrapped gives way. None if none can."""
    texts = [[harmless(cell.text) for cell in cells] for cells in zip(*rows, strict=True)]
    widths = [max(map(columns, column)) for column in texts]
    words = [
        max(columns(word) for text in column for word in ["", *text.split()]) for column in texts
    ]
    for _ in range(sum(widths) + GAP * (len(widths) - 1) - room):
        slack = [width if width > word else 0 for width, word in zip(widths, words, strict=True)]
        if not any(slack):
            return None
        widths[slack.index(max(slack))] -= 1
    return widths


def _sentences(page: Page, rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
    headings, *others = rows
    for row in others:
        pairs = [(heading.text, cell.text) for heading, cell in zip(headings, row, strict=True)]
        parts = [f"{heading} {text}".strip() for heading, text in pairs if text]
        yield from wrap(", ".join(parts), page.width, "  ", "    ")


def _placed(page: Page, text: str, width: int, cell: Cell) -> str:
    blanks, painted = " " * (width - columns(text)), page.paint(text, cell.part)
    return blanks + painted if cell.flush_right else painted + blanks
