"""The last panel: the network drawn with its weights, as a teacher would on the board.

Circles in columns are units, the curve in each its activation; those labelled 1 are bias units. A line is a weight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from backproof.network import Network
from backproof.plots.captions import draw_captions, draw_inside, draw_names, margins
from backproof.plots.layout import Column, Diagram, Point, arrange, room
from backproof.plots.names import Names
from backproof.plots.style import INK, PALE, QUIET, SMALL, font
from backproof.plots.weights import draw_weights

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDEST_Z = 4.0  # an activation's curve runs from z = -4 to 4
CURVE = 0.55  # of the circle's radius, half the curve's width and height
DOTS = 0.07  # inches between the dots that stand for what is left out


def diagram_room(network: Network, names: Names) -> tuple[float, float]:
    """The width and height in inches that the diagram asks for."""
    return room(network, *margins(names))


def draw_network(axes: Axes, network: Network, names: Names, width: float, height: float) -> None:
    """Draw the network on axes of this size in inches."""
    axes.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    axes.axis("off")
    diagram = arrange(network, width, height, *margins(names))
    draw_weights(axes, diagram)
    for column in diagram.columns:
        _draw_column(axes, network, diagram, column)
    if diagram.dots is not None:
        _draw_dots(axes, diagram.dots, across=True)
        more = f"{len(network.sizes) - len(diagram.columns)} more layers"
        _draw_count(axes, (diagram.dots[0], diagram.dots[1] - 0.25), more, "center")
    draw_captions(axes, network, diagram)
    draw_names(axes, diagram, names)


def _draw_column(axes: Axes, network: Network, diagram: Diagram, column: Column) -> None:
    for y in column.units.values():
        _draw_circle(axes, (column.x, y), diagram.radius, "white")
        if column.layer:
            _draw_activation(axes, network, column.layer, (column.x, y), diagram.radius)
    if column.bias is not None:
        _draw_circle(axes, (column.x, column.bias), diagram.radius, PALE)
        draw_inside(axes, (column.x, column.bias), "1", diagram.radius)
    if column.dots is not None:
        _draw_dots(axes, (column.x, column.dots), across=False)
        more = f"{network.sizes[column.layer] - len(column.units)} more"
        _draw_count(axes, (column.x + 0.1, column.dots), more, "left")


def _draw_circle(axes: Axes, centre: Point, radius: float, color: str) -> None:
    from matplotlib.patches import Circle

    axes.add_patch(Circle(centre, radius, facecolor=color, edgecolor=INK, linewidth=1.2, zorder=4))


def _draw_activation(
    axes: Axes, network: Network, layer: int, centre: Point, radius: float
) -> None:
    """The curve of the layer's activation, over the unit's z beside another unit's z = 0, which softmax heeds."""
    z = np.linspace(-WIDEST_Z, WIDEST_Z, 41)
    a = network.activations[layer - 1].value(np.column_stack([z, np.zeros_like(z)]))[:, 0]
    half = CURVE * radius
    x = centre[0] + half * z / WIDEST_Z
    y = centre[1] + half * (2 * (a - a.min()) / np.ptp(a) - 1)
    axes.plot(x, y, color=QUIET, linewidth=1.1, zorder=5, scalex=False, scaley=False)


def _draw_dots(axes: Axes, centre: Point, across: bool) -> None:
    steps = DOTS * np.array([-1, 0, 1])
    x, y = centre[0] + steps * across, centre[1] + steps * (not across)
    axes.plot(x, y, "o", color=INK, markersize=2.6, zorder=5, scalex=False, scaley=False)


def _draw_count(axes: Axes, place: Point, text: str, ha: str) -> None:
    box = {"boxstyle": "square,pad=0.12", "facecolor": "white", "edgecolor": "none"}
    axes.text(*place, text, ha=ha, va="center", zorder=5, bbox=box, **font(SMALL, QUIET))
