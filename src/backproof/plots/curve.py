"""The output panel of a network with one input: each output over it, with the training rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backproof.network import Network
from backproof.plots.names import Names
from backproof.plots.rows import Rows, draw_dots
from backproof.plots.style import BESIDE, BLUE, CLASS_COLORS, MARKERS, ORANGE, dress, legend

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POINTS = 400


def fits(network: Network) -> bool:
    """Whether this panel is for such a network."""
    return network.sizes[0] == 1 and network.sizes[-1] <= len(CLASS_COLORS)


def draw(axes: Axes, rows: Rows, names: Names) -> None:
    """Draw it."""
    if len(names.outputs) == 1:
        dress(axes, "Output and training rows", names.inputs[0], names.outputs[0])
        _draw_output(axes, rows, 0, (ORANGE, BLUE, "o"), None)
        return
    dress(axes, "Outputs and training rows", names.inputs[0], "output")
    for output, name in enumerate(names.outputs):
        color = CLASS_COLORS[output]
        _draw_output(axes, rows, output, (color, color, MARKERS[output]), name)
    legend(axes, **BESIDE)


def _draw_output(
    axes: Axes, rows: Rows, output: int, look: tuple[str, str, str], label: str | None
) -> None:
    line, dot, marker = look
    x = rows.grid(0, POINTS)
    axes.plot(x, rows.outputs(x[:, None])[:, output], color=line, linewidth=2.2, label=label)
    if rows.Y is not None:
        at, targets = rows.X[:, 0], rows.Y[:, output]
        draw_dots(
            axes,
            rows,
            at,
            targets,
            color=dot,
            marker=marker,
            zorder=1,
            alpha=0.6,
            edgecolors="none",
        )
