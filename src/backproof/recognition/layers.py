"""The layers of a network, found from its output back to its inputs: weights, bias and activation that give the numbers seen.

Nothing is guessed from names. A layer is one whose activation of (table @ weights + bias) gives the table that was seen, to
rounding, for every example of the step; the network is one that uses every array which the program trains.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from backproof.activations import ROWS, Activation
from backproof.arrays import Array
from backproof.recognition.seen import Seen, Step, Weights

SAME = 1e-9
MOST_LAYERS = 12


@dataclass(frozen=True)
class Layer:
    """One layer, in rows: outputs = activation(inputs @ weights + biases)."""

    weights: Array  # (in, out)
    biases: Array  # (out,)
    activation: Activation
    inputs: Array  # (examples, in)
    names: dict[str, str]  # what the program calls W, and b where it is an array of its own
    uses: frozenset[str]  # the names in it
    columns: bool  # whether the program multiplies from the left
    bias_row: str = ""  # "first" or "last" where the biases are a row of the weights

    @property
    def has_bias(self) -> bool:
        """Whether the program trains one."""
        return "b" in self.names or bool(self.bias_row)


def layers_of(step: Step) -> list[Layer] | None:
    """First hidden layer to output; None where the numbers are not those of such a network."""
    forward = [seen for seen in step.seen if seen.position <= step.met[1]]
    tables = _distinct(forward)
    needed = [w.name for w in step.weights if w.trained and "[]" not in w.name]
    for output in step.outputs:
        rows = [table for table in tables if len(table) == len(output)]
        found = _behind(output, rows, step.weights, frozenset(), True)
        used = frozenset(name for layer in found or () for name in layer.uses)
        if found is not None and all(_overlaps(name, used) for name in needed):
            return found
    return None


def _distinct(seen: Sequence[Seen]) -> list[Array]:
    found: dict[tuple[int, bytes], Array] = {}
    for one in seen:
        found.setdefault((one.table.shape[1], one.table.tobytes()), one.table)
    return list(found.values())


def _behind(
    output: Array,
    tables: Sequence[Array],
    weights: Sequence[Weights],
    used: frozenset[str],
    last: bool,
) -> list[Layer] | None:
    """The layers that end in this table; the longest chain of them, since an input is behind nothing."""
    if len(used) > MOST_LAYERS * 2:
        return None
    best: list[Layer] | None = None
    for layer in _layers(output, tables, weights, used, last):
        before = _behind(layer.inputs, tables, weights, used | layer.uses, False) or []
        if best is None or len(before) + 1 > len(best):
            best = [*before, layer]
    return best


def _layers(
    output: Array,
    tables: Sequence[Array],
    weights: Sequence[Weights],
    used: frozenset[str],
    last: bool,
) -> Iterator[Layer]:
    units = output.shape[1]
    free = [w for w in weights if not _overlaps(w.name, used)]
    for one in free:
        biases = [b for b in free if b is not one and b.array.size == units]
        for matrix, columns in _matrices(one.array, units):
            for table in tables:
                for inputs, inner, which in _affine(matrix, table):
                    product = inputs @ inner
                    for own, shift in _shifts(matrix, which, biases, units):
                        for row in ROWS:
                            if (last or row.hidden) and _gives(row, product + shift, output):
                                names = {"W": one.name, **({"b": own} if own else {})}
                                uses = frozenset(names.values())
                                yield Layer(inner, shift, row, inputs, names, uses, columns, which)  # fmt: skip


def _overlaps(name: str, used: frozenset[str]) -> bool:
    """Whether an array, or a part of it, is in use: `units[].w` holds `units[0].w`."""
    return any(_covers(name, other) or _covers(other, name) for other in used)


def _covers(whole: str, part: str) -> bool:
    before, hole, after = whole.rpartition("[]")
    if not hole:
        return whole == part
    middle = part[len(before) : len(part) - len(after)] if part.startswith(before) else ""
    return part.endswith(after) and middle[:1] == "[" and middle[-1:] == "]"


def _matrices(array: Array, units: int) -> Iterator[tuple[Array, bool]]:
    """(in, out), and whether the program has it the other way round."""
    if array.ndim == 2:
        if array.shape[1] == units:
            yield array, False
        if array.shape[0] == units:
            yield array.T, True
    elif array.ndim == 1 and units == 1:
        yield array.reshape(-1, 1), False
    elif array.ndim == 1 and array.size == units:
        yield array.reshape(1, -1), False
    elif array.ndim == 0 and units == 1:
        yield array.reshape(1, 1), False


ROW = {"first": (0, slice(1, None)), "last": (-1, slice(None, -1))}  # of the biases, of the rest


def _affine(matrix: Array, table: Array) -> Iterator[tuple[Array, Array, str]]:
    """Inputs, weights, and which row of the weights is the biases."""
    rows, width = len(matrix), table.shape[1]
    if width == rows:
        yield table, matrix, ""
    for which, (at, rest) in ROW.items():
        if width == rows > 1 and (table[:, at] == 1).all():
            yield table[:, rest], matrix[rest], which
        if width == rows - 1:
            yield table, matrix[rest], which


def _shifts(
    matrix: Array, which: str, biases: Sequence[Weights], units: int
) -> Iterator[tuple[str, Array]]:
    if which:
        yield "", matrix[ROW[which][0]]
        return
    for one in biases:
        yield one.name, one.array.ravel()
    yield "", np.zeros(units)


def _gives(row: Activation, received: Array, output: Array) -> bool:
    with np.errstate(all="ignore"):
        made = row.value(received)
    size = max(1.0, float(np.abs(output).max(initial=0.0)))
    return bool(np.abs(made - output).max(initial=0.0) <= SAME * size)
