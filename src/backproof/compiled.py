"""The engine that the compiled core makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from backproof.arrays import Array
from backproof.backprop import Masks, backward, forward, mean_loss
from backproof.network import Network

if TYPE_CHECKING:
    from backproof.core_types import Architecture, Core

HANDLE = "_architecture"  # a network's attribute


class Compiled:
    """The engine that the core makes. `outputs` and the rest are those of `engine.Engine`."""

    name = "compiled"

    def __init__(self, core: Core) -> None:
        self.core = core

    def outputs(self, network: Network, X: Array) -> Array:
        """(n, outputs)."""
        rows = X.shape[0]
        out = np.empty((rows, network.sizes[-1]), network.dtype)
        self.architecture(network).outputs(network.parameters, rows, parts(X), out)
        return out

    def loss(self, network: Network, X: Array, Y: Array, weights: Array | None = None) -> float:
        """The mean loss."""
        architecture = self.architecture(network)
        return architecture.loss(network.parameters, len(Y), parts(X), parts(Y), weights)

    def gradient(
        self,
        network: Network,
        X: Array,
        Y: Array,
        weights: Array | None = None,
        masks: Masks | None = None,
    ) -> tuple[float, Array]:
        """The mean loss and its gradient (parameters,). With masks, which only `descent` lays on, the textbook's."""
        if masks is not None:
            activations = forward(network, X, masks)
            loss = mean_loss(network, activations[-1], Y, weights)
            return loss, backward(network, activations, Y, weights, masks)
        gradient = np.empty_like(network.parameters)
        loss = self.architecture(network).gradient(
            network.parameters, len(Y), parts(X), parts(Y), weights, gradient
        )
        return loss, gradient

    def gauss_newton(
        self, network: Network, X: Array, Y: Array, weights: Array | None = None
    ) -> tuple[float, Array, Array]:
        """The mean loss, its gradient (parameters,) and Gauss-Newton matrix (parameters, parameters)."""
        size = network.parameters.size
        gradient, matrix = np.empty_like(network.parameters), np.empty((size, size), network.dtype)
        loss = self.architecture(network).gauss_newton(
            network.parameters, len(Y), parts(X), parts(Y), weights, gradient, matrix
        )
        return loss, gradient, matrix

    def architecture(self, network: Network) -> Architecture:
        """The core's word for the network's sizes, activations and loss; made once for each network."""
        try:
            made: Architecture = getattr(network, HANDLE)
        except AttributeError:
            names = [row.name for row in network.activations]
            made = self.core.Architecture(list(network.sizes), names, network.loss.name)
            setattr(network, HANDLE, made)
        return made


def parts(X: Any) -> Any:
    """X as the core takes it: contiguous, or of a sparse array in CSR form the numbers, columns and ends."""
    if isinstance(X, np.ndarray):
        return X if X.flags.c_contiguous else np.ascontiguousarray(X)
    return X.data, X.indices.astype(np.int32, copy=False), X.indptr.astype(np.int64, copy=False)
