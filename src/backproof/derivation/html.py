"""A derivation as HTML that needs nothing else: MathML, a diagram in SVG, light and dark, phone, screen and paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from backproof.derivation.markdown import title
from backproof.derivation.mathml import markup, mathml, matrix
from backproof.derivation.steps import Chain, Form, Link, Numbers, Step, Table
from backproof.derivation.style import STYLE
from backproof.derivation.svg import diagram
from backproof.derivation.text import proved
from backproof.derivation.typeset import Words

if TYPE_CHECKING:
    from backproof.derivation.explain import Derivation


def render(derivation: Derivation) -> str:
    """A whole page."""
    heading = escape(title(derivation))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{heading}</title>\n</head>\n<body>\n"
        f"{fragment(derivation, heading)}\n</body>\n</html>\n"
    )


def fragment(derivation: Derivation, heading: str = "") -> str:
    """What stands in a page or a notebook; only a page has a heading and a table of contents."""
    parts = [STYLE, f'<div class="derivation{" page" if heading else ""}">']
    if heading:
        parts += [f"<h1>{heading}</h1>", *_contents(derivation)]
    for number, step in enumerate(derivation.steps, start=1):
        parts.extend(_step(derivation, step, number, bool(heading)))
    return "\n".join([*parts, "</div>"])


def _contents(derivation: Derivation) -> Iterator[str]:
    if len(derivation.steps) < 3:
        return
    items = "".join(
        f'<li><a href="#{escape(step.key)}">{sentence(step.title)}</a></li>'
        for step in derivation.steps
    )
    yield f"<nav><details><summary>Steps</summary><ol>{items}</ol></details></nav>"


def sentence(words: Words) -> str:
    """A sentence with its formulas."""
    return "".join(
        escape(one) if isinstance(one, str) else f"<math>{markup(one)}</math>" for one in words
    )


def _step(derivation: Derivation, step: Step, number: int, linked: bool) -> Iterator[str]:
    anchor = f' id="{escape(step.key)}"' if linked else ""
    yield f"<section{anchor}><h2><span>{number}.</span> {sentence(step.title)} <code>{escape(step.key)}</code></h2>"
    yield f'<p class="question">{sentence(step.question)}</p>'
    if step.draws_network:
        yield f"<figure>{diagram(derivation.scene)}<figcaption>{CAPTION}</figcaption></figure>"
    for paragraph in step.reason:
        yield f"<p>{sentence(paragraph)}</p>"
    for chain in step.chains:
        yield from _chain(chain)
    for form in step.forms:
        yield from _form(form)
    for one in step.numbers:
        yield from _numbers(one)
    for table in step.tables:
        yield from _table(table)
    if step.proofs:
        yield f'<p class="{"proved" if step.proved else "unproved"}">{escape(proved(step))}</p>'
    yield "</section>"


CAPTION = "Lines are weights, the thicker the larger; dashed ones are negative. A unit that is always 1 gives the bias."


def _chain(chain: Chain) -> Iterator[str]:
    """What is asked for, then a line for each expression: the formula, and its reason beside or below it."""
    if chain.case:
        yield f'<p class="case">{sentence(chain.case)}:</p>'
    first, *rest = chain.links
    yield '<div class="chain">'
    for position, links in enumerate(_lines(rest)):
        left = mathml(first.math) if position == 0 else ""
        why = links[0].reason
        reason = f'<span class="reason">{sentence(why)}</span>' if why else ""
        equal = "".join(
            f'<math displaystyle="true"><mrow><mo>=</mo>{markup(link.math)}</mrow></math> '
            for link in links
        )
        yield f'<div class="left">{left}</div><div class="right"><span class="formula">{equal}</span>{reason}</div>'
    yield "</div>"


def _lines(links: Sequence[Link]) -> list[list[Link]]:
    """One expression to a line; a number that comes out of the line before stands at its end."""
    lines: list[list[Link]] = []
    for link in links:
        if lines and link.value is not None and not link.reason and not lines[-1][0].reason:
            lines[-1].append(link)
        else:
            lines.append([link])
    return lines


def _form(form: Form) -> Iterator[str]:
    equation = f"<mrow>{markup(form.left)}<mo>=</mo>{markup(form.right)}</mrow>"
    reason = f'<span class="reason">{sentence(form.reason)}</span>' if form.reason else ""
    yield (
        f'<div class="form"><span class="formula"><math displaystyle="true">{equation}</math></span>{reason}</div>'
    )


def _numbers(numbers: Numbers) -> Iterator[str]:
    shape = "×".join(map(str, numbers.array.shape))
    equation = f"<mrow>{markup(numbers.name)}<mo>=</mo>{matrix(numbers.array)}</mrow>"
    yield (
        f'<div class="form numbers"><span class="formula"><math displaystyle="true">{equation}</math></span>'
        f'<span class="reason">{shape}</span></div>'
    )


def _table(table: Table) -> Iterator[str]:
    headings = "".join(f"<th>{escape(heading)}</th>" for heading in table.headings)
    yield f'<div class="scroll"><table><tr>{headings}</tr>'
    for line in table.rows:
        yield "<tr>" + "".join(f"<td>{sentence(cell)}</td>" for cell in line) + "</tr>"
    yield "</table></div>"
