"""Numerical derivatives: the proof that needs no algebra.

numerical_gradient    central differences of any function
check_gradient        a network's backpropagated gradient beside its numerical one
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from backproof.arrays import Array
from backproof.backprop import backward, forward, mean_loss
from backproof.inputs import checked_inputs, checked_targets
from backproof.network import Network

# The cube root of float64's epsilon: below it rounding dominates a central difference, above it the third derivative.
STEP = float(np.cbrt(np.finfo(np.float64).eps))


def numerical_gradient(
    function: Callable[[Array], float], point: Array, step: float = STEP
) -> Array:
    """The gradient of `function` at `point` by central differences, two calls for each number in `point`.

    Args:
        function: takes an array of the shape of `point`; it must not keep it.
        point: float64, any shape; left as it was.
        step: relative to each number's size, absolute below 1.
    """
    moved = np.array(point, np.float64)
    gradient = np.empty_like(moved)
    for index in np.ndindex(moved.shape):
        value = float(moved[index])
        h = step * max(1.0, abs(value))
        moved[index] = value + h
        above = function(moved)
        moved[index] = value - h
        below = function(moved)
        moved[index] = value
        gradient[index] = (above - below) / (2 * h)
    return gradient


@dataclass(frozen=True)
class GradientCheck:
    """A gradient beside its numerical estimate, both flat and ordered like `Network.parameters`."""

    gradient: Array
    numerical: Array

    @property
    def difference(self) -> float:
        """The largest absolute difference, relative to the largest entry of either gradient (1 at least if both vanish)."""
        scale = max(float(np.abs(self.gradient).max()), float(np.abs(self.numerical).max()))
        return float(np.abs(self.gradient - self.numerical).max() / (scale if scale > 0 else 1.0))

    @property
    def worst(self) -> int:
        """The position of the entry that differs most."""
        return int(np.abs(self.gradient - self.numerical).argmax())

    def __str__(self) -> str:
        return (
            f"{self.gradient.size} derivatives, largest relative difference {self.difference:.1e}"
        )


def check_gradient(network: Network, X: Any, y: Any, *, step: float = STEP) -> GradientCheck:
    """Compare backpropagation with central differences, in the network's own precision against float64.

    Args:
        X: (n, inputs).
        y: (n, outputs); see `train`.
        step: of the differences; see `numerical_gradient`.

    Returns:
        Both gradients; `.difference` is about 1e-9 in float64 and 1e-6 in float32 when all is well. Beside a kink of
        relu the numerical one is no derivative, and may differ.

    Raises:
        InputError: data that does not fit the network.
    """
    X, Y = checked_inputs(network, X), checked_targets(network, y, len(np.atleast_2d(X)))
    twin = network.copy("float64")
    X64, Y64 = X.astype(np.float64), Y.astype(np.float64)

    def loss(parameters: Array) -> float:
        twin.parameters[:] = parameters
        return mean_loss(twin, forward(twin, X64)[-1], Y64)

    numerical = numerical_gradient(loss, network.parameters.astype(np.float64), step)
    return GradientCheck(backward(network, forward(network, X), Y), numerical)
