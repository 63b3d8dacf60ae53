"""Words and pieces of the program's text that experiments share."""

from __future__ import annotations

import math

from backproof.checking.learning.experiments.facts import Facts
from backproof.checking.source.literals import Literal, Piece, Replacement, number
from backproof.checking.source.places import Place


def called(literal: Literal, what: str) -> str:
    """What a setting is called, with its number."""
    text = literal.piece.text
    return f"{what} `{literal.name} = {text}`" if literal.alone else f"{what} {text}"


def instead(literal: Literal, new: str) -> str:
    """Another number in the place of one."""
    text = literal.piece.text
    return (
        f"`{literal.name} = {new}` instead of {text}"
        if literal.alone
        else f"{new} instead of {text}"
    )


def of(name: str | None) -> str:
    """A name as the end of a phrase."""
    return "" if name is None else f" of `{name}`"


def nice(value: float) -> str:
    """A number with one digit."""
    if value <= 0:
        return "1"
    size = 10.0 ** math.floor(math.log10(value))
    return f"{max(round(value / size), 1) * size:.6g}"


def scaled(literal: Literal, factor: float) -> Replacement:
    """The edit that multiplies a literal."""
    value = literal.value * factor
    whole = literal.whole and value == int(value)
    return (literal.piece.start, literal.piece.stop, number(value, whole))


def line_piece(facts: Facts, line: int) -> Piece:
    """A whole line."""
    words = facts.text.lines[line - 1]
    column = len(words) - len(words.lstrip())
    start = facts.text.starts[line - 1]
    return Piece(start + column, start + len(words), words.strip(), line, column, line, len(words))


def piece_of(facts: Facts, place: Place) -> Piece:
    """Where a place stands."""
    starts = facts.text.starts
    return Piece(
        starts[place.line - 1] + place.column,
        starts[place.end_line - 1] + place.end_column,
        place.text,
        place.line,
        place.column,
        place.end_line,
        place.end_column,
    )


def edit_of(facts: Facts, place: Place, new: str) -> Replacement:
    """The edit that writes something else in a place."""
    piece = piece_of(facts, place)
    return (piece.start, piece.stop, new)
