"""What every step is made from: the network with its numbers, other points to prove things at, and the way to write them.

A chain is built here: written, given its numbers, and proved at each point against finite differences.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import sympy

from backproof.arrays import Array
from backproof.derivation.algebra import letter, unit, value
from backproof.derivation.calculus import Worked
from backproof.derivation.matrices import Matrix, MatrixWriter, number_of
from backproof.derivation.notation import Notation
from backproof.derivation.steps import Chain, Form, Link, Numbers, Proof
from backproof.derivation.typeset import Math, Words
from backproof.derivation.values import Values, elsewhere
from backproof.derivation.writing import Writer
from backproof.network import Network

UNIT_BY_UNIT = 4  # layers of more units are written by index
SHOWN_UNITS = 3  # of a layer that is written unit by unit
POINTS = 2  # besides the network's own numbers
TOLERANCE = 1e-6  # relative; a central difference is right to about 1e-9
LETTERS = ("i", "j", "k")  # a unit of the layer before, of this layer, of the layer after

Line = tuple[Any, str]  # an expression, and why it equals the one before


@dataclass(frozen=True)
class Scene:
    """One network, one batch, one notation.

    Attributes:
        reduction: "mean" or "sum" of the examples' losses.
        example: the row of the batch, from 0, that unit by unit formulas speak of.
        about: a sentence on where the examples come from.
    """

    network: Network
    X: Array
    Y: Array
    notation: Notation
    reduction: str = "mean"
    decay: float = 0.0
    example: int = 0
    about: str = ""

    @cached_property
    def here(self) -> Values:
        """The network's own numbers."""
        scale = 1 / len(self.X) if self.reduction == "mean" else 1.0
        return Values(self.network, self.X, self.Y, scale, self.decay)

    @cached_property
    def points(self) -> tuple[Values, ...]:
        """Random points, at which everything has to hold as well."""
        return tuple(elsewhere(self.here, seed) for seed in range(POINTS))

    @cached_property
    def proving(self) -> tuple[Values, ...]:
        """Where things are proved: on an edge there is no derivative to be measured."""
        return self.points if self.here.on_an_edge else (self.here, *self.points)

    @property
    def last(self) -> int:
        """The output layer; the inputs are layer 1."""
        return len(self.network.sizes)

    @property
    def batch(self) -> int:
        """How many examples."""
        return len(self.X)

    @property
    def scale(self) -> Any:
        """What each example's loss counts, exactly."""
        return sympy.Rational(1, self.batch) if self.reduction == "mean" else sympy.Integer(1)

    def units(self, layer: int) -> int:
        """How many the layer has."""
        return self.network.sizes[layer - 1]

    @property
    def by_index(self) -> bool:
        """Whether layers are too large to be written unit by unit."""
        return max(self.network.sizes) > UNIT_BY_UNIT

    def places(self, layer: int, which: str = "j") -> Iterator[tuple[Any, dict[Any, int]]]:
        """The units to write a formula for: each of the first few by its number, or any by a letter."""
        if self.by_index:
            yield letter(which), {letter(which): self.telling(layer)}
            return
        for number in range(1, min(self.units(layer), SHOWN_UNITS) + 1):
            yield sympy.Integer(number), {}

    def telling(self, layer: int) -> int:
        """The unit, from 1, whose numbers tell most: the one with the largest delta."""
        return int(np.abs(self.here["delta", layer][self.example]).argmax()) + 1

    def loudest(self, layer: int) -> int:
        """The unit, from 1, with the largest output."""
        return int(np.abs(self.here["a", layer][self.example]).argmax()) + 1

    def over(self, layer: int, which: str, term: Any) -> Any:
        """The sum of `term(unit)` over the layer's units: written out, or with a Σ."""
        if self.by_index:
            index = letter(which)
            return sympy.Sum(term(index), (index, 1, self.units(layer)))
        terms = [term(sympy.Integer(number)) for number in range(1, self.units(layer) + 1)]
        return terms[0] if len(terms) == 1 else sympy.Add(*terms, evaluate=False)

    def unit(self, kind: str, layer: int, *places: Any) -> Any:
        """One number of a quantity."""
        return unit(kind, layer, *places)

    def words(self, text: str, **formulas: Math) -> Words:
        """A sentence with quantities in braces."""
        return self.notation.words(text, **formulas)

    def paragraphs(self, *texts: str) -> tuple[Words, ...]:
        """Sentences with quantities in braces, a paragraph each."""
        return tuple(self.words(text) for text in texts)

    def in_order(self, first: str, second: str) -> str:
        """A matrix product in words; with examples as columns its factors change places."""
        return f"{second} times {first}" if self.notation.columns else f"{first} times {second}"

    @property
    def matrices(self) -> MatrixWriter:
        """Writes matrix formulas."""
        return MatrixWriter(self.notation, self.here)

    def math(self, expression: Any) -> Math:
        """An expression as a formula."""
        return Writer(self.notation).math(expression)

    def chain(
        self, lines: Sequence[Line], places: Mapping[Any, int], brief: bool = False
    ) -> tuple[Chain, Proof]:
        """Expressions that are equal, the last one also in numbers, and the proof of all of them.

        Args:
            brief: the way is that of another unit's chain, so only its two ends are shown.
        """
        last = lines[-1][0]
        shown = [lines[0], (last, "")] if brief else lines
        links = [Link(self.math(e), self.words(why) if why else ()) for e, why in shown]
        amount = value(last, self.here, places, self.example)
        if not last.has(sympy.Sum) and not isinstance(last, sympy.Indexed):
            links.append(Link(self._in_numbers(last, places)))
        links.append(Link(Writer(self.notation).math(sympy.Float(amount)), (), amount))
        return Chain(tuple(links), self._instance(places)), self._proved(lines, places)

    def _instance(self, places: Mapping[Any, int]) -> Words:
        """Which unit the numbers are for, where the formula is by index."""
        if not places:
            return ()
        named = ", ".join(f"{index} = {place}" for index, place in places.items())
        return (f"for any unit; the number at the end is that for {named}",)

    def _in_numbers(self, expression: Any, places: Mapping[Any, int]) -> Math:
        def number_of_part(part: Any) -> float:
            return value(part, self.here, places, self.example)

        return Writer(self.notation, numbers=number_of_part).math(expression)

    def _proved(self, lines: Sequence[Line], places: Mapping[Any, int]) -> Proof:
        """Each line has the value of the first one, at the network's own numbers and at random points."""
        worst = 0.0
        for values in self.proving:
            found = np.array([value(e, values, places, self.example) for e, _ in lines])
            worst = max(worst, float(np.abs(found - found[0]).max() / max(1, abs(found[0]))))
        return Proof("numerical", worst, worst <= TOLERANCE, (self.math(lines[0][0]),))

    def local(self, worked: Worked) -> tuple[Chain, Proof]:
        """A derivative that SymPy worked out and proved."""
        links = tuple(Link(self.math(e), (why,) if why else ()) for e, why in worked.lines)
        case: Words = (f"where {worked.case}",) if worked.case else ()
        proof = Proof(
            "symbolic", 0.0, worked.proved, (links[0].math, *((" ", *case) if case else ()))
        )
        return Chain(links, case), proof

    def form(
        self, left: Math, matrix: Matrix, truth: tuple[str, int], reason: str
    ) -> tuple[Form, Proof]:
        """A matrix formula and its proof: it gives `truth` at every point.

        Args:
            truth: a quantity; "dz" and the like are the loss's derivatives, which finite differences give.
        """
        worst = 0.0
        for values in self.proving:
            expected = true_value(values, truth)
            worst = max(worst, float(np.abs(number_of(matrix, values) - expected).max()))
        proof = Proof("numerical", worst, worst <= TOLERANCE, (left, " as matrices"))
        return Form(left, self.matrices.math(matrix), self.words(reason)), proof

    def numbers(self, left: Math, array: Array) -> Numbers:
        """A quantity in numbers, given with examples as rows."""
        return Numbers(left, array.T if self.notation.columns else array)

    def partial(self, kind: str, layer: int, *places: Any) -> Math:
        """∂C/∂(quantity)."""
        bottom = self.notation.math(kind, layer, [self.math(place) for place in places])
        return self.notation.partial(self.notation.math("C"), bottom)


FEW = 300  # entries of a quantity that are measured one and all
SAMPLE = 30  # of more


def true_value(values: Values, truth: tuple[str, int]) -> Array:
    """A quantity; or the loss's derivative by it, measured.

    Of a large one a sample is measured, and the rest is what the reference's backward pass gives.
    """
    kind, layer = truth
    if kind == "dtheta":
        return np.vstack([true_value(values, ("db", layer)), true_value(values, ("dW", layer))])
    if not kind.startswith("d") or kind == "delta":
        return values[kind, layer]
    found = _measured(values, kind[1:], layer)
    return found[None, :] if kind == "db" else found


def _measured(values: Values, kind: str, layer: int) -> Array:
    if values[kind, layer].size <= FEW:
        return values.measured(kind, layer)
    found = np.array(values.slope(kind, layer))
    random = np.random.default_rng(0)
    for n in random.choice(found.size, SAMPLE, replace=False):
        at = tuple(int(place) for place in np.unravel_index(n, found.shape))
        found[at] = values.measured_entry(None, (kind, layer, at))
    return found
