"""What every renderer says alike: places, differences, what follows from what, the verdict."""

from __future__ import annotations

from math import isfinite
from pathlib import PurePath
from typing import NamedTuple

from backproof.diagnostic.finding import Finding, Line, Report, Span, Verdict

CHANGE = "change these lines"  # where no finding says it better


class Words(NamedTuple):
    """A verdict in plain words."""

    name: str
    meaning: str
    part: str  # what it is painted as


VERDICTS: dict[Verdict, Words] = {
    "correct": Words("correct", "every gradient is the true one", "right"),
    "wrong-gradient": Words("wrong gradient", "", "error"),
    "does-not-learn": Words("does not learn", "its gradients are right", "error"),
    "not-understood": Words("not understood", "nothing is said about the gradients", "warning"),
    "crashed": Words("crashed", "it stopped with an error of its own", "error"),
    "timed-out": Words("timed out", "it took longer than it was given", "warning"),
}


def place(span: Span) -> str:
    """`file:line:column`, or `file, cell 3, line 4`."""
    if span.cell is None:
        return f"{span.file}:{span.line}:{span.column}"
    return f"{span.file}, cell {span.cell}, line {span.line}"


def line_place(report: Report, line: Line | Span) -> str:
    """Where a line is, as short as it can be said in a report."""
    if line.cell is not None:
        return f"cell {line.cell}, line {line.line}"
    return str(line.line) if line.file == report.file else f"{_near(report, line.file)}:{line.line}"


def _near(report: Report, file: str) -> str:
    """Another file, as seen from the program's own folder."""
    folder, path = PurePath(report.file).parent, PurePath(file)
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)


def difference(value: float | None) -> str:
    """A relative difference, to the digit that matters."""
    if value is None or not isfinite(value):
        return "" if value is None else "not finite"
    return f"{value:.0e}" if 0 < value < 0.01 or value >= 1000 else f"{value:.2g}"


def origin(report: Report, cause: int) -> str:
    """What a finding follows from."""
    finding = report.findings[cause]
    where = line_place(report, finding.span)
    line = f"line {where}" if where.isdigit() else where
    name = f" (`{finding.name}`)" if finding.name else ""
    return f"follows from the {finding.severity} at {line}{name}; put that right first"


def assumed(report: Report) -> str:
    """What the table of lines takes for granted; empty for nothing."""
    parts = [f"the loss is {report.loss}"] if report.loss else []
    if report.step_line is not None:
        parts.append(f"a step begins at line {report.step_line}")
    return f"Here {', and '.join(parts)}." if parts else ""


def further(report: Report) -> str:
    """Where to read more about the kinds of mistakes; empty without findings."""
    codes = list(dict.fromkeys(finding.code for finding in report.findings))
    if len(codes) < 2:
        return "".join(f"`backproof explain {code}` says more." for code in codes)
    return f"`backproof explain CODE` says more about {', '.join(codes[:-1])} and {codes[-1]}."


def helps(report: Report) -> list[str]:
    """What to do, of all findings whose fix is verified, each sentence once."""
    found = [finding.help for finding in report.findings if is_verified(finding) and finding.help]
    return list(dict.fromkeys(found)) or [CHANGE]


def is_verified(finding: Finding) -> bool:
    """Whether a fix of it was run."""
    return finding.confidence == "verified" and bool(finding.edits)


def counted(count: int, thing: str) -> str:
    """1 error, 2 errors."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def verdict(report: Report) -> str:
    """The verdict in one sentence, with what was found."""
    words = VERDICTS[report.verdict]
    parts = [words.meaning, *_errors(report.findings), _warnings(report.findings)]
    said = "; ".join(part for part in parts if part)
    return f"{words.name}: {said}" if said else words.name


def _errors(findings: tuple[Finding, ...]) -> list[str]:
    errors = [finding for finding in findings if finding.severity == "error"]
    roots = [finding for finding in errors if finding.cause is None]
    fixed = sum(map(is_verified, roots))
    following = len(errors) - len(roots)
    return [
        f"{counted(len(roots), 'error')}, {_fixes(fixed, len(roots))}" if roots else "",
        f"{following} more {'follows' if following == 1 else 'follow'}" if following else "",
    ]


def _fixes(fixed: int, errors: int) -> str:
    if fixed == 0:
        return "without a verified fix"
    if fixed < errors:
        return f"{fixed} of them with a verified fix"
    return "with a verified fix" if errors == 1 else "each with a verified fix"


def _warnings(findings: tuple[Finding, ...]) -> str:
    warnings = sum(finding.severity == "warning" for finding in findings)
    return counted(warnings, "warning") if warnings else ""
