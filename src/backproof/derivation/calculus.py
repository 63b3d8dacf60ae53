"""The local derivatives, worked out by SymPy from the formulas of the tables, each line proved equal to the one before.

activation_slopes    da/dz from f's formula to f' in terms of a; on either side of a kink
softmax_slopes       da/dz of a unit's own z, and of another unit's
loss_slope           dC/da, over one denominator
collapsed            a product of slopes in which things cancel
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import sympy
from sympy import Derivative, Heaviside, Symbol

from backproof.activations import Activation
from backproof.derivation.algebra import (
    COST,
    NEGATIVE,
    POSITIVE,
    REST,
    A,
    Partial,
    Z,
    formula,
    in_reading_order,
    put,
    written,
)
from backproof.losses import Loss

OTHER = Symbol("z_k", real=True)  # another unit's z
OTHER_A = Symbol("a_k", real=True)


@dataclass(frozen=True)
class Worked:
    """A derivative worked out.

    Attributes:
        lines: the expressions, and why each equals the one before; the first is the derivative's name.
        proved: whether each difference of neighbours simplifies to 0.
        case: where it holds, if not everywhere.
    """

    lines: tuple[tuple[Any, str], ...]
    proved: bool
    case: str = ""

    @property
    def result(self) -> Any:
        """The last line."""
        return self.lines[-1][0]


def equal(one: Any, other: Any) -> bool:
    """Whether the difference simplifies to 0. Derivatives are taken, numbers of a quantity count as symbols."""
    difference = (one - other).doit()
    # SymPy's simplify is slow to load: what is a quotient of sums and products needs no more than cancelling
    if difference == 0 or sympy.cancel(difference) == 0:
        return True
    return bool(sympy.simplify(difference) == 0)


@cache
def activation_slopes(row: Activation) -> tuple[Worked, ...]:
    """da/dz of an activation that acts on each unit by itself: one derivation, or one on each side of its kink."""
    if row.smooth:
        return (_smooth(row),)
    return _side(row, POSITIVE, "z > 0"), _side(row, NEGATIVE, "z < 0")


def _smooth(row: Activation) -> Worked:
    f = formula(row.formula)
    exponential = f.rewrite(sympy.exp)
    spelt = f if exponential == f else in_reading_order(exponential)
    by_definition = written(row.formula)
    slope = formula(row.slope_formula)
    lines = [
        (Derivative(by_definition, Z), "a is this function of z"),
        (Derivative(spelt, Z) if spelt != f else by_definition, "written with exponentials"),
        (in_reading_order(sympy.diff(spelt, Z)), "differentiated"),
        (
            put(written(row.slope_formula), {A: by_definition if spelt == f else spelt}),
            "rearranged, so that the function itself is in it",
        ),
    ]
    lines = [
        line for line in lines if isinstance(line[0], Derivative) or line[0] is not by_definition
    ]
    return _worked(lines, (written(row.slope_formula), "the function itself is a"), slope, f)


def _worked(lines: list[tuple[Any, str]], last: tuple[Any, str], slope: Any, f: Any) -> Worked:
    """Without lines that repeat the one before; the last one speaks of a, which stands for `f`."""
    kept = _without_repeats(lines)
    proved = all(equal(one, other) for (one, _), (other, _) in pairwise(kept))
    proved = proved and equal(kept[-1][0], slope.subs(A, f))
    if kept[-1][0] != last[0]:
        kept.append(last)
    return Worked(((Partial(A, Z), ""), *kept), proved)


def _without_repeats(lines: list[tuple[Any, str]]) -> list[tuple[Any, str]]:
    kept = lines[:1]
    for line in lines[1:]:
        if str(line[0]) != str(kept[-1][0]):
            kept.append(line)
    return kept


def _side(row: Activation, z: Any, case: str) -> Worked:
    """The derivation where z has one sign, so that max(...) is one of its arguments."""
    f, slope = formula(row.formula).subs(Z, z), formula(row.slope_formula)
    a = f if f != 0 else sympy.Integer(0)
    lines = [
        (Derivative(written(row.formula), Z), "a is this function of z"),
        (Derivative(f, z, evaluate=False), f"here it is {f}"),
        (sympy.diff(f, z), "differentiated"),
    ]
    at_slope = slope.subs(Heaviside(A, 0), 1 if a.is_positive else 0)
    proved = equal(lines[1][0], lines[2][0]) and equal(lines[2][0], at_slope)
    proved = proved and equal(put(written(row.formula), {Z: z}).doit(), f)
    return Worked(((Partial(A, Z), ""), *lines), proved, case)


@cache
def softmax_slopes(row: Activation) -> tuple[Worked, Worked]:
    """How a unit's a follows its own z, and how it follows another unit's z."""
    f = formula(row.formula)
    own = [
        (Derivative(written(row.formula), Z), "a is this function of z; rest: the other units"),
        (in_reading_order(sympy.diff(f, Z)), "differentiated"),
        (
            put(written(row.slope_formula), {A: written(row.formula)}),
            "rearranged, so that the function itself is in it",
        ),
    ]
    remaining = Symbol("rest", positive=True)
    inside = f.subs(REST, sympy.exp(OTHER) + remaining)
    swapped = {Z: OTHER, REST: sympy.exp(Z) + remaining}
    other_f = formula(row.formula).subs(swapped, simultaneous=True)
    slope = sympy.diff(inside, OTHER)
    lines = [
        (Derivative(inside, OTHER), "the other unit's exponential is a part of the sum"),
        (in_reading_order(slope), "differentiated"),
        (
            sympy.Mul(-1, inside, other_f, evaluate=False),
            "rearranged, so that the function itself is in it",
        ),
    ]
    proved = equal(lines[1][0], lines[2][0])
    last = (sympy.Mul(-1, A, OTHER_A, evaluate=False), "both quotients are the units' own a")
    crossed = Worked(((Partial(A, OTHER), ""), *lines, last), proved)
    own_slope = formula(row.slope_formula)
    return _worked(own, (written(row.slope_formula), "the quotient is a"), own_slope, f), crossed


@cache
def loss_slope(row: Loss) -> Worked:
    """dC/da of one output, over one denominator with its numerator multiplied out."""
    f = formula(row.formula)
    slope = sympy.diff(f, A)
    together = sympy.together(slope)
    top, bottom = sympy.fraction(together)
    lines = [
        (Derivative(written(row.formula), A), "the loss is this function of a"),
        (in_reading_order(slope), "differentiated"),
        (in_reading_order(together), "over one denominator"),
        (in_reading_order(sympy.expand(top) / bottom), "the numerator multiplied out"),
    ]
    kept = _without_repeats(lines)
    proved = all(equal(one, other) for (one, _), (other, _) in pairwise(kept))
    proved = proved and equal(slope, formula(row.slope_formula))
    return Worked(((Partial(COST, A), ""), *kept), proved)


def collapsed(expression: Any) -> Any:
    """The shortest form of a product of slopes: cancelled if that leaves less, else as it is."""
    shorter = sympy.cancel(expression)
    if sympy.count_ops(shorter) < sympy.count_ops(expression):
        return in_reading_order(shorter)
    return expression
