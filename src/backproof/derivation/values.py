"""The numbers behind a derivation: every quantity of one pass through the network, and numerical derivatives of the loss.

    Values      a, z, W, b, y, delta, C of a network and a batch
    measured    dC/dq of any of them by central differences: the pass is run again from there

Layers are counted from the inputs, which are layer 1.
"""

from __future__ import annotations

from functools import cached_property
from typing import TypeAlias

import numpy as np

from backproof.arrays import Array
from backproof.gradient_check import STEP, numerical_gradient
from backproof.network import Network

FREE_OF_KINKS = (
    1e-3  # a z nearer to zero than this may cross relu's kink within a numerical difference
)
CERTAIN = 1e-9  # an output nearer to 0 or 1 than this is beyond what a finite difference can tell
TRIES = 200

Entry: TypeAlias = tuple[str, int, tuple[int, ...]]  # kind, layer, where in the array


class Values:
    """Every quantity of one forward and one backward pass, in float64.

    Args:
        X, Y: (n, inputs) and (n, outputs).
        scale: what each example's loss counts: 1/n for the mean, 1 for the sum.
        decay: lambda in lambda/2 * (sum of squared weights), a part of C.
    """

    def __init__(self, network: Network, X: Array, Y: Array, scale: float, decay: float) -> None:
        self.network = network.copy("float64")
        self.X, self.Y = X.astype(np.float64), Y.astype(np.float64)
        self.scale, self.decay = scale, decay
        self._passed = self._forward({})

    def __getitem__(self, quantity: tuple[str, int]) -> Array:
        """The quantity of this kind in this layer; a, z and delta are (n, units), W (from, to), b (to,)."""
        kind, layer = quantity
        if kind == "y":
            return self.Y
        return self._deltas[layer] if kind == "delta" else self._passed[quantity]

    @property
    def loss(self) -> float:
        """C."""
        return self._loss(self._passed)

    @cached_property
    def _deltas(self) -> dict[int, Array]:
        """dC/dz by the chain rule, with the slopes of the tables."""
        network, last = self.network, len(self.network.sizes)
        upstream = self.scale * network.loss.slope(self["a", last], self.Y)
        deltas = {}
        for layer in range(last, 1, -1):
            row = network.activations[layer - 2]
            deltas[layer] = row.pull_back(self["a", layer], upstream)
            upstream = deltas[layer] @ self["W", layer].T
        return deltas

    def gradient(self, kind: str, layer: int) -> Array:
        """dC/dW or dC/db by the chain rule, shaped like the quantity."""
        delta = self["delta", layer]
        if kind == "b":
            total: Array = delta.sum(axis=0)
            return total
        product: Array = self["a", layer - 1].T @ delta + self.decay * self["W", layer]
        return product

    def slope(self, kind: str, layer: int) -> Array:
        """dC/d(quantity) by the chain rule: delta for z, one step further back for a, the gradient for W and b."""
        if kind == "z":
            return self["delta", layer]
        if kind != "a":
            return self.gradient(kind, layer)
        if layer == len(self.network.sizes):
            slope: Array = self.scale * self.network.loss.slope(self["a", layer], self.Y)
            return slope
        back: Array = self["delta", layer + 1] @ self["W", layer + 1].T
        return back

    def measured(self, kind: str, layer: int) -> Array:
        """dC/d(quantity) by central differences: the pass is run again from there."""
        here = self[kind, layer]
        found = [self.measured_entry(None, (kind, layer, at)) for at in np.ndindex(here.shape)]
        return np.array(found).reshape(here.shape)

    def measured_entry(self, top: Entry | None, bottom: Entry) -> float:
        """d(top)/d(bottom) of one number by one other; no `top` is C."""
        kind, layer, at = bottom
        here = np.array(self[kind, layer])

        def moved_by(number: Array) -> float:
            moved = here.copy()
            moved[at] = number[0]
            passed = self._forward({(kind, layer): moved}, layer)
            return self._loss(passed) if top is None else float(passed[top[0], top[1]][top[2]])

        step = self._step(kind, layer, float(here[at]))
        return float(numerical_gradient(moved_by, np.array([here[at]]), step)[0])

    def _step(self, kind: str, layer: int, number: float) -> float:
        """Of the difference; near the logarithm's pole in a cross-entropy it must be small beside the way to there."""
        if kind != "a" or layer != len(self.network.sizes) or not self.bounded:
            return STEP
        return STEP * max(min(1.0, number, 1 - number), CERTAIN)

    @property
    def bounded(self) -> bool:
        """Whether the loss takes outputs between 0 and 1 alone."""
        return bool(self.network.loss.outputs != (-np.inf, np.inf))

    @property
    def on_an_edge(self) -> bool:
        """Whether finite differences say nothing here: beside a kink, or where a logarithm is cut off."""
        if self.bounded:
            a = self["a", len(self.network.sizes)]
            if float(np.minimum(a, 1 - a).min()) < CERTAIN:
                return True
        layers = enumerate(self.network.activations, start=2)
        kinked = [layer for layer, row in layers if not row.smooth]
        return any(bool(np.abs(self["z", layer]).min() < FREE_OF_KINKS) for layer in kinked)

    def _forward(
        self, given: dict[tuple[str, int], Array], first: int = 1
    ) -> dict[tuple[str, int], Array]:
        """Every quantity; what is `given` is not computed. Layers before `first` stay as they are."""
        found: dict[tuple[str, int], Array] = {} if first == 1 else dict(self._passed)
        found.update(given)
        if first == 1:
            found.setdefault(("a", 1), self.X)
        for layer, row in enumerate(self.network.layers, start=2):
            if layer < first:
                continue
            if ("W", layer) not in given:
                found["W", layer] = row.weights
            if ("b", layer) not in given:
                found["b", layer] = row.biases
            if ("z", layer) not in given:
                found["z", layer] = found["a", layer - 1] @ found["W", layer] + found["b", layer]
            if ("a", layer) not in given:
                found["a", layer] = row.activation.value(found["z", layer])
        return found

    def _loss(self, passed: dict[tuple[str, int], Array]) -> float:
        layers = range(2, len(self.network.sizes) + 1)
        rows = self.network.loss.value(passed["a", layers[-1]], self.Y)
        penalty = self.decay / 2 * sum(float(np.sum(passed["W", n] ** 2)) for n in layers)
        return float(self.scale * np.sum(rows)) + penalty


def elsewhere(values: Values, seed: int = 0) -> Values:
    """The same network with random parameters, on random examples, away from the kinks of its activations."""
    random = np.random.default_rng(seed)
    network = values.network.copy()
    bounded = values.bounded
    for _ in range(TRIES):
        for layer in network.layers:
            bound = 1 / np.sqrt(len(layer.weights))
            layer.weights[:] = random.uniform(-bound, bound, layer.weights.shape)
            layer.biases[:] = random.uniform(-bound, bound, layer.biases.shape)
        X = random.uniform(-2, 2, values.X.shape)
        Y = (
            random.uniform(0.1, 0.9, values.Y.shape)
            if bounded
            else random.normal(size=values.Y.shape)
        )
        if network.loss.sums_to_one:
            Y /= Y.sum(axis=1, keepdims=True)
        found = Values(network, X, Y, values.scale, values.decay)
        if not found.on_an_edge:
            break
    return found
