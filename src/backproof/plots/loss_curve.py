"""The first panel: the loss of every epoch, one start after another."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from backproof.arrays import Array
from backproof.plots.style import BLUE, LABEL, ORANGE, QUIET, SMALL, dress, font, legend, number
from backproof.run import Run

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes


class Curve(NamedTuple):
    """One line of the panel."""

    column: str  # of the run's history
    label: str
    color: str


CURVES = (Curve("loss", "training", BLUE), Curve("validation_loss", "validation", ORANGE))
FEW_EPOCHS = 40  # so few that each gets a dot
LABEL_ROOM = 0.07  # share of the axis that a start's label takes
LOG_FROM = 10.0  # largest loss to smallest, from which a logarithmic axis shows more
DECADES_FROM = 200.0  # and from which powers of ten are ticks enough


def draw_loss(axes: Axes, run: Run) -> None:
    """Draw training loss and, where rows were held out, validation loss over all epochs of all starts."""
    dress(
        axes, "Loss", f"epoch, over {run.starts} starts" if run.starts > 1 else "epoch", "mean loss"
    )
    if not run.progress:
        words = font(LABEL, ha="center", transform=axes.transAxes)
        axes.text(0.5, 0.5, "no epoch was finished", **words)
        axes.set(xticks=[], yticks=[])
        return
    history = run.history
    curves = [curve for curve in CURVES if curve.column in history]
    drawn = [(curve.label, _draw_curve(axes, history, curve)) for curve in curves]
    _scale(axes, np.concatenate([history[curve.column] for curve in curves]))
    _mark_restarts(axes, history["start"])
    if len(drawn) > 1:
        legend(axes, drawn, loc="upper right")


def _draw_curve(axes: Axes, history: Mapping[str, Array], curve: Curve) -> Artist:
    """One line for each start: a restart is no fall of the loss."""
    losses, starts = history[curve.column], history["start"]
    epochs = np.arange(1, len(losses) + 1)
    few = len(losses) <= FEW_EPOCHS
    look: dict[str, Any] = {"color": curve.color, "linewidth": 1.6, "markersize": 3.5}
    for start in np.unique(starts):
        x, y = epochs[starts == start], losses[starts == start]
        (line,) = axes.plot(x, y, marker="o" if few or len(x) == 1 else "", **look)
    return line


def _scale(axes: Axes, losses: Array) -> None:
    """A logarithmic axis where the loss falls far, with plain numbers on it."""
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

    shown = losses[np.isfinite(losses) & (losses > 0)]
    ratio = shown.max() / shown.min() if shown.size else 1.0
    if ratio > LOG_FROM:
        axes.set_yscale("log", nonpositive="mask")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if ratio < DECADES_FROM else (1,)))
        axes.yaxis.set_major_formatter(FuncFormatter(_tick_label))
        axes.yaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.margins(x=0.03)


def _tick_label(loss: float, _: int | None) -> str:
    return number(loss)


def _mark_restarts(axes: Axes, starts: Array) -> None:
    """A line before the first epoch of each new start, and its number where there is room."""
    place: dict[str, Any] = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points"}
    look = font(SMALL, QUIET, va="bottom", rotation=90)
    begins = np.flatnonzero(np.diff(starts)) + 1
    for begin, end in pairwise([*begins, len(starts)]):
        axes.axvline(begin + 0.5, color=QUIET, linewidth=0.8, linestyle=(0, (2, 2)), zorder=0)
        if end - begin > LABEL_ROOM * len(starts):
            axes.annotate(f"start {starts[begin]:.0f}", (begin + 0.5, 0), (3, 4), **place, **look)
