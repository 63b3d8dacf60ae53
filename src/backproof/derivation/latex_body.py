"""What stands in a step between its question and its proof, for the formats whose formulas are LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from backproof.derivation.flow import flow
from backproof.derivation.latex_math import aligned, equation, numbers
from backproof.derivation.steps import Step, Table
from backproof.derivation.typeset import Words

if TYPE_CHECKING:
    from backproof.derivation.explain import Derivation


def body(
    derivation: Derivation,
    step: Step,
    sentence: Callable[[Words], str],
    display: Callable[[str], Iterable[str]],
    table: Callable[[Table], Iterable[str]],
) -> Iterator[str]:
    """Its lines.

    Args:
        derivation: whose network is drawn.
        step: the step.
        sentence: writes words with formulas among them.
        display: writes a formula on lines of its own.
        table: writes a table.
    """
    if step.draws_network:
        yield from display(flow(derivation.scene))
    for paragraph in step.reason:
        yield from (sentence(paragraph), "")
    for chain in step.chains:
        if chain.case:
            yield from (f"{sentence(chain.case)}:", "")
        yield from display(aligned(chain))
    for form in step.forms:
        yield from display(equation(form))
        if form.reason:
            yield from (f"({sentence(form.reason)})", "")
    for one in step.numbers:
        yield from display(numbers(one))
    for rows in step.tables:
        yield from table(rows)
