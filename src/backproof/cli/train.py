"""`backproof train`: data in, trained network out, with the result said in words and numbers."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from backproof.cli.data import Opened, data_options, open_data
from backproof.cli.options import NETWORK, TRAINING, with_options
from backproof.errors import DivergedError, InputError
from backproof.files import check_target
from backproof.network import Network
from backproof.optimizers import Optimizer, optimizer
from backproof.planning import NEAR
from backproof.preprocessing import TablePreprocessing, fit_columns
from backproof.randomness import checked_seed
from backproof.splitting import split_rows
from backproof.targets import fit_target
from backproof.training import train

if TYPE_CHECKING:
    from backproof.cli.report import Part
    from backproof.run import Run

EXAMPLES = """\b
Examples:
  backproof train xor
  backproof train parity-4 --hidden 4 --seed 7
  backproof train xor --method sgd --batch-size 1 --epochs 10000
  backproof train flowers.csv --target species --test-size 0.2
  backproof train prices.csv -t price --ignore id --hidden 16,8 --plot prices.png
"""

# The settings of an optimiser that have an option of their own.
METHOD_SETTINGS = ("learning_rate", "momentum", "nesterov")


@click.command(
    help="Train a network on DATA: the name of a data set (see `backproof datasets`) or a CSV, TSV or Parquet file.",
    epilog=EXAMPLES,
)
@click.argument("data")
@data_options
@click.option("--test-size", type=float, help="Share of the rows held out for an honest score.")
@with_options(NETWORK, TRAINING)
@click.option("--save", metavar="FILE.safetensors", help="Write the trained network.")
@click.option(
    "--plot",
    metavar="FILE.png|svg|pdf",
    help="Draw loss, network and, for two inputs, the decision surface.",
)
@click.option("--history", metavar="FILE.csv", help="Write loss and rate of each epoch.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def command(**options: Any) -> None:
    """Run the command."""
    _check_outputs(options)
    options["seed"] = checked_seed(options["seed"])
    job = Job(options)
    say = click.echo if options["form"] == "text" and not options["quiet"] else lambda *a, **k: None
    say(job.describe_data())
    try:
        run = job.train(progress=not options["quiet"] and sys.stderr.isatty())
    except DivergedError as error:
        click.echo(f"error: {error}", err=True)
        if options["history"]:
            error.run.write_history(options["history"])
        sys.exit(1)
    job.write(run)
    if options["form"] == "json":
        click.echo(json.dumps(job.as_json(run), indent=2))
    say(job.describe_run(run))
    sys.exit(0 if job.reached(run) else 1)


class Job:
    """One call of the command: the data made ready, the network, and what is said about the run."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        self.data = open_data(
            options["data"],
            options["targets"],
            options["ignored"],
            options["task"],
            options["header"],
            options["standardise"],
        )
        self.training, self.test = self._split()
        self.preprocessing = TablePreprocessing(
            fit_columns(self.training.columns, self.data.inputs, self.data.standardise),
            self._target(self.training),
            self.data.ignored,
        )
        self.X = self.preprocessing.encode(self._inputs(self.training))
        self.Y = self.preprocessing.target.encode(self.training.columns)
        self.network = self._network()

    def train(self, progress: bool) -> Run:
        """Train."""
        passed = {
            name: self.options[name]
            for name in (
                "epochs", "batch_size", "shuffle", "schedule", "power", "weight_decay", "dropout", "tolerance",
                "early_stopping", "validation", "patience", "restarts", "seed", "engine",
            )
        }  # fmt: skip  # a list of names reads better unbroken
        if self.data.exact and passed["weight_decay"] is None:
            passed["weight_decay"] = 0.0
        return train(
            self.network, self.X, self.Y, optimizer=self._optimizer(), progress=progress, **passed
        )

    def write(self, run: Run) -> None:
        """The files that were asked for."""
        if self.options["save"]:
            from backproof.models import save

            save(run.network, self.options["save"], self.as_json(run))
        if self.options["history"]:
            run.write_history(self.options["history"])
        if self.options["plot"]:
            from backproof.plots import plot_run

            names = {
                "inputs": self.preprocessing.input_names,
                "outputs": self.preprocessing.target.output_names,
            }
            plot_run(run, self.options["plot"], self.X, self.Y, **names)

    def reached(self, run: Run) -> bool:
        """Whether the training ended as asked: not by hand, and with `auto` on a truth table, with every row right."""
        unsolved = self.data.truth_table and self.options["method"] == "auto"
        return run.stopped != "interrupted" and not (unsolved and run.largest_error > NEAR)

    def describe_data(self) -> str:
        """What is about to be trained on what."""
        from backproof.cli.report import describe_job

        return describe_job(
            self.data, self.training, self.preprocessing, self.network, self.options["seed"]
        )

    def describe_run(self, run: Run) -> str:
        """The result."""
        from backproof.cli.report import describe_result

        return describe_result(self.data, run, *self._parts(), self.options)

    def as_json(self, run: Run) -> dict[str, Any]:
        """The same for a program."""
        from backproof.cli.report import result_json

        return result_json(self.data, run, *self._parts())

    def _split(self) -> tuple[Opened, Opened | None]:
        share = self.options["test_size"]
        if share is None:
            return self.data, None
        codes = self._target(self.data).encode(self.data.columns)
        kept, held = split_rows(codes, share, self.options["seed"], "--test-size")
        return self.data.take(kept), self.data.take(held)

    def _target(self, rows: Opened) -> Any:
        """Classes are those of all rows, statistics those of `rows` alone."""
        everything = fit_target(
            self.data.columns, self.data.targets, self.data.task, self.data.standardise
        )
        if everything.task != "numbers":
            return everything
        return fit_target(rows.columns, self.data.targets, "numbers", self.data.standardise)

    def _inputs(self, rows: Opened) -> dict[str, Any]:
        return {name: rows.columns[name] for name in self.data.inputs}

    def _parts(self) -> tuple[Part, Part | None]:
        """The training rows and the test rows, as the report wants them."""
        training, test = self.training, self.test
        held_out = None if test is None else (self._inputs(test), test.columns)
        return (self._inputs(training), training.columns), held_out

    def _network(self) -> Network:
        target, options = self.preprocessing.target, self.options
        hidden = self.data.hidden if options["hidden"] is None else options["hidden"]
        names = (options["activation"] or self.data.activation).split(",")
        network = Network(
            [self.preprocessing.inputs, *hidden, target.outputs],
            hidden=names[0] if len(names) == 1 else names,
            output=options["output"] or target.activation,
            loss=options["loss"],
            start=options["start"],
            seed=options["seed"],
            dtype=options["dtype"],
        )
        network.preprocessing = self.preprocessing
        return network

    def _optimizer(self) -> str | Optimizer:
        given = {n: self.options[n] for n in METHOD_SETTINGS if self.options[n] is not None}
        if self.options["method"] == "auto":
            if given:
                name = next(iter(given)).replace("_", "-")
                raise InputError(f"--{name} is not for --method auto; add --method sgd")
            return "auto"
        return optimizer(self.options["method"], **given)


def _check_outputs(options: dict[str, Any]) -> None:
    """Refuse now what could not be written after the training."""
    if options["save"]:
        check_target(options["save"], (".safetensors",))
    if options["history"]:
        check_target(options["history"], (".csv",))
    if options["plot"]:
        from backproof.plots import check_plot_path

        check_plot_path(options["plot"])
