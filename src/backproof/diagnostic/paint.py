"""The colours of a terminal, and the page that a report is written on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backproof.diagnostic.layout import harmless, wrap
from backproof.diagnostic.source import Sources

# part of a report: its "select graphic rendition"
COLORS = {
    "plain": "",
    "strong": "1",
    "dim": "2",
    "error": "1;31",
    "warning": "1;33",
    "help": "1;36",
    "good": "32",
    "right": "1;32",
    "aside": "1;34",
    "gutter": "1;34",
    "removed": "31",
    "added": "32",
}


@dataclass(frozen=True)
class Page:
    """What every line is written for."""

    sources: Sources
    width: int  # columns
    gutter: int  # of them, for line numbers
    color: bool

    @property
    def room(self) -> int:
        """Columns right of the gutter and its bar."""
        return self.width - self.gutter - 3

    @property
    def blank(self) -> str:
        """A gutter without a number."""
        return " " * self.gutter

    def paint(self, text: str, part: str) -> str:
        """The text in the colour of that part, if there are colours."""
        code = COLORS[part] if self.color and text.strip() else ""
        return f"\x1b[{code}m{text}\x1b[0m" if code else text

    def bar(self, number: int | None = None, text: str = "") -> str:
        """A line right of the gutter."""
        shown = "" if number is None else str(number)
        gutter = self.paint(f"{shown:>{self.gutter}} |", "gutter")
        return f"{gutter} {text}" if text else gutter

    def arrow(self, where: str, shaft: str = "-->") -> str:
        """The line that says where an excerpt is from."""
        return f"{self.blank}{self.paint(shaft, 'gutter')} {harmless(where)}"

    def note(self, text: str, part: str = "plain") -> list[str]:
        """`= text`, under an excerpt."""
        return self.noted(wrap(text, self.room), part)

    def noted(self, lines: Sequence[str], part: str = "plain") -> list[str]:
        """The same for lines that are wrapped already."""
        heads = [f"{self.blank} {self.paint('=', 'gutter')} ", *[self.blank + "   "] * len(lines)]
        return [head + self.paint(line, part) for head, line in zip(heads, lines, strict=False)]
