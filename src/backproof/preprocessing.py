"""From a table's columns to a network's inputs, and back; what was learnt from the training rows is kept.

NumberColumn, CategoryColumn    one input column each: standardised, or one input for each category
TablePreprocessing              all columns and the target; `fit_columns` learns them, a saved model carries them
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, TypeAlias

import numpy as np
import numpy.typing as npt

from backproof.arrays import Array
from backproof.errors import InputError
from backproof.targets import Target
from backproof.values import (
    Columns,
    as_columns,
    as_numbers,
    as_texts,
    is_number,
    listed,
    statistics,
)

MAX_CATEGORIES = 50  # a column of more different texts, mostly unique ones, is a name or a comment


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
    stray = [row for row, text in enumerate(texts) if not is_number(text)]
    if len(stray) <= len(texts) / 2:
        row = stray[0]
        raise InputError(
            f"column `{name}` holds the text '{texts[row]}' in row {row + 1}, among numbers "
            f"({len(stray)} such rows of {len(texts)}); correct it, leave the row out, or the column with --ignore {name}"
        )
