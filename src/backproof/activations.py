"""The table of activations: value, slope and formula, one row each.

    value(z)          a = f(z)
    slope(a)          da/dz, written in terms of a: for every row here a alone determines it
    pull_back(a, g)   dL/dz from g = dL/da: the slope times g, and for softmax the whole Jacobian times g

Training, derivations and checks read this table and nothing else. A new activation is one row and its test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from backproof.arrays import Array
from backproof.errors import UnknownNameError

LEAK = 0.01  # slope of leaky relu below zero (Maas, Hannun and Ng, 2013)


@dataclass(frozen=True)
class Activation:
    """One row: an activation that acts on each unit by itself."""

    name: str
    value: Callable[[Array], Array]  # z (n, units) -> a (n, units)
    slope: Callable[[Array], Array]  # a (n, units) -> da/dz (n, units)
    formula: str  # f(z), in SymPy's syntax
    slope_formula: str  # f'(z) in terms of a, in SymPy's syntax
    range: tuple[float, float]  # closure of the values that f takes
    start: str  # the start that suits the layer that feeds it
    smooth: bool = True  # has a slope everywhere, so second-order methods hold
    hidden: bool = True  # may stand in a hidden layer
    elementwise = True

    def pull_back(self, a: Array, upstream: Array) -> Array:
        """dL/dz (n, units) from a (n, units) and dL/da (n, units)."""
        return upstream * self.slope(a)

    def __reduce__(self) -> tuple[Callable[[str], Activation], tuple[str]]:
        """A row is pickled by its name: its functions can't be, and should not be."""
        return activation, (self.name,)


class Rowwise(Activation):
    """Softmax couples the units of a row: da_j/dz_k = a_j (1[j=k] - a_k). `slope` is that Jacobian's diagonal."""

    elementwise = False

    def pull_back(self, a: Array, upstream: Array) -> Array:
        # dL/dz_k = sum_j dL/da_j a_j (1[j=k] - a_k) = a_k (dL/da_k - sum_j dL/da_j a_j)
        product: Array = a * (upstream - np.sum(upstream * a, axis=-1, keepdims=True))
        return product


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z)); where exp overflows the quotient is 0, which is the right limit."""
    with np.errstate(over="ignore"):
        result: Array = 1 / (1 + np.exp(-z))
        return result


def softmax(z: Array) -> Array:
    """exp(z_k) / sum_j exp(z_j); the row's largest z is taken off first, which changes nothing but the overflow."""
    powers = np.exp(z - np.max(z, axis=-1, keepdims=True))
    result: Array = powers / np.sum(powers, axis=-1, keepdims=True)
    return result


def exponential(z: Array) -> Array:
    """exp(z); where it overflows it is infinity, which training reports as divergence."""
    with np.errstate(over="ignore"):
        result: Array = np.exp(z)
        return result


def softplus(z: Array) -> Array:
    """log(1 + exp(z)), without overflow."""
    result: Array = np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))
    return result


INF = float("inf")

ROWS = (
    Activation("identity", lambda z: z, np.ones_like, "z", "1", (-INF, INF), "glorot"),
    Activation(
        "sigmoid", sigmoid, lambda a: a * (1 - a), "1/(1 + exp(-z))", "a*(1 - a)", (0, 1), "answer"
    ),
    Activation("tanh", np.tanh, lambda a: 1 - a * a, "tanh(z)", "1 - a**2", (-1, 1), "glorot"),
    Activation(
        "relu",
        lambda z: np.maximum(z, 0),
        lambda a: (a > 0).astype(a.dtype),
        "Max(0, z)",
        "Heaviside(a, 0)",
        (0, INF),
        "he",
        smooth=False,
    ),
    Activation(
        "leaky-relu",
        lambda z: np.maximum(z, LEAK * z),
        lambda a: np.where(a > 0, a.dtype.type(1), a.dtype.type(LEAK)),
        "Max(z, z/100)",
        "Heaviside(a, 0) + (1 - Heaviside(a, 0))/100",
        (-INF, INF),
        "he",
        smooth=False,
    ),
    Activation(
        "softplus",
        softplus,
        lambda a: -np.expm1(-a),
        "log(1 + exp(z))",
        "1 - exp(-a)",
        (0, INF),
        "glorot",
    ),
    # The output for counts and other numbers above 0. Two layers of it would leave the numbers that a computer has.
    Activation(
        "exponential",
        exponential,
        lambda a: a,
        "exp(z)",
        "a",
        (0, INF),
        "glorot",
        hidden=False,
    ),
    Rowwise(
        "softmax",
        softmax,
        lambda a: a * (1 - a),
        "exp(z)/(exp(z) + rest)",  # rest: the other units' exponentials, which this unit's z leaves alone
        "a*(1 - a)",
        (0, 1),
        "glorot",
        hidden=False,
    ),
)

ACTIVATIONS = {row.name: row for row in ROWS}


ALIASES = {"logistic": "sigmoid", "exp": "exponential"}  # scikit-learn's names


def activation(name: str | Activation) -> Activation:
    """The row called `name`; "leaky relu" and "leaky_relu" are "leaky-relu", "logistic" is "sigmoid".

    Raises:
        UnknownNameError: if there is none.
    """
    if isinstance(name, Activation):
        return name
    key = str(name).lower().replace("_", "-").replace(" ", "-")
    try:
        return ACTIVATIONS[ALIASES.get(key, key)]
    except KeyError:
        raise UnknownNameError("an activation", name, ACTIVATIONS) from None
