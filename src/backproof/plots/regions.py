"""The output panel of a network with two inputs and several classes: the region of each, with the training rows.

Softmax answers with its largest output. Two yes-or-no outputs answer with one of four pairs.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from backproof.arrays import Array
from backproof.network import Network
from backproof.plots.names import Names
from backproof.plots.rows import Rows, draw_dots
from backproof.plots.style import BESIDE, CLASS_COLORS, MARKERS, dress, legend

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TINT = 0.4  # how much of its colour a region has


def fits(network: Network) -> bool:
    """Whether this panel is for such a network."""
    classes = network.loss.sums_to_one and network.sizes[-1] <= len(CLASS_COLORS)
    pair = network.loss.name == "binary-cross-entropy" and network.sizes[-1] == 2
    return network.sizes[0] == 2 and (classes or pair)


def draw(axes: Axes, rows: Rows, names: Names) -> None:
    """Draw it."""
    regions = _answers(rows.network, rows.surface())
    axes.imshow(_tints()[regions], **rows.image_place)
    title = "Class" if rows.network.loss.sums_to_one else f"Answer {' '.join(names.outputs)}"
    dress(axes, title, *names.inputs)
    if rows.Y is None:
        draw_dots(axes, rows, *rows.X.T, color="white")
    targets = np.array([-1]) if rows.Y is None else _answers(rows.network, rows.Y)
    for answer, label in enumerate(_labels(rows.network, names)):
        if (regions == answer).any() or (targets == answer).any():
            chosen = rows.X[targets == answer] if rows.Y is not None else rows.X[:0]
            look: dict[str, Any] = {"color": CLASS_COLORS[answer], "marker": MARKERS[answer]}
            draw_dots(axes, rows, *chosen.T, label=label, **look)
    legend(axes, **BESIDE)


def _answers(network: Network, outputs: Array) -> npt.NDArray[np.intp]:
    """The number of each answer, (...,), from outputs (..., outputs)."""
    answers: npt.NDArray[np.intp] = (
        outputs.argmax(axis=-1) if network.loss.sums_to_one else (outputs > 0.5) @ np.array([2, 1])
    )
    return answers


def _labels(network: Network, names: Names) -> list[str]:
    """The answers in the order of their numbers."""
    if network.loss.sums_to_one:
        return list(names.outputs)
    return [f"{first} {second}" for first, second in product("01", repeat=2)]


def _tints() -> Array:
    """The colour of each answer's region, (answers, 3)."""
    from matplotlib.colors import to_rgb

    colors = np.array([to_rgb(color) for color in CLASS_COLORS])
    return 1 - TINT * (1 - colors)
