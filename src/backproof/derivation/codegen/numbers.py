"""The numbers of a program: a small table or matrix is written out, a larger one is read from a file beside it.

    Numbers     the lines that make X and Y and the first weights, and the files that they read

Every number is written so that it reads back to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy as np

from backproof.arrays import Array
from backproof.network import Network

FEW_ROWS = 32  # a truth table of 5 bits
FEW_NUMBERS = 400
FEW_PARAMETERS = 150
LINE = 92  # columns
WHOLE = 1e6  # whole numbers below it are written without a point

TABLE, WEIGHTS = ".csv", ".npz"  # endings of the files beside a program


@dataclass
class Numbers:
    """Lines of code, and the files beside the program: ending -> content."""

    data: list[str] = field(default_factory=list)
    weights: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)


def numbers(network: Network, X: Array, Y: Array) -> Numbers:
    """What makes X (n, inputs), Y (n, outputs) and the network's parameters in a program."""
    made = Numbers()
    _data(made, X, Y)
    _weights(made, network)
    return made


def _data(made: Numbers, X: Array, Y: Array) -> None:
    if len(X) <= FEW_ROWS and X.size + Y.size <= FEW_NUMBERS:
        made.data = [*_array("X", X), *_array("Y", Y)]
        return
    names = [f"{letter}{i + 1}" for letter, A in (("x", X), ("y", Y)) for i in range(A.shape[1])]
    rows = [",".join(map(_number, row)) for row in np.hstack([X, Y])]
    made.files[TABLE] = ("\n".join([",".join(names), *rows]) + "\n").encode()
    kind = "" if X.dtype == np.float64 else f", dtype=np.{X.dtype}"
    made.data = [
        f'table = np.loadtxt({_beside(TABLE)}, delimiter=",", skiprows=1, ndmin=2{kind})',
        f"X, Y = table[:, :{X.shape[1]}].copy(), table[:, {X.shape[1]}:].copy()",
    ]


def _weights(made: Numbers, network: Network) -> None:
    named = dict(_named_parameters(network))
    if network.parameters.size <= FEW_PARAMETERS:
        made.weights = [line for name, value in named.items() for line in _array(name, value)]
        return
    buffer = BytesIO()
    np.savez(buffer, **named)  # type: ignore[arg-type]  # its stub takes the names for its own options
    made.files[WEIGHTS] = buffer.getvalue()
    made.weights = [f"first = np.load({_beside(WEIGHTS)})"]
    made.weights += [f'{name} = first["{name}"]' for name in named]


def _named_parameters(network: Network) -> Iterator[tuple[str, Array]]:
    for number, layer in enumerate(network.layers, start=1):
        yield f"W{number}", layer.weights
        yield f"b{number}", layer.biases


def _beside(ending: str) -> str:
    return f'Path(__file__).with_suffix("{ending}")'


def _array(name: str, array: Array) -> list[str]:
    """`name = np.array(...)` on one line, or over as many as it takes."""
    begin = f"{name} = np.array("
    text = np.array2string(
        array,
        separator=", ",
        formatter={"float_kind": _number},
        max_line_width=LINE,
        threshold=array.size + 1,  # never "..." for the middle
        prefix=begin,
    )
    kind = "float" if array.dtype == np.float64 else f"np.{array.dtype}"
    lines = f"{begin}{text}, dtype={kind})".split("\n")
    flat = " ".join(line.strip() for line in lines)
    return [flat] if len(flat) <= LINE else lines


def _number(value: np.floating[Any]) -> str:
    """A whole number without its point, any other with every digit that it needs."""
    whole = value == np.round(value) and abs(value) < WHOLE
    return str(int(value)) if whole else str(value)
