"""The training rows as the output panels show them: checked, thinned, over a range with a margin, as dots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from backproof.arrays import Array
from backproof.engine import engine
from backproof.errors import InputError
from backproof.inputs import checked_inputs, checked_targets
from backproof.network import Network
from backproof.plots.style import INK

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

MOST_ROWS = 2000  # drawn; more hide each other
MARGIN = 0.12  # of the rows' range, on either side
GRID = 320  # points to each side of a surface
ROWS_AT_ONCE = 2048  # through the network, so that wide layers take little memory
DOT_AREAS = (
    (60, 70.0),
    (400, 30.0),
    (MOST_ROWS, 14.0),
)  # up to so many rows, so many square points


@dataclass(frozen=True)
class Rows:
    """Some rows beside the network that was trained on them."""

    network: Network
    X: Array  # (n, inputs)
    Y: Array | None  # (n, outputs)

    def span(self, column: int) -> tuple[float, float]:
        """The range of one input, with its margin."""
        low, high = float(self.X[:, column].min()), float(self.X[:, column].max())
        margin = MARGIN * (high - low) or 1.0
        return low - margin, high + margin

    def grid(self, column: int, points: int) -> Array:
        """The middles of so many equal parts of that range."""
        low, high = self.span(column)
        return low + (np.arange(points) + 0.5) / points * (high - low)

    def outputs(self, X: Array) -> Array:
        """What the network answers, (n, outputs)."""
        parts = np.array_split(X.astype(self.network.dtype), -(-len(X) // ROWS_AT_ONCE))
        return np.concatenate([engine("auto").outputs(self.network, part) for part in parts])

    def surface(self) -> Array:
        """What it answers over two inputs, (GRID, GRID, outputs); the first index runs along the second input."""
        first, second = np.meshgrid(self.grid(0, GRID), self.grid(1, GRID))
        outputs = self.outputs(np.column_stack([first.ravel(), second.ravel()]))
        return outputs.reshape(GRID, GRID, -1)

    @property
    def image_place(self) -> dict[str, Any]:
        """Where that surface stands on an axes, as keyword arguments of an image."""
        extent = (*self.span(0), *self.span(1))
        return {"origin": "lower", "extent": extent, "aspect": "auto", "interpolation": "nearest"}


def checked_rows(network: Network, X: Any, y: Any) -> Rows | None:
    """Every row, or evenly many of a large table; None without X.

    Raises:
        InputError: rows that do not fit the network, or targets without inputs.
    """
    if X is None:
        if y is not None:
            raise InputError("`y` is given without `X`; give the inputs of these targets as well")
        return None
    inputs = checked_inputs(network, X)
    targets = None if y is None else checked_targets(network, y, len(inputs))
    step = -(-len(inputs) // MOST_ROWS)
    return Rows(network, inputs[::step], None if targets is None else targets[::step])


def draw_dots(axes: Axes, rows: Rows, x: Array, y: Array, **style: Any) -> Artist:
    """Rows as dots, the smaller the more rows there are."""
    area = next(area for most, area in DOT_AREAS if len(rows.X) <= most)
    edge: dict[str, Any] = {"edgecolors": INK, "linewidths": 0.7, "zorder": 3}
    return axes.scatter(x, y, s=area, **(edge | style))
