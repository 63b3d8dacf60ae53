"""A derivation as Markdown, formulas in LaTeX between dollars, as GitHub, Jupyter and Pandoc read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backproof.derivation.latex_body import body
from backproof.derivation.latex_math import latex_math
from backproof.derivation.steps import Step, Table
from backproof.derivation.text import proved
from backproof.derivation.typeset import Words

if TYPE_CHECKING:
    from backproof.derivation.explain import Derivation


def render(derivation: Derivation) -> str:
    """Every step that was asked for."""
    lines = [f"# {title(derivation)}", ""]
    for number, step in enumerate(derivation.steps, start=1):
        lines.extend(_step(derivation, step, number))
    return "\n".join(lines).rstrip() + "\n"


def title(derivation: Derivation) -> str:
    """What the page is about."""
    sizes = "-".join(map(str, derivation.scene.network.sizes))
    return f"Backpropagation of a {sizes} network, derived"


def _step(derivation: Derivation, step: Step, number: int) -> Iterator[str]:
    yield from (f"## {number}. {sentence(step.title)}", "", f"**{sentence(step.question)}**", "")
    yield from body(derivation, step, sentence, _display, _table)
    if step.proofs:
        yield from (f"*{proved(step)}*", "")


def _display(latex: str) -> tuple[str, ...]:
    return ("$$", latex, "$$", "")


def sentence(words: Words) -> str:
    """A sentence with its formulas between dollars."""
    return "".join(one if isinstance(one, str) else f"${latex_math(one)}$" for one in words)


def _table(table: Table) -> Iterator[str]:
    yield "| " + " | ".join(table.headings) + " |"
    yield "|" + " --- |" * len(table.headings)
    for line in table.rows:
        yield "| " + " | ".join(sentence(cell).strip() for cell in line) + " |"
    yield ""
