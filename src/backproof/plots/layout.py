"""Where everything in a network's diagram stands, in inches from its lower left corner. Nothing is drawn here.

Column     one layer: the heights of its units, of its bias unit and of the dots that stand for hidden ones
Edge       one weight between two circles
Diagram    all of it
room       the width and height that a network asks for
arrange    the diagram in a given width and height
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import hypot

from backproof.network import Network

MOST_UNITS = 10  # of one layer; longer ones are shortened to so many places, dots included
MOST_LAYERS = 12  # likewise
CAPTIONS, KEY = 0.75, 0.5  # inches above and below the circles
ROW_PITCH = (0.42, 1.35)  # inches from one row of circles to the next: least and most
COLUMN_PITCH = (1.3, 2.4)
NARROWEST = 4.4  # inches that the key takes
COMFORTABLE = 4.6  # inches for all rows, or all columns, where the pitches allow it
SPREAD = 1.4  # a short column stands so much wider than the longest one
LARGEST_RADIUS = 0.27
SIDE = 0.5  # inches beside the outer columns, before any name

Point = tuple[float, float]


@dataclass(frozen=True)
class Column:
    """One layer as it is shown."""

    layer: int  # 0: inputs
    x: float
    units: dict[int, float]  # unit, counted from 0 -> y; those that are shown
    dots: float | None  # y of the dots that stand for the units left out
    bias: float | None  # y of the bias unit that feeds the next layer


@dataclass(frozen=True)
class Edge:
    """One weight, from the rim of one circle to the rim of another."""

    begin: Point
    end: Point
    weight: float


@dataclass(frozen=True)
class Diagram:
    """A whole network."""

    width: float
    height: float
    radius: float
    columns: tuple[Column, ...]
    dots: Point | None  # stand for the layers left out
    edges: tuple[Edge, ...]

    @property
    def circles(self) -> list[Point]:
        """The centres of all circles, bias units included."""
        return [
            (column.x, y)
            for column in self.columns
            for y in [*column.units.values(), column.bias]
            if y is not None
        ]


def room(network: Network, left: float = 0.0, right: float = 0.0) -> tuple[float, float]:
    """Width and height in inches, with so much more at the left and right for names."""
    places = len(shortened(len(network.sizes), MOST_LAYERS))
    width = 2 * SIDE + left + right + (places - 1) * _pitch(places - 1, COLUMN_PITCH)
    return max(width, NARROWEST), CAPTIONS + KEY + _rows(network) * _pitch(
        _rows(network), ROW_PITCH
    )


def arrange(
    network: Network, width: float, height: float, left: float = 0.0, right: float = 0.0
) -> Diagram:
    """The diagram in the middle of this room."""
    pitch = min((height - CAPTIONS - KEY) / _rows(network), ROW_PITCH[1])
    radius = min(LARGEST_RADIUS, 0.36 * pitch)
    middle = KEY + (height - CAPTIONS - KEY) / 2
    layers = shortened(len(network.sizes), MOST_LAYERS)
    first, last = SIDE + left, width - SIDE - right
    xs = [first + (last - first) * place / (len(layers) - 1) for place in range(len(layers))]
    columns = tuple(
        _column(network, layer, x, middle, pitch)
        for layer, x in zip(layers, xs, strict=True)
        if layer is not None
    )
    dots = (xs[layers.index(None)], middle) if None in layers else None
    edges = tuple(_edges(network, columns, radius))
    return Diagram(width, height, radius, columns, dots, edges)


def shortened(count: int, most: int) -> list[int | None]:
    """0 to count - 1 in at most so many places; None is where dots stand for the rest."""
    if count <= most:
        return list(range(count))
    head = most // 2
    return [*range(head), None, *range(count - (most - head - 1), count)]


def _pitch(places: int, limits: tuple[float, float]) -> float:
    return min(max(COMFORTABLE / places, limits[0]), limits[1])


def _longest(network: Network) -> int:
    return min(max(network.sizes), MOST_UNITS)


def _rows(network: Network) -> int:
    return _longest(network) + 1  # the bias units' row


def _column(network: Network, layer: int, x: float, middle: float, pitch: float) -> Column:
    """The units about the middle of the rows above the last, the bias unit in the last row."""
    places = shortened(network.sizes[layer], MOST_UNITS)
    longest = _longest(network)
    spread = pitch * min(SPREAD, (longest - 1) / max(len(places) - 1, 1))
    centre = middle + pitch / 2
    heights = {
        unit: centre + spread * ((len(places) - 1) / 2 - place) for place, unit in enumerate(places)
    }
    dots = heights.pop(None, None)
    is_output = layer == len(network.sizes) - 1
    bias = None if is_output else middle - longest * pitch / 2
    return Column(
        layer, x, {unit: y for unit, y in heights.items() if unit is not None}, dots, bias
    )


def _edges(network: Network, columns: tuple[Column, ...], radius: float) -> Iterator[Edge]:
    for here, there in pairwise(columns):
        if there.layer != here.layer + 1:
            continue
        layer = network.layers[here.layer]
        for target, y in there.units.items():
            for source, begin in here.units.items():
                yield _edge((here.x, begin), (there.x, y), radius, layer.weights[source, target])
            if here.bias is not None:
                yield _edge((here.x, here.bias), (there.x, y), radius, layer.biases[target])


def _edge(begin: Point, end: Point, radius: float, weight: float) -> Edge:
    dx, dy = end[0] - begin[0], end[1] - begin[1]
    share = radius / hypot(dx, dy)
    rims = (
        (begin[0] + share * dx, begin[1] + share * dy),
        (end[0] - share * dx, end[1] - share * dy),
    )
    return Edge(*rims, float(weight))
