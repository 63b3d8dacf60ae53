"""What a derivation consists of, as data that nobody changes.

Step      one question, answered
Chain     expressions that are equal, each with the reason why it equals the one before
Form      the same for whole matrices, with shapes
Numbers   a quantity in numbers
Proof     how it is known that a chain or form holds
"""

from __future__ import annotations

from dataclasses import dataclass, field

from backproof.arrays import Array
from backproof.derivation.typeset import Math, Words

PARTS = ("network", "forward", "loss", "backward", "update", "proof")


@dataclass(frozen=True)
class Proof:
    """How something is known to hold.

    Attributes:
        kind: "symbolic": the difference of neighbours simplifies to 0; "numerical": they agree at random points and
            with finite differences.
        difference: the largest one found, relative; 0 for a symbolic proof.
        holds: whether it is proved.
    """

    kind: str
    difference: float
    holds: bool
    subject: Words = ()


@dataclass(frozen=True)
class Link:
    """One expression of a chain.

    Attributes:
        math: the formula.
        reason: why it equals the one before it.
        value: the number that it stands for here; None where it stands for no single one.
    """

    math: Math
    reason: Words = ()
    value: float | None = None


@dataclass(frozen=True)
class Chain:
    """Expressions that are equal.

    Attributes:
        links: the first is what is asked for.
        case: where it holds, if not everywhere.
    """

    links: tuple[Link, ...]
    case: Words = ()


@dataclass(frozen=True)
class Form:
    """An equation of whole matrices, with the shape under each factor.

    Attributes:
        left, right: its sides.
        reason: why it is this one.
    """

    left: Math
    right: Math
    reason: Words = ()


@dataclass(frozen=True)
class Numbers:
    """A quantity in numbers.

    Attributes:
        name: the quantity.
        array: of shape `array.shape`, in the notation's orientation.
    """

    name: Math
    array: Array


@dataclass(frozen=True)
class Table:
    """Cells of words under headings."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]


@dataclass(frozen=True)
class Step:
    """One question, answered.

    Attributes:
        key: what `--only` finds it by, such as delta2.
        part: one of PARTS.
        title: what it is about.
        question: in words.
        reason: the idea of the answer, in words; a paragraph each.
        chains: the answer unit by unit, or by index.
        forms: collected into matrices.
        numbers: what comes out.
        tables: what is better seen in rows.
        proofs: of the chains and forms.
        draws_network: the network's diagram belongs here.
    """

    key: str
    part: str
    title: Words
    question: Words
    reason: tuple[Words, ...] = ()
    chains: tuple[Chain, ...] = ()
    forms: tuple[Form, ...] = ()
    numbers: tuple[Numbers, ...] = ()
    tables: tuple[Table, ...] = ()
    proofs: tuple[Proof, ...] = field(default=())
    draws_network: bool = False

    @property
    def proved(self) -> bool:
        """Whether every chain and form of it is."""
        return all(proof.holds for proof in self.proofs)
