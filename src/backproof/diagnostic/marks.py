"""What stands under a line of source: underlines, and a word for each of them.

    delta2 = (theta2*delta3) * np.multiply(layer2, 1 - layer2)
             --------------- ^ ------------------------------- (1, 4)     the last word stands at the right,
             |               the matrix product                           each other one below its mark,
             (4, 1)                                                       as high as there is room for it

Marks that overlap, and words that find no room beside the others, get an underline of their own further down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from backproof.diagnostic.layout import columns, wrap

LEAST = 24  # columns that a word of several lines needs
COMFORTABLE = 40  # columns for a word that has to move away from its mark
GAP = 2  # columns between two words

ASIDE = "aside"  # the role of every mark but the main one


@dataclass(frozen=True)
class Mark:
    """Some columns of a line, from 0, and a word about them."""

    begin: int
    end: int  # not included
    text: str
    role: str  # `error`, `warning` or `aside`

    @property
    def underline(self) -> str:
        """Carets under what the finding is about, dashes under all else."""
        return ("-" if self.role == ASIDE else "^") * (self.end - self.begin)


@dataclass(frozen=True)
class Piece:
    """Text from a column on, painted as one."""

    column: int
    text: str
    role: str


@dataclass(frozen=True)
class _Word:
    """A mark's word in its place."""

    mark: Mark
    row: int  # 0 is that of the underlines
    column: int
    lines: tuple[str, ...]

    @property
    def pieces(self) -> list[tuple[int, Piece]]:
        """The word, and the line that leads to it, each with its row."""
        leads = [(row, Piece(self.mark.begin, "|", self.mark.role)) for row in range(1, self.row)]
        text = [
            (self.row + row, Piece(self.column, line, self.mark.role))
            for row, line in enumerate(self.lines)
        ]
        return leads + text

    def collides(self, left: _Word) -> bool:
        """Whether this word, or the line that leads to it, is in the way of a word that begins further left."""
        top = min(self.row, 1)
        beside = left.row < self.row + len(self.lines) and top < left.row + len(left.lines)
        return beside and left.column + max(map(columns, left.lines)) + GAP > self.column


Rows: TypeAlias = list[list[Piece]]


def annotate(marks: Sequence[Mark], room: int) -> Rows:
    """The rows under a line, each as its pieces from left to right; the first marks are served first."""
    rows: Rows = []
    waiting = list(marks)
    while waiting:
        band = [waiting.pop(0)]
        words = _words(band, room)
        words = [_word_alone(band[0], room)] if words is None else words
        for mark in list(waiting):
            more = _words([*band, mark], room)
            if more is not None:
                band.append(mark)
                waiting.remove(mark)
                words = more
        rows += _rows(band, words)
    return rows


def _rows(band: list[Mark], words: list[_Word]) -> Rows:
    underlines = [(0, Piece(mark.begin, mark.underline, mark.role)) for mark in band]
    pieces = underlines + [piece for word in words for piece in word.pieces]
    rows: Rows = [[] for _ in range(1 + max(row for row, _ in pieces))]
    for row, piece in pieces:
        rows[row].append(piece)
    return [sorted(row, key=lambda piece: piece.column) for row in rows]


def _words(marks: list[Mark], room: int) -> list[_Word] | None:
    """Where each word stands; None if they cannot stand under one row of underlines."""
    ordered = sorted(marks, key=lambda mark: mark.begin)
    if any(_touch(*pair) for pair in pairwise(ordered)):
        return None
    last = ordered[-1]
    words = []
    if last.text and last.end + 1 + columns(last.text) <= room:
        words.append(_Word(ordered.pop(), 0, last.end + 1, (last.text,)))
    for mark in reversed(ordered):
        lines = _lines(mark, room)
        if lines is None:
            return None
        if lines:
            words.append(_lowered(_Word(mark, 1, mark.begin, lines), words))
    return words


def _touch(left: Mark, right: Mark) -> bool:
    """Whether two underlines would overlap or look like one."""
    alike = left.underline[0] == right.underline[0]
    return left.end + alike > right.begin


def _lines(mark: Mark, room: int) -> tuple[str, ...] | None:
    """A word wrapped right of where its mark begins, none if there is no word; None if it has no room there."""
    if not mark.text:
        return ()
    own = room - mark.begin
    if own < LEAST and columns(mark.text) > own:
        return None
    return tuple(wrap(mark.text, own))


def _lowered(word: _Word, others: list[_Word]) -> _Word:
    """The word in the first row where it meets none of those at its right."""
    while any(other.collides(word) for other in others):
        word = _Word(word.mark, word.row + 1, word.column, word.lines)
    return word


def _word_alone(mark: Mark, room: int) -> _Word:
    """The word under its mark, moved to the left as far as it has to be."""
    lines = tuple(wrap(mark.text, min(room, max(room - mark.begin, COMFORTABLE))))
    column = min(mark.begin, room - max(map(columns, lines)))
    return _Word(mark, 1, max(column, 0), lines)
