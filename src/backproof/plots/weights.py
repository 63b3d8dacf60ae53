"""The lines of a network's diagram: colour for the sign, width for the magnitude, and in a small network the number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

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
    edges = sorted(diagram.edges, key=lambda edge: abs(edge.weight))  # the largest on top
    middles = _number_places(diagram)
    _draw_lines(axes, edges, faintest=FAINTEST if middles is None else 1.0)
    for edge, middle in zip(diagram.edges, middles or (), strict=middles is not None):
        _draw_number(axes, middle, edge.weight)
    _draw_key(axes, abs(edges[-1].weight))


def _draw_lines(axes: Axes, edges: Sequence[Edge], faintest: float) -> None:
    from matplotlib.collections import LineCollection
    from matplotlib.colors import to_rgba

    largest = abs(edges[-1].weight) or 1.0
    shares = [abs(edge.weight) / largest for edge in edges]
    opacities = [faintest + (1 - faintest) * share for share in shares]
    lines = LineCollection(
        [(edge.begin, edge.end) for edge in edges],
        linewidths=[THINNEST + (WIDEST - THINNEST) * share for share in shares],
        colors=[
            to_rgba(_sign_color(edge.weight), opacity)
            for edge, opacity in zip(edges, opacities, strict=True)
        ],
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
