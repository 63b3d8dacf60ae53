r"""A derivation as a whole LaTeX document: pdflatex, or any other engine, with amsmath, amssymb and geometry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backproof.derivation.latex_body import body
from backproof.derivation.latex_math import prose, sentence
from backproof.derivation.markdown import title
from backproof.derivation.steps import Step, Table
from backproof.derivation.text import proved

if TYPE_CHECKING:
    from backproof.derivation.explain import Derivation

HEAD = r"""\documentclass[11pt]{article}
\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\usepackage{amsmath,amssymb}
\usepackage[a4paper,margin=2.2cm]{geometry}
\usepackage{longtable}
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.6em}
\allowdisplaybreaks
"""


def render(derivation: Derivation) -> str:
    """Every step that was asked for."""
    lines = [HEAD.rstrip(), rf"\title{{{prose(title(derivation))}}}", r"\author{}", r"\date{}"]
    lines += ["", r"\begin{document}", r"\maketitle", ""]
    for step in derivation.steps:
        lines.extend(_step(derivation, step))
    return "\n".join([*lines, r"\end{document}", ""])


def _step(derivation: Derivation, step: Step) -> Iterator[str]:
    heading = sentence(step.title)
    yield from (
        rf"\section{{\boldmath {heading}}}",
        "",
        rf"\textbf{{{sentence(step.question)}}}",
        "",
    )
    yield from body(derivation, step, sentence, _display, _table)
    if step.proofs:
        yield from (rf"\emph{{{prose(proved(step))}}}", "")


def _display(latex: str) -> tuple[str, ...]:
    return (r"\[", latex, r"\]", "")


def _table(table: Table) -> Iterator[str]:
    last = r"p{0.5\linewidth}" if len(table.headings) == 3 else "l"
    yield rf"\begin{{longtable}}{{@{{}}{'l' * (len(table.headings) - 1)}{last}@{{}}}}"
    yield " & ".join(rf"\textit{{{prose(heading)}}}" for heading in table.headings) + r" \\ \hline"
    for line in table.rows:
        yield " & ".join(sentence(cell) for cell in line) + r" \\"
    yield from (r"\end{longtable}", "")
