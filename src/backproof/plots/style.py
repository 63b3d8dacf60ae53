"""What every panel shares: colours, sizes of type, how an axes, a legend and a number look.

The colours are Okabe and Ito's (2008), which people with any colour vision can tell apart. Fonts and colours are set
on each artist, so that a picture does not depend on the settings of whoever draws it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage

BLUE, ORANGE = "#0072B2", "#D55E00"
INK, QUIET, PALE = "#222222", "#666666", "#E8E8E8"
CLASS_COLORS = (BLUE, ORANGE, "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442")
MARKERS = "os^DvPX"  # beside the colours, for print in black and white

FONT = "DejaVu Sans"  # comes with matplotlib
HEADING, TITLE, LABEL, SMALL = 13, 11, 10, 9  # points
BESIDE = {"loc": "upper left", "bbox_to_anchor": (1.02, 1.02), "borderaxespad": 0.0}  # a legend

POINT = 1 / 72  # inch
EM = 0.64  # an average character's width in ems of DejaVu Sans; below, those that are far from it
EMS = {".": 0.32, " ": 0.32, "−": 0.84, "…": 1.0} | dict.fromkeys("₀₁₂₃₄₅₆₇₈₉", 0.42)


def font(size: float, color: str = INK, **more: Any) -> dict[str, Any]:
    """Keyword arguments of a text; a dollar sign in it is a dollar sign."""
    plain = {"fontfamily": FONT, "parse_math": False, "usetex": False}
    return {"fontsize": size, "color": color, **plain, **more}


def dress(axes: Axes, title: str, xlabel: str, ylabel: str) -> None:
    """Give a panel its title, labels and quiet frame."""
    axes.set_title(title, loc="left", **font(TITLE, fontweight="bold"))
    axes.set_xlabel(xlabel, **font(LABEL))
    axes.set_ylabel(ylabel, **font(LABEL))
    axes.grid(False)
    _dress_frame(axes)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(QUIET)


def dress_scale(axes: Axes, image: AxesImage) -> None:
    """Put an image's scale of colours at the right of its axes."""
    beside = axes.inset_axes((1.04, 0.0, 0.05, 1.0))
    scale = axes.figure.colorbar(image, cax=beside)
    scale.outline.set_visible(False)
    _dress_frame(beside)


def legend(axes: Axes, entries: Sequence[tuple[str, Artist]], **place: Any) -> None:
    """A frameless legend of these names and what they stand for."""
    labels, handles = zip(*entries, strict=True)
    look: dict[str, Any] = {
        "frameon": False,
        "handlelength": 1.5,
        "handletextpad": 0.5,
        "prop": {"family": FONT, "size": SMALL},
    }
    for text in axes.legend(handles, labels, **(look | place)).get_texts():
        text.set(color=INK, parse_math=False)


def number(value: float) -> str:
    """Three digits, with a true minus sign."""
    return f"{value:.3g}".replace("-", "−")


def text_width(text: str, size: float) -> float:
    """About how wide a text is, in inches."""
    return sum(EMS.get(character, EM) for character in text) * size * POINT


def widest(texts: Sequence[str], size: float) -> float:
    """About how wide the widest of some texts is, in inches."""
    return max(text_width(text, size) for text in texts)


def _dress_frame(axes: Axes) -> None:
    axes.set_facecolor("white")
    axes.tick_params(which="both", colors=QUIET, labelsize=SMALL, labelfontfamily=FONT)
