"""`backproof explain`: the story behind a kind of mistake."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from shutil import get_terminal_size

import click

WIDTH = 100  # columns; longer lines of prose are hard to read


@click.command(
    help="Tell the story of a kind of mistake that `backproof check` finds: what goes wrong, why by the chain rule, "
    "how to recognise it and how to mend it. Without CODE, list them all.",
    epilog="\b\nExamples:\n  backproof explain\n  backproof explain update-without-input\n"
    "  backproof explain update-without-input --format markdown > story.md",
)
@click.argument("code", required=False)
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text")
def command(code: str | None, form: str) -> None:
    """Print one story, or the list."""
    click.echo(catalogue(form) if code is None else story(code, form), nl=False)


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
