"""Table files: CSV, TSV and Parquet, read by Polars, with messages that name the place.

Rows are counted from 1, the first one below the header.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from backproof.errors import InputError, UnknownNameError
from backproof.values import listed

if TYPE_CHECKING:
    import polars as pl

GAPS = ["", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "?"]
SEPARATORS = ",;\t|"
DECIMAL = r"^\s*([+-]?\d+)(?:,(\d+))?\s*$"  # a number with a decimal comma, or a whole one
READERS = {".csv": "text", ".tsv": "text", ".txt": "text", ".parquet": "parquet", ".pq": "parquet"}


def read_table(path: str | Path, header: bool | None = None) -> dict[str, npt.NDArray[Any]]:
    """The columns of a table file by name, each (n,).

    Args:
        header: whether a text file's first line holds the names; None: unless all of it is numbers. Without a header
            the columns are called column_1, column_2, ...

    Raises:
        InputError: the file is missing, empty, damaged or of an unknown kind.
    """
    file = Path(path)
    kind = READERS.get(file.suffix.lower())
    content = _content(file)
    if kind is None:
        raise InputError(
            f"`{file}` ends with '{file.suffix}'; tables are read from {', '.join(READERS)} files"
        )
    frame = _parquet(file, content) if kind == "parquet" else _text(file, content, header)
    if frame.height == 0:
        raise InputError(f"`{file}` has a header but no rows; at least two rows are needed")
    return {name: frame[name].to_numpy() for name in frame.columns}


def choose(columns: Sequence[str], asked: Sequence[str], what: str) -> list[str]:
    """Column names from names or positions (1 is the first column, -1 the last).

    Raises:
        UnknownNameError: neither a name nor a position of the table.
    """
    return [_column(columns, name, what) for name in asked]


def _column(columns: Sequence[str], name: str, what: str) -> str:
    if name in columns:
        return name
    try:
        position = int(name)
    except ValueError:
        raise UnknownNameError(f"a column of the table ({what})", name, columns) from None
    if position == 0 or abs(position) > len(columns):
        raise InputError(
            f"{what} {position}: the table has {len(columns)} columns ({listed(columns)}); "
            f"positions are 1 to {len(columns)}, or -1 for the last"
        )
    return columns[position - 1 if position > 0 else position]


def _content(file: Path) -> bytes:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise InputError(f"there is no file `{file}`") from None
    except OSError as error:
        raise InputError(f"cannot read `{file}`: {error.strerror}") from None
    if not content.strip():
        raise InputError(f"`{file}` is empty; a header line and at least two rows are needed")
    return content


def _parquet(file: Path, content: bytes) -> pl.DataFrame:
    import polars as pl

    try:
        return pl.read_parquet(io.BytesIO(content))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(f"`{file}` is not a readable Parquet file: {error}") from None


def _text(file: Path, content: bytes, header: bool | None) -> pl.DataFrame:
    import polars as pl

    text = _decoded(file, content)
    first = text.lstrip("\n\r").split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    names = next(csv.reader([first.strip("\r")], delimiter=separator))
    if header is None:
        header = not all(_is_number(name) for name in names)
    if header:
        _check_header(file, names)
    try:
        frame = pl.read_csv(
            io.BytesIO(text.encode()),
            separator=separator,
            has_header=header,
            infer_schema_length=None,
            null_values=GAPS,
        )
    except pl.exceptions.PolarsError as error:
        raise InputError(_complaint(file, text, separator, str(error))) from None
    return _with_decimal_points(frame.rename(lambda name: name.strip()))


def _with_decimal_points(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns of texts like `1,5` as numbers; one with a stray text in it stays text, and is complained of as such."""
    return frame.with_columns([_decimal_points(column) for column in frame])


def _decimal_points(column: pl.Series) -> pl.Series:
    import polars as pl

    if column.dtype != pl.String or not column.drop_nulls().len():
        return column
    share = column.str.contains(DECIMAL).mean()
    if not isinstance(share, float) or share < 0.5:
        return column
    points = column.str.replace(DECIMAL, "$1.$2")
    return points.str.strip_chars().cast(pl.Float64) if share == 1 else points


def _check_header(file: Path, names: Sequence[str]) -> None:
    stripped = [name.strip() for name in names]
    for position, name in enumerate(stripped, start=1):
        if stripped.count(name) > 1:
            raise InputError(
                f"`{file}` has two columns called `{name}`; every column needs its own name"
            )
        if not name:
            raise InputError(
                f"`{file}` has no name for column {position}; give it one in the first line"
            )


def _decoded(file: Path, content: bytes) -> str:
    if b"\x00" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"`{file}` is a binary file, not a table in text")
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252", "latin-1"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"`{file}` is not readable as text; save it as UTF-8")


def _complaint(file: Path, text: str, separator: str, reason: str) -> str:
    """What is wrong with a file that Polars could not read: the first line of another length, or its own words."""
    lines = csv.reader(io.StringIO(text), delimiter=separator)
    width = len(next(lines))
    for row in lines:
        if len(row) > width:
            return (
                f"`{file}` has {len(row)} values in line {lines.line_num}, but {width} columns; "
                "every line needs one value for each column"
            )
    return f"`{file}` cannot be read as a table: {reason.splitlines()[0]}"


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False
