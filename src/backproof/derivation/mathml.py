"""Formulas in MathML, which browsers draw by themselves."""

from __future__ import annotations

import re
from html import escape

from backproof.arrays import Array
from backproof.derivation.text import cells
from backproof.derivation.typeset import (
    Atom,
    Fence,
    Fraction,
    Grid,
    Labelled,
    Math,
    Root,
    Row,
    Script,
    Total,
)

EXPONENT = re.compile(r"(−?[\d.]+)e(−?\d+)")


def mathml(math: Math) -> str:
    """The formula as an element of its own."""
    return f'<math displaystyle="true">{markup(math)}</math>'


def markup(math: Math) -> str:
    """The formula as it stands inside another one: always one element."""
    match math:
        case Atom(text, role):
            return _atom(text, role)
        case Row(items):
            return _group("".join(markup(item) for item in items))
        case Fraction(top, bottom):
            return f"<mfrac>{markup(top)}{markup(bottom)}</mfrac>"
        case Script(base, below, above):
            return _scripts(base, below, above)
        case Fence(Atom(text, "number"), left, right) if "e" not in text:
            return f"<mn>{left}{escape(text)}{right}</mn>"
        case Fence(inner, left, right):
            return _group(
                f'<mo fence="true">{left}</mo>{markup(inner)}<mo fence="true">{right}</mo>'
            )
        case Total(body, below, above):
            limit = "<mrow></mrow>" if above is None else markup(above)
            return _group(
                f"<munderover><mo>∑</mo>{markup(below)}{limit}</munderover>{markup(body)}"
            )
        case Root(inner):
            return f"<msqrt>{markup(inner)}</msqrt>"
        case Labelled(inner, label):
            return f'<munder>{markup(inner)}<mtext class="shape">{escape(label)}</mtext></munder>'
        case Grid(rows):
            return _matrix([list(line) for line in rows])


def _group(inside: str) -> str:
    return f"<mrow>{inside}</mrow>"


def _atom(text: str, role: str) -> str:
    if role == "word":
        return f"<mtext>&nbsp;{escape(text.strip())}&nbsp;</mtext>"
    if role == "number":
        return _number(text)
    if role == "sign":
        return f"<mo>{escape(text)}</mo>"
    if not text.strip(" |"):
        return f"<mtext>{'&nbsp;|&nbsp;' if '|' in text else '&nbsp;'}</mtext>"
    if text == "T":
        return '<mi mathvariant="normal">⊤</mi>'
    if text == "−":
        return '<mo form="prefix">−</mo>'
    return f"<mi>{escape(text)}</mi>"


def _number(text: str) -> str:
    found = EXPONENT.fullmatch(text)
    if not found:
        return f"<mn>{escape(text)}</mn>"
    front, power = found.groups()
    return _group(f"<mn>{front}</mn><mo>·</mo><msup><mn>10</mn><mn>{power}</mn></msup>")


def _scripts(base: Math, below: Math | None, above: Math | None) -> str:
    inner = markup(base)
    if below is not None and above is not None:
        return f"<msubsup>{inner}{markup(below)}{markup(above)}</msubsup>"
    if below is not None:
        return f"<msub>{inner}{markup(below)}</msub>"
    return inner if above is None else f"<msup>{inner}{markup(above)}</msup>"


def matrix(array: Array) -> str:
    """A matrix of numbers, the middle of a large one left out; to stand inside a formula."""
    return _matrix(cells(array))


def _matrix(rows: list[list[str]]) -> str:
    lines = "".join(
        "<mtr>" + "".join(f"<mtd>{_number(cell)}</mtd>" for cell in line) + "</mtr>"
        for line in rows
    )
    return _group(f'<mo fence="true">[</mo><mtable>{lines}</mtable><mo fence="true">]</mo>')
