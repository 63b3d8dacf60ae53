"""Which implementation does the work. An engine computes; what to compute and when to stop is `training`'s to say.

    outputs             the network's outputs
    loss                the mean loss
    gradient            the mean loss and its gradient
    gauss_newton        the mean loss, its gradient and its generalised Gauss-Newton matrix

The reference engine is the textbook in `backprop`; every other engine must agree with it to rounding.
"""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any, Protocol

from backproof import backprop
from backproof.arrays import Array
from backproof.compiled import Compiled
from backproof.core import core
from backproof.errors import InputError, UnknownNameError
from backproof.inputs import checked_inputs
from backproof.network import Network


class Engine(Protocol):
    """What an engine computes.

    X is (n, inputs), Y is (n, outputs), both in the network's precision. `weights` (n,) says how much each example
    counts: its loss is multiplied by it before the mean over the n examples is taken; None counts them alike. X may be
    one of SciPy's sparse arrays in CSR form, except for `gauss_newton`.
    """

    name: str

    def outputs(self, network: Network, X: Array) -> Array:
        """(n, outputs)."""

    def loss(self, network: Network, X: Array, Y: Array, weights: Array | None = None) -> float:
        """The mean loss."""

    def gradient(
        self,
        network: Network,
        X: Array,
        Y: Array,
        weights: Array | None = None,
        masks: backprop.Masks | None = None,
    ) -> tuple[float, Array]:
        """The mean loss and its gradient (parameters,), of the network thinned by `masks`."""

    def gauss_newton(
        self, network: Network, X: Array, Y: Array, weights: Array | None = None
    ) -> tuple[float, Array, Array]:
        """The mean loss, its gradient (parameters,) and Gauss-Newton matrix (parameters, parameters)."""


class Reference:
    """The textbook in NumPy."""

    name = "reference"

    def outputs(self, network: Network, X: Array) -> Array:
        """See `Engine`."""
        return backprop.forward(network, X)[-1]

    def loss(self, network: Network, X: Array, Y: Array, weights: Array | None = None) -> float:
        """See `Engine`."""
        return backprop.mean_loss(network, self.outputs(network, X), Y, weights)

    def gradient(
        self,
        network: Network,
        X: Array,
        Y: Array,
        weights: Array | None = None,
        masks: backprop.Masks | None = None,
    ) -> tuple[float, Array]:
        """See `Engine`."""
        activations = backprop.forward(network, X, masks)
        loss = backprop.mean_loss(network, activations[-1], Y, weights)
        return loss, backprop.backward(network, activations, Y, weights, masks)

    def gauss_newton(
        self, network: Network, X: Array, Y: Array, weights: Array | None = None
    ) -> tuple[float, Array, Array]:
        """See `Engine`."""
        activations = backprop.forward(network, X)
        loss = backprop.mean_loss(network, activations[-1], Y, weights)
        gradient = backprop.backward(network, activations, Y, weights)
        return loss, gradient, backprop.gauss_newton(network, activations, Y, weights)


REFERENCE = Reference()
NAMES = ("auto", "compiled", "reference")


def engine(name: str) -> Engine:
    """The engine called `name`: "reference", "compiled", or "auto" for the compiled one where there is one.

    Raises:
        UnknownNameError: if there is none.
        InputError: "compiled" where the core was not built.
    """
    if name not in NAMES:
        raise UnknownNameError("an engine", name, NAMES)
    if name == "reference":
        return REFERENCE
    made = _compiled()
    if made is None and name == "compiled":
        raise InputError(f"the engine `compiled` is not there: {NOT_BUILT}")
    return made or REFERENCE


def predicted(network: Network, X: Any) -> Array:
    """The network's outputs (n, outputs) for rows that are checked first (see `inputs.checked_inputs`)."""
    return engine("auto").outputs(network, checked_inputs(network, X))


NOT_BUILT = (
    "backproof was installed without its compiled core, which needs a C++20 compiler; "
    "install one (on Debian: g++) and then backproof again"
)


@cache
def _compiled() -> Engine | None:
    """The engine of the compiled core; its absence is said once."""
    built = core()
    if built is None:
        warnings.warn(f"{NOT_BUILT}. Until then NumPy does the work, more slowly", stacklevel=3)
        return None
    return Compiled(built)
