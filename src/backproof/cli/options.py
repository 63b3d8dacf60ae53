"""The options that describe a network and its training, shared by the commands that have one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from backproof.activations import ACTIVATIONS
from backproof.arrays import DTYPES
from backproof.errors import InputError
from backproof.losses import LOSSES
from backproof.optimizers import OPTIMIZERS
from backproof.schedules import SCHEDULES
from backproof.starts import AUTO, STARTS


def _names(*names: str) -> str:
    return ", ".join(names)


def sizes(
    context: click.Context, parameter: click.Parameter, text: str | None
) -> tuple[int, ...] | None:
    """Units from text: 16,8 is (16, 8), and 0 is no hidden layer."""
    if text is None:
        return None
    try:
        units = tuple(int(part) for part in text.split(","))
    except ValueError:
        raise InputError(
            f"--hidden is '{text}'; needed are whole numbers such as 3 or 16,8"
        ) from None
    return () if units == (0,) else units


OUTPUT = click.option(
    "--output", metavar="NAME", help="Activation of the output. Default: what fits the target."
)

NETWORK = (
    click.option(
        "--hidden",
        callback=sizes,
        metavar="N[,N...]",
        help="Units of each hidden layer, such as 3 or 16,8; 0 for none.",
    ),
    click.option(
        "--activation",
        metavar="NAME[,NAME...]",
        help=f"Of the hidden layers, one for all or one for each: {_names(*ACTIVATIONS)}.",
    ),
    OUTPUT,
    click.option(
        "--loss",
        metavar="NAME",
        help=f"{_names('cross-entropy', *LOSSES)}. Default: what fits the output.",
    ),
    click.option(
        "--start",
        default=AUTO,
        show_default=True,
        metavar="NAME",
        help=f"First weights: {_names(AUTO, *STARTS)}.",
    ),
    click.option(
        "--dtype",
        default="float64",
        show_default=True,
        metavar="NAME",
        help=f"Precision: {_names(*DTYPES)}.",
    ),
    click.option(
        "--seed",
        type=int,
        help="Repeats a run exactly. Default: a new one each time, which is printed.",
    ),
)

TRAINING = (
    click.option(
        "--method",
        default="auto",
        show_default=True,
        metavar="NAME",
        help=f"{_names('auto', *OPTIMIZERS)}; auto takes what fits the problem.",
    ),
    click.option(
        "--learning-rate",
        type=float,
        help="Of sgd (0.1) and adam (0.001); the first step of irprop (0.1).",
    ),
    click.option("--momentum", type=float, help="Of sgd; default 0."),
    click.option("--nesterov", is_flag=True, default=None, help="Nesterov's momentum, of sgd."),
    click.option(
        "--batch-size",
        type=int,
        help="Rows to an update; default 32 for sgd and adam, all for the rest.",
    ),
    click.option(
        "--epochs",
        type=int,
        help="At most so many passes over the rows; default: enough for 40,000 updates.",
    ),
    click.option(
        "--shuffle/--no-shuffle",
        default=None,
        help="New order in each epoch; default: yes, except with batch size 1.",
    ),
    click.option(
        "--schedule",
        default="constant",
        show_default=True,
        metavar="NAME",
        help=f"Of the learning rate: {_names(*SCHEDULES)}.",
    ),
    click.option(
        "--power",
        type=float,
        default=0.5,
        show_default=True,
        help="Of the inverse-scaling schedule.",
    ),
    click.option(
        "--weight-decay",
        type=float,
        help="lambda in loss + lambda/2 * (sum of squared weights); default 0, or what auto takes. 0 tells auto to meet every row.",
    ),
    click.option(
        "--dropout",
        type=float,
        default=0.0,
        show_default=True,
        help="Share of the hidden units that each batch leaves out; for sgd and adam.",
    ),
    click.option(
        "--early-stopping/--no-early-stopping",
        default=None,
        help="Stop when the validation loss stops falling; keep the best weights.",
    ),
    click.option(
        "--validation",
        type=float,
        help="Share of the rows held out for early stopping; default 0.1.",
    ),
    click.option(
        "--patience",
        type=int,
        default=10,
        show_default=True,
        help="Epochs without progress before a stop.",
    ),
    click.option(
        "--tolerance",
        type=float,
        help="Stop when the loss falls by no more than this. Default: do not.",
    ),
    click.option(
        "--restarts", type=int, help="New starts at most, while an output is far from its target."
    ),
    click.option(
        "--engine",
        default="auto",
        show_default=True,
        metavar="NAME",
        help="auto, compiled or reference.",
    ),
)


Command = TypeVar("Command", bound=Callable[..., Any])


def with_options(*groups: tuple[Any, ...]) -> Callable[[Command], Command]:
    """A decorator that adds groups of options in their order."""

    def decorate(command: Command) -> Command:
        for option in reversed([option for group in groups for option in group]):
            command = option(command)
        return command

    return decorate
