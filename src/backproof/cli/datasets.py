"""`backproof datasets`: what `train` knows by name."""

from __future__ import annotations

import json

import click


@click.command(
    help="List the data sets that `backproof train` knows by name, with shapes.",
    epilog="\b\nExamples:\n  backproof datasets\n  backproof datasets --format json",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def command(form: str) -> None:
    """Print the catalogue."""
    from backproof.cli.columns import aligned
    from backproof.datasets import catalogue

    rows = catalogue()
    if form == "json":
        keys = ("name", "shape", "description")
        click.echo(json.dumps([dict(zip(keys, row, strict=True)) for row in rows], indent=2))
        return
    click.echo(aligned([("name", "rows x inputs, outputs", "output is"), *rows]))
