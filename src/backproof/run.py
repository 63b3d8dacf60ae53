"""What a training leaves behind: the trained network, how it went, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from backproof.arrays import Array
from backproof.backprop import mean_loss
from backproof.monitor import History, Progress
from backproof.network import Network
from backproof.problem import Problem
from backproof.settings import Settings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# stopped: what it means
ENDINGS = {
    "epochs": "ran every epoch",
    "fitted": "every output is near its target",
    "converged": "the method came as far as it can from this start",
    "tolerance": "the loss stopped falling",
    "validation": "the validation loss stopped falling; the best weights are kept",
    "callback": "the callback asked to stop",
    "interrupted": "stopped by hand; the best network so far is kept",
    "diverged": "the loss left the finite numbers",
}


class Outcome:
    """How well the trained network does on its rows, computed when it is asked for: a pass over all of them takes time."""

    def __init__(self, problem: Problem, held_out: tuple[Array, ...] | None) -> None:
        self._problem, self._held_out = problem, held_out

    @cached_property
    def _outputs(self) -> Array:
        return self._problem.engine.outputs(self._problem.network, self._problem.X)

    @cached_property
    def loss(self) -> float:
        """The mean loss over the training rows plus the weight decay."""
        problem = self._problem
        loss = mean_loss(problem.network, self._outputs, problem.Y, problem.weights)
        return loss + problem.penalty()

    @cached_property
    def largest_error(self) -> float:
        """The largest distance of any training output from its target."""
        return float(np.abs(self._outputs - self._problem.Y).max())

    @cached_property
    def validation_loss(self) -> float | None:
        """The mean loss over the validation part, or None."""
        if self._held_out is None:
            return None
        return self._problem.engine.loss(self._problem.network, *self._held_out)

    def __getstate__(self) -> dict[str, Any]:
        """The three numbers, without the rows."""
        names = ("loss", "largest_error", "validation_loss")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Run:
    """One training.

    Attributes:
        network: the trained network.
        outcome: that network and its rows, from which `loss`, `validation_loss` and `largest_error` are computed when they
            are asked for.
        epochs: how many ran, over all starts.
        starts: how many starts were made.
        stopped: why it ended: a key of `ENDINGS`.
        gradient_evaluations: passes over the data that gave a gradient; a Jacobian counts one for each output.
        loss_evaluations: passes over the data that gave only the loss.
        seconds: wall-clock time.
        settings: every choice, `settings.reason` in words.
        histories: the epochs' reports, start by start; `progress` and `history` are made of them.
    """

    network: Network
    outcome: Outcome
    starts: int
    stopped: str
    gradient_evaluations: float
    loss_evaluations: float
    seconds: float
    settings: Settings
    histories: tuple[History, ...]

    @property
    def loss(self) -> float:
        """The mean loss over the training rows plus the weight decay."""
        return self.outcome.loss

    @property
    def validation_loss(self) -> float | None:
        """The mean loss over the validation part; None where nothing was held out."""
        return self.outcome.validation_loss

    @property
    def largest_error(self) -> float:
        """The largest distance of any training output from its target."""
        return self.outcome.largest_error

    @property
    def epochs(self) -> int:
        """How many epochs ran, over all starts."""
        return sum(map(len, self.histories))

    @property
    def progress(self) -> tuple[Progress, ...]:
        """A `Progress` for each epoch."""
        return tuple(chain.from_iterable(self.histories))

    @property
    def method(self) -> str:
        """The optimiser's name."""
        return self.settings.optimizer.name

    @property
    def seed(self) -> int:
        """The seed that repeats this training."""
        return self.settings.seed

    @property
    def history(self) -> Mapping[str, Array]:
        """Columns with one number for each epoch: start, epoch, loss, validation_loss (where held out), learning_rate."""
        counts = [len(history) for history in self.histories]
        columns: dict[str, Any] = {
            "start": np.repeat([history.start for history in self.histories], counts),
            "epoch": np.concatenate([np.arange(1, count + 1) for count in counts]),
            "loss": np.concatenate([history.loss for history in self.histories]),
            "validation_loss": np.concatenate(
                [history.validation_loss for history in self.histories]
            ),
            "learning_rate": np.concatenate([history.learning_rate for history in self.histories]),
        }
        if self.validation_loss is None:
            del columns["validation_loss"]
        return {name: column.astype(np.float64) for name, column in columns.items()}

    def write_history(self, path: str | Path) -> None:
        """Write the history as CSV, whole or not at all."""
        from backproof.files import write_whole

        history = self.history
        lines = [",".join(history)]
        lines += [
            ",".join(f"{value:.9g}" for value in row) for row in zip(*history.values(), strict=True)
        ]
        write_whole(path, ("\n".join(lines) + "\n").encode())

    def plot(self, path: str | Path | None = None, X: Any = None, y: Any = None) -> Figure:
        """Draw the loss curve, the network and, for two inputs, the decision surface with the rows X, y on it.

        Args:
            path: a .png, .svg or .pdf file to write as well.
        """
        from backproof.plots import plot_run

        return plot_run(self, path, X, y)

    def __str__(self) -> str:
        starts = f", {self.starts} starts" if self.starts > 1 else ""
        return (
            f"{self.method}: loss {self.loss:.6f} after {self.epochs} epochs{starts} in {self.seconds:.2f} s; "
            f"{ENDINGS[self.stopped]}"
        )

    def __repr__(self) -> str:
        return f"<Run {self}>"
