"""Formulas as trees of what is seen, before any format: a fraction, a subscript, a shape under a factor.

Text, LaTeX and MathML each draw these few nodes (`text_math`, `latex_math`, `mathml`); SymPy's expressions and matrix
formulas are turned into them once (`writing`, `matrices`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Role = Literal["name", "number", "sign", "word"]


@dataclass(frozen=True)
class Atom:
    """One sign, name, number or word."""

    text: str
    role: Role = "name"


@dataclass(frozen=True)
class Row:
    """Side by side."""

    items: tuple[Math, ...]


@dataclass(frozen=True)
class Fraction:
    """One over the other."""

    top: Math
    bottom: Math


@dataclass(frozen=True)
class Script:
    """A base with what stands below and above at its right."""

    base: Math
    below: Math | None = None
    above: Math | None = None


@dataclass(frozen=True)
class Fence:
    """In brackets."""

    inner: Math
    left: str = "("
    right: str = ")"


@dataclass(frozen=True)
class Total:
    """A sum over an index."""

    body: Math
    below: Math
    above: Math | None = None


@dataclass(frozen=True)
class Root:
    """A square root."""

    inner: Math


@dataclass(frozen=True)
class Labelled:
    """A factor with its shape under it."""

    inner: Math
    label: str


@dataclass(frozen=True)
class Grid:
    """A matrix of numbers; `left_out` rows and columns are shown by dots."""

    rows: tuple[tuple[str, ...], ...]


Math: TypeAlias = Atom | Row | Fraction | Script | Fence | Total | Root | Labelled | Grid
Words: TypeAlias = tuple["str | Math", ...]  # a sentence with formulas in it


def name(text: str) -> Atom:
    """A letter or a name."""
    return Atom(text, "name")


def number(text: str) -> Atom:
    """A number as it is shown."""
    return Atom(text, "number")


def sign(text: str) -> Atom:
    """An operator."""
    return Atom(text, "sign")


def word(text: str) -> Atom:
    """Upright text inside a formula."""
    return Atom(text, "word")


def row(*items: Math) -> Math:
    """Side by side; rows inside are opened."""
    flat: list[Math] = []
    for item in items:
        flat.extend(item.items if isinstance(item, Row) else (item,))
    return flat[0] if len(flat) == 1 else Row(tuple(flat))


def bare(math: Math) -> Math:
    """Without shapes under its factors: in an exponent nobody could read them."""
    match math:
        case Labelled(inner):
            return inner
        case Row(items):
            return Row(tuple(map(bare, items)))
        case Fraction(top, bottom):
            return Fraction(bare(top), bare(bottom))
        case Fence(inner, left, right):
            return Fence(bare(inner), left, right)
        case _:
            return math


def joined(items: Sequence[Math], between: Math) -> Math:
    """Side by side, with a sign between them."""
    parts: list[Math] = []
    for position, item in enumerate(items):
        parts.extend((between, item) if position else (item,))
    return row(*parts)


MINUS = "−"
DIGITS = 4  # after the point


def shown(value: float) -> str:
    """A number for a reader: four decimals, fewer where that is all of it, more where they would show nothing."""
    size = abs(value)
    if not math.isfinite(value):
        return str(value)
    if size < 1e6 and value == int(value):
        text = str(int(value))
    elif size >= 1e6 or size < 5e-4:
        mantissa, exponent = f"{value:.2e}".split("e")
        whole = (
            mantissa.removesuffix("0").removesuffix(".0")
            if float(f"{value:.2e}") == value
            else mantissa
        )
        text = f"{whole}e{int(exponent)}"
    else:
        text = f"{value:g}" if round(value, DIGITS - 1) == value else f"{value:.{DIGITS}f}"
    return text.replace("-", MINUS)


def small(value: float) -> str:
    """The size of a difference: 3e−11, or 0."""
    if not value:
        return "0"
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"{mantissa}e{int(exponent)}".replace("-", MINUS)
