"""The verified fix as a patch, for `patch -p1` and `git apply`."""

from __future__ import annotations

import re
from pathlib import PurePath

from backproof.diagnostic.finding import Report
from backproof.diagnostic.source import code_cells, is_notebook

NO_END = "\n\\ No newline at end of file\n"

_QUOTED = re.compile(r'[\x00-\x1f"\\\x7f]')  # what the name of a file cannot hold as it is


def render(report: Report) -> str:
    """A unified diff from the person's files to the fixed ones, with its last end of line; empty if there is none.

    It is also empty for a notebook whose own text the report does not hold.
    """
    fixed = report.fixed_source
    if fixed is None or (is_notebook(report.file) and code_cells(report.source) is None):
        return ""
    name = _name(report.file)
    patches = [_patch(name, report.source, fixed)]
    texts = dict(report.others)
    for file, text in report.fixed_others:
        beside = PurePath(file).relative_to(PurePath(report.file).parent)
        patches.append(_patch((PurePath(name).parent / beside).as_posix(), texts[file], text))
    return "".join(patches)


def _patch(name: str, before: str, after: str) -> str:
    from difflib import unified_diff

    lines = unified_diff(_lines(before), _lines(after), _path("a", name), _path("b", name))
    return "".join(line if line.endswith("\n") else line + NO_END for line in lines)


def _lines(text: str) -> list[str]:
    """With their ends; to both programs a carriage return is a character like any other."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _name(file: str) -> str:
    """A path that can stand behind `a/`: what leads out of the folder is left out."""
    path = PurePath(file)
    return path.name if path.is_absolute() or ".." in path.parts else path.as_posix()


def _path(side: str, name: str) -> str:
    """The path as a header has it; a tab ends a name with blanks."""
    path = f"{side}/{name}"
    if _QUOTED.search(path):
        return '"' + _QUOTED.sub(lambda found: f"\\{ord(found.group()):03o}", path) + '"'
    return path + "\t" if " " in path else path
