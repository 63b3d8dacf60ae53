"""What every benchmark shares: arguments, both cores, one Markdown table to the terminal and into docs/benchmarks.md.

arguments     --seeds N
spread        one function over many items, on every core, with progress on standard error
Section       title, criterion, table, notes
publish       print a section; a run with every seed also writes it between its markers in docs/benchmarks.md
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

REPORT = Path(__file__).parents[1] / "docs" / "benchmarks.md"
TITLE = "# Benchmarks\n\nWritten by the scripts in `benchmarks/`, each its own section.\n"
WHERE = ("/proc/cpuinfo", "model name")  # Linux names the processor here
# Each process is one thread. A spawned one reads these before it loads NumPy, a forked one would come too late.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

Item = TypeVar("Item")
Result = TypeVar("Result")


def arguments(description: str, seeds: int) -> argparse.Namespace:
    """The command line; `.seeds` is how many, `.whole` whether those are all."""
    parser = argparse.ArgumentParser(description=description.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=seeds, help=f"fewer than {seeds}, to shorten")
    given = parser.parse_args()
    given.whole = given.seeds >= seeds
    return given


def spread(
    function: Callable[[Item], Result], items: Iterable[Item], label: str = ""
) -> list[Result]:
    """`function` of each item, in their order, computed on every core."""
    todo = list(items)
    os.environ.update(ONE_THREAD)
    chunk = max(1, min(50, len(todo) // 100))
    results: list[Result] = []
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for result in pool.map(function, todo, chunksize=chunk):
            results.append(result)
            _progress(label, len(results), len(todo))
    return results


@dataclass(frozen=True)
class Section:
    """One benchmark's part of the report."""

    name: str  # of its markers
    title: str
    criterion: str  # what was run and what counts, one paragraph
    header: Sequence[str]
    rows: Sequence[Sequence[object]]
    notes: str = ""
    texts: int = 1  # so many columns hold text: flush left, the others right
    packages: Sequence[str] = ()  # whose versions matter besides NumPy's

    def __str__(self) -> str:
        table = markdown(self.header, self.rows, self.texts)
        parts = [f"## {self.title}", self.criterion, table, self.notes, machine(self.packages)]
        return "\n\n".join(part for part in parts if part)


def publish(section: Section, whole: bool) -> None:
    """Print the section, and write it into the report if the run was a whole one."""
    print(section)
    if whole:
        _replace(section.name, str(section))
    else:
        _say(f"shortened: {REPORT.name} stays as it is\n")


def markdown(header: Sequence[str], rows: Sequence[Sequence[object]], texts: int) -> str:
    """A Markdown table."""
    ruler = ["---"] * texts + ["---:"] * (len(header) - texts)
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in (header, ruler, *rows))


def machine(packages: Sequence[str]) -> str:
    """Processor and versions, one line; what is not a Python package brings its version in its name."""
    python = f"Python {platform.python_version()}"
    known = [f"{name} {_version(name)}".strip() for name in ("backproof", "numpy", *packages)]
    return f"*{_processor()}, {os.cpu_count()} cores; {', '.join([python, *known])}.*"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _processor() -> str:
    path, key = WHERE
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    found = [line.partition(":")[2].strip() for line in lines if line.startswith(key)]
    return found[0] if found else platform.machine()


def _replace(section: str, text: str) -> None:
    """Put `text` between the section's markers, which are added at the end if they are missing."""
    begin, end = f"<!-- {section} -->", f"<!-- end of {section} -->"
    report = REPORT.read_text() if REPORT.exists() else TITLE
    if begin not in report:
        report += f"\n{begin}\n{end}\n"
    head, _, rest = report.partition(begin)
    _, _, tail = rest.partition(end)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(f"{head}{begin}\n{text}\n{end}{tail}")


def _progress(label: str, done: int, total: int) -> None:
    """One line that counts, or in a log ten."""
    if sys.stderr.isatty():
        _say(f"\r{label}: {done} of {total}" + "\n" * (done == total))
    elif done * 10 // total > (done - 1) * 10 // total:
        _say(f"{label}: {done} of {total}\n")


def _say(text: str) -> None:
    print(text, end="", file=sys.stderr, flush=True)
