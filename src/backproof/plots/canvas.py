"""The figure that panels are drawn on, and the file that it becomes.

    check_plot_path   whether a path can hold a picture
    new_figure        an empty figure, sized in inches
    add_axes          a part of it, placed in inches
    save              the file, whole or not at all

Nothing here goes through pyplot, which keeps every figure and chooses a window system. The same figure gives the same
file: no dates, no random identifiers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from backproof.files import check_target, write_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 130

# extension -> what its writer would put in by itself, left out
FORMATS: dict[str, dict[str, None]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}

# matplotlib's text layout and its SVG salt belong to the process: one picture is written at a time
_writing = Lock()


def check_plot_path(path: str | Path) -> None:
    """Raise InputError if `path` cannot become a picture: another ending, a missing folder, a folder's name."""
    check_target(path, tuple(FORMATS))


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of this size in inches."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    # A notebook shows what has this method; for a bare figure it would need pyplot.
    vars(figure)["_repr_png_"] = partial(rendered, figure, ".png")
    return figure


def add_axes(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """A part of the figure, in inches from its lower left corner."""
    wide, high = figure.get_size_inches()
    return figure.add_axes((left / wide, bottom / high, width / wide, height / high))


def save(figure: Figure, path: str | Path) -> None:
    """Write the figure to a file that `check_plot_path` has passed."""
    write_whole(path, rendered(figure, Path(path).suffix.lower()))


def rendered(figure: Figure, extension: str) -> bytes:
    """The figure as the content of a file."""
    content = BytesIO()
    with _writing, _fixed_svg_ids():
        figure.savefig(
            content,
            format=extension[1:],
            dpi=figure.dpi,
            facecolor="white",
            bbox_inches=None,
            metadata=FORMATS[extension],
        )
    return content.getvalue()


@contextmanager
def _fixed_svg_ids() -> Iterator[None]:
    """Identifiers in SVG that follow from the content; matplotlib takes their salt from nowhere but its settings."""
    from matplotlib import rcParams

    before = rcParams["svg.hashsalt"]
    rcParams["svg.hashsalt"] = "backproof"
    try:
        yield
    finally:
        rcParams["svg.hashsalt"] = before
