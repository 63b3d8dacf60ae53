"""Phase 1, for notebooks: the code cells as one program, and the way back into the notebook's own JSON.

    Notebook         the cells, joined, without what only IPython understands
    notebook_of()    from the text of the file

Lines keep their numbers: a magic becomes `pass`, and code behind `%time` stays in its column.
"""

from __future__ import annotations

import json
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

from backproof.checking.source.lines import changes, with_lines
from backproof.diagnostic.source import CELL_BREAK, code_cells, join_cells, split_lines
from backproof.errors import InputError

HELP = "save it anew from Jupyter"
TIMED = ("time", "timeit", "prun", "memit", "mprun", "lprun", "capture")  # magics around code

_TIMED_LINE = re.compile(rf"(\s*)(%(?:{'|'.join(TIMED)})\s+(?:-\w+\s*\d*\s+)*)(\S.*)$")
_ASSIGNED = re.compile(r"(\s*[\w.,\[\] ]+=\s*)(!.*|%(\w+)\s*(.*))$")
_MAGIC = re.compile(r"(\s*)(?:[%!?].*|[\w.\[\]'\"]+\?{1,2}\s*)$")
_FUTURE = re.compile(r"(\s*)from\s+__future__\s+import\b.*$")


@dataclass(frozen=True)
class Notebook:
    """The code cells of a notebook."""

    text: str  # the JSON, as it is in the file
    cells: tuple[str, ...]

    @cached_property
    def source(self) -> str:
        """The program: the cells joined, their lines' ends made one."""
        return join_cells("\n".join(plain_lines(cell)) for cell in self.cells)

    @cached_property
    def starts(self) -> list[int]:
        """The line of `source` with which each cell begins."""
        sizes = [len(split_lines(cell)) + 1 for cell in self.cells]
        return [1, *(1 + total for total in accumulate(sizes))]

    def place(self, line: int) -> tuple[int, int]:
        """The cell, from 1, and the line in it, of a line of `source`."""
        cell = max((i for i, start in enumerate(self.starts[:-1]) if start <= line), default=0)
        return cell + 1, line - self.starts[cell] + 1

    def line(self, cell: int, line: int) -> int:
        """The line of `source` at a line of a cell, both from 1; 0 where there is none."""
        known = 1 <= cell <= len(self.cells) and 1 <= line <= len(split_lines(self.cells[cell - 1]))
        return self.starts[cell - 1] + line - 1 if known else 0

    def with_source(self, source: str) -> str:
        """The notebook's own text, with the lines that differ in `source`."""
        old, new = self.source.split(CELL_BREAK), source.split(CELL_BREAK)
        if len(old) != len(new):
            raise InputError("the fix leads across the cells of the notebook; make it by hand")
        changed = {
            number: with_lines(cell, _restored(cell, before, after))
            for number, (cell, before, after) in enumerate(zip(self.cells, old, new, strict=True))
            if before != after
        }
        return _with_cells(self.text, changed)


def notebook_of(text: str, file: str) -> Notebook:
    """The notebook in a file.

    Raises:
        InputError: it is none, or not one in Python.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f" in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(f"`{file}` is no notebook: its JSON is damaged{where}; {HELP}") from None
    if isinstance(found, dict) and "worksheets" in found:
        raise InputError(f"`{file}` is a notebook of an old format; {HELP}")
    cells = code_cells(text)
    if cells is None:
        raise InputError(f"`{file}` is no notebook: it has no list of cells; {HELP}")
    language = _language(found)
    if language not in ("", "python"):
        raise InputError(f"`{file}` is a notebook in {language}; needed is one in Python")
    return Notebook(text, tuple(cells))


def _language(found: dict[str, Any]) -> str:
    metadata = found.get("metadata")
    kernel = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    language = kernel.get("language", "") if isinstance(kernel, dict) else ""
    return str(language).lower().rstrip("0123456789. ")


# what only IPython understands ------------------------------------------------------------


def plain_lines(cell: str) -> list[str]:
    """The lines of a cell as Python, as many as there are."""
    lines = split_lines(cell)
    first = next((i for i, line in enumerate(lines) if line.strip()), None)
    if first is not None and lines[first].lstrip().startswith("%%"):
        if not lines[first].lstrip("% \t").startswith(TIMED):
            return ["#" + line for line in lines]
        lines[first] = "pass"
    out: list[str] = []
    continued = False
    for line in lines:
        magic = continued or _is_magic(line)
        if magic and (continued or not _is_open(out)):
            changed = "pass" if continued else _as_python(line)
            continued = changed != line and line.rstrip().endswith("\\")
            line = changed.rstrip("\\") if continued else changed
        else:
            continued = False
        out.append(line)
    return out


def _is_magic(line: str) -> bool:
    return any(pattern.match(line) for pattern in (_ASSIGNED, _MAGIC, _FUTURE))


def _is_open(lines: list[str]) -> bool:
    """Whether a bracket or a text of several lines is open at the end."""
    if lines and lines[-1].endswith("\\"):
        return True
    source = iter([line + "\n" for line in lines])
    try:
        for _ in tokenize.generate_tokens(lambda: next(source, "")):
            pass
    except tokenize.TokenError as error:
        return "multi-line" in str(error) or "triple-quoted" in str(error)
    except SyntaxError:
        pass
    return False


def _as_python(line: str) -> str:
    timed = _TIMED_LINE.match(line)
    if timed:  # the code runs, in its column
        return timed[1] + "pass;".ljust(len(timed[2])) + timed[3]
    assigned = _ASSIGNED.match(line)
    if assigned:
        if assigned[3] in TIMED and assigned[4]:
            return assigned[1] + " " * (assigned.start(4) - assigned.start(2)) + assigned[4]
        return f"{assigned[1]}[]"
    magic = _MAGIC.match(line) or _FUTURE.match(line)
    return f"{magic[1]}pass" if magic else line


def _restored(cell: str, before: str, after: str) -> str:
    """The changed lines of a cell, with the magics that were taken out put back."""
    own, old, new = split_lines(cell), before.split("\n"), after.split("\n")
    out: list[str] = []
    for a, b, c, d in changes(old, new):
        out += own[a:b] if old[a:b] == new[c:d] else new[c:d]
    return "\n".join(out)


# the JSON ---------------------------------------------------------------------------------

_WHITE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(strict=False)


@dataclass(frozen=True)
class _Node:
    """A value of the JSON, and where it stands."""

    value: Any  # a dictionary or list of nodes, or a plain value
    start: int
    stop: int


def _skip(text: str, at: int) -> int:
    found = _WHITE.match(text, at)
    return found.end() if found else at


def _node(text: str, at: int) -> _Node:
    start = at = _skip(text, at)
    if text[at] not in "[{":
        value, stop = _DECODER.raw_decode(text, at)
        return _Node(value, start, stop)
    named = text[at] == "{"
    members: dict[str, _Node] = {}
    items: list[_Node] = []
    at = _skip(text, at + 1)
    while text[at] not in "]}":
        if named:
            key, at = _DECODER.raw_decode(text, at)
            members[key] = item = _node(text, _skip(text, at) + 1)  # behind the colon
        else:
            item = _node(text, at)
            items.append(item)
        at = _skip(text, item.stop)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return _Node(members if named else items, start, at + 1)


def _with_cells(text: str, changed: dict[int, str]) -> str:
    """The JSON with another text in some of the code cells, counted from 0, and the rest untouched."""
    cells = [
        cell.value["source"]
        for cell in _node(text, 0).value["cells"].value
        if cell.value["cell_type"].value == "code"
    ]
    for number in sorted(changed, reverse=True):
        source = cells[number]
        written = _dumped(text, source, changed[number])
        text = text[: source.start] + written + text[source.stop :]
    return text


def _dumped(text: str, source: _Node, cell: str) -> str:
    """The JSON of a cell's new text, written as the old one is."""
    plain = text.isascii()
    if not isinstance(source.value, list):
        return json.dumps(cell, ensure_ascii=plain)
    old = [item.value for item in source.value]
    new = re.findall(r"[^\n]*\n|[^\n]+", cell)
    items: list[str] = []
    for a, b, c, d in changes(old, new):
        if old[a:b] == new[c:d]:
            items += [text[item.start : item.stop] for item in source.value[a:b]]
        else:
            items += [json.dumps(line, ensure_ascii=plain) for line in new[c:d]]
    before, between, after = _layout(text, source)
    return f"[{before}{between.join(items)}{after}]" if items else "[]"


def _layout(text: str, source: _Node) -> Iterator[str]:
    """What stands before, between and behind the items of a list."""
    if not source.value:
        yield from ("", ", ", "")
        return
    first, last = source.value[0], source.value[-1]
    before = text[source.start + 1 : first.start]
    yield before
    yield text[first.stop : source.value[1].start] if len(source.value) > 1 else "," + before
    yield text[last.stop : source.stop - 1]
