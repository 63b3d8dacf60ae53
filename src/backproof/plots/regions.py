"""The output panel of a network with two inputs and several classes: the region of each, with the training rows.

Softmax answers with its largest output. Two yes-or-no outputs answer with one of four pairs.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from backproof.arrays import Array
from backproof.network import Network
from backproof.plots.names import Names
from backproof.plots.rows import Rows, draw_dots
from backproof.plots.style import BESIDE, CLASS_COLORS, MARKERS, dress, legend

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

Answers: TypeAlias = npt.NDArray[np.intp]  # numbers of answers, from 0

TINT = 0.4  # how much of its colour a region has


def fits(network: Network) -> bool:
    """Whether this panel is for such a network."""
    classes = network.loss.sums_to_one and network.sizes[-1] <= len(CLASS_COLORS)
    pair = network.loss.name == "binary-cross-entropy" and network.sizes[-1] == 2
    return network.sizes[0] == 2 and (classes or pair)


def draw(axes: Axes, rows: Rows, names: Names) -> None:
    """Draw it."""
    network = rows.network
    regions = _answers(network, rows.surface())
    axes.imshow(_tints()[regions], **rows.image_place)
    title = "Class" if network.loss.sums_to_one else f"Answer {' '.join(names.outputs)}"
    dress(axes, title, *names.inputs)
    if rows.Y is None:
        draw_dots(axes, rows, *rows.X.T, color="white")
    # without targets no dot stands for an answer, but its region has a name all the same
    targets = np.full(len(rows.X), -1) if rows.Y is None else _answers(network, rows.Y)
    shown = np.union1d(regions, targets)
    labels = _labels(network, names)
    entries = [
        (labels[answer], _draw_answer(axes, rows, targets, answer)) for answer in shown[shown >= 0]
    ]
    legend(axes, entries, **BESIDE)


def _draw_answer(axes: Axes, rows: Rows, targets: Answers, answer: int) -> Artist:
    """The rows of one answer, if any."""
    x, y = rows.X[targets == answer].T
    return draw_dots(axes, rows, x, y, color=CLASS_COLORS[answer], marker=MARKERS[answer])


def _answers(network: Network, outputs: Array) -> Answers:
    """The number of each answer, (...,), from outputs (..., outputs)."""
    answers: Answers = (
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
