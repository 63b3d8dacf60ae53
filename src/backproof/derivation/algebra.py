"""SymPy's side of a derivation: the symbols, the formulas of the tables, and an expression's value.

unit("a", 3, 1)         a of unit 1 in layer 3; with an example's index in front, of that example
Partial(C, unit(...))   a derivative that is asked for and not yet known
formula_of(row)         a row's formula as it is written there, in the order in which it is written there
in_reading_order        a derived expression, its terms in the order in which they are read
value                   the number that an expression stands for
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import sympy
from sympy import (
    Add,
    Function,
    Heaviside,
    Indexed,
    IndexedBase,
    KroneckerDelta,
    Max,
    Mul,
    Pow,
    Sum,
    Symbol,
)

from backproof.derivation.values import Values

# The symbols of the tables' formulas. `rest` is the sum of the other units' exponentials in softmax.
Z, A, Y, REST = (
    Symbol("z", real=True),
    Symbol("a", real=True),
    Symbol("y", real=True),
    Symbol("rest", positive=True),
)
TINY = (
    sys.float_info.epsilon
)  # what the tables put in the place of 0 under a fraction or a logarithm

COST = Symbol("C", real=True)
DECAY = Symbol("λ", positive=True)
POSITIVE = Symbol("z", positive=True)
NEGATIVE = Symbol("z", negative=True)
NAMES = {"z": Z, "a": A, "y": Y, "rest": REST}


class Partial(Function):  # type: ignore[misc]  # SymPy has no type information
    """∂top/∂bottom, a name for what is to be found."""

    nargs = 2

    @classmethod
    def eval(cls, top: Any, bottom: Any) -> None:
        """It stays as it is."""


@cache
def base(kind: str, layer: int) -> IndexedBase:
    """The quantity of this kind in this layer, as a whole."""
    return IndexedBase(f"{kind}_{layer}", real=True)


def unit(kind: str, layer: int, *places: Any) -> Indexed:
    """One number of a quantity, counted from 1; of a, z and delta: (unit) or (example, unit)."""
    return base(kind, layer)[places]


@cache
def letter(text: str) -> Symbol:
    """An index such as j."""
    return Symbol(text, integer=True, positive=True)


@cache
def formula(text: str) -> Any:
    """A formula of a table, ready to be differentiated."""
    return sympy.sympify(text, NAMES)


@cache
def written(text: str) -> Any:
    """The same as it is written: nothing is sorted or multiplied out."""
    return sympy.sympify(text, NAMES, evaluate=False)


def product(*factors: Any) -> Any:
    """Factors in this order."""
    return factors[0] if len(factors) == 1 else Mul(*factors, evaluate=False)


def total(*terms: Any) -> Any:
    """Terms in this order."""
    return terms[0] if len(terms) == 1 else Add(*terms, evaluate=False)


def put(expression: Any, replacements: Mapping[Any, Any]) -> Any:
    """`expression` with symbols replaced, and everything else left as it is written."""
    if expression in replacements:
        return replacements[expression]
    if not expression.args:
        return expression
    args = [put(arg, replacements) for arg in expression.args]
    return (
        expression.func(*args, evaluate=False)
        if isinstance(expression, (Add, Mul, Pow))
        else expression.func(*args)
    )


def in_reading_order(expression: Any) -> Any:
    """The same expression; terms by falling degree, factors with simple ones first."""
    if not expression.args or isinstance(expression, (Indexed, Partial, Sum)):
        return expression
    if isinstance(expression, Add):
        return total(*map(in_reading_order, _positive_first(expression.as_ordered_terms())))
    if isinstance(expression, Mul):
        return product(*map(in_reading_order, expression.as_ordered_factors()))
    return expression.func(*map(in_reading_order, expression.args))


def _positive_first(terms: list[Any]) -> list[Any]:
    """With a term in front that needs no minus sign, if there is one."""
    first = next((term for term in terms if not term.could_extract_minus_sign()), terms[0])
    return [first, *(term for term in terms if term is not first)]


def value(expression: Any, values: Values, places: Mapping[Any, int], example: int = 0) -> float:
    """The number that `expression` stands for.

    Args:
        places: what each index that is a letter stands for, from 1.
        example: the row of the batch, from 0, that quantities without an example's index speak of.
    """

    def of(part: Any) -> float:
        kind = type(part)
        if isinstance(part, sympy.Number):
            return float(part)
        if kind in ELEMENTARY:
            return ELEMENTARY[kind]([of(arg) for arg in part.args])
        if kind is Indexed:
            return _looked_up(part, values, places, example)
        if kind is Partial:
            return _measured(part, values, places, example)
        if kind is Sum:
            return _summed(part, values, places, example)
        if kind is KroneckerDelta:
            return float(of(part.args[0]) == of(part.args[1]))
        known = {COST: values.loss, DECAY: values.decay}
        return float(known[part] if part in known else places[part])

    return of(expression)


ELEMENTARY: dict[Any, Callable[[list[float]], float]] = {
    Add: math.fsum,
    Mul: math.prod,
    Pow: lambda args: (args[0] if args[0] or args[1] > 0 else TINY) ** args[1],
    sympy.exp: lambda args: math.exp(args[0]),
    sympy.log: lambda args: math.log(max(args[0], TINY)),
    sympy.tanh: lambda args: math.tanh(args[0]),
    Max: max,
    Heaviside: lambda args: float(args[0] > 0),
    sympy.sign: lambda args: float((args[0] > 0) - (args[0] < 0)),
}


def quantity(part: Indexed) -> tuple[str, int]:
    """Kind and layer of one number of a quantity."""
    kind, _, layer = str(part.base.label).rpartition("_")
    return kind, int(layer)


def position(
    part: Indexed, values: Values, places: Mapping[Any, int], example: int
) -> tuple[int, ...]:
    """Where in the array the number is, from 0."""
    at = tuple(int(places.get(index, index)) - 1 for index in part.indices)
    kind, _ = quantity(part)
    return at if kind in "Wb" or len(at) == 2 else (example, *at)


def _looked_up(part: Indexed, values: Values, places: Mapping[Any, int], example: int) -> float:
    return float(values[quantity(part)][position(part, values, places, example)])


def _measured(part: Partial, values: Values, places: Mapping[Any, int], example: int) -> float:
    """By central differences: what no formula has a say in."""
    top, bottom = (
        None if each == COST else (*quantity(each), position(each, values, places, example))
        for each in part.args
    )
    assert bottom is not None
    return values.measured_entry(top, bottom)


def unfolded(part: Sum) -> tuple[Any, tuple[Any, Any, Any]]:
    """What is summed, and the outermost index with its limits; SymPy writes nested sums as one."""
    *inner, outermost = part.limits
    return (Sum(part.function, *inner) if inner else part.function), outermost


def _summed(part: Sum, values: Values, places: Mapping[Any, int], example: int) -> float:
    body, (index, first, last) = unfolded(part)
    steps = range(int(first), int(last) + 1)
    return math.fsum(value(body, values, {**places, index: step}, example) for step in steps)
