"""From results to a table by kind and a list of failures."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))  # what all benchmarks share
from tables import Section, machine, markdown

ORIGINAL = "(originals)"
NONE = "–"
HEADER = (
    "kind",
    "mutants",
    "detected",
    "first line right",
    "repaired",
    "median s",
    "random repair",
    "gradient check",
    "harmless",
    "accused",
    "disputed",
    "accused ",
)


@dataclass(frozen=True)
class Result:
    """One program, what is true of it and what the command said."""

    name: str
    program: str
    kind: str
    truth: str  # harmful, equivalent, disputed
    reason: str
    line: int
    accept: tuple[int, ...]
    says: str
    verdict: str
    accused: bool
    first_line_right: bool
    repaired: bool
    seconds: float
    got: str  # the first error, in words
    repair: str  # what became of the fix
    problems: tuple[str, ...]
    gradient_check: bool = False
    random_repair: bool | None = None


def rows(results: list[Result], kinds: Iterable[str]) -> list[list[str]]:
    """One row for each kind that occurs, and all together."""
    found = []
    for kind in [*kinds, ORIGINAL]:
        of_kind = [result for result in results if result.kind == kind]
        if of_kind:
            found.append(row(kind, of_kind))
    return [*found, row("**all**", results)]


def table(results: list[Result], kinds: Iterable[str]) -> str:
    return markdown(HEADER, rows(results, kinds), 1)


def section(results: list[Result], kinds: Iterable[str], seen: set[str]) -> Section:
    """For docs/benchmarks.md: the table, the shares, and how each mutant fared that did not fare well."""
    fresh = [r for r in results if r.name not in seen]
    parts = [("All of them", results)]
    if seen:
        parts.append(("Those whose answers had led to no change of the checker", fresh))
    shares = [f"{name}:\n\n{listed(totals(part))}" for name, part in parts]
    what = "Each that was missed, named at another line or not mended:\n\n"
    return Section(
        "check",
        "Mistakes put into correct programs",
        CRITERION,
        HEADER,
        rows(results, kinds),
        "\n\n".join([*shares, what + listed(failures(results).replace("\n    ", ": "))]),
    )


CRITERION = """`benchmarks/check/run.py`: one mistake is put into a copy of one of the correct programs in `benchmarks/check/programs`, the copy
goes through `backproof check`, and the answer is compared with what was done to it. Whether a mutant is harmful, and whether its fix is
one, is told by the moves of its weights beside the original's, not by the checker. What the columns mean is in
`benchmarks/check/README.md`."""


def listed(lines: str) -> str:
    told = [line for line in lines.split("\n") if line and not line.endswith(f"0 of 0, {NONE}")]
    return "\n".join(f"- {line}" for line in told)


def is_detected(result: Result) -> bool:
    """Whether it is called a wrong gradient, or the reason why the program does not learn, at the right line."""
    named = result.verdict == "does-not-learn" and result.first_line_right
    return result.verdict == "wrong-gradient" or named


def row(name: str, results: list[Result]) -> list[str]:
    harmful, harmless, disputed = (
        [r for r in results if r.truth == truth] for truth in ("harmful", "equivalent", "disputed")
    )
    searched = [r for r in harmful if r.random_repair is not None]
    return [
        name,
        count(harmful),
        count([r for r in harmful if is_detected(r)], harmful),
        count([r for r in harmful if r.first_line_right], harmful),
        count([r for r in harmful if r.repaired], harmful),
        f"{statistics.median(r.seconds for r in results):.1f}",
        count([r for r in searched if r.random_repair], searched),
        count([r for r in harmful if r.gradient_check], harmful),
        count(harmless),
        count([r for r in harmless if r.accused], harmless),
        count(disputed),
        count([r for r in disputed if r.accused], disputed),
    ]


def count(some: list[Result], of: list[Result] | None = None) -> str:
    """How many, and a dash where there could be none."""
    return NONE if of == [] or (of is None and not some) else str(len(some))


def totals(results: list[Result]) -> str:
    """The shares that matter, in a line each."""
    harmful = [r for r in results if r.truth == "harmful"]
    harmless = [r for r in results if r.truth == "equivalent"]
    searched = [r for r in harmful if r.random_repair is not None]
    lines = [
        share("detected", [r for r in harmful if is_detected(r)], harmful),
        share("first line right", [r for r in harmful if r.first_line_right], harmful),
        share("repaired", [r for r in harmful if r.repaired], harmful),
        share("falsely accused", [r for r in harmless if r.accused], harmless),
        share(
            "random repair, the same seconds", [r for r in searched if r.random_repair], searched
        ),
        share(
            "gradient check of the first step", [r for r in harmful if r.gradient_check], harmful
        ),
    ]
    return "\n".join(lines)


def share(name: str, some: list[Result], of: list[Result]) -> str:
    percent = f"{100 * len(some) / len(of):.1f} %" if of else NONE
    return f"{name}: {len(some)} of {len(of)}, {percent}"


def failures(results: list[Result]) -> str:
    """Each result that is not as it should be, with its reason."""
    found = [(result, why) for result in results for why in reasons(result)]
    lines = [f"{r.name} (line {r.line}: {r.says})\n    {why}" for r, why in found]
    return "\n".join(lines)


def reasons(result: Result) -> list[str]:
    """What is wrong with one result; empty if nothing is."""
    found = [f"broken promise: {problem}" for problem in result.problems]
    if result.truth == "harmful":
        if not is_detected(result):
            found.append(f"not detected: {result.verdict}")
        elif not result.first_line_right:
            lines = ", ".join(map(str, result.accept))
            got = (
                f"wrong line: {result.got}" if result.got else "no line: a verdict without an error"
            )
            found.append(f"{got}; right would be {lines}")
        if is_detected(result) and not result.repaired:
            found.append(f"not repaired: {result.repair}")
    if result.truth == "equivalent" and result.accused:
        found.append(f"falsely accused: {result.got or result.verdict} ({result.reason})")
    return found


def whole(results: list[Result], kinds: Iterable[str]) -> str:
    parts = [table(results, kinds), totals(results), machine(()), failures(results)]
    return "\n\n".join(part for part in parts if part)
