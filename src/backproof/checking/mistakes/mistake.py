"""One kind of mistake, as data: its name, its story and how it looks in a program."""

from __future__ import annotations

from dataclasses import dataclass

from backproof.diagnostic.finding import Severity


@dataclass(frozen=True)
class Mistake:
    """One row of the catalogue.

    Stories and excerpts speak of the same small network: examples are rows, z1 = X @ W1 + b1, a1 = sigmoid(z1),
    z2 = a1 @ W2 + b2, a2 = sigmoid(z2), and delta1, delta2 are dL/dz1, dL/dz2.

    Attributes:
        code: in kebab-case, as findings show it; the module's name is the same with underscores.
        title: the fact, as a heading.
        summary: one sentence for lists.
        severity: what a finding of this kind is, unless the check knows better.
        story: Markdown, with one section for each heading of `pages.SECTIONS`.
        wrong, right: a few lines of Python before and after.
        see_also: codes of kindred mistakes.
    """

    code: str
    title: str
    summary: str
    severity: Severity
    story: str
    wrong: str
    right: str
    see_also: tuple[str, ...] = ()
