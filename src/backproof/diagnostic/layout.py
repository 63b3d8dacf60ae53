"""Text in the columns of a terminal: made harmless, measured, wrapped.

harmless    control characters as pictures of themselves
columns     how many columns a text takes; Chinese characters take two
padded      filled up with blanks
wrap        words in lines
LaidOut     a line of source, with the column of each character
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import category, east_asian_width

TAB = 4  # columns from one tab stop to the next

# What could move the cursor, turn the reading direction, or not be encoded; tabs and ends of lines are dealt with here.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_WORD = re.compile(r"(?:`[^`\n]*`|\([\d, ]*\)|\S)+")  # code in backticks and shapes are one word


def harmless(text: str) -> str:
    """The same number of characters, none of which does anything to a terminal."""
    return _HARMFUL.sub(_picture, text)


def _picture(found: re.Match[str]) -> str:
    code = ord(found.group())
    return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else "\ufffd"


def columns(text: str) -> int:
    """How many columns a terminal gives to `text`."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@lru_cache(maxsize=1024)
def _columns(character: str) -> int:
    if category(character) in ("Mn", "Me", "Cf"):  # accents, and what joins or is not seen
        return 0
    return 2 if east_asian_width(character) in ("W", "F") else 1


def padded(text: str, width: int) -> str:
    """`text` and as many blanks as make it `width` columns."""
    return text + " " * (width - columns(text))


def wrap(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """Words in lines of at most `width` columns; code in backticks and shapes stay whole where they can.

    Args:
        first, rest: what the first line and each other line begin with.
    """
    lines, bare = [first], True  # bare: no word on the last line
    room = max(width - columns(rest), 2)
    for number, paragraph in enumerate(harmless(text).split("\n")):
        if number:
            lines.append(rest)
            bare = True
        for word in _words(paragraph, room):
            joint = "" if bare else " "
            fits = columns(lines[-1] + joint + word) <= width
            if not fits and not (bare and columns(lines[-1]) <= columns(rest)):
                lines.append(rest)
                joint = ""
            lines[-1] += joint + word
            bare = False
    return [line.rstrip() for line in lines]


def _words(text: str, room: int) -> list[str]:
    """Words none of which is wider than `room`."""
    words = []
    for word in _WORD.findall(text):
        parts = [word] if columns(word) <= room else word.split()
        words += [piece for part in parts for piece in _chopped(part, room)]
    return words


def _chopped(word: str, room: int) -> list[str]:
    pieces = [""]
    for character in word:
        if columns(pieces[-1] + character) > room:
            pieces.append("")
        pieces[-1] += character
    return pieces


@dataclass(frozen=True)
class LaidOut:
    """A line of source as it is shown."""

    shown: tuple[str, ...]  # each character; a tab as its blanks
    stops: tuple[int, ...]  # the column, from 0, where each of them begins and the last one ends

    @property
    def width(self) -> int:
        """Columns of the whole line."""
        return self.stops[-1]

    def stop(self, column: int) -> int:
        """Where the character at `column` of the source, from 1, begins."""
        return self.stops[min(max(column, 1), len(self.stops)) - 1]

    def between(self, begin: int, end: int) -> str:
        """What is shown in these columns; blanks stand for a character that is cut in two."""
        parts = []
        for text, left, right in zip(self.shown, self.stops, self.stops[1:], strict=False):
            if right > begin and left < end:
                whole = begin <= left and right <= end
                parts.append(text if whole else " " * (min(right, end) - max(left, begin)))
        return "".join(parts)


def lay_out(line: str) -> LaidOut:
    """A line of source, without its end."""
    shown, stops = [], [0]
    for character in harmless(line):
        text = " " * (TAB - stops[-1] % TAB) if character == "\t" else character
        shown.append(text)
        stops.append(stops[-1] + columns(text))
    return LaidOut(tuple(shown), tuple(stops))
