"""Formulas in one line of Unicode text; a formula with shapes under its factors takes two lines."""

from __future__ import annotations

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

BELOW = dict(
    zip("0123456789+-−=()aeijklmnoprstuvx,", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ,", strict=True)
)
ABOVE = dict(
    zip("0123456789+-−=()abceijklmnoptTxyz′∘", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵉⁱʲᵏˡᵐⁿᵒᵖᵗᵀˣʸᶻ′°", strict=True)
)
SPACED = set("=+−·⊙≈>→≠")  # signs with a space on either side


def text_math(math: Math) -> str:
    """The formula in one line; shapes are left out."""
    return two_lines(math)[0]


def two_lines(math: Math) -> tuple[str, str]:
    """The formula, and under it, place by place, the labels of its factors; both of one width."""
    match math:
        case Atom():
            return _plain(_atom(math))
        case Row(items):
            return _beside([two_lines(item) for item in items])
        case Fraction(top, bottom):
            return _beside([_operand(top, math), _plain(_over(math)), _operand(bottom, math)])
        case Script(base, below, above):
            scripts = _script(above, ABOVE, "^") + _script(below, BELOW, "_")
            inner = two_lines(base if _single(base) else Fence(base))
            return _beside([inner, _plain(scripts)])
        case Fence(inner, left, right):
            return _beside([_plain(left), two_lines(inner), _plain(right)])
        case Total(body, below, above):
            limits = text_math(below) + ("" if above is None else f"..{text_math(above)}")
            return _beside([_plain(f"Σ[{limits}] "), two_lines(body)])
        case Root(inner):
            return _beside([_plain("√"), two_lines(inner if _single(inner) else Fence(inner))])
        case Labelled(inner, label):
            text = text_math(inner)
            width = max(len(text), len(label))
            return text.ljust(width), label.ljust(width)
        case Grid(rows):
            return _plain("[" + "; ".join(" ".join(cells) for cells in rows) + "]")


def _plain(text: str) -> tuple[str, str]:
    return text, " " * len(text)


def _atom(atom: Atom) -> str:
    if atom.role == "sign" and atom.text in SPACED:
        return f" {atom.text} "
    if atom.role == "word" or atom.text == ",":
        return f"{atom.text} " if atom.text == "," else f" {atom.text} "
    return atom.text


def _beside(parts: list[tuple[str, str]]) -> tuple[str, str]:
    return "".join(top for top, _ in parts), "".join(bottom for _, bottom in parts)


def _over(fraction: Fraction) -> str:
    """A short fraction is set close, as in ∂C/∂z."""
    close = _single(fraction.top) and _single(fraction.bottom)
    return "/" if close else " / "


def _operand(math: Math, fraction: Fraction) -> tuple[str, str]:
    return two_lines(math if _single(math) else Fence(math))


def _single(math: Math) -> bool:
    """Whether it binds tighter than any sign: no brackets are needed around it."""
    if isinstance(math, Row):
        return not any(
            isinstance(item, (Total, Fraction))
            or (isinstance(item, Atom) and (item.text in SPACED or item.text == " "))
            for item in math.items
        )
    return not isinstance(math, (Total, Fraction))


def _script(math: Math | None, table: dict[str, str], mark: str) -> str:
    if math is None:
        return ""
    text = text_math(math).replace(" ", "")
    if all(letter in table for letter in text):
        return "".join(table[letter] for letter in text)
    return f"{mark}({text})" if len(text) > 1 else f"{mark}{text}"
