"""What the tests share: truth tables and samples, and the networks and examples that the property tests draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

import backproof as bp
from backproof.activations import ACTIVATIONS
from backproof.arrays import Array
from backproof.backprop import forward

XOR_X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
XOR_Y = np.array([[0], [1], [1], [0]], float)

ELEMENTWISE = [row.name for row in ACTIVATIONS.values() if row.elementwise]
HIDDEN = [row.name for row in ACTIVATIONS.values() if row.hidden]
SMOOTH = [name for name in ELEMENTWISE if ACTIVATIONS[name].smooth]

# every loss with every output activation that it accepts
PAIRS = [
    *(("squared-error", name) for name in ACTIVATIONS),
    ("binary-cross-entropy", "sigmoid"),
    ("binary-cross-entropy", "softmax"),
    ("categorical-cross-entropy", "softmax"),
    *(("poisson", name) for name, row in ACTIVATIONS.items() if row.range[0] >= 0),
]

SEEDS = st.integers(0, 2**32 - 1)
KINK = 1e-3  # a z nearer to zero than this may cross a kink of relu within a numerical difference


@dataclass
class Case:
    """A network with weights and biases of ordinary size, and examples for it."""

    network: bp.Network
    X: Array
    Y: Array


def targets(random: np.random.Generator, loss: str, shape: tuple[int, int]) -> Array:
    """Targets that the loss accepts; for cross-entropies some rows are classes and some are shares."""
    if loss == "squared-error":
        return random.uniform(-1, 1, shape)
    shares = random.dirichlet(np.ones(shape[1]), shape[0])
    if loss == "binary-cross-entropy":
        shares = random.uniform(0, 1, shape)
    classes = np.eye(shape[1])[random.integers(shape[1], size=shape[0])]
    return np.where(random.integers(2, size=(shape[0], 1)) == 1, shares, classes)


def make_case(seed: int, sizes: list[int], rows: int, **settings: Any) -> Case:
    """A case of the given shape; the seed decides every number in it."""
    random = np.random.default_rng(seed)
    network = bp.Network(sizes, **settings)
    network.parameters[:] = random.uniform(-1, 1, network.parameters.size)
    X = random.uniform(-2, 2, (rows, sizes[0])).astype(network.dtype)
    Y = targets(random, network.loss.name, (rows, sizes[-1])).astype(network.dtype)
    return Case(network, X, Y)


@st.composite
def cases(
    draw: st.DrawFn,
    hidden: list[str] = HIDDEN,
    pairs: list[tuple[str, str]] = PAIRS,
    dtypes: tuple[str, ...] = ("float64", "float32"),
    layers: int = 4,
    units: int = 6,
    rows: int = 7,
) -> Case:
    """A network of 1 to `layers` layers and 1 to `rows` examples for it."""
    loss, output = draw(st.sampled_from(pairs))
    depth = draw(st.integers(1, layers))
    sizes = draw(st.lists(st.integers(1, units), min_size=depth + 1, max_size=depth + 1))
    sizes[-1] = max(sizes[-1], 2 if output == "softmax" else 1)
    names = draw(st.lists(st.sampled_from(hidden), min_size=depth - 1, max_size=depth - 1))
    return make_case(
        draw(SEEDS),
        sizes,
        draw(st.integers(1, rows)),
        hidden=names,
        output=output,
        loss=loss,
        dtype=draw(st.sampled_from(dtypes)),
    )


def clear_of_kinks(network: bp.Network, X: Array) -> bool:
    """Whether no unit of relu or leaky relu stands so near to its kink that a difference could cross it."""
    befores = forward(network, X)[:-1]
    return all(
        layer.activation.smooth or np.abs(a @ layer.weights + layer.biases).min() > KINK
        for layer, a in zip(network.layers, befores, strict=True)
    )


def linear_sample(seed: int = 0, rows: int = 40, inputs: int = 3) -> tuple[Array, Array]:
    """X and y of a noisy linear relation."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, inputs))
    y = X @ random.normal(size=(inputs, 1)) + 0.5 + 0.1 * random.normal(size=(rows, 1))
    return X, y


def two_classes(seed: int = 0, rows: int = 60) -> tuple[Array, Array]:
    """X and y of two overlapping clouds of points, y of 0 and 1."""
    random = np.random.default_rng(seed)
    y = np.arange(rows) % 2
    X = random.normal(size=(rows, 2)) + 1.5 * y[:, None] - 0.75
    return X, y[:, None].astype(float)
