"""What an optimiser minimises: the mean loss over the training rows plus the weight decay, as a function of parameters.

The network inside is a working copy: its parameters are the point at which everything is evaluated.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from backproof.arrays import Array
from backproof.backprop import Masks
from backproof.engine import Engine
from backproof.network import Network


class Problem:
    """Loss, gradient and curvature of one training problem, with a count of the work.

    Args:
        network: its parameters are changed as training goes on.
        X, Y: (n, inputs) and (n, outputs), checked.
        weight_decay: lambda in mean loss + lambda/2 * (sum of squared weights); biases do not decay.
        weights: how much each row counts, (n,), 1 on average; None counts them alike.

    Attributes:
        rows: (X, Y), or (X, Y, weights).
        gradient_evaluations: passes over the whole data that gave a gradient; a mini-batch counts as its share, a
            Jacobian as one for each output.
        loss_evaluations: passes over the whole data that gave the loss alone.
    """

    def __init__(
        self,
        network: Network,
        X: Array,
        Y: Array,
        weight_decay: float,
        engine: Engine,
        weights: Array | None = None,
    ) -> None:
        self.network = network
        self.X, self.Y, self.weights = X, Y, weights
        self.rows = (X, Y) if weights is None else (X, Y, weights)
        self.weight_decay = network.dtype.type(weight_decay)
        self.engine = engine
        self.gradient_evaluations = 0.0
        self.loss_evaluations = 0.0

    @cached_property
    def _decays(self) -> Array:
        return decay_mask(self.network)

    def loss(self) -> float:
        """The objective over all rows."""
        self.loss_evaluations += 1
        return self.engine.loss(self.network, *self.rows) + self.penalty()

    def gradient(self) -> tuple[float, Array]:
        """The objective over all rows and its gradient."""
        return self.batch_gradient(*self.rows)

    def batch_gradient(
        self, X: Array, Y: Array, weights: Array | None = None, masks: Masks | None = None
    ) -> tuple[float, Array]:
        """The objective over some rows and its gradient; `masks` thin the hidden layers out."""
        self.gradient_evaluations += len(Y) / len(self.Y)
        loss, gradient = self.engine.gradient(self.network, X, Y, weights, masks)
        if self.weight_decay:
            gradient += self.weight_decay * self._decays * self.network.parameters
        return loss + self.penalty(), gradient

    def gauss_newton(self) -> tuple[float, Array, Array]:
        """The objective over all rows, its gradient and its generalised Gauss-Newton matrix."""
        self.gradient_evaluations += self.Y.shape[1]
        loss, gradient, matrix = self.engine.gauss_newton(self.network, *self.rows)
        if self.weight_decay:
            gradient += self.weight_decay * self._decays * self.network.parameters
            matrix[np.diag_indices_from(matrix)] += self.weight_decay * self._decays
        return loss + self.penalty(), gradient, matrix

    def largest_error(self) -> float:
        """The largest distance of any output from its target."""
        self.loss_evaluations += 1
        return float(np.abs(self.engine.outputs(self.network, self.X) - self.Y).max())

    def loss_of_constants(self) -> tuple[float, float]:
        """The mean loss of the best outputs that are the same for every row, and that of perfect outputs.

        For each loss of the table the best constants are the targets' means.
        """
        counts = np.ones(len(self.Y)) if self.weights is None else self.weights
        means = np.average(self.Y, axis=0, weights=counts).astype(self.Y.dtype)
        value = self.network.loss.value
        same = value(np.broadcast_to(means, self.Y.shape), self.Y)
        return float(np.mean(same * counts)), float(np.mean(value(self.Y, self.Y) * counts))

    def penalty(self) -> float:
        """The weight decay's part of the objective."""
        if not self.weight_decay:
            return 0.0
        decaying = self._decays * self.network.parameters
        return float(self.weight_decay / 2 * (decaying @ decaying))


def decay_mask(network: Network) -> Array:
    """1 for each weight and 0 for each bias, ordered like `network.parameters`."""
    mask = np.zeros_like(network.parameters)
    for weights, _ in network.split(mask):
        weights[:] = 1
    return mask
