"""What a training leaves behind: the trained network, how it went, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from backproof.arrays import Array
from backproof.monitor import Progress
from backproof.network import Network
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


@dataclass(frozen=True)
class Run:
    """One training.

    Attributes:
        network: the trained network.
        loss: the mean loss over the training rows plus the weight decay, of that network.
        validation_loss: its mean loss over the validation part; None where nothing was held out.
        largest_error: the largest distance of any training output from its target.
        epochs: how many ran, over all starts.
        starts: how many starts were made.
        stopped: why it ended: a key of `ENDINGS`.
        gradient_evaluations: passes over the data that gave a gradient; a Jacobian counts one for each output.
        loss_evaluations: passes over the data that gave only the loss.
        seconds: wall-clock time.
        settings: every choice, `settings.reason` in words.
        progress: a `Progress` for each epoch.
    """

    network: Network
    loss: float
    validation_loss: float | None
    largest_error: float
    starts: int
    stopped: str
    gradient_evaluations: float
    loss_evaluations: float
    seconds: float
    settings: Settings
    progress: tuple[Progress, ...]

    @property
    def epochs(self) -> int:
        """How many epochs ran, over all starts."""
        return len(self.progress)

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
        columns = ["start", "epoch", "loss", "learning_rate"]
        if self.validation_loss is not None:
            columns.insert(3, "validation_loss")
        return {
            name: np.array([getattr(row, name) for row in self.progress], np.float64)
            for name in columns
        }

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
