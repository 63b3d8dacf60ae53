"""The lines of a network's diagram: colour for the sign, width for the magnitude, and in a small network the number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from backproof.arrays import Array
from backproof.plots.layout import Diagram, Edge, Point
from backproof.plots.placing import place
from backproof.plots.style import BLUE, ORANGE, POINT, QUIET, SMALL, font, number, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_NUMBERS = 24  # edges; with more, numbers would hide the lines
NUMBER_SIZE = 9.0  # points
THINNEST, WIDEST = 0.4, 3.6  # points, from weight 0 to the largest
FAINTEST = 0.15  # opacity of weight 0 where there are too many lines for numbers
KEY_LINE, KEY_GAP = 0.25, 0.2  # inches


def draw_weights(axes: Axes, diagram: Diagram) -> None:
    """Draw every line and, where there is room, its number."""
    magnitudes = np.abs([edge.weight for edge in diagram.edges])
    largest = float(np.max(magnitudes, where=np.isfinite(magnitudes), initial=0))
    middles = _number_places(diagram)
    shares = np.nan_to_num(np.minimum(magnitudes / (largest or 1), 1))
    _draw_lines(axes, diagram.edges, shares, FAINTEST if middles is None else 1.0)
    for edge, middle in zip(diagram.edges, middles or (), strict=middles is not None):
        _draw_number(axes, middle, edge.weight)
    _draw_key(axes, largest)


def _draw_lines(axes: Axes, edges: Sequence[Edge], shares: Array, faintest: float) -> None:
    """Lines as wide as their shares of the largest weight, which comes on top."""
    from matplotlib.collections import LineCollection
    from matplotlib.colors import to_rgba

    order = np.argsort(shares, kind="stable")
    opacities = faintest + (1 - faintest) * shares
    lines = LineCollection(
        [(edges[line].begin, edges[line].end) for line in order],
        linewidths=THINNEST + (WIDEST - THINNEST) * shares[order],
        colors=[to_rgba(_sign_color(edges[line].weight), opacities[line]) for line in order],
        zorder=1,
    )
    axes.add_collection(lines, autolim=False)


def _number_places(diagram: Diagram) -> list[Point] | None:
    if len(diagram.edges) > MOST_NUMBERS:
        return None
    widths = [text_width(number(edge.weight), NUMBER_SIZE) for edge in diagram.edges]
    return place(diagram, widths, NUMBER_SIZE * POINT)


def _draw_number(axes: Axes, middle: Point, weight: float) -> None:
    axes.text(
        *middle,
        number(weight),
        ha="center",
        va="center",
        zorder=3,
        bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"},
        **font(NUMBER_SIZE, _sign_color(weight)),
    )


def _draw_key(axes: Axes, largest: float) -> None:
    """What the lines mean, in the lower left corner."""
    x, y = 0.3, 0.15
    for text, color in (
        ("positive", BLUE),
        ("negative", ORANGE),
        (f"widest: {number(largest)}", QUIET),
    ):
        width = WIDEST if color == QUIET else 2
        axes.plot([x, x + KEY_LINE], [y, y], color=color, linewidth=width, solid_capstyle="butt")
        x += KEY_LINE + 0.07
        axes.text(x, y, text, ha="left", va="center", **font(SMALL, QUIET))
        x += text_width(text, SMALL) + KEY_GAP


def _sign_color(weight: float) -> str:
    return ORANGE if weight < 0 else BLUE
