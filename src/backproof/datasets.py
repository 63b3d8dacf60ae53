"""Data sets by name: truth tables and classics, each a row of one table.

    load("parity-4")     any of them by name, as (X, y)
    xor(), iris(), ...   the same by function
    catalogue()          what there is

X is (n, inputs), y is (n, outputs), both float64. Classes of the classics from scikit-learn are one column each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np

from backproof.arrays import Array
from backproof.errors import InputError, MissingPackageError, UnknownNameError
from backproof.randomness import Random

Task = Literal["truth-table", "classes", "numbers"]
Data = tuple[Array, Array]
MAX_SIZE = 16  # parity-16 has 65,536 rows


@dataclass(frozen=True)
class Dataset:
    """One data set, ready to train on.

    Attributes:
        hidden: units of the hidden layers that suit it.
        activation: of those layers.
        exact: the rows have no noise, so they are to be met exactly.
        inputs, outputs: the columns' names.
    """

    name: str
    X: Array
    y: Array
    task: Task
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    hidden: tuple[int, ...]
    activation: str
    exact: bool


@dataclass(frozen=True)
class Row:
    """One row of the catalogue: a data set, or with a size in its name a family of them."""

    name: str  # "parity-N" for a family
    description: str
    shape: str
    make: Callable[[int], Data]  # takes the size; single data sets ignore it
    task: Task = "truth-table"
    hidden: Callable[[int], tuple[int, ...]] = lambda size: (3,)
    activation: str = "sigmoid"
    inputs: str = "x"  # names are x1, x2, ...
    outputs: str = "y"
    exact: bool = True
    sizes: tuple[int, int] | None = None  # smallest and largest size of a family


def truth_table(inputs: int, outputs: Callable[..., Sequence[bool | int]]) -> Data:
    """Every combination of `inputs` bits, in counting order, and what `outputs` makes of each."""
    X = np.array(list(product((0.0, 1.0), repeat=inputs)))
    return X, np.array([[float(bit) for bit in outputs(*map(int, row))] for row in X])


def and_() -> Data:
    """1 where both bits are 1: (4, 2), (4, 1)."""
    return truth_table(2, lambda a, b: [a & b])


def or_() -> Data:
    """1 where a bit is 1: (4, 2), (4, 1)."""
    return truth_table(2, lambda a, b: [a | b])


def xor() -> Data:
    """1 where the bits differ: (4, 2), (4, 1)."""
    return truth_table(2, lambda a, b: [a ^ b])


def nand() -> Data:
    """0 where both bits are 1: (4, 2), (4, 1)."""
    return truth_table(2, lambda a, b: [not a & b])


def nor() -> Data:
    """1 where neither bit is 1: (4, 2), (4, 1)."""
    return truth_table(2, lambda a, b: [not a | b])


def xnor() -> Data:
    """1 where the bits are equal: (4, 2), (4, 1)."""
    return truth_table(2, lambda a, b: [a == b])


def half_adder() -> Data:
    """Sum and carry of two bits: (4, 2), (4, 2)."""
    return truth_table(2, lambda a, b: [a ^ b, a & b])


def parity(size: int) -> Data:
    """1 where an odd number of bits is 1: (2**size, size), (2**size, 1)."""
    return truth_table(size, lambda *bits: [sum(bits) % 2])


def encoder(size: int) -> Data:
    """One bit of `size` is 1, and the network must repeat it through few hidden units: (size, size) twice."""
    return np.eye(size), np.eye(size)


def two_spirals() -> Data:
    """Two interleaved spirals of 97 points each (Lang and Witbrock, 1988): (194, 2), (194, 1)."""
    i = np.arange(97)
    angle, radius = i * np.pi / 16, 6.5 * (104 - i) / 104
    spiral = np.column_stack([radius * np.sin(angle), radius * np.cos(angle)])
    y = np.repeat([[1.0], [0.0]], 97, axis=0)
    return np.vstack([spiral, -spiral]) / 6.5, y


def circles() -> Data:
    """A ring around a disc, with some noise: (200, 2), (200, 1)."""
    random = Random(1)
    angle = random.uniform(0, 2 * np.pi, (200,))
    inner = np.arange(200) % 2 == 1
    radius = np.where(inner, 0.4, 1.0)[:, None]
    X = radius * np.column_stack([np.cos(angle), np.sin(angle)]) + 0.08 * random.normal((200, 2))
    return X, inner[:, None].astype(np.float64)


def sine() -> Data:
    """sin(x) at 60 places from -pi to pi: (60, 1), (60, 1)."""
    x = np.linspace(-np.pi, np.pi, 60)[:, None]
    return x, np.sin(x)


@dataclass(frozen=True)
class Classic:
    """A table that ships with scikit-learn.

    Attributes:
        X, y: (n, inputs) as they are, and (n,): class numbers or values.
        classes: the classes' names; empty where y holds values.
    """

    X: Array
    y: Array
    inputs: tuple[str, ...]
    classes: tuple[str, ...]


# name: scikit-learn's function, what it is, shapes
CLASSICS = {
    "iris": ("load_iris", "three kinds of iris flowers (Fisher, 1936)", "150 x 4, 3 classes"),
    "wine": ("load_wine", "three kinds of wine by their chemistry", "178 x 13, 3 classes"),
    "breast-cancer": ("load_breast_cancer", "tumours, malignant or benign", "569 x 30, 2 classes"),
    "digits": ("load_digits", "handwritten digits of 8 x 8 pixels", "1,797 x 64, 10 classes"),
    "diabetes": ("load_diabetes", "progress of a disease, a number", "442 x 10, 1 number"),
}


def classic(name: str) -> Classic:
    """A table of scikit-learn's, as it is.

    Raises:
        MissingPackageError: scikit-learn is not installed.
    """
    try:
        from sklearn import datasets as theirs
    except ImportError:
        raise MissingPackageError(
            f"the data set `{name}` ships with scikit-learn, which is not installed; pip install scikit-learn"
        ) from None
    bunch: Any = getattr(theirs, CLASSICS[name][0])()
    classes = tuple(map(str, getattr(bunch, "target_names", ())))
    return Classic(bunch.data, bunch.target, tuple(map(str, bunch.feature_names)), classes)


def _classic_arrays(name: str) -> Data:
    table = classic(name)
    if len(table.classes) > 2:
        return table.X, np.eye(len(table.classes))[table.y]
    return table.X, table.y[:, None].astype(np.float64)


def iris() -> Data:
    """(150, 4), (150, 3)."""
    return _classic_arrays("iris")


def wine() -> Data:
    """(178, 13), (178, 3)."""
    return _classic_arrays("wine")


def breast_cancer() -> Data:
    """(569, 30), (569, 1)."""
    return _classic_arrays("breast-cancer")


def digits() -> Data:
    """(1797, 64), (1797, 10)."""
    return _classic_arrays("digits")


def diabetes() -> Data:
    """(442, 10), (442, 1)."""
    return _classic_arrays("diabetes")


def _single(make: Callable[[], Data]) -> Callable[[int], Data]:
    return lambda size: make()


GATE = "4 x 2, 1 output"
ROWS = (
    Row("and", "both bits are 1", GATE, _single(and_)),
    Row("or", "a bit is 1", GATE, _single(or_)),
    Row("xor", "the bits differ", GATE, _single(xor)),
    Row("nand", "not both bits are 1", GATE, _single(nand)),
    Row("nor", "neither bit is 1", GATE, _single(nor)),
    Row("xnor", "the bits are equal", GATE, _single(xnor)),
    Row(
        "parity-N",
        "an odd number of N bits is 1; N from 2 to 16",
        "2^N x N, 1 output",
        parity,
        hidden=lambda size: (max(size, 3),),
        sizes=(2, MAX_SIZE),
    ),
    Row("half-adder", "sum and carry of two bits", "4 x 2, 2 outputs", _single(half_adder)),
    Row(
        "encoder-N",
        "one of N bits, through log2(N) hidden units; N from 2 to 256",
        "N x N, N outputs",
        encoder,
        hidden=lambda size: (max(2, (size - 1).bit_length()),),
        sizes=(2, 256),
    ),
    Row(
        "two-spirals",
        "which of two interleaved spirals (Lang and Witbrock, 1988)",
        "194 x 2, 1 output",
        _single(two_spirals),
        "classes",
        lambda size: (16, 8),
        "tanh",
    ),
    Row(
        "circles",
        "a ring or the disc within, with noise",
        "200 x 2, 1 output",
        _single(circles),
        "classes",
        lambda size: (6,),
        "tanh",
        exact=False,
    ),
    Row(
        "sine",
        "sin(x) from -pi to pi",
        "60 x 1, 1 number",
        _single(sine),
        "numbers",
        lambda size: (5,),
        "tanh",
    ),
)


def find(name: str) -> Dataset:
    """The data set called `name`, with what training wants to know about it; not the classics of scikit-learn.

    Raises:
        UnknownNameError: if there is none.
        InputError: a size out of range.
    """
    row, size = _row(name)
    X, y = row.make(size)
    inputs = tuple(f"{row.inputs}{i + 1}" for i in range(X.shape[1]))
    outputs = tuple(f"{row.outputs}{i + 1}" for i in range(y.shape[1]))
    outputs = outputs if len(outputs) > 1 else (row.outputs,)
    return Dataset(
        name, X, y, row.task, inputs, outputs, row.hidden(size), row.activation, row.exact
    )


def load(name: str) -> Data:
    """The data set called `name` as (X, y): (n, inputs) and (n, outputs).

    Raises:
        UnknownNameError: if there is none; the message shows the nearest.
        MissingPackageError: it ships with scikit-learn, which is not installed.
    """
    key = name.lower().replace("_", "-")
    if key in CLASSICS:
        return _classic_arrays(key)
    dataset = find(key)
    return dataset.X, dataset.y


def known(name: str) -> bool:
    """Whether `name` is that of a data set (of a family, with any size)."""
    try:
        return name in CLASSICS or bool(_row(name))
    except UnknownNameError:
        return False
    except InputError:
        return True


def catalogue() -> list[tuple[str, str, str]]:
    """(name, shape, description) of every data set."""
    rows = [(row.name, row.shape, row.description) for row in ROWS]
    theirs = [(name, shape, text) for name, (_, text, shape) in CLASSICS.items()]
    return rows + theirs


def _row(name: str) -> tuple[Row, int]:
    """The catalogue's row for `name` and the size in the name, 0 if it has none."""
    stem, _, tail = name.rpartition("-")
    for row in ROWS:
        if row.sizes is None and row.name == name:
            return row, 0
        if row.sizes is not None and row.name == f"{stem}-N" and tail.isdigit():
            low, high = row.sizes
            if not low <= int(tail) <= high:
                raise InputError(f"`{name}`: the size must be from {low} to {high}")
            return row, int(tail)
    raise UnknownNameError("a data set", name, [*(row.name for row in ROWS), *CLASSICS])
