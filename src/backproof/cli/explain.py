"""`backproof explain`: every gradient of a network, derived and proved; or the story behind a kind of mistake."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click

from backproof.cli.data import data_options
from backproof.cli.options import NETWORK, OUTPUT, with_options
from backproof.derivation.renderers import RENDERERS
from backproof.errors import InputError, UnknownNameError

if TYPE_CHECKING:
    from backproof.derivation.explain import Derivation

WIDTH = 100  # columns; longer lines of prose are hard to read
PAGE = 80  # columns of a derivation
PROGRAMS = (".py", ".ipynb")
STORIES = ("text", "markdown", "json")
ENDINGS = {
    ".md": "markdown",
    ".tex": "latex",
    ".html": "html",
    ".htm": "html",
    ".json": "json",
    ".py": "numpy",
}

HELP = """Derive every gradient of a network, step by step, in symbols and in its numbers, and prove each step.

THING is the name of a data set (see `backproof datasets`) or a table file, with the options of `train`, or a network saved by
`train --save`. It may be a program that does its backpropagation by hand (.py, .ipynb): it is run as `backproof check` runs it, and
its own network is derived, in its names and with its lines. Or it is the code of a mistake that `backproof check` finds: then its story is told. Without THING, all codes
are listed."""

EXAMPLES = """\b
Examples:
  backproof explain xor
  backproof explain xor --only delta2
  backproof explain xor --hidden 3 --example 1,0 --notation answer
  backproof explain flowers.csv --target species --row 7 --format html --output flowers.html
  backproof explain xor.safetensors --optimizer adam --only update
  backproof explain xor --format numpy --output xor.py
  backproof explain my_xor.py --only delta2
  backproof explain update-without-input
"""


@click.command(help=HELP, epilog=EXAMPLES)
@click.argument("thing", required=False)
@click.option("--example", metavar="VALUES", help="The inputs to take, such as 1,0.")
@click.option("--expect", metavar="VALUES", help="The target of --example; default: that row's.")
@click.option(
    "--row",
    metavar="ROWS",
    help="Rows to take: 7, or as a batch 1,3 or 2-5, or all. Default: one with inputs other than 0.",
)
@click.option(
    "--only",
    multiple=True,
    metavar="STEP",
    help="A step, such as delta2, dW2, loss, or a part: network, forward, loss, backward, update, proof. Repeat for several.",
)
@click.option(
    "--notation",
    default="textbook",
    show_default=True,
    metavar="NAME",
    help="textbook (z, a, W, b; examples as rows), columns (the same, as columns), answer (Z, L, θ with the bias inside).",
)
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="QUANTITY=NAME",
    help="Your own name of a quantity, such as delta2=d_hidden. Repeat for several.",
)
@click.option(
    "--optimizer",
    "--method",
    "method",
    default="sgd",
    show_default=True,
    metavar="NAME",
    help="Of the update: sgd, adam, irprop, l-bfgs, levenberg-marquardt.",
)
@click.option("--learning-rate", type=float, help="Of sgd (0.1) and adam (0.001).")
@click.option("--momentum", type=float, help="Of sgd; default 0.")
@click.option("--nesterov", is_flag=True, default=None, help="Nesterov's momentum, of sgd.")
@click.option(
    "--weight-decay",
    type=float,
    help="lambda in loss + lambda/2 * (sum of squared weights); default 0.",
)
@click.option(
    "--reduction",
    default="mean",
    show_default=True,
    metavar="NAME",
    help="Over a batch, the loss is the mean or the sum.",
)
@click.option("--epochs", type=int, help="Of the NumPy program; default: what fits the data.")
@click.option("--batch-size", type=int, help="Of the NumPy program; default: what fits the data.")
@click.option(
    "--data", "rows_from", metavar="DATA", help="Of a saved network: the rows to choose from."
)
@data_options
@with_options(tuple(option for option in NETWORK if option is not OUTPUT))
@click.option(
    "--output-activation", "output", metavar="NAME", help="Default: what fits the target."
)
@click.option(
    "--format",
    "form",
    type=click.Choice([*RENDERERS, "numpy"]),
    help="Default: text, or what --output ends with. numpy: a plain program that trains this network on all rows.",
)
@click.option("--output", "to", metavar="FILE", help="Write there instead of the screen.")
def command(thing: str | None, form: str | None, to: str | None, **options: Any) -> None:
    """Print a derivation, a story, or the list of stories."""
    chosen = form or ENDINGS.get(Path(to or "").suffix.lower(), "text")
    if chosen == "numpy":
        _program(thing, to, options)
        return
    for name in ("epochs", "batch_size"):
        if options[name] is not None:
            raise InputError(f"--{name.replace('_', '-')} is for --format numpy")
    text = _answer(thing, chosen, options)
    if not to:
        click.echo(text, nl=False)
        return
    from backproof.files import write_whole

    write_whole(to, text.encode())


def _program(thing: str | None, to: str | None, options: dict[str, Any]) -> None:
    """Print or write the plain NumPy program."""
    if thing is None or _is_a_mistake(thing) or Path(thing).suffix in PROGRAMS:
        raise InputError("--format numpy writes a program of a network; name a data set or a model")
    from backproof.cli.derive import numpy_program

    made = numpy_program(thing, options, "auto" if _is_left_open(options) else None)
    if to:
        made.write(to)
    elif made.files:
        raise InputError(
            f"the program of `{thing}` reads its numbers from {' and '.join(made.files)} files beside it; "
            "name where to write it, such as --output network.py"
        )
    else:
        click.echo(made.source, nl=False)


def _is_left_open(options: dict[str, Any]) -> bool:
    """Whether nothing is said of the optimiser."""
    from backproof.cli.train import METHOD_SETTINGS

    source = click.get_current_context().get_parameter_source("method")
    said = any(options[name] is not None for name in METHOD_SETTINGS)
    return source is click.core.ParameterSource.DEFAULT and not said


def _answer(thing: str | None, form: str, options: dict[str, Any]) -> str:
    """What is to be printed or written."""
    if thing is None or _is_a_mistake(thing):
        if form not in STORIES:
            raise InputError(
                f"--format {form} is for derivations; stories come as {', '.join(STORIES)}"
            )
        return catalogue(form) if thing is None else story(thing, form)
    if Path(thing).suffix in PROGRAMS:
        return _of_program(thing, options).render(form)
    from backproof.cli.derive import derivation

    return derivation(thing, options).render(form)


FOR_PROGRAMS = ("thing", "form", "to", "only", "notation", "names", "method")


def _of_program(path: str, options: dict[str, Any]) -> Derivation:
    """The derivation of the network that a person's program writes out."""
    from backproof.cli.derive import names_given, optimizer_given
    from backproof.cli.train import METHOD_SETTINGS
    from backproof.recognition.document import explain_program

    context = click.get_current_context()
    given = [
        name
        for name in context.params
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
    ]
    for name in given:
        if name not in (*FOR_PROGRAMS, *METHOD_SETTINGS):
            raise InputError(
                f"--{name.replace('_', '-')} is for data sets and models; the network and the numbers of `{path}` are its own"
            )
    return explain_program(
        Path(path),
        only=options["only"],
        notation=options["notation"] if "notation" in given else None,
        names=names_given(options["names"]),
        optimizer=None if _is_left_open(options) else optimizer_given(options),
    )


def _is_a_mistake(thing: str) -> bool:
    """Whether `thing` is a mistake's code.

    Raises:
        UnknownNameError: if it is neither that nor a file nor a data set; the message shows the nearest.
    """
    from backproof import datasets
    from backproof.checking.mistakes import MISTAKES, mistake

    try:
        mistake(thing)
    except UnknownNameError:
        if (
            Path(thing).exists()
            or Path(thing).suffix
            or datasets.known(thing.lower().replace("_", "-"))
        ):
            return False
        names = [*MISTAKES, *(row.name for row in datasets.ROWS), *datasets.CLASSICS]
        raise UnknownNameError("a kind of mistake, a data set or a file", thing, names) from None
    return True


def story(code: str, form: str) -> str:
    """What is printed about the mistake called `code`.

    Raises:
        UnknownNameError: if there is none; the message shows the nearest.
    """
    from backproof.checking.mistakes import mistake
    from backproof.checking.mistakes.pages import page

    found = mistake(code)
    if form == "json":
        return json.dumps(asdict(found), indent=2, ensure_ascii=False) + "\n"
    text = page(found)
    return _drawn(text) if form == "text" and sys.stdout.isatty() else text


def catalogue(form: str) -> str:
    """What is printed about all of them."""
    from backproof.checking.mistakes import GROUPS, mistake
    from backproof.checking.mistakes.pages import index
    from backproof.cli.columns import aligned

    if form == "markdown":
        return index()
    groups = {heading: [mistake(code) for code in codes] for heading, codes in GROUPS.items()}
    if form == "json":
        keys = ("code", "title", "summary", "severity")
        rows = [
            {"group": heading, **{key: getattr(row, key) for key in keys}}
            for heading, group in groups.items()
            for row in group
        ]
        return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
    if not sys.stdout.isatty():  # one line each, for grep
        return (
            aligned([(row.code, row.summary) for group in groups.values() for row in group]) + "\n"
        )
    formatter = click.HelpFormatter(width=_width())
    for heading, group in groups.items():
        with formatter.section(heading):
            formatter.write_dl([(row.code, row.summary) for row in group], col_max=32)
    return formatter.getvalue()


def _width() -> int:
    return min(get_terminal_size().columns, WIDTH)


def _drawn(markdown: str) -> str:
    """Markdown as text for the terminal."""
    from rich.console import Console
    from rich.markdown import Markdown
    from rich.theme import Theme

    # Rich's own style sets code on black, which stands out on a light terminal.
    console = Console(width=_width(), theme=Theme({"markdown.code": "bold cyan"}))
    with console.capture() as captured:
        console.print(Markdown(markdown, code_theme="ansi_dark"))
    return captured.get()
