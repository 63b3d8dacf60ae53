from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

rng = np.random.default_rng(2)


@dataclass(slots=True)
class Layer:
    inputs: int
    outputs: int
    kind: str = "tanh"
    W: np.ndarray = field(init=False)
    b: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.W = rng.normal(size=(self.inputs, self.outputs))
        self.b = np.zeros(self.outputs)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        z = x @ self.W + self.b
        match self.kind:
            case "tanh":
                return np.tanh(z)
            case "sigmoid":
                return 1 / (1 + np.exp(-z))
            case other:
                raise ValueError(other)


async def train(layers: list[Layer], X, y, /, *, rate: float = 0.5) -> float:
    first, second = layers
    h = first(X)
    await asyncio.sleep(0)
    delta2 = ((o := second(h)) - y) / len(X)
    delta1 = delta2 @ second.W.T * (1 - h**2)
    second.W -= rate * h.T @ delta2
    second.b -= rate * delta2.sum(axis=0)
    first.W -= rate * X.T @ delta1
    first.b -= rate * delta1.sum(axis=0)
    return float(-np.mean(y * np.log(o) + (1 - y) * np.log(1 - o)))


def epochs(count: int) -> Iterator[int]:
    number = 0
    while (number := number + 1) <= count:
        yield number


async def main() -> None:
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = np.array([[0.0], [1.0], [1.0], [0.0]])
    layers = [Layer(2, 4), Layer(4, 1, "sigmoid")]
    for epoch in epochs(3000):
        loss = await train(layers, X, y)
    print(f"{epoch=} {loss=:.4f}")


asyncio.run(main())
