"""What DATA on the command line means: a data set's name or a table file, as columns with everything `train` asks of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import click
import numpy as np
import numpy.typing as npt

from backproof import datasets
from backproof.errors import InputError, UnknownNameError
from backproof.planning import table_network
from backproof.values import Columns

TASKS = {"truth-table": "labels", "classes": "classes", "numbers": "numbers"}


@dataclass(frozen=True)
class Opened:
    """Data with the roles of its columns.

    Attributes:
        columns: every column, (n,) each.
        inputs, targets, ignored: names of columns; together all of them.
        task: "classes", "labels", "numbers" or "auto"; see `targets.Target`.
        exact: the rows have no noise.
        note: what was decided for the person, to be said.
    """

    name: str
    columns: Columns
    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    ignored: tuple[str, ...]
    task: str
    standardise: bool
    hidden: tuple[int, ...]
    activation: str
    truth_table: bool = False
    exact: bool = False
    note: str = ""

    @property
    def rows(self) -> int:
        """How many."""
        return len(next(iter(self.columns.values())))

    def take(self, rows: npt.NDArray[np.intp]) -> Opened:
        """Only these rows."""
        return replace(self, columns={name: values[rows] for name, values in self.columns.items()})


def open_data(
    given: str,
    targets: Sequence[str] = (),
    ignored: Sequence[str] = (),
    task: str = "auto",
    header: bool | None = None,
    standardise: bool = True,
) -> Opened:
    """The data that `given` names: a file if there is one of that name, else a data set.

    Raises:
        InputError: neither, or columns that are not there.
    """
    name = given.lower().replace("_", "-")
    if not Path(given).exists() and datasets.known(name):
        if targets or ignored:
            raise InputError(
                f"`{given}` is a data set with fixed columns; --target and --ignore are for table files"
            )
        return _classic(name, standardise) if name in datasets.CLASSICS else _builtin(name)
    return _file(given, targets, ignored, task, header, standardise)


def _builtin(name: str) -> Opened:
    found = datasets.find(name)
    columns = {
        **dict(zip(found.inputs, found.X.T, strict=True)),
        **dict(zip(found.outputs, found.y.T, strict=True)),
    }
    return Opened(
        name,
        columns,
        found.inputs,
        found.outputs,
        (),
        TASKS[found.task],
        standardise=False,
        hidden=found.hidden,
        activation=found.activation,
        truth_table=found.task == "truth-table",
        exact=found.exact,
    )


def _classic(name: str, standardise: bool) -> Opened:
    table = datasets.classic(name)
    target = np.array(table.classes)[table.y] if table.classes else table.y
    columns = {**dict(zip(table.inputs, table.X.T, strict=True)), "target": target}
    task = "classes" if table.classes else "numbers"
    return Opened(
        name, columns, table.inputs, ("target",), (), task, standardise, *table_network(len(target))
    )


def _file(
    given: str,
    targets: Sequence[str],
    ignored: Sequence[str],
    task: str,
    header: bool | None,
    standardise: bool,
) -> Opened:
    from backproof.tables import choose, read_table

    path = Path(given)
    if not path.exists() and not path.suffix and path.parent == Path():
        names = [name for name, _, _ in datasets.catalogue()]
        raise UnknownNameError("a file or a data set", given, names)
    columns = read_table(path, header)
    names = list(columns)
    without = choose(names, ignored, "--ignore")
    wanted = (
        choose(names, targets, "--target") or [name for name in names if name not in without][-1:]
    )
    both = sorted(set(without) & set(wanted))
    if both:
        raise InputError(f"column `{both[0]}` is given both to --target and to --ignore")
    inputs = [name for name in names if name not in {*wanted, *without}]
    note = "" if targets else f"target: `{wanted[0]}`, the last column (--target chooses another)"
    return Opened(
        given,
        columns,
        tuple(inputs),
        tuple(wanted),
        tuple(without),
        task,
        standardise,
        *table_network(len(columns[wanted[0]])),
        note=note,
    )


Command = TypeVar("Command", bound=Callable[..., Any])


def data_options(command: Command) -> Command:
    """The options that say what the columns of a table file are."""
    options = (
        click.option(
            "-t",
            "--target",
            "targets",
            multiple=True,
            metavar="COLUMN",
            help="Target column by name or position (1 is the first, -1 the last). Repeat for several. Default: the last.",
        ),
        click.option(
            "--ignore",
            "ignored",
            multiple=True,
            metavar="COLUMN",
            help="Column to leave out. Repeat for several.",
        ),
        click.option(
            "--task",
            type=click.Choice(["auto", "classes", "labels", "numbers"]),
            default="auto",
            help="What the target is: one class per row, several yes-or-no labels, or numbers.",
        ),
        click.option(
            "--header/--no-header",
            "header",
            default=None,
            help="Whether the first line holds the names. Default: unless it is all numbers.",
        ),
        click.option(
            "--standardise/--no-standardise",
            default=True,
            help="Inputs and number targets to mean 0 and deviation 1 (the default).",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command
