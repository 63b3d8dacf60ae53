"""The words of a network's diagram: what each layer is, and the names of inputs and outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backproof.network import Network
from backproof.plots.layout import Diagram, Point
from backproof.plots.names import Names
from backproof.plots.style import LABEL, POINT, QUIET, SMALL, font, widest

if TYPE_CHECKING:
    from matplotlib.axes import Axes

EM_SIZE = 72  # points, at which an em is an inch
INSIDE = 1.9  # ems of a name that a circle holds
BESIDE = 0.07  # inches between a circle and a name
ABOVE = 0.42  # inches from the highest circle to the first line of a caption
LINE = 0.17  # inches from one line to the next


def margins(names: Names) -> tuple[float, float]:
    """Inches that the names need at the left of the inputs and at the right of the outputs."""
    return 0.0 if _fit_inside(names) else widest(names.inputs, LABEL), widest(names.outputs, LABEL)


def draw_captions(axes: Axes, network: Network, diagram: Diagram) -> None:
    """Above each column, how many units of what kind."""
    top = max(y for _, y in diagram.circles) + diagram.radius + ABOVE
    kinds = {0: "input", len(network.sizes) - 1: "output"}
    for column in diagram.columns:
        count, kind = network.sizes[column.layer], kinds.get(column.layer, "hidden")
        plural = "s" if count > 1 and kind != "hidden" else ""
        axes.text(column.x, top, f"{count} {kind}{plural}", ha="center", **font(LABEL))
        if column.layer:
            name = network.activations[column.layer - 1].name
            axes.text(column.x, top - LINE, name, ha="center", **font(SMALL, QUIET))


def draw_names(axes: Axes, diagram: Diagram, names: Names) -> None:
    """The inputs' names in their circles if they are short, else at the left; the outputs' at the right."""
    first, last = diagram.columns[0], diagram.columns[-1]
    beside = diagram.radius + BESIDE
    for unit, y in first.units.items():
        if _fit_inside(names):
            draw_inside(axes, (first.x, y), names.inputs[unit], diagram.radius)
        else:
            axes.text(
                first.x - beside, y, names.inputs[unit], ha="right", va="center", **font(LABEL)
            )
    for unit, y in last.units.items():
        axes.text(last.x + beside, y, names.outputs[unit], ha="left", va="center", **font(LABEL))


def draw_inside(axes: Axes, centre: Point, text: str, radius: float) -> None:
    """A short text in a circle."""
    size = min(LABEL + 1, 0.9 * radius / POINT)
    axes.text(*centre, text, ha="center", va="center", zorder=5, **font(size))


def _fit_inside(names: Names) -> bool:
    return widest(names.inputs, EM_SIZE) <= INSIDE
