"""The output panel of a network with one input: each output over it, with the training rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from backproof.arrays import Array
from backproof.network import Network
from backproof.plots.names import Names
from backproof.plots.rows import Rows, draw_dots
from backproof.plots.style import BESIDE, BLUE, CLASS_COLORS, MARKERS, ORANGE, dress, legend

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POINTS = 400


class Look(NamedTuple):
    """How one output and its targets are drawn."""

    line: str
    dots: str
    marker: str


ALONE = (Look(ORANGE, BLUE, "o"),)
SEVERAL = tuple(
    Look(color, color, marker) for color, marker in zip(CLASS_COLORS, MARKERS, strict=True)
)


def fits(network: Network) -> bool:
    """Whether this panel is for such a network."""
    return network.sizes[0] == 1 and network.sizes[-1] <= len(CLASS_COLORS)


def draw(axes: Axes, rows: Rows, names: Names) -> None:
    """Draw it."""
    several = len(names.outputs) > 1
    title, ylabel = ("Outputs", "output") if several else ("Output", names.outputs[0])
    dress(axes, f"{title} and training rows", names.inputs[0], ylabel)
    x = rows.grid(0, POINTS)
    looks = SEVERAL if several else ALONE
    lines = [
        axes.plot(x, a, color=look.line, linewidth=2.2)[0]
        for a, look in zip(rows.outputs(x[:, None]).T, looks, strict=False)
    ]
    if rows.Y is not None:
        _draw_rows(axes, rows, rows.Y, looks)
    if several:
        legend(axes, list(zip(names.outputs, lines, strict=True)), **BESIDE)


def _draw_rows(axes: Axes, rows: Rows, targets: Array, looks: Sequence[Look]) -> None:
    shared = {"zorder": 1, "alpha": 0.6, "edgecolors": "none"}
    for target, look in zip(targets.T, looks, strict=False):
        own = {"color": look.dots, "marker": look.marker}
        draw_dots(axes, rows, rows.X[:, 0], target, **shared, **own)
