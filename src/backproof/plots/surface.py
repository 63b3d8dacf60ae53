"""The output panel of a network with two inputs and one output: the output as colour, with the training rows.

Between two classes, a line shows where the output is halfway from one to the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from backproof.arrays import Array
from backproof.network import Network
from backproof.plots.names import Names
from backproof.plots.rows import GRID, Rows, draw_dots
from backproof.plots.style import BLUE, INK, MARKERS, ORANGE, dress, dress_scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap

SEQUENTIAL = "cividis"
STRENGTH = 0.6  # of the two classes' colours where the output reaches them


def fits(network: Network) -> bool:
    """Whether this panel is for such a network."""
    return network.sizes[0] == 2 and network.sizes[-1] == 1


def draw(axes: Axes, rows: Rows, names: Names) -> None:
    """Draw it."""
    z = rows.surface()[..., 0]
    classes = _classes(rows)
    dress(axes, f"Output {names.outputs[0]}", *names.inputs)
    colors: dict[str, Any] = _shades(rows, z, classes)
    image = axes.imshow(z, **colors, **rows.image_place)
    if classes:
        _draw_boundary(axes, rows, z, classes)
    _draw_rows(axes, rows, classes, colors)
    dress_scale(axes, image)


def _classes(rows: Rows) -> tuple[float, float] | None:
    """The two values between which this network decides, if it does."""
    values = np.unique(rows.Y) if rows.Y is not None else np.array([])
    if len(values) == 2:
        return float(values[0]), float(values[1])
    return (0.0, 1.0) if rows.network.loss.name == "binary-cross-entropy" else None


def _shades(rows: Rows, z: Array, classes: tuple[float, float] | None) -> dict[str, Any]:
    """Colour map and range, as keyword arguments."""
    if classes:
        return {"cmap": _between_classes(), "vmin": classes[0], "vmax": classes[1]}
    values = z.ravel() if rows.Y is None else np.concatenate([z.ravel(), rows.Y[:, 0]])
    return {"cmap": SEQUENTIAL, "vmin": float(values.min()), "vmax": float(values.max())}


def _between_classes() -> Colormap:
    from matplotlib.colors import LinearSegmentedColormap, to_rgb

    ends = [1 - STRENGTH * (1 - np.array(to_rgb(color))) for color in (ORANGE, BLUE)]
    shades = [tuple(ends[0]), (1.0, 1.0, 1.0), tuple(ends[1])]
    return LinearSegmentedColormap.from_list("classes", shades)


def _draw_boundary(axes: Axes, rows: Rows, z: Array, classes: tuple[float, float]) -> None:
    level = sum(classes) / 2
    if z.min() < level < z.max():
        axes.contour(rows.grid(0, GRID), rows.grid(1, GRID), z, [level], colors=INK, linewidths=1.4)


def _draw_rows(
    axes: Axes, rows: Rows, classes: tuple[float, float] | None, colors: dict[str, Any]
) -> None:
    if rows.Y is None:
        draw_dots(axes, rows, *rows.X.T, color="white")
        return
    targets = rows.Y[:, 0]
    if classes is None or not np.isin(targets, classes).all():
        draw_dots(axes, rows, *rows.X.T, c=targets, **colors)
        return
    for target, color, marker in zip(classes, (ORANGE, BLUE), MARKERS, strict=False):
        draw_dots(axes, rows, *rows.X[targets == target].T, color=color, marker=marker)
