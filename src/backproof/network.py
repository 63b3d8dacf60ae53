"""The network: layers, activations, loss, parameters. Everything else speaks of it.

    Layer       one layer's weights (n_in, n_out), biases (n_out,) and activation
    Network     the layers in order, over one flat vector of parameters

Examples are rows: a layer computes a = f(x W + b) for x of shape (n, n_in).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from backproof.activations import Activation, activation
from backproof.arrays import Array, precision
from backproof.errors import InputError, ShapeError
from backproof.losses import loss_for
from backproof.randomness import Random
from backproof.starts import AUTO, start_for

if TYPE_CHECKING:
    import numpy.typing as npt

MAX_PARAMETERS = 2**31  # 16 GiB in float64; beyond it the sizes are surely a slip of the hand


class Preprocessing(Protocol):
    """What a network needs to take a table's own columns and give the table's own units (see `tables`)."""

    def encode(self, table: Any) -> Array:
        """The table's input columns as the network's inputs, (n, inputs)."""

    def decode(self, outputs: Array) -> Array:
        """The network's outputs in the table's units, (n, outputs)."""


@dataclass(frozen=True)
class Layer:
    """One layer; `weights` and `biases` are views of the network's flat parameters."""

    weights: Array  # (n_in, n_out)
    biases: Array  # (n_out,)
    activation: Activation


class Network:
    """A feed-forward network.

    Args:
        sizes: units of each layer from inputs to outputs, [2, 3, 1] for XOR.
        hidden: activation of the hidden layers: one name for all, or one for each.
        output: activation of the output layer.
        loss: "squared-error", "cross-entropy" (binary, multi-label or over classes, as the output demands), or None:
            cross-entropy behind sigmoid and softmax, squared error behind the rest.
        start: how the first weights are drawn: "glorot", "he", "lecun", "answer", or "auto": what suits each layer.
        seed: of the first weights; None draws one from the operating system.
        dtype: "float64" or "float32".

    Attributes:
        parameters: all weights and biases in one vector, layer by layer, each layer's weights (row by row) before its
            biases. Writing into it, or into a layer's views of it, changes the network.
        preprocessing: None, or the columns and statistics of the table that the network was trained on; then `predict`
            takes such a table.

    Raises:
        InputError: sizes, activations and loss that make no network together.
        UnknownNameError: a name that no table has.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        *,
        hidden: str | Sequence[str] = "sigmoid",
        output: str = "sigmoid",
        loss: str | None = None,
        start: str = AUTO,
        seed: int | None = None,
        dtype: npt.DTypeLike = "float64",
    ) -> None:
        self.sizes = _checked_sizes(sizes)
        self.activations = _checked_activations(self.sizes, hidden, output)
        self.loss = loss_for(loss, self.activations[-1].name)
        _check_loss(self)
        self.start = start
        self.parameters = np.zeros(parameter_count(self.sizes), precision(dtype))
        self.preprocessing: Preprocessing | None = None
        self.draw(Random(seed))

    def draw(self, random: Random) -> None:
        """Draw new first weights, in place."""
        for layer in self.layers:
            start = start_for(self.start, layer.activation.start)
            bound = start.bound(*layer.weights.shape)
            layer.weights[:] = random.uniform(-bound, bound, layer.weights.shape)
            layer.biases[:] = (
                random.uniform(-bound, bound, layer.biases.shape) if start.random_biases else 0
            )

    @property
    def dtype(self) -> np.dtype[Any]:
        """The precision of the parameters."""
        dtype: np.dtype[Any] = self.parameters.dtype
        return dtype

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """The layers, first hidden layer to output; views of `parameters`."""
        pairs = zip(self.split(self.parameters), self.activations, strict=True)
        return tuple(Layer(weights, biases, row) for (weights, biases), row in pairs)

    @property
    def weights(self) -> list[Array]:
        """Each layer's weights, (n_in, n_out); views of `parameters`."""
        return [layer.weights for layer in self.layers]

    @property
    def biases(self) -> list[Array]:
        """Each layer's biases, (n_out,); views of `parameters`."""
        return [layer.biases for layer in self.layers]

    def predict(self, X: Any) -> Array:
        """The outputs for each row of X, shape (n, outputs).

        Args:
            X: (n, inputs), or one example of shape (inputs,). A network that was trained on a table file takes that
                table's columns, as a data frame or as rows in their order, and answers in the target's units.

        Raises:
            ShapeError: X has another number of columns.
            InputError: X holds NaN, infinity or text.
        """
        from backproof.engine import predicted

        if self.preprocessing is None:
            return predicted(self, X)
        encoded = self.preprocessing.encode(X).astype(self.dtype)
        return self.preprocessing.decode(predicted(self, encoded))

    def save(self, path: str | Path) -> None:
        """Write the network to one safetensors file, whole or not at all; `backproof.load` reads it."""
        from backproof.models import save

        save(self, path)

    def copy(self, dtype: npt.DTypeLike | None = None) -> Network:
        """An independent copy, in another precision if `dtype` is given."""
        twin = object.__new__(Network)
        twin.__dict__.update(self.__dict__)
        twin.__dict__.pop("layers", None)
        twin.parameters = self.parameters.astype(self.dtype if dtype is None else precision(dtype))
        return twin

    def without_output(self) -> Network:
        """The same network, over the same parameters, as far as the output's z: its own outputs before the activation."""
        twin = object.__new__(Network)
        twin.__dict__.update(self.__getstate__())
        twin.activations = (*self.activations[:-1], activation("identity"))
        twin.loss = loss_for(None, "identity")
        return twin

    def __getstate__(self) -> dict[str, Any]:
        """Without the layers, views that a pickle or a deep copy would cut off, and the compiled core's handle."""
        left_out = ("layers", "_architecture")
        return {name: value for name, value in vars(self).items() if name not in left_out}

    def split(self, flat: Array) -> Iterator[tuple[Array, Array]]:
        """A flat vector that is ordered like `parameters`, as each layer's (weights, biases); views."""
        end = 0
        for n_in, n_out in pairwise(self.sizes):
            begin, middle = end, end + n_in * n_out
            end = middle + n_out
            yield flat[begin:middle].reshape(n_in, n_out), flat[middle:end]

    def __repr__(self) -> str:
        names = ", ".join(row.name for row in self.activations)
        sizes = "-".join(map(str, self.sizes))
        return f"<Network {sizes}: {names}; {self.loss.name}; {self.dtype}>"


def parameter_count(sizes: Sequence[int]) -> int:
    """Weights and biases of a network of these sizes."""
    return sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes))


def _checked_sizes(sizes: Iterable[int]) -> tuple[int, ...]:
    given = tuple(sizes)
    whole = all(isinstance(size, (int, np.integer)) and size > 0 for size in given)
    if not whole or len(given) < 2:
        raise InputError(
            f"`sizes` is {list(given)}; needed are two or more whole numbers above 0, "
            "inputs first and outputs last, such as [2, 3, 1]"
        )
    if parameter_count(given) > MAX_PARAMETERS:
        raise InputError(
            f"`sizes` {list(given)} make {parameter_count(given):,} parameters; "
            f"at most {MAX_PARAMETERS:,} are possible: use smaller layers"
        )
    return tuple(int(size) for size in given)


def _checked_activations(
    sizes: tuple[int, ...], hidden: str | Sequence[str], output: str
) -> tuple[Activation, ...]:
    count = len(sizes) - 2
    names = [hidden] * count if isinstance(hidden, (str, Activation)) else list(hidden)
    if len(names) != count:
        raise InputError(
            f"`hidden` names {len(names)} activations, the network has {count} hidden layers: "
            "name one for all of them, or one for each"
        )
    rows = tuple(activation(name) for name in [*names, output])
    for row in rows[:-1]:
        if not row.hidden:
            raise InputError(f"{row.name} can only be the output's activation; use tanh or relu")
    if not rows[-1].elementwise and sizes[-1] == 1:
        raise InputError(
            f"{rows[-1].name} over one output unit is always 1; "
            "use output sigmoid for two classes in one unit, or one unit for each class"
        )
    return rows


def _check_loss(network: Network) -> None:
    low, high = network.activations[-1].range
    needed_low, needed_high = network.loss.outputs
    if low < needed_low or high > needed_high:
        raise InputError(
            f"{network.loss.name} needs outputs between {needed_low:g} and {needed_high:g}, "
            f"{network.activations[-1].name} gives {low:g} to {high:g}; "
            "use output sigmoid or softmax, or the loss squared-error"
        )
    if network.loss.sums_to_one and network.activations[-1].elementwise:
        raise InputError(
            f"{network.loss.name} needs outputs that sum to 1; use output softmax, "
            "or the loss binary-cross-entropy for independent yes-or-no outputs"
        )


def shape_error(name: str, got: Array, needed: str) -> ShapeError:
    """The error for an array whose shape does not fit."""
    return ShapeError(f"`{name}` has shape {got.shape}; {needed}")
