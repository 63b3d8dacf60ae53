"""Lines of source with their numbers, and under them what a finding says about places in them.

    Pointer     a place, a word about it, and whether it is the main one
    pointers    those of a finding
    excerpt     the lines on a page

Lines that are too long are cut around the marks; marks too far apart for one window get one each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from backproof.diagnostic.finding import Finding, Span
from backproof.diagnostic.layout import LaidOut, columns, harmless, lay_out
from backproof.diagnostic.marks import ASIDE, Mark, Piece, annotate
from backproof.diagnostic.paint import Page
from backproof.diagnostic.words import place

MOST_LINES = 6  # marked, of a span of many lines

Marks: TypeAlias = dict[int, list[Mark]]  # by line; in characters until the line is laid out


@dataclass(frozen=True)
class Pointer:
    """A place and a word about it."""

    span: Span
    text: str
    role: str  # `error`, `warning` or `aside`


def pointers(finding: Finding) -> list[Pointer]:
    """The main place of a finding, then the others."""
    asides = [Pointer(label.span, label.text, ASIDE) for label in finding.labels]
    return [Pointer(finding.span, finding.label, finding.severity), *asides]


def excerpt(page: Page, places: Sequence[Pointer]) -> list[str]:
    """The source around each place, those of one cell or file together."""
    files: dict[tuple[str, int | None], list[Pointer]] = {}
    for pointer in places:
        files.setdefault((pointer.span.file, pointer.span.cell), []).append(pointer)
    lines: list[str] = []
    for group in files.values():
        if lines:
            lines += [page.bar(), page.arrow(place(group[0].span), ":::")]
        else:
            lines = [page.arrow(place(group[0].span))]
        lines += _group(page, group)
    return lines


def _group(page: Page, group: Sequence[Pointer]) -> Iterator[str]:
    """The marked lines of one file or cell; only what is said about them where the source is not at hand."""
    source = page.sources.lines(group[0].span.file, group[0].span.cell)
    marks = marks_by_line(group, source)
    if not marks:
        for pointer in group:
            yield from page.note(pointer.text, pointer.role) if pointer.text else []
        return
    yield page.bar()
    above = min(marks)
    for number in sorted(marks):
        if number == above + 2:
            yield from _line(page, number - 1, lay_out(source[number - 2]), [])
        elif number > above + 2:
            yield page.paint("...", "gutter")
        yield from _line(page, number, lay_out(source[number - 1]), marks[number])
        above = number


def marks_by_line(group: Iterable[Pointer], source: Sequence[str]) -> Marks:
    """Each line's marks, in characters from 0."""
    marks: Marks = {}
    for pointer in group:
        for number, mark in _parts(pointer, source):
            marks.setdefault(number, []).append(mark)
    return marks


def _parts(pointer: Pointer, source: Sequence[str]) -> list[tuple[int, Mark]]:
    """A place line by line, without indentation and blank lines; its word goes to the last."""
    span, parts = pointer.span, []
    for number in range(span.line, min(span.end_line, len(source)) + 1):
        line = source[number - 1]
        inside = number > span.line
        begin = len(line) - len(line.lstrip()) if inside else span.column - 1
        end = len(line.rstrip()) if number < span.end_line else span.end_column - 1
        if end > begin or span.line == span.end_line:
            parts.append((number, Mark(begin, max(end, begin + 1), "", pointer.role)))
    if len(parts) > MOST_LINES:
        parts = [*parts[: MOST_LINES - 1], parts[-1]]
    if parts:
        number, last = parts[-1]
        parts[-1] = number, replace(last, text=" ".join(harmless(pointer.text).split()))
    return parts


def _line(page: Page, number: int, line: LaidOut, marks: Sequence[Mark]) -> Iterator[str]:
    """A line and the rows under it, in as many windows as its marks need."""
    shown = [_on_columns(mark, line) for mark in marks]
    for begin, seen in _windows(line.width, shown, page.room):
        text, left, right = _window(line, begin, page.room)
        yield page.bar(number, text.rstrip())
        inside = [_clipped(mark, begin, left, right) for mark in seen]
        for row in annotate(inside, page.room):
            yield page.bar(text=_joined(page, row))


def _on_columns(mark: Mark, line: LaidOut) -> Mark:
    begin = line.stop(mark.begin + 1)
    return replace(mark, begin=begin, end=max(line.stop(mark.end + 1), begin + 1))


def _clipped(mark: Mark, begin: int, left: int, right: int) -> Mark:
    """A mark in the columns of a window that shows source from `left` to `right`."""
    first = min(max(mark.begin - begin, left), right - 1)
    return replace(mark, begin=first, end=max(min(mark.end - begin, right), first + 1))


def _windows(width: int, marks: Sequence[Mark], room: int) -> Iterator[tuple[int, Sequence[Mark]]]:
    """Where each window begins, and the marks in it."""
    if width < room or not marks:
        yield 0, marks
        return
    waiting = list(marks)
    while waiting:
        seen = [waiting.pop(0)]
        for mark in list(waiting):
            begin, end = _extent([*seen, mark])
            if end - begin <= room - 2:
                seen.append(mark)
                waiting.remove(mark)
        yield _window_begin(width, _extent(seen), room), seen


def _extent(marks: Sequence[Mark]) -> tuple[int, int]:
    return min(mark.begin for mark in marks), max(mark.end for mark in marks)


def _window_begin(width: int, extent: tuple[int, int], room: int) -> int:
    """The line's start or end where they are near enough, else the marks in the middle."""
    begin, end = extent
    if end < room:
        return 0
    if width - begin < room:
        return width - room
    slack = max(room - 2 - (end - begin), 0)
    return max(begin - 1 - slack // 2, 0)


def _window(line: LaidOut, begin: int, room: int) -> tuple[str, int, int]:
    """A part of a line with an ellipsis where it is cut, and between which of its columns a mark may stand."""
    end = min(begin + room, line.width)
    left, cut = int(begin > 0), int(end < line.width)
    text = line.between(begin + left, end - cut)
    right = end - begin - 1 if cut else min(end - begin + 1, room)  # one past the end of the line
    return "…" * left + text + "…" * cut, left, right


def _joined(page: Page, row: Sequence[Piece]) -> str:
    """The pieces of a row, each in its column."""
    text, at = "", 0
    for piece in row:
        text += " " * (piece.column - at) + page.paint(piece.text, piece.role)
        at = piece.column + columns(piece.text)
    return text
