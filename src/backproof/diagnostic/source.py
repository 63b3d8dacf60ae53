"""The lines of the program that a report is about, and of each cell where it is a notebook.

A report's `source` is a notebook's own text, or its code cells joined by `join_cells`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from backproof.diagnostic.finding import Report

CELL_BREAK = "\n\f\n"  # a line with a form feed alone: Python takes it for a blank one

_LINE_END = re.compile(r"\r\n|\r|\n")  # of Python; str.splitlines() knows more


def join_cells(cells: Iterable[str]) -> str:
    """Code cells as one text, which `sources_of` takes apart again."""
    return CELL_BREAK.join(cells)


def split_lines(text: str) -> list[str]:
    """The lines of a text, without their ends."""
    return _LINE_END.split(text)


@dataclass(frozen=True)
class Sources:
    """The lines of one program."""

    file: str
    cells: dict[int | None, list[str]]  # of a program that is no notebook: one, None
    others: dict[str, list[str]]  # files that are part of the program

    def lines(self, file: str, cell: int | None) -> list[str]:
        """None where the text is not at hand."""
        return self.cells.get(cell, []) if file == self.file else self.others.get(file, [])


def sources_of(report: Report) -> Sources:
    """The lines of a report's program."""
    if not is_notebook(report.file):
        others = {file: split_lines(text) for file, text in report.others}
        return Sources(report.file, {None: split_lines(report.source)}, others)
    cells = code_cells(report.source)
    texts = report.source.split(CELL_BREAK) if cells is None else cells
    numbered: dict[int | None, list[str]] = {
        number: split_lines(text) for number, text in enumerate(texts, start=1)
    }
    return Sources(report.file, numbered, {})


def is_notebook(file: str) -> bool:
    """Whether a file's name is that of a notebook."""
    return file.lower().endswith(".ipynb")


def code_cells(text: str) -> list[str] | None:
    """The code cells of a notebook's own text; None if it is something else."""
    try:
        cells = json.loads(text)["cells"]
        return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError):
        return None
