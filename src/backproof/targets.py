"""What a network's outputs stand for: classes, labels (several yes-or-no) or numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from backproof.arrays import Array
from backproof.errors import InputError
from backproof.values import Columns, Label, as_labels, as_numbers, listed, statistics

TargetTask = Literal["classes", "labels", "numbers"]

FEW_NUMBERS = 20  # so many different whole numbers at most are taken as classes ...
ROWS_PER_CLASS = 5  # ... if there are so many rows of each on average


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
