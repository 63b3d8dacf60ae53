"""Formulas over whole matrices, whose factors know their shapes: where a transpose comes from can be seen from them.

    Whole      a quantity            Times      the matrix product
    Each       a formula that acts on each number by itself; ⊙ between its factors
    Turned     transposed            Plus       a sum
    Ones       a column of ones      Beside     the ones before the rest, for a bias in the weights' first row
    Dropped    the same taken away   Scaled     a number times a matrix

They are built with examples as rows; `in_columns` turns a formula for examples as columns, by the rule (A B)ᵀ = Bᵀ Aᵀ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
import sympy

from backproof.arrays import Array
from backproof.derivation.notation import Notation, transposed
from backproof.derivation.typeset import (
    Fence,
    Labelled,
    Math,
    Script,
    joined,
    name,
    number,
    row,
    shown,
    sign,
    word,
)
from backproof.derivation.values import Values
from backproof.derivation.writing import Writer


@dataclass(frozen=True)
class Whole:
    """A quantity.

    Attributes:
        side: "bias": the layer's bias is in it, as the weights' first row or as ones before the activations;
            "zero": that row is there, and is 0.
    """

    kind: str
    layer: int
    side: str = ""


@dataclass(frozen=True)
class Turned:
    """Transposed."""

    inner: Matrix


@dataclass(frozen=True)
class Times:
    """The matrix product."""

    factors: tuple[Matrix, ...]


@dataclass(frozen=True)
class Plus:
    """A sum."""

    terms: tuple[Matrix, ...]


@dataclass(frozen=True)
class Each:
    """A formula that acts on each number by itself; each symbol in it stands for a matrix, all of one shape."""

    formula: Any
    symbols: tuple[tuple[Any, Matrix], ...]


@dataclass(frozen=True)
class Ones:
    """A column of ones, one for each example."""

    rows: int


@dataclass(frozen=True)
class Dropped:
    """Without its first column, the bias unit's."""

    inner: Matrix


@dataclass(frozen=True)
class Beside:
    """A column of ones before the rest: the bias unit of each example."""

    inner: Matrix


@dataclass(frozen=True)
class Scaled:
    """A number times a matrix."""

    factor: float
    inner: Matrix
    symbol: str = ""


Matrix: TypeAlias = Whole | Turned | Times | Plus | Each | Ones | Dropped | Beside | Scaled


def number_of(matrix: Matrix, values: Values) -> Array:
    """The matrix in numbers, examples as rows."""
    match matrix:
        case Whole(kind, layer, side):
            return _whole(values, kind, layer, side)
        case Turned(inner):
            return number_of(inner, values).T
        case Times(factors):
            arrays = [number_of(factor, values) for factor in factors]
            result: Array = arrays[0]
            for array in arrays[1:]:
                result = result @ array
            return result
        case Plus(terms):
            summed: Array = np.add.reduce([number_of(term, values) for term in terms])
            return summed
        case Each(formula, symbols):
            named = {symbol: number_of(inner, values) for symbol, inner in symbols}
            shape = next(iter(named.values())).shape
            return np.broadcast_to(_each(formula, named), shape)
        case Ones(rows):
            return np.ones((rows, 1))
        case Dropped(inner):
            return number_of(inner, values)[:, 1:]
        case Beside(inner):
            array = number_of(inner, values)
            return np.hstack([np.ones((len(array), 1)), array])
        case Scaled(factor, inner):
            return factor * number_of(inner, values)


def _each(part: Any, arrays: Mapping[Any, Array]) -> Array:
    """A formula of arrays, number by number."""
    if isinstance(part, sympy.Number):
        return np.float64(part)  # type: ignore[return-value]  # it is broadcast
    if isinstance(part, sympy.Symbol):
        return arrays[part]
    result: Array = ELEMENTARY[part.func](*(_each(arg, arrays) for arg in part.args))
    return result


ELEMENTARY: dict[Any, Callable[..., Any]] = {
    sympy.Add: lambda *terms: reduce(np.add, terms),
    sympy.Mul: lambda *factors: reduce(np.multiply, factors),
    sympy.Pow: np.power,
    sympy.exp: np.exp,
    sympy.log: np.log,
    sympy.tanh: np.tanh,
    sympy.Max: lambda *terms: reduce(np.maximum, terms),
    sympy.Heaviside: np.heaviside,
}


def _whole(values: Values, kind: str, layer: int, side: str) -> Array:
    array = values[kind, layer]
    if kind == "b":
        return array[None, :]
    if side and kind == "W":
        return np.vstack([values["b", layer] * (side != "zero"), array])
    return np.hstack([np.ones((len(array), 1)), array]) if side else array


def in_columns(matrix: Matrix) -> Matrix:
    """The formula for examples as columns; every quantity in it is then the transpose of what it was."""
    match matrix:
        case Ones():
            return Turned(matrix)
        case Turned(Ones() as ones):
            return ones
        case Turned(inner):
            return Turned(in_columns(inner))
        case Times(factors):
            return Times(tuple(in_columns(factor) for factor in reversed(factors)))
        case Plus(terms):
            return Plus(tuple(map(in_columns, terms)))
        case Each(formula, symbols):
            return Each(formula, tuple((symbol, in_columns(inner)) for symbol, inner in symbols))
        case Scaled(factor, inner, symbol):
            return Scaled(factor, in_columns(inner), symbol)
        case _:
            return matrix


@dataclass(frozen=True)
class MatrixWriter:
    """Turns matrix formulas into formulas to be seen.

    Attributes:
        shapes: each quantity's shape in the notation's own orientation is written under it.
    """

    notation: Notation
    values: Values
    shapes: bool = True

    def math(self, matrix: Matrix) -> Math:
        """The formula."""
        return self._math(in_columns(matrix) if self.notation.columns else matrix)

    def numbers(self, matrix: Matrix) -> Array:
        """The numbers, in the notation's orientation."""
        array = number_of(matrix, self.values)
        return array.T if self.notation.columns else array

    def _math(self, matrix: Matrix) -> Math:
        match matrix:
            case Whole() | Ones() | Turned(Whole() | Ones()):
                return self._leaf(matrix)
            case Turned(inner):
                return transposed(Fence(self._math(inner)))
            case Times(factors):
                return joined([self._factor(factor) for factor in factors], name(" "))
            case Plus(terms):
                return joined([self._math(term) for term in terms], sign("+"))
            case Each(formula, symbols):
                named: Mapping[Any, Math] = {
                    symbol: self._factor(inner) for symbol, inner in symbols
                }
                return Writer(self.notation, named, times="⊙").math(formula)
            case Dropped(inner):
                return row(Fence(self._math(inner)), word("without column 0"))
            case Beside(inner):
                return Fence(row(number("1"), name(" | "), self._math(inner)), "[", "]")
            case Scaled(factor, inner, symbol):
                front = name(symbol) if symbol else number(shown(factor))
                return row(front, name(" "), self._factor(inner))
        raise TypeError(f"no formula is known for {type(matrix).__name__}")

    def _factor(self, matrix: Matrix) -> Math:
        loose = isinstance(matrix, (Plus, Times))
        return Fence(self._math(matrix)) if loose else self._math(matrix)

    def _leaf(self, matrix: Whole | Turned | Ones) -> Math:
        inner = matrix.inner if isinstance(matrix, Turned) else matrix
        if isinstance(inner, Ones):
            math: Math = name("𝟏")
        else:
            assert isinstance(inner, Whole)
            math = self.notation.math(inner.kind, 0 if inner.kind == "y" else inner.layer)
            math = Script(math, None, name("∘")) if inner.side == "zero" else math
        shape = number_of(inner, self.values).shape
        turned_shape = self.notation.columns and not isinstance(inner, Ones)
        if isinstance(matrix, Turned):
            math = transposed(math)
        if isinstance(matrix, Turned) != turned_shape:
            shape = shape[::-1]
        return Labelled(math, shape_text(shape)) if self.shapes else math


def shape_text(shape: tuple[int, ...]) -> str:
    """3×1."""
    return "×".join(map(str, shape))


def each(formula: Any, **symbols: Matrix) -> Matrix:
    """A formula of the tables over matrices, its symbols given by name."""
    named = {str(symbol): symbol for symbol in formula.free_symbols}
    return Each(formula, tuple((named[key], symbols[key]) for key in symbols if key in named))
