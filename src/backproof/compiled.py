"""The compiled core: which build of it serves this processor, and the engine that it makes.

It is built once for each level of processor, and the highest that the processor can run is taken. Two environment
variables change that: BACKPROOF_CPU names a lower level, BACKPROOF_THREADS the number of threads for large batches (as
many as the process has processors, otherwise).
"""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from backproof.arrays import Array
from backproof.backprop import Masks, backward, forward, mean_loss
from backproof.errors import InputError, UnknownNameError
from backproof.network import Network

if TYPE_CHECKING:
    from backproof.core_types import Architecture, Core

LEVELS = ("baseline", "avx2", "avx512")  # lowest first
LEVEL_VARIABLE = "BACKPROOF_CPU"
THREADS_VARIABLE = "BACKPROOF_THREADS"
HANDLE = "_architecture"  # a network's attribute


@cache
def core() -> Core | None:
    """The build for this processor; None where the core could not be built when backproof was installed.

    Raises:
        UnknownNameError: BACKPROOF_CPU names no level.
        InputError: it names one that this processor, or this installation, does not have.
    """
    try:
        lowest: Core = import_module("backproof._core_baseline")
    except ImportError:
        return None
    best = lowest.best_level()
    level = os.environ.get(LEVEL_VARIABLE) or best
    if level not in LEVELS:
        raise UnknownNameError("a level of processor", level, LEVELS)
    if LEVELS.index(level) > LEVELS.index(best):
        raise InputError(
            f"{LEVEL_VARIABLE} is {level}, which this processor cannot run; the highest is {best}"
        )
    chosen: Core = import_module(f"backproof._core_{level}")
    return chosen


def threads() -> int:
    """How many threads a large batch may be shared by.

    Raises:
        InputError: BACKPROOF_THREADS is no whole number above 0.
    """
    given = os.environ.get(THREADS_VARIABLE)
    if given:
        if not given.isdecimal() or int(given) < 1:
            raise InputError(f"{THREADS_VARIABLE} is {given}; it must be a whole number above 0")
        return int(given)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


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
