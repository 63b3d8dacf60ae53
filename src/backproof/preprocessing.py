"""From a table's columns to a network's inputs and targets, and back; what was learnt from the training rows is kept.

    NumberColumn, CategoryColumn    one input column each: standardised, or one input for each category
    Target                          what the outputs mean: classes, labels (several yes-or-no) or numbers
    TablePreprocessing              all of them; `fit` learns it, a saved model carries it

A table is a dictionary from column name to an array of its values, (n,); `as_columns` makes one of a data frame or rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from backproof.arrays import Array
from backproof.errors import InputError, ShapeError

Columns: TypeAlias = Mapping[str, npt.NDArray[Any]]
TargetTask = Literal["classes", "labels", "numbers"]
Label: TypeAlias = str | int | float | bool

MAX_CATEGORIES = 50  # a column of more different texts, mostly unique ones, is a name or a comment
FEW_NUMBERS = 20  # so many different whole numbers at most are taken as classes ...
ROWS_PER_CLASS = 5  # ... if there are so many rows of each on average


@dataclass(frozen=True)
class NumberColumn:
    """A column of numbers: (value - mean) / scale."""

    name: str
    mean: float = 0.0
    scale: float = 1.0
    kind: ClassVar[str] = "number"
    width: ClassVar[int] = 1

    @property
    def names(self) -> list[str]:
        """A name for each input that it makes."""
        return [self.name]

    def encode(self, values: npt.NDArray[Any]) -> Array:
        """(n,) to (n, 1)."""
        encoded: Array = (as_numbers(self.name, values)[:, None] - self.mean) / self.scale
        return encoded


@dataclass(frozen=True)
class CategoryColumn:
    """A column of texts: one input for each category, 1 where the row has it."""

    name: str
    categories: tuple[str, ...]
    kind: ClassVar[str] = "category"

    @property
    def width(self) -> int:
        """How many inputs it makes."""
        return len(self.categories)

    @property
    def names(self) -> list[str]:
        """A name for each input that it makes."""
        return [f"{self.name}={category}" for category in self.categories]

    def encode(self, values: npt.NDArray[Any]) -> Array:
        """(n,) to (n, categories).

        Raises:
            InputError: a category that the training rows did not have.
        """
        texts = as_texts(self.name, values)
        encoded: Array = (texts[:, None] == np.array(self.categories)).astype(np.float64)
        strange = np.flatnonzero(encoded.sum(axis=1) == 0)
        if strange.size:
            raise InputError(
                f"column `{self.name}` holds '{texts[strange[0]]}' in row {strange[0] + 1}; "
                f"the training rows had {listed(self.categories)}"
            )
        return encoded


Column: TypeAlias = NumberColumn | CategoryColumn


@dataclass(frozen=True)
class Target:
    """What the network's outputs stand for.

    Attributes:
        names: the target columns.
        task: "classes": one column of labels, one output for two of them, else one for each. "labels": each column is
            0 or 1, one output each. "numbers": each column standardised, one output each.
        classes: the labels, in the order of the outputs; for two, the one that the output's 0 and its 1 mean.
        means, scales: of each column of numbers.
    """

    names: tuple[str, ...]
    task: TargetTask
    classes: tuple[Label, ...] = ()
    means: tuple[float, ...] = ()
    scales: tuple[float, ...] = ()

    @property
    def outputs(self) -> int:
        """How many outputs a network for it has."""
        if self.task != "classes":
            return len(self.names)
        return 1 if len(self.classes) == 2 else len(self.classes)

    @property
    def output_names(self) -> list[str]:
        """A name for each output."""
        if self.task != "classes":
            return list(self.names)
        return [str(label) for label in (self.classes[1:] if self.outputs == 1 else self.classes)]

    @property
    def activation(self) -> str:
        """The output activation that fits."""
        if self.task == "classes" and self.outputs > 1:
            return "softmax"
        return "identity" if self.task == "numbers" else "sigmoid"

    def encode(self, table: Columns) -> Array:
        """The target columns as targets of the network, (n, outputs)."""
        if self.task == "classes":
            codes = self.codes(table)
            return (
                codes[:, None].astype(np.float64)
                if self.outputs == 1
                else np.eye(self.outputs)[codes]
            )
        columns = [as_numbers(name, table[name]) for name in self.names]
        values: Array = np.column_stack(columns)
        return values if self.task == "labels" else (values - self.means) / self.scales

    def codes(self, table: Columns) -> npt.NDArray[np.intp]:
        """The class number of each row, (n,).

        Raises:
            InputError: a label that the training rows did not have.
        """
        (name,) = self.names
        numbers = {label: code for code, label in enumerate(self.classes)}
        labels = as_labels(name, table[name])
        for row, label in enumerate(labels, start=1):
            if label not in numbers:
                raise InputError(
                    f"target `{name}` is {label!r} in row {row}; the training rows had {listed(self.classes)}"
                )
        return np.array([numbers[label] for label in labels], np.intp)

    def decode(self, outputs: Array) -> Array:
        """The network's outputs in the columns' own units; probabilities stay as they are."""
        if self.task != "numbers":
            return outputs
        decoded: Array = outputs * np.array(self.scales) + np.array(self.means)
        return decoded

    def chosen(self, outputs: Array) -> npt.NDArray[np.intp]:
        """The class number that each row of outputs stands for, (n,)."""
        if self.outputs == 1:
            return (outputs[:, 0] > 0.5).astype(np.intp)
        largest: npt.NDArray[np.intp] = np.argmax(outputs, axis=1)
        return largest


@dataclass(frozen=True)
class TablePreprocessing:
    """Everything between a table and a network; satisfies `network.Preprocessing`."""

    columns: tuple[Column, ...]
    target: Target
    ignored: tuple[str, ...] = ()

    @property
    def inputs(self) -> int:
        """How many inputs a network for it has."""
        return sum(column.width for column in self.columns)

    @property
    def input_names(self) -> list[str]:
        """A name for each input: the column's, and for a category `column=category`."""
        return [name for column in self.columns for name in column.names]

    def encode(self, table: Any) -> Array:
        """The input columns as the network's inputs, (n, inputs).

        Args:
            table: columns by name (a dictionary or data frame; the target's and ignored ones may be there), or rows
                with the input columns in their order.

        Raises:
            InputError: missing, unknown or unusable columns.
        """
        names = [column.name for column in self.columns]
        columns = as_columns(table, names)
        self._check_names(list(columns))
        return np.hstack([column.encode(columns[column.name]) for column in self.columns])

    def decode(self, outputs: Array) -> Array:
        """See `Target.decode`."""
        return self.target.decode(outputs)

    def _check_names(self, given: Sequence[str]) -> None:
        needed = [column.name for column in self.columns]
        missing = [name for name in needed if name not in given]
        known = {*needed, *self.target.names, *self.ignored}
        strange = [name for name in given if name not in known]
        if missing:
            raise InputError(
                f"the table has no column {listed(missing)}; the model was trained on {listed(needed)}"
            )
        if strange:
            raise InputError(
                f"the table has a column {listed(strange)} that the model was not trained on; "
                f"leave it out (needed: {listed(needed)})"
            )

    def to_json(self) -> dict[str, Any]:
        """Plain data for a model file."""
        data = asdict(self)
        for column, row in zip(self.columns, data["columns"], strict=True):
            row["kind"] = column.kind
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> TablePreprocessing:
        """What `to_json` made."""
        kinds: dict[str, type[Any]] = {row.kind: row for row in (NumberColumn, CategoryColumn)}
        columns = tuple(kinds[row["kind"]](**_fields(row, leave="kind")) for row in data["columns"])
        return cls(columns, Target(**_fields(data["target"])), tuple(data["ignored"]))


def _fields(data: dict[str, Any], leave: str = "") -> dict[str, Any]:
    """A dataclass's fields from JSON, where tuples have become lists."""
    return {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in data.items()
        if key != leave
    }


def fit_columns(table: Columns, names: Sequence[str], standardise: bool) -> tuple[Column, ...]:
    """Learn each input column from the training rows.

    Raises:
        InputError: text among numbers, texts that are all different, gaps, infinity.
    """
    if not names:
        raise InputError("the table has no input column besides the target; at least one is needed")
    return tuple(_fit_column(name, table[name], standardise) for name in names)


def _fit_column(name: str, values: npt.NDArray[Any], standardise: bool) -> Column:
    if values.dtype.kind in "biuf":
        numbers = as_numbers(name, values)
        return NumberColumn(name, *statistics(name, numbers)) if standardise else NumberColumn(name)
    texts = as_texts(name, values)
    _refuse_stray_text(name, texts)
    categories = tuple(sorted(set(texts.tolist())))
    if len(categories) > MAX_CATEGORIES and len(categories) > len(texts) / 2:
        raise InputError(
            f"column `{name}` holds {len(categories)} different texts in {len(texts)} rows "
            f"('{texts[0]}' in row 1), which says nothing about other rows; leave it out with --ignore {name}"
        )
    return CategoryColumn(name, categories)


def _refuse_stray_text(name: str, texts: npt.NDArray[Any]) -> None:
    """A column that is mostly numbers is a column of numbers with a slip in it."""
    stray = [row for row, text in enumerate(texts) if not _is_number(text)]
    if len(stray) <= len(texts) / 2:
        row = stray[0]
        raise InputError(
            f"column `{name}` holds the text '{texts[row]}' in row {row + 1}, among numbers "
            f"({len(stray)} such rows of {len(texts)}); correct it, leave the row out, or the column with --ignore {name}"
        )


def fit_target(table: Columns, names: Sequence[str], task: str, standardise: bool) -> Target:
    """Learn what the target columns mean from the training rows.

    Args:
        task: "classes", "labels" or "numbers"; "auto" decides by the values.

    Raises:
        InputError: one class only, text where numbers belong, gaps.
    """
    if task == "auto":
        task = guess_task(table, names)
    if task == "classes":
        return _fit_classes(table, names)
    columns = [as_numbers(name, table[name]) for name in names]
    if task == "labels":
        _check_labels(names, columns)
        return Target(tuple(names), "labels")
    if not standardise:
        return Target(tuple(names), "numbers", (), (0.0,) * len(names), (1.0,) * len(names))
    for name, values in zip(names, columns, strict=True):
        if np.ptp(values) == 0:
            raise InputError(
                f"target `{name}` is {values[0]:g} in every row; there is nothing to learn"
            )
    means, scales = zip(
        *(statistics(name, values) for name, values in zip(names, columns, strict=True)),
        strict=True,
    )
    return Target(tuple(names), "numbers", (), means, scales)


def guess_task(table: Columns, names: Sequence[str]) -> TargetTask:
    """Texts and truth values, two different numbers, or few whole numbers with many rows each: classes. Else numbers.

    Several columns: labels where all are 0 or 1, else numbers.
    """
    if len(names) > 1:
        binary = all(set(np.unique(as_numbers(n, table[n])).tolist()) <= {0, 1} for n in names)
        return "labels" if binary else "numbers"
    values = table[names[0]]
    if values.dtype.kind not in "iuf":
        return "classes"
    numbers = as_numbers(names[0], values)
    distinct = len(np.unique(numbers))
    whole = bool((numbers == np.floor(numbers)).all())
    few = whole and distinct <= FEW_NUMBERS and len(numbers) >= ROWS_PER_CLASS * distinct
    return "classes" if distinct <= 2 or few else "numbers"


def _fit_classes(table: Columns, names: Sequence[str]) -> Target:
    if len(names) > 1:
        raise InputError(
            f"targets {listed(names)}: classes come in one column; several columns must each be 0 or 1, or numbers"
        )
    labels = set(as_labels(names[0], table[names[0]]))
    if len(labels) < 2:
        raise InputError(
            f"target `{names[0]}` holds one class only ({next(iter(labels))!r}); at least two are needed to tell apart"
        )
    return Target(tuple(names), "classes", tuple(sorted(labels, key=lambda v: (str(type(v)), v))))


def _check_labels(names: Sequence[str], columns: Sequence[Array]) -> None:
    for name, values in zip(names, columns, strict=True):
        wrong = np.flatnonzero(~np.isin(values, (0, 1)))
        if wrong.size:
            raise InputError(
                f"target `{name}` is {values[wrong[0]]:g} in row {wrong[0] + 1}; labels must be 0 or 1"
            )


def statistics(name: str, values: Array) -> tuple[float, float]:
    """Mean and standard deviation; the deviation of a column that does not vary counts as 1."""
    with np.errstate(over="ignore", invalid="ignore"):
        mean, scale = float(values.mean()), float(values.std())
    if not np.isfinite([mean, scale]).all():
        raise InputError(
            f"column `{name}` reaches {np.abs(values).max():g}, too large to standardise; rescale the column"
        )
    return mean, scale if scale > 0 else 1.0


def as_columns(table: Any, names: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
    """A data frame, a dictionary, or rows (n, len(names)), as columns by name."""
    if isinstance(table, Mapping) or hasattr(table, "columns"):
        keys = table.keys() if isinstance(table, Mapping) else table.columns
        return {str(key): _as_array(table[key]) for key in keys}
    rows = np.asarray(table)
    rows = rows[None, :] if rows.ndim == 1 and rows.size == len(names) else rows
    if rows.ndim != 2 or rows.shape[1] != len(names):
        raise ShapeError(
            f"the table has shape {rows.shape}; needed are {len(names)} columns: {listed(names)}"
        )
    return {name: rows[:, i] for i, name in enumerate(names)}


def as_numbers(name: str, values: npt.NDArray[Any]) -> Array:
    """A column as float64, (n,).

    Raises:
        InputError: text, a gap or infinity; names the column and the first such row.
    """
    if values.dtype.kind not in "biuf":
        for row, value in enumerate(values.tolist(), start=1):
            if not _is_number(value):
                raise _unusable(name, row, value)
    numbers = values.astype(np.float64)
    bad = np.flatnonzero(~np.isfinite(numbers))
    if bad.size:
        raise _unusable(name, int(bad[0]) + 1, numbers[bad[0]])
    return numbers


def as_texts(name: str, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A column as texts, (n,); a gap raises InputError."""
    for row, value in enumerate(values.tolist(), start=1):
        if _is_gap(value):
            raise _unusable(name, row, value)
    return np.array([str(value) for value in values.tolist()])


def as_labels(name: str, values: npt.NDArray[Any]) -> list[Label]:
    """A column as class labels; 1.0 and 1 are the same label."""
    labels: list[Label] = []
    for row, value in enumerate(values.tolist(), start=1):
        if _is_gap(value):
            raise _unusable(name, row, value)
        whole = isinstance(value, float) and value.is_integer()
        labels.append(
            int(value) if whole else value if isinstance(value, (int, float)) else str(value)
        )
    return labels


def _unusable(name: str, row: int, value: Any) -> InputError:
    if _is_gap(value):
        return InputError(
            f"column `{name}` has no value in row {row}; fill the gap, leave the row out, "
            f"or leave the column out with --ignore {name}"
        )
    if isinstance(value, float):
        return InputError(
            f"column `{name}` holds infinity in row {row}; every number must be finite"
        )
    return InputError(
        f"column `{name}` holds the text '{value}' in row {row}, where a number belongs"
    )


def _is_gap(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value)


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def _as_array(column: Any) -> npt.NDArray[Any]:
    return np.asarray(column.to_numpy() if hasattr(column, "to_numpy") else column)


def listed(names: Sequence[Any], most: int = 8) -> str:
    """Names for a message: `a`, `b` and 3 more."""
    shown = ", ".join(f"`{name}`" for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
