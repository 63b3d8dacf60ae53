"""`backproof check`: a person's own backpropagation, run and judged."""

from __future__ import annotations

import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from backproof.errors import InputError
from backproof.files import write_whole

if TYPE_CHECKING:
    from backproof.checking.source.read import Program
    from backproof.diagnostic.display import CheckReport

WIDTH = 100  # columns; longer lines of prose are hard to read
INTERRUPTED = 130

HELP = """Run PROGRAM, a network with its backpropagation written by hand, and say which line is wrong, what it really
computes, and what it should be. PROGRAM is a Python file, a notebook (.ipynb) or - for standard input.

It runs as it is, in a process of its own and in a copy of its folder, many times over: every derivative is measured by moving
a number and watching the loss. Its file is not touched without --fix."""

EXAMPLES = """\b
Examples:
  backproof check my_xor.py
  backproof check my_xor.py --diff
  backproof check my_xor.py --fix
  backproof check homework.ipynb --format json
  backproof check net.py --prediction out --target t --weights w1,w2
  cat my_xor.py | backproof check -

\b
Exit status: 0 correct; 1 a wrong gradient, or it does not learn; 2 not understood, crashed, timed out
or wrongly called.
"""


@click.command(help=HELP, epilog=EXAMPLES)
@click.argument("program")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option(
    "--fix", is_flag=True, help="Write the fixed program, and the old one beside it as .bak."
)
@click.option("--no-backup", is_flag=True, help="With --fix: leave no .bak.")
@click.option("--diff", is_flag=True, help="Print nothing but the fix, as a patch.")
@click.option(
    "--timeout",
    type=float,
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="For the whole check.",
)
@click.option(
    "--memory",
    type=int,
    default=2048,
    show_default=True,
    metavar="MIB",
    help="That the program may use.",
)
@click.option(
    "--output-limit",
    "output",
    type=int,
    default=256,
    show_default=True,
    metavar="KIB",
    help="Of what the program prints, so much is kept.",
)
@click.option(
    "--prediction",
    default="",
    metavar="TEXT",
    help="The network's output, as it stands in the program.",
)
@click.option(
    "--target",
    default="",
    metavar="TEXT",
    help="What the output should be, as it stands in the program.",
)
@click.option(
    "--loss",
    default="",
    metavar="NAME",
    help="squared-error, cross-entropy, ..., or the variable that holds it.",
)
@click.option(
    "--weights",
    default="",
    metavar="NAMES",
    help="The variables that are trained, such as W1,b1,W2.",
)
@click.option(
    "--step", default="", metavar="LINE", help="Where the loop begins in which a training step is."
)
def command(
    program: str, form: str, fix: bool, no_backup: bool, diff: bool, **options: Any
) -> None:
    """Run the command."""
    _check_options(program, form, fix, no_backup, diff)
    given = _given(program)
    try:
        with _ending_in_order(), _progress(form == "text" and sys.stderr.isatty()) as say:
            report = _checked(given, say, options)
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        sys.exit(INTERRUPTED)
    click.echo(_drawn(report, form, diff), nl=False)
    if fix:
        _write(given, report, backup=not no_backup)
    sys.exit(report.exit_status)


def _check_options(program: str, form: str, fix: bool, no_backup: bool, diff: bool) -> None:
    if fix and program == "-":
        raise InputError("--fix needs a file to write; a program from standard input has none")
    if no_backup and not fix:
        raise InputError("--no-backup is for --fix; without it nothing is written")
    if diff and form == "json":
        raise InputError("--diff prints a patch, not JSON; leave out --format json")


def _given(program: str) -> Program:
    from backproof.checking.source.read import LARGEST, STDIN, program_at, program_of_bytes

    if program != "-":
        return program_at(program)
    return program_of_bytes(sys.stdin.buffer.read(LARGEST + 1), STDIN)


def _checked(
    given: Program, say: Callable[[str], None] | None, options: dict[str, Any]
) -> CheckReport:
    from backproof.checking.check import check
    from backproof.checking.reading.hints import Hints, names_in

    hints = Hints(
        options["prediction"],
        options["target"],
        options["loss"],
        names_in(options["weights"]),
        given.line(options["step"], "--step") if options["step"] else None,
    )
    limits = {name: options[name] for name in ("timeout", "memory", "output")}
    return check(given, hints=hints, progress=say, **limits)


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """A request to end is an exception, so that no process and no file is left behind."""

    def end(number: int, frame: object) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _progress(shown: bool) -> Iterator[Callable[[str], None] | None]:
    """What the check is at, in one line of the terminal."""
    if not shown:
        yield None
        return
    from rich.console import Console

    with Console(stderr=True).status("reading") as status:
        yield lambda text: status.update(text)


def _drawn(report: CheckReport, form: str, diff: bool) -> str:
    if diff:
        return report.to_diff()
    if form == "json":
        return report.to_json() + "\n"
    width = min(shutil.get_terminal_size().columns, WIDTH)
    return report.to_text(color=sys.stdout.isatty(), width=width) + "\n"


def _write(given: Program, report: CheckReport, backup: bool) -> None:
    """The fixed files in the place of the old ones."""
    fixed = dict(report.fixed_others)
    if report.fixed_source is not None:
        fixed[report.file] = report.fixed_source
    changed = [file for file in given.files if fixed.get(file.file, file.text) != file.text]
    if not changed:
        click.echo("nothing was changed: there is no verified fix", err=True)
    contents = [file.encoded(fixed[file.file]) for file in changed]
    for file in changed:
        if file.path is None or file.path.read_bytes() != file.encoded(file.text):
            raise InputError(f"`{file.file}` was changed while it was checked; check it again")
    for file, content in zip(changed, contents, strict=True):
        assert file.path is not None
        _replace(file.path.resolve(), content, backup)  # the file itself, not a link to it
        kept = f"; the old one is `{file.name}.bak`" if backup else ""
        click.echo(f"`{file.file}` was changed{kept}", err=True)


def _replace(path: Path, content: bytes, backup: bool) -> None:
    mode = path.stat().st_mode & 0o7777
    if backup:
        beside = path.with_name(f"{path.name}.bak")
        write_whole(beside, path.read_bytes())
        beside.chmod(mode)
    write_whole(path, content)
    path.chmod(mode)
