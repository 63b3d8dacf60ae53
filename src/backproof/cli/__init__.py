"""The command line: one small file for each command, imported when it is called.

So `backproof --help` loads neither NumPy nor anything else that it does not need.
"""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

import backproof
from backproof import core
from backproof.errors import BackproofError, UnknownNameError

# command: one line for `backproof --help`; the command itself is `command` in the module of its name
COMMANDS = {
    "train": "Train a network on a data set or a table file.",
    "predict": "Apply a saved network to a table.",
    "datasets": "List the data sets that have a name.",
    "check": "Run a backpropagation that you wrote yourself, and name the wrong line.",
    "explain": "Derive every gradient of a network and prove it; or tell what a kind of mistake is.",
}

# The products of small networks are too small to share: threads that wait for each other made them 30 times slower.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

EXAMPLES = """\b
Examples:
  backproof train xor
  backproof train flowers.csv --target species --test-size 0.2 --save flowers.safetensors
  backproof predict flowers.safetensors new.csv
  backproof explain xor --only delta2
"""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, context: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command called `name`."""
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f"backproof.cli.{name}").command
        return command

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments begin with; an unknown one is answered with the nearest."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            raise UnknownNameError("a command", args[0], COMMANDS)
        return super().resolve_command(context, args)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def show_version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    """What `--version` prints."""
    if not asked or context.resilient_parsing:
        return
    click.echo(f"backproof, version {backproof.__version__} ({core.described()})")
    context.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EXAMPLES,
    help="Train small feed-forward networks. `backproof COMMAND --help` tells more.",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=show_version,
    help="Show the version and the compiled core, and exit.",
)  # fmt: skip
def group() -> None:
    """The command itself does nothing: its commands do."""


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point. Exit status: 0 done, 1 ended without what was asked, 2 wrongly called or bad input."""
    if core.USUAL_VARIABLE not in os.environ:  # the core shares large batches only
        os.environ.setdefault(core.THREADS_VARIABLE, str(core.processors()))
    for variable in THREADS:
        os.environ.setdefault(variable, "1")
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _shown(warnings.showwarning)
            group(arguments, prog_name="backproof")
    except BackproofError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:  # the reader of our output has gone, as in `backproof ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception:  # a failure of our own, which is no verdict on what was given
        traceback.print_exc()
        sys.exit(2)


def _shown(usual: Any) -> Any:
    """What shows a warning: our own ones as a plain line, those of a person's program as Python does."""
    home = str(Path(__file__).parents[1])

    def show(message: Any, category: Any, filename: str, *place: Any) -> None:
        if filename.startswith(home):
            click.echo(f"warning: {message}", err=True)
        else:
            usual(message, category, filename, *place)

    return show
