"""The network's diagram as SVG, with the names of its units and weights; it takes the colours of the page around it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from backproof.derivation.scene import Scene
from backproof.derivation.text_math import text_math
from backproof.derivation.typeset import Math, Row, Script, number
from backproof.plots.layout import Column, Diagram, arrange, room

INCH = 96  # pixels
LETTER = 16  # pixels
LINE = 19
SMALL, RISE, SINK = (
    0.72,
    0.5,
    0.3,
)  # of a letter: size of its scripts, and how high and low they stand
FAINTEST, STRONGEST = 0.6, 3.2  # pixels of a weight's line


def diagram(scene: Scene) -> str:
    """Circles are units, lines are weights, the thicker the larger; dashed ones are negative."""
    found = arrange(scene.network, *room(scene.network))
    width, height = found.width * INCH, found.height * INCH
    sizes = "-".join(map(str, scene.network.sizes))
    parts = [
        f'<svg class="diagram" viewBox="0 0 {width:.0f} {height:.0f}" style="max-width:{width:.0f}px" role="img" '
        f'aria-label="{escape(f"A {sizes} network: circles are units, lines are weights")}">',
        *_edges(found),
        *(part for column in found.columns for part in _column(scene, found, column)),
        *_captions(scene, found),
        "</svg>",
    ]
    return "\n".join(parts)


def _edges(found: Diagram) -> Iterator[str]:
    largest = max((abs(edge.weight) for edge in found.edges), default=0) or 1.0
    for edge in found.edges:
        (x1, y1), (x2, y2) = (_at(found, point) for point in (edge.begin, edge.end))
        width = FAINTEST + (STRONGEST - FAINTEST) * abs(edge.weight) / largest
        dashes = ' stroke-dasharray="5 4"' if edge.weight < 0 else ""
        yield (
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'stroke-width="{width:.2f}"{dashes}/>'
        )


def _at(found: Diagram, point: tuple[float, float]) -> tuple[float, float]:
    return point[0] * INCH, (found.height - point[1]) * INCH


def _column(scene: Scene, found: Diagram, column: Column) -> Iterator[str]:
    for unit, y in column.units.items():
        name = scene.notation.math("a", column.layer + 1, [number(str(unit + 1))])
        yield from _circle(found, (column.x, y), _spans(name))
    if column.bias is not None:
        yield from _circle(found, (column.x, column.bias), "1", "bias")
    if column.dots is not None:
        more = scene.network.sizes[column.layer] - len(column.units)
        yield _words(found, (column.x, column.dots), f"⋮ {more} more")


def _circle(
    found: Diagram, centre: tuple[float, float], name: str, kind: str = "unit"
) -> Iterator[str]:
    x, y = _at(found, centre)
    radius = found.radius * INCH
    size = min(LETTER, 0.62 * radius)
    yield f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'
    yield f'<text x="{x:.1f}" y="{y + size / 3:.1f}" font-size="{size:.1f}">{name}</text>'


def _spans(math: Math) -> str:
    """A name with its scripts, as pieces of an SVG text; heights are in shares of the letter."""
    if isinstance(math, Row):
        return "".join(map(_spans, math.items))
    if not isinstance(math, Script):
        return escape(text_math(math))
    pieces, back = [_spans(math.base)], 0.0
    for part, shift in ((math.above, -RISE), (math.below, SINK)):
        if part is not None:
            text = escape(text_math(part))
            pieces.append(f'<tspan dy="{shift - back:.2f}em" font-size="{SMALL}em">{text}</tspan>')
            back = shift
    if back:  # what follows stands on the line again
        pieces.append(f'<tspan dy="{-back:.2f}em" font-size="{SMALL}em">&#8203;</tspan>')
    return "".join(pieces)


def _words(found: Diagram, centre: tuple[float, float], text: str) -> str:
    x, y = _at(found, centre)
    return f'<text class="words" x="{x:.1f}" y="{y + LETTER / 3:.1f}" font-size="{LETTER}">{text}</text>'


def _captions(scene: Scene, found: Diagram) -> Iterator[str]:
    """Above each column what its units do, and below each gap the names of its weights."""
    for column in found.columns:
        layer = column.layer + 1
        what = scene.network.activations[column.layer - 1].name if column.layer else "inputs"
        yield _words(found, (column.x, found.height - LINE / INCH), f"layer {layer}")
        yield _words(found, (column.x, found.height - 2 * LINE / INCH), what)
    for here, there in zip(found.columns, found.columns[1:], strict=False):
        if there.layer == here.layer + 1:
            names = [("W", there.layer + 1), ("b", there.layer + 1)]
            shown = names[:1] if scene.notation.bias_row else names
            text = ", ".join(_spans(scene.notation.math(*one)) for one in shown)
            yield _words(found, ((here.x + there.x) / 2, LINE / INCH), text)
    if found.dots is not None:
        yield _words(found, found.dots, "…")
