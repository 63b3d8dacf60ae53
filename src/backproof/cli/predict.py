"""`backproof predict`: a saved network applied to a table."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import click
import numpy as np

from backproof.arrays import Array
from backproof.cli.columns import aligned
from backproof.cli.data import open_data
from backproof.errors import ModelError
from backproof.files import write_whole
from backproof.preprocessing import TablePreprocessing
from backproof.targets import Target
from backproof.values import Columns

EXAMPLES = """\b
Examples:
  backproof train xor --save xor.safetensors && backproof predict xor.safetensors xor
  backproof predict flowers.safetensors new.csv
  backproof predict flowers.safetensors new.csv --format csv --output answers.csv
"""


@click.command(
    help="Apply the network in MODEL to DATA, a table file or a data set's name. The target column may be there or not.",
    epilog=EXAMPLES,
)
@click.argument("model")
@click.argument("data")
@click.option(
    "--header/--no-header", "header", default=None, help="Whether the first line holds the names."
)
@click.option("--format", "form", type=click.Choice(["text", "csv", "json"]), default="text")
@click.option("--output", metavar="FILE", help="Write there instead of the screen.")
def command(model: str, data: str, header: bool | None, form: str, output: str | None) -> None:
    """Run the command."""
    from backproof.models import load

    network = load(model)
    preprocessing = network.preprocessing
    if not isinstance(preprocessing, TablePreprocessing):
        raise ModelError(
            f"`{model}` was saved without the columns of a table; in Python, backproof.load(...).predict(X) takes rows"
        )
    columns = open_data(data, header=header).columns
    outputs = network.predict(_named(columns, preprocessing))
    rows = answers(preprocessing.target, outputs)
    found = _scores(network, columns) if set(preprocessing.target.names) <= set(columns) else None
    text = WRITERS[form](rows, found)
    if output:
        write_whole(output, (text + "\n").encode())
    else:
        click.echo(text)


def _named(columns: Columns, preprocessing: TablePreprocessing) -> Columns:
    """A file without a header has the model's columns in their order, if there are as many."""
    names = [column.name for column in preprocessing.columns]
    unnamed = [f"column_{i + 1}" for i in range(len(names))]
    if list(columns) == unnamed and not set(names) & set(unnamed):
        return dict(zip(names, columns.values(), strict=True))
    return columns


def answers(target: Target, outputs: Array) -> list[dict[str, Any]]:
    """One row each: the answer in the target's own terms, and for classes the probability of each."""
    if target.task != "classes":
        return [dict(zip(target.names, row, strict=True)) for row in outputs.tolist()]
    shares = np.hstack([1 - outputs, outputs]) if target.outputs == 1 else outputs
    return [
        {target.names[0]: target.classes[code]}
        | {f"p({label})": share for label, share in zip(target.classes, row, strict=True)}
        for code, row in zip(target.chosen(outputs), shares.tolist(), strict=True)
    ]


def _scores(network: Any, columns: Columns) -> dict[str, Any]:
    from backproof.cli.report import scores

    names = [column.name for column in network.preprocessing.columns]
    return scores(network, ({name: columns[name] for name in names}, columns))


def _text(rows: list[dict[str, Any]], found: dict[str, Any] | None) -> str:
    header = ["row", *rows[0]]
    cells = [[str(number), *map(_shown, row.values())] for number, row in enumerate(rows, start=1)]
    table = aligned([header, *cells], right=range(len(header)))
    if found is None:
        return table
    from backproof.cli.report import scores_text

    return f"{table}\n\n{scores_text('these rows', found)}"


def _shown(value: Any) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _csv(rows: list[dict[str, Any]], found: dict[str, Any] | None) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().rstrip("\n")


def _json(rows: list[dict[str, Any]], found: dict[str, Any] | None) -> str:
    return json.dumps({"predictions": rows, "scores": found}, indent=2)


WRITERS = {"text": _text, "csv": _csv, "json": _json}
