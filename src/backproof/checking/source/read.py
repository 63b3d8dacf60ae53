"""Phase 1: the program as text, and the way back from a changed text to the person's own file.

Program            a program, decoded exactly, so that a changed one can be written with every other character kept
program_of(...)    from a path, a text, bytes or a function

What is analysed is `source`: its lines end in a newline alone; of a notebook it is the code cells, one after the other.
"""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from backproof.checking.source.lines import END, with_lines
from backproof.checking.source.modules import Joined, join
from backproof.checking.source.notebook import Notebook, notebook_of
from backproof.diagnostic.source import is_notebook
from backproof.errors import InputError

LARGEST = 32 << 20  # bytes
STDIN, STRING = "<stdin>", "<string>"
NAMELESS, NAMELESS_NOTEBOOK = (
    "program.py",
    "program.ipynb",
)  # what a program without a file finds as its own name

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")


class Spot(NamedTuple):
    """A line as the person counts it."""

    file: str
    cell: int | None
    line: int


@dataclass(frozen=True)
class Program:
    """A program, as it was given."""

    file: str  # as reports show it
    name: str  # of the file alone
    folder: Path | None  # where the program looks for its files
    text: str  # as the file holds it, decoded, without a byte-order mark
    source: str  # what is analysed and run
    encoding: str = "utf-8"
    mark: bytes = b""  # the byte-order mark
    path: Path | None = None  # where a fixed program is written
    notebook: Notebook | None = None
    joined: Joined | None = None  # with the person's other files

    def place(self, line: int) -> Spot:
        """Where a line of `source` stands for the person."""
        if self.notebook is not None:
            return Spot(self.file, *self.notebook.place(line))
        if self.joined is not None:
            file, number = self.joined.place(line)
            return Spot(file, None, number)
        return Spot(self.file, None, line)

    def line(self, text: str, option: str) -> int:
        """The line of `source` that a person means by `12`, or in a notebook by `3:2`, the cell and the line in it.

        Raises:
            InputError: it is no such line.
        """
        form = r"(\d+)" if self.notebook is None else r"(\d+):(\d+)"
        found = re.fullmatch(form, text.strip())
        if found is None:
            needed = (
                "a line, such as 12" if self.notebook is None else "a cell and a line, such as 3:2"
            )
            raise InputError(f"{option} is `{text}`; needed is {needed}")
        numbers = [int(number) for number in found.groups()]
        line = numbers[0]
        if self.notebook is not None:
            line = self.notebook.line(*numbers)
        elif self.joined is not None:
            line = self.joined.line(line)
        if not 1 <= line <= self.source.count("\n") + 1:
            raise InputError(f"{option} is `{text}`; `{self.file}` has no such line")
        return line

    @property
    def files(self) -> tuple[Program, ...]:
        """The program's own file, and the person's other files that are part of it."""
        return (self,) if self.joined is None else self.joined.files

    def alone(self) -> Program:
        """The program's own file without the others."""
        return self.files[0]

    def with_sources(self, source: str) -> dict[str, str]:
        """The texts of the files that differ in `source`, by their names."""
        if self.joined is not None:
            return self.joined.with_source(source)
        return {self.file: self.with_source(source)}

    def with_source(self, source: str) -> str:
        """The person's text with the lines that differ in `source`, and everything else as it is."""
        if self.joined is not None:
            return self.joined.with_source(source).get(self.file, self.text)
        if self.notebook is not None:
            return self.notebook.with_source(source)
        return with_lines(self.text, source)

    def encoded(self, text: str) -> bytes:
        """A text in the encoding of the file.

        Raises:
            InputError: the encoding has no such characters.
        """
        try:
            return self.mark + text.encode(self.encoding)
        except UnicodeEncodeError:
            raise InputError(
                f"the fix of `{self.file}` has characters that {self.encoding} lacks; save the file as UTF-8 first"
            ) from None


# from what was given ----------------------------------------------------------------------


def program_of(given: str | bytes | os.PathLike[str] | Callable[..., Any] | Program) -> Program:
    """The program that is meant.

    Args:
        given: a path; a text of more than one line, or bytes; or a function, which means the file that it is in.

    Raises:
        InputError: there is no such file, or it holds no text of a program.
    """
    if isinstance(given, Program):
        return given
    if isinstance(given, (bytes, bytearray)):
        return program_of_bytes(bytes(given), STRING)
    if isinstance(given, str) and "\n" in given:
        return program_of_bytes(given.encode("utf-8", "surrogatepass"), STRING)
    if isinstance(given, (str, os.PathLike)):
        return program_at(given)
    if callable(given):
        from backproof.checking.source.function import source_of

        return program_of(source_of(given))
    raise InputError(
        f"a {type(given).__name__} is no program; needed is a path, a text of several lines or a function"
    )


def program_at(given: str | os.PathLike[str]) -> Program:
    """The program in a file.

    Raises:
        InputError: there is no such file, or it holds no text of a program.
    """
    file = os.fspath(given)
    path = Path(file).expanduser()
    if path.is_dir():
        raise InputError(f"`{file}` is a folder; name the program in it")
    try:
        with open(path, "rb") as opened:
            content = opened.read(LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(
            f"there is no file `{file}`; needed is a Python program or a notebook"
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot read `{file}`: {reason}") from None
    program = program_of_bytes(content, file, path)
    joined = join(program, _module) if program.notebook is None else None
    return program if joined is None else replace(program, source=joined.source, joined=joined)


def _module(file: str, path: Path) -> Program:
    """One of the person's other files, by its name in reports."""
    try:
        return program_of_bytes(path.read_bytes(), file, path)
    except OSError as error:
        raise InputError(f"cannot read `{file}`: {error.strerror}") from None


def program_of_bytes(content: bytes, file: str, path: Path | None = None) -> Program:
    """The program in the content of a file.

    Args:
        content: what the file holds.
        file: its name in reports.
        path: where it is; None where it is not in a file.

    Raises:
        InputError: that is no text of a program.
    """
    if len(content) > LARGEST:
        raise InputError(f"`{file}` has more than {LARGEST >> 20} MiB; that is no program")
    mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    body = content[len(mark) :]
    _check_binary(body, file)
    encoding = "utf-8" if mark else _encoding(body, file)
    text = _decoded(body, encoding, file)
    encoding = encoding or ("latin-1" if text is None else "utf-8")
    text = body.decode(encoding) if text is None else text
    notebook = notebook_of(text, file) if is_notebook(file) or _looks_like_notebook(text) else None
    return Program(
        file=file,
        name=(NAMELESS if notebook is None else NAMELESS_NOTEBOOK) if path is None else path.name,
        folder=Path.cwd() if path is None else path.resolve().parent,
        text=text,
        source=END.sub("\n", text) if notebook is None else notebook.source,
        encoding=encoding,
        mark=mark,
        path=path,
        notebook=notebook,
    )


def _looks_like_notebook(text: str) -> bool:
    """A notebook from standard input has no name that tells."""
    return text.lstrip().startswith("{") and '"cells"' in text and '"nbformat"' in text


def _check_binary(body: bytes, file: str) -> None:
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError(
            f"`{file}` is written in UTF-16, which Python cannot read; save it as UTF-8"
        )
    if b"\0" in body:
        line = body.partition(b"\0")[0].count(b"\n") + 1
        raise InputError(
            f"`{file}` is no program: it is binary, with a zero byte in line {line}; needed is a Python program or a notebook"
        )


def _encoding(body: bytes, file: str) -> str:
    """What the first two lines say; empty where they say nothing.

    Raises:
        InputError: there is no such encoding.
    """
    for line in re.split(rb"\r\n|\r|\n", body, maxsplit=2)[:2]:
        found = _COOKIE.match(line)
        if found:
            name = re.sub(r"(?i)^(utf-?8|latin-?1)-.*", r"\1", found[1].decode("ascii", "replace"))
            try:
                codecs.lookup(name)
                return name
            except LookupError:
                raise InputError(
                    f"`{file}` says that its encoding is `{name}`, which Python does not know; utf-8 is the usual one"
                ) from None
        if not _BLANK.match(line):
            break
    return ""


def _decoded(body: bytes, encoding: str, file: str) -> str | None:
    """The text; None where no encoding is named and it is not the usual one.

    Raises:
        InputError: it is not in the encoding that it names.
    """
    try:
        return body.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if not encoding:
            return None
        line = body[: error.start].count(b"\n") + 1
        raise InputError(
            f"`{file}` is not in {encoding}, as it says: the byte {body[error.start]:#04x} in line {line} is no {encoding}"
        ) from None
    except (LookupError, ValueError):
        raise InputError(
            f"`{file}` says that its encoding is `{encoding}`, which is none of text"
        ) from None
