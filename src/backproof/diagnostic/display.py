"""A report that shows itself: as text where it is printed, as HTML in a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from shutil import get_terminal_size
from typing import Any

from backproof.diagnostic.finding import Report

WIDEST = 100  # columns; longer lines of prose are hard to read


@dataclass(frozen=True, repr=False)
class CheckReport(Report):
    """What `backproof.check` returns: the verdict, the findings, the fix, and how they look."""

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} of {self.file}: {self.verdict}, {len(self.findings)} findings>"
        )

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return self.to_html()

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(self.to_text())

    def to_text(self, *, color: bool = False, width: int | None = None) -> str:
        """As for the terminal, in lines of at most `width` columns."""
        from backproof.diagnostic import text

        columns = min(get_terminal_size().columns, WIDEST) if width is None else width
        return text.render(self, color=color, width=columns)

    def to_html(self) -> str:
        """As one fragment of HTML."""
        from backproof.diagnostic import html

        return html.render(self)

    def to_json(self) -> str:
        """As one JSON object."""
        from backproof.diagnostic import json

        return json.render(self)

    def to_diff(self) -> str:
        """The verified fix as a patch; empty if there is none."""
        from backproof.diagnostic import diff

        return diff.render(self)
