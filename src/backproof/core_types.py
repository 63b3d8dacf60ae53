"""What the compiled core offers to Python, as types: `core/module.cpp` is what they describe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from backproof.arrays import Array


class Architecture(Protocol):
    """Sizes, activations and loss of a network.

    X is contiguous (rows, inputs) or the three parts of a sparse array; what is computed is written into `out`.
    """

    def outputs(self, parameters: Array, rows: int, X: Any, out: Array) -> None:
        """`out` (rows, outputs)."""

    def loss(self, parameters: Array, rows: int, X: Any, Y: Array, weights: Array | None) -> float:
        """The mean loss."""

    def gradient(
        self, parameters: Array, rows: int, X: Any, Y: Array, weights: Array | None, out: Array
    ) -> float:
        """The mean loss; its gradient in `out` (parameters,)."""

    def gauss_newton(
        self,
        parameters: Array,
        rows: int,
        X: Any,
        Y: Array,
        weights: Array | None,
        out: Array,
        matrix: Array,
    ) -> float:
        """The same, and the Gauss-Newton matrix in `matrix` (parameters, parameters)."""


class Descent(Protocol):
    """One start of first-order training, between two calls of `run`."""

    epochs: int  # done
    evaluations: float  # passes over the data, an unfinished epoch with its share
    stopped: str  # why it ended; empty before
    can_fall: bool  # after the last epoch a schedule may still lower the rate

    def run(self, epochs: int, seconds: float) -> bool:
        """Go on for at most so many epochs and about so many seconds; True when training has ended."""

    def give(self) -> None:
        """Bring the vectors of parameters that it was given up to date."""

    def finish(self) -> None:
        """The same, and give back the memory that only further epochs would need; `run` is over."""

    def memory(self) -> dict[str, Any]:
        """The numbers that go on where a training goes on."""

    def remember(self, memory: Mapping[str, Any]) -> None:
        """Go on from these."""

    def column(self, name: str, begin: int) -> memoryview:
        """The history's "loss", "validation_loss" or "learning_rate" from epoch `begin` on, as the bytes of float64 numbers.

        The view is good until the next `run`.
        There is no column of a learning rate that is constant.
        """


class Core(Protocol):
    """One build of the core."""

    LEVEL: str
    ACTIVATIONS: tuple[str, ...]
    LOSSES: tuple[str, ...]
    METHODS: tuple[str, ...]
    SCHEDULES: tuple[str, ...]

    def best_level(self) -> str:
        """The highest level that this processor can run."""

    def all_finite(self, array: Array) -> bool:
        """Whether a contiguous array holds no NaN and no infinity."""

    Architecture: Callable[[list[int], list[str], str], Architecture]  # sizes, activations, loss
    Descent: BeginDescent


class BeginDescent(Protocol):
    """What makes a `Descent`."""

    def __call__(
        self,
        network: Architecture,
        parameters: Array,
        best: Array | None,
        previous: Array | None,
        state: list[Array],
        rows: int,
        X: Any,
        Y: Array,
        weights: Array | None,
        held_rows: int,
        held_X: Any,
        held_Y: Array | None,
        held_weights: Array | None,
        choices: Mapping[str, Any],
    ) -> Descent:
        """One start, before its first epoch.

        Args:
            parameters, best, previous, state: vectors (parameters,) that it works on, some in place and some not before
                `give`: the present ones, those with the lowest score, those before the last step of the last epoch,
                and what the optimiser remembers.
        """
