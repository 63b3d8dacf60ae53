"""Pictures of a training: its loss, its outputs over the inputs, and the network drawn with its weights.

    plot_run          up to three panels for a run
    plot_network      the network alone
    check_plot_path   whether a path can hold a picture; to be asked before a long training

    canvas                            figures and files
    style, names                      what the panels share
    loss_curve                        the panel of the losses
    curve, surface, regions, rows     the panel of the outputs, in three kinds, and the training rows on it
    diagram                           the panel of the network; of it
        layout, placing               where everything stands, where the weights' numbers stand
        weights, captions             its lines, its words

Each function imports what it needs of matplotlib, which takes long to load.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from backproof.network import Network
from backproof.plots import curve, regions, surface
from backproof.plots.canvas import add_axes, check_plot_path, new_figure, save
from backproof.plots.diagram import diagram_room, draw_network
from backproof.plots.layout import MOST_LAYERS, shortened
from backproof.plots.loss_curve import draw_loss
from backproof.plots.names import Names, names_of
from backproof.plots.rows import checked_rows
from backproof.plots.style import HEADING, SMALL, font, number, widest

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from backproof.run import Run

__all__ = ["check_plot_path", "plot_network", "plot_run"]

OUTPUT_PANELS = (curve, surface, regions)  # the first that fits the network is drawn

# inches
HEADING_ROOM = 0.5  # above everything
LEFT, RIGHT, ABOVE, BELOW = 0.85, 0.95, 0.35, 0.6  # about a panel with axes
WIDTH, WIDTH_ALONE = 3.1, 3.7  # of such a panel
LEGEND_KEY = 0.5  # before each name
LOSS_HEIGHT, LOSS_ALONE, OUTPUT_HEIGHT = 1.8, 2.9, 2.8  # at least

Drawing: TypeAlias = "Callable[[Axes], None]"
Panels: TypeAlias = list[tuple[float, Drawing]]  # heights and drawings, top to bottom


def plot_run(
    run: Run,
    path: str | Path | None = None,
    X: Any = None,
    y: Any = None,
    *,
    inputs: Sequence[str] | None = None,
    outputs: Sequence[str] | None = None,
) -> Figure:
    """Draw the losses, the outputs over the inputs and the network.

    The outputs are drawn for one input, and for two inputs with one output or several classes; they need `X`, which
    says over which range.

    Args:
        path: a .png, .svg or .pdf file to write as well.
        X: training rows as the network takes them, (n, inputs): encoded, where it has a preprocessing.
        y: their targets, likewise.
        inputs, outputs: a name for each input and each output.

    Raises:
        InputError: the path, the rows or the names do not fit.
    """
    if path is not None:
        check_plot_path(path)
    names = names_of(run.network, inputs, outputs)
    draw_outputs = _output_panel(run.network, names, X, y)
    panels: Panels = [(LOSS_HEIGHT if draw_outputs else LOSS_ALONE, partial(draw_loss, run=run))]
    if draw_outputs:
        panels.append((OUTPUT_HEIGHT, draw_outputs))
    side = LEFT + WIDTH + _right(names if draw_outputs else None)
    wide, high = diagram_room(run.network, names)
    high = max(high, sum(height + ABOVE + BELOW for height, _ in panels))
    figure = new_figure(side + wide, high + HEADING_ROOM)
    _draw_heading(figure, run)
    _draw_stack(figure, panels, high)
    draw_network(add_axes(figure, side, 0, wide, high), run.network, names, wide, high)
    if path is not None:
        save(figure, path)
    return figure


def plot_network(
    network: Network,
    path: str | Path | None = None,
    inputs: Sequence[str] | None = None,
    outputs: Sequence[str] | None = None,
) -> Figure:
    """Draw a network with its weights.

    Args:
        path: a .png, .svg or .pdf file to write as well.
        inputs, outputs: a name for each input and each output.

    Raises:
        InputError: the path or the names do not fit.
    """
    if path is not None:
        check_plot_path(path)
    names = names_of(network, inputs, outputs)
    wide, high = diagram_room(network, names)
    figure = new_figure(wide, high)
    draw_network(add_axes(figure, 0, 0, wide, high), network, names, wide, high)
    if path is not None:
        save(figure, path)
    return figure


def _output_panel(network: Network, names: Names, X: Any, y: Any) -> Drawing | None:
    """What draws the outputs; None where they have no picture, or no rows to say over which range."""
    rows = checked_rows(network, X, y)
    fitting = (panel.draw for panel in OUTPUT_PANELS if rows and panel.fits(network))
    return next((partial(draw, rows=rows, names=names) for draw in fitting), None)


def _right(names: Names | None) -> float:
    """Inches at the right of the panels: for a scale of colours, or a legend of several outputs."""
    if names is None or len(names.outputs) == 1:
        return RIGHT
    return max(RIGHT, LEGEND_KEY + widest(names.outputs, SMALL))


def _draw_stack(figure: Figure, panels: Panels, high: float) -> None:
    """One panel above the other at the left; room to spare goes to each in proportion."""
    least = sum(height for height, _ in panels)
    stretch = (high - len(panels) * (ABOVE + BELOW)) / least
    top = high
    width = WIDTH_ALONE if len(panels) == 1 else WIDTH
    for height, draw in panels:
        bottom = top - ABOVE - stretch * height
        draw(add_axes(figure, LEFT, bottom, width, stretch * height))
        top = bottom - BELOW


def _draw_heading(figure: Figure, run: Run) -> None:
    wide, high = figure.get_size_inches()
    layers = shortened(len(run.network.sizes), MOST_LAYERS)
    sizes = "-".join("…" if layer is None else str(run.network.sizes[layer]) for layer in layers)
    epochs = "1 epoch" if run.epochs == 1 else f"{run.epochs:,} epochs"
    text = f"{sizes} network, {run.method}: loss {number(run.loss)} after {epochs}"
    figure.text(LEFT / wide, 1 - 0.3 / high, text, va="center", **font(HEADING))
