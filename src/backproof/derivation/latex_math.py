r"""Formulas in LaTeX, for documents and for Markdown alike; nothing beyond amsmath is used.

Markdown takes a backslash before punctuation for its own, on GitHub inside formulas as well. So there is none: a line ends
with `\cr`, a space is `\thinspace`.
"""

from __future__ import annotations

import re

from backproof.arrays import Array
from backproof.derivation.steps import Chain, Form, Numbers
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
    Words,
)

SIGNS = {
    "∂": r"\partial ", "δ": r"\delta", "θ": r"\theta", "η": r"\eta", "λ": r"\lambda", "μ": r"\mu", "β": r"\beta",
    "ε": r"\varepsilon", "−": "-", "·": r"\cdot ", "⊙": r"\odot ", "T": r"\top", "∘": r"\circ", "𝟏": r"\mathbf{1}", " ": r"\thinspace ",
    " | ": r"\mid ", ",": r",\thinspace ", "log": r"\log", "max": r"\max", "tanh": r"\tanh", "≠": r"\ne ", "[": "[", "]": "]",
}  # fmt: skip
SPECIAL = re.compile(r"([#$%&_{}])")
# what prose may hold that LaTeX's usual fonts lack
PROSE = {sign: f"${SIGNS[sign].strip()}$" for sign in "−⊙λμβδθη·"} | {"✓": r"$\checkmark$"}


def latex_math(math: Math) -> str:
    """The formula, to stand between dollars."""
    match math:
        case Atom(text, role):
            return _word(text) if role == "word" else _name(text)
        case Row(items):
            return "".join(latex_math(item) for item in items)
        case Fraction(top, bottom):
            return rf"\frac{{{latex_math(top)}}}{{{latex_math(bottom)}}}"
        case Script(base, below, above):
            inner = latex_math(base)
            scripts = "" if below is None else f"_{{{latex_math(below)}}}"
            scripts += "" if above is None else f"^{{{latex_math(above)}}}"
            return f"{{{inner}}}{scripts}" if isinstance(base, (Script, Fence)) else inner + scripts
        case Fence(Atom() as inner, left, right):
            return f"{left}{latex_math(inner)}{right}"
        case Fence(inner, left, right):
            return rf"\left{left}{latex_math(inner)}\right{right}"
        case Total(body, below, above):
            limit = "" if above is None else f"^{{{latex_math(above)}}}"
            return rf"\sum_{{{latex_math(below)}}}{limit} {latex_math(body)}"
        case Root(inner):
            return rf"\sqrt{{{latex_math(inner)}}}"
        case Labelled(inner, label):
            size = label.replace("×", r"\times ")
            return rf"\underset{{\scriptscriptstyle {size}}}{{{latex_math(inner)}}}"
        case Grid(rows):
            return _matrix([list(line) for line in rows])


def _name(text: str) -> str:
    if text in SIGNS:
        return SIGNS[text]
    whole, digits = re.fullmatch(r"(.*?)(\d*)", text).groups()  # type: ignore[union-attr]
    if whole in SIGNS:
        return rf"{SIGNS[whole]}\mathit{{{digits}}}"
    if len(text) > 1 and text[0].isalpha():
        return rf"\mathit{{{_escaped(text)}}}"
    exponent = re.fullmatch(r"(−?[\d.]+)e(−?\d+)", text)
    if exponent:
        front, power = (part.replace("−", "-") for part in exponent.groups())
        return rf"{front}\cdot 10^{{{power}}}"
    return text.replace("−", "-")


def _word(text: str) -> str:
    return rf"\thinspace\text{{{prose(text.strip())}}}\thinspace "


def prose(text: str) -> str:
    """Plain words, safe in LaTeX."""
    return "".join(PROSE.get(letter, letter) for letter in _escaped(text))


def _escaped(text: str) -> str:
    return SPECIAL.sub(r"\\\1", text)


def sentence(words: Words) -> str:
    """A sentence with its formulas between dollars."""
    return "".join(prose(one) if isinstance(one, str) else f"${latex_math(one)}$" for one in words)


def _reason(words: Words) -> str:
    """A reason inside a formula."""
    pieces = [
        rf"\text{{{prose(one)}}}" if isinstance(one, str) else latex_math(one) for one in words
    ]
    return "".join(pieces)


def aligned(chain: Chain) -> str:
    """A chain of equal expressions, one under the other, the reasons at the right."""
    first, *rest = chain.links
    lines = []
    for number, link in enumerate(rest):
        front = latex_math(first.math) if number == 0 else ""
        reason = rf" && \quad {_reason(link.reason)}" if link.reason else ""
        lines.append(f"{front} &= {latex_math(link.math)}{reason}")
    return "\\begin{aligned}\n" + " \\cr\n".join(lines) + "\n\\end{aligned}"


def equation(form: Form) -> str:
    """An equation of matrices, shapes under the factors."""
    return f"{latex_math(form.left)} = {latex_math(form.right)}"


def numbers(given: Numbers) -> str:
    """A quantity in numbers."""
    return f"{latex_math(given.name)} = {matrix(given.array)}"


def matrix(array: Array) -> str:
    """A matrix of numbers, the middle of a large one left out."""
    return _matrix(cells(array))


DOTS = {"⋮": r"\vdots", "…": r"\cdots"}


def _matrix(rows: list[list[str]]) -> str:
    lines = [" & ".join(DOTS.get(cell) or _name(cell) for cell in line) for line in rows]
    return "\\begin{bmatrix} " + r" \cr ".join(lines) + " \\end{bmatrix}"
