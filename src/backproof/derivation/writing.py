"""SymPy's expressions as formulas to be seen; the order of terms and factors is the expression's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy
from sympy import Add, Derivative, Heaviside, Indexed, KroneckerDelta, Max, Mul, Pow, Sum, Symbol

from backproof.derivation.algebra import DECAY, Partial, quantity, unfolded
from backproof.derivation.notation import Notation
from backproof.derivation.typeset import (
    MINUS,
    Atom,
    Fence,
    Fraction,
    Math,
    Root,
    Script,
    Total,
    bare,
    joined,
    name,
    number,
    row,
    shown,
    sign,
)

# how tightly a formula holds together
SUM, PRODUCT, POWER, WHOLE = range(4)


@dataclass(frozen=True)
class Writer:
    """Turns expressions into formulas.

    Attributes:
        symbols: how a symbol is written that is not just its name.
        numbers: gives the number to write in the place of a quantity; None: its name is written.
        times: what stands between factors: "·" between numbers, "⊙" for products unit by unit.
    """

    notation: Notation
    symbols: Mapping[Symbol, Math] = field(default_factory=dict)
    numbers: Callable[[Any], float] | None = None
    times: str = "·"

    def math(self, expression: Any) -> Math:
        """The formula."""
        return self._of(expression)[0]

    def _of(self, part: Any) -> tuple[Math, int]:
        """The formula and how tightly it holds together."""
        for kind, write in WRITERS:
            if isinstance(part, kind):
                found: tuple[Math, int] = write(self, part)
                return found
        raise TypeError(f"no formula is known for {type(part).__name__}")

    def within(self, part: Any, tightness: int) -> Math:
        """The formula, in brackets if it holds together less than that."""
        math, own = self._of(part)
        return math if own >= tightness else Fence(math)

    def number(self, part: Any) -> tuple[Math, int]:
        """A number."""
        amount = float(part)
        return number(shown(amount)), (WHOLE if amount >= 0 else SUM)

    def rational(self, part: Any) -> tuple[Math, int]:
        """A fraction of whole numbers."""
        math = Fraction(number(str(abs(part.p))), number(str(part.q)))
        return (row(_minus(0), math), SUM) if part.p < 0 else (math, PRODUCT)

    def symbol(self, part: Any) -> tuple[Math, int]:
        """A letter."""
        if part in self.symbols:
            return self.symbols[part], WHOLE
        if part == DECAY and self.numbers is not None:
            return self.number(self.numbers(part))
        if str(part) == "C":
            return self.notation.math("C"), WHOLE
        letter, _, below = str(part).partition("_")
        return (Script(name(letter), name(below)) if below else name(letter)), WHOLE

    def indexed(self, part: Any) -> tuple[Math, int]:
        """One number of a quantity."""
        if self.numbers is not None:
            return self.number(self.numbers(part))
        kind, layer = quantity(part)
        places = [self.math(index) for index in part.indices]
        if kind == "y":
            layer = 0
        return self.notation.math(kind, layer, places), WHOLE

    def partial(self, part: Any) -> tuple[Math, int]:
        """A derivative by its name."""
        top, bottom = (Writer(self.notation, self.symbols).math(arg) for arg in part.args)
        return self.notation.partial(top, bottom), WHOLE

    def derivative(self, part: Any) -> tuple[Math, int]:
        """A derivative that is to be taken."""
        variable = Writer(self.notation, self.symbols).math(part.variables[0])
        mark = Fraction(name("∂"), row(name("∂"), variable))
        return row(mark, name(" "), Fence(self.math(part.expr), "[", "]")), PRODUCT

    def sum(self, part: Any) -> tuple[Math, int]:
        """A sum over an index."""
        body, (index, first, last) = unfolded(part)
        below = row(self.math(index), sign("="), self.math(first))
        return Total(self.within(body, PRODUCT), below, self.math(last)), SUM

    def add(self, part: Any) -> tuple[Math, int]:
        """Terms."""
        pieces: list[Math] = []
        for position, term in enumerate(part.args):
            negative, rest = _without_minus(term)
            if negative or position:
                pieces.append(_minus(position) if negative else sign("+"))
            pieces.append(self.within(rest, PRODUCT))
        return row(*pieces), SUM

    def mul(self, part: Any) -> tuple[Math, int]:
        """Factors, those with negative powers under the line."""
        negative, rest = _without_minus(part)
        if negative:
            return row(_minus(0), self.within(rest, PRODUCT)), SUM
        above, below = _over_and_under(part)
        if not below:
            return self._factors(above), PRODUCT
        top = self._side(above) if above else number("1")
        return Fraction(top, self._side(below)), PRODUCT

    def _side(self, factors: list[Any]) -> Math:
        return self.math(factors[0]) if len(factors) == 1 else self._factors(factors)

    def _factors(self, factors: list[Any]) -> Math:
        numeric = self.numbers is not None
        items = [self.within(factor, POWER) for factor in factors]
        return joined(items, sign("·" if numeric else self.times))

    def pow(self, part: Any) -> tuple[Math, int]:
        """Powers, roots, reciprocals."""
        root, exponent = part.args
        if exponent == sympy.Rational(1, 2):
            return Root(self.math(root)), POWER
        if exponent.could_extract_minus_sign():
            below = root if exponent == -1 else Pow(root, -exponent, evaluate=False)
            return Fraction(number("1"), self.math(below)), PRODUCT
        inner = self.within(root, WHOLE)
        scripted = isinstance(inner, Script) and inner.above is not None
        inner = Fence(inner) if scripted or isinstance(inner, Fraction) else inner
        return Script(inner, None, self.math(exponent)), POWER

    def exp(self, part: Any) -> tuple[Math, int]:
        """e to a power."""
        return Script(name("e"), None, bare(self.math(part.args[0]))), POWER

    def call(self, part: Any) -> tuple[Math, int]:
        """A function by its name."""
        inner = joined([self.math(arg) for arg in part.args], sign(","))
        return row(Atom(FUNCTIONS.get(part.func, part.func.__name__), "name"), Fence(inner)), WHOLE

    def step(self, part: Any) -> tuple[Math, int]:
        """1 where the argument is above 0, else 0: Iverson's bracket."""
        inner = row(self.math(part.args[0]), sign(">"), number("0"))
        return Fence(inner, "[", "]"), WHOLE

    def where(self, part: Any) -> tuple[Math, int]:
        """1 where two indices are the same, else 0: Iverson's bracket."""
        inner = row(self.math(part.args[0]), sign("="), self.math(part.args[1]))
        return Fence(inner, "[", "]"), WHOLE


FUNCTIONS = {Max: "max"}

# the first kind that fits
WRITERS: tuple[tuple[Any, Callable[[Writer, Any], tuple[Math, int]]], ...] = (
    (sympy.Integer, Writer.number),
    (sympy.Rational, Writer.rational),
    (sympy.Number, Writer.number),
    (Indexed, Writer.indexed),
    (Symbol, Writer.symbol),
    (Partial, Writer.partial),
    (Derivative, Writer.derivative),
    (Sum, Writer.sum),
    (Add, Writer.add),
    (Mul, Writer.mul),
    (Pow, Writer.pow),
    (sympy.exp, Writer.exp),
    (Heaviside, Writer.step),
    (KroneckerDelta, Writer.where),
    (sympy.Function, Writer.call),
    (Max, Writer.call),
)


def _minus(position: int) -> Math:
    """A minus sign between terms, or close before the first."""
    return sign(MINUS) if position else Atom(MINUS, "name")


def _without_minus(term: Any) -> tuple[bool, Any]:
    """Whether the term begins with a minus, and the term without it."""
    if isinstance(term, sympy.Number) and term < 0:
        return True, -term
    factors = _opened(term) if isinstance(term, Mul) else ()
    if not factors or not isinstance(factors[0], sympy.Number) or factors[0] >= 0:
        return False, term
    first, rest = -factors[0], factors[1:]
    kept = rest if first == 1 else (first, *rest)
    return True, (kept[0] if len(kept) == 1 else Mul(*kept, evaluate=False))


def _opened(part: Any) -> tuple[Any, ...]:
    """Factors, those of a first factor that is itself a product among them, as in (-y) log(a)."""
    first = part.args[0]
    return (*_opened(first), *part.args[1:]) if isinstance(first, Mul) else part.args


def _over_and_under(part: Any) -> tuple[list[Any], list[Any]]:
    above: list[Any] = []
    below: list[Any] = []
    for factor in part.args:
        root, exponent = factor.args if isinstance(factor, Pow) else (factor, sympy.Integer(1))
        if exponent.could_extract_minus_sign():
            below.append(root if exponent == -1 else Pow(root, -exponent, evaluate=False))
        elif isinstance(factor, sympy.Rational) and factor.q != 1:
            above.extend([sympy.Integer(factor.p)] if factor.p != 1 else [])
            below.append(sympy.Integer(factor.q))
        elif factor != 1:
            above.append(factor)
    return above, below
