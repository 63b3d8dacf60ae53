"""A report for the terminal.

    Measured 24 training steps, ...                                          the summary

      line  value   is                                   difference          what each line really is
      25    delta3  -1 * dCE/d(layer2 * theta2)  correct  4e-11

    error[update-without-input]: the step of `theta2` leaves out `layer2`    the findings: see `excerpt`
      --> parity.py:27:32
       |
    27 |         theta2 += learn_rate * delta3
       |                                ^^^^^^ (1, 1), broadcast to (4, 1)

    help: multiply each update by its layer's input                          one fix for all of them
    27 -         theta2 += learn_rate * delta3
    27 +         theta2 += learn_rate * layer2.T.dot(delta3)
       = verified on a copy: 24 of 24 steps agree

    wrong gradient: 1 error, with a verified fix                             the verdict

What is not there is left out; a traceback comes before the findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from backproof.diagnostic.edits import Change, changes, verified_changes
from backproof.diagnostic.excerpt import excerpt, pointers
from backproof.diagnostic.finding import Finding, Line, Report
from backproof.diagnostic.layout import harmless, wrap
from backproof.diagnostic.paint import Page
from backproof.diagnostic.rows import draw_rows
from backproof.diagnostic.source import sources_of, split_lines
from backproof.diagnostic.table import Cell, draw_table
from backproof.diagnostic.words import (
    VERDICTS,
    assumed,
    difference,
    further,
    helps,
    is_verified,
    line_place,
    origin,
    place,
    verdict,
)

NARROWEST = 40  # columns; less is taken for this
SIGNS = {"-": "removed", "+": "added"}


def render(report: Report, *, color: bool, width: int = 80) -> str:
    """The report as text, without a last end of line.

    No line is wider than `width` columns, but for source, tracebacks and the names of files.
    """
    page = _page(report, color, max(width, NARROWEST))
    findings = sorted(report.findings, key=lambda finding: finding.severity != "error")
    parts: list[Iterable[str]] = [
        wrap(f"{report.summary} {assumed(report)}", page.width),
        _traceback(page, report),
        _table(page, report),
        *(_finding(page, report, finding) for finding in findings),
        _fix(page, report),
        _tried(page, report),
        wrap(further(report), page.width),
        _verdict(page, report),
    ]
    blocks = ["\n".join(part) for part in parts]
    return "\n\n".join(block for block in blocks if block)


def _page(report: Report, color: bool, width: int) -> Page:
    """A gutter for the longest number of a line that can be shown."""
    sources = sources_of(report)
    spans = [pointer.span for finding in report.findings for pointer in pointers(finding)]
    numbers = [span.end_line for span in spans if sources.lines(span.file, span.cell)]
    edits = [edit for finding in report.findings for edit in finding.edits]
    numbers += [change.number for change in changes(edits)]
    return Page(sources, width, len(str(max(numbers, default=1))), color)


def _traceback(page: Page, report: Report) -> Iterator[str]:
    for line in split_lines((report.traceback or "").rstrip()):
        yield page.paint(harmless(line), "dim")


def _table(page: Page, report: Report) -> Iterator[str]:
    if report.lines:
        headings = [Cell(text, "dim") for text in ("line", "value", "is", "", "difference")]
        yield from draw_table(page, [headings, *(_row(report, line) for line in report.lines)])


def _row(report: Report, line: Line) -> list[Cell]:
    where = line_place(report, line)
    return [
        Cell(where, flush_right=where.isdigit()),
        Cell(line.name),
        Cell(line.is_) if line.is_ or line.agrees else Cell("no derivative", "dim"),
        Cell("correct", "good") if line.agrees else Cell("wrong", "error"),
        Cell(difference(line.difference)),
    ]


def _finding(page: Page, report: Report, finding: Finding) -> Iterator[str]:
    """One finding; shorter if it merely follows from another."""
    yield from _header(page, finding)
    if finding.cause is not None:
        yield page.arrow(place(finding.span))
        yield from page.note(origin(report, finding.cause))
        return
    yield from excerpt(page, pointers(finding))
    notes = list(_notes(page, finding))
    if notes:
        yield page.bar()
        yield from notes


def _header(page: Page, finding: Finding) -> Iterator[str]:
    head = f"{finding.severity}[{finding.code}]:"
    first, *others = wrap(finding.message, page.width, head + " ", "    ")
    yield page.paint(head, finding.severity) + page.paint(first[len(head) :], "strong")
    yield from (page.paint(line, "strong") for line in others)


def _notes(page: Page, finding: Finding) -> Iterator[str]:
    """What follows the excerpt: numbers, the chain rule, other sentences, help without a verified fix."""
    if finding.rows:
        yield from page.noted(draw_rows(finding.rows, page.room))
    if finding.rule:
        yield from page.note(f"chain rule: {finding.rule}")
    for note in finding.notes:
        yield from page.note(note)
    if finding.help and not is_verified(finding):
        yield from page.note(f"help: {finding.help}", "help")
    if finding.confidence == "plausible" and finding.edits:
        yield from page.note("not verified, but it fits the numbers:")
        yield from _changes(page, changes(finding.edits), finding.span.file)


def _fix(page: Page, report: Report) -> Iterator[str]:
    """All verified edits in one, and what became of the program with them."""
    listed = verified_changes(report)
    if listed:
        lines = wrap("\n".join(helps(report)), page.width, "help: ", "      ")
        yield from (page.paint(line, "help") for line in lines)
        yield from _changes(page, listed, report.file)
    for sentence in report.outcome:
        yield from page.note(sentence)


def _changes(page: Page, listed: Sequence[Change], file: str) -> Iterator[str]:
    """Lines that go and lines that come, under the place they are in where that is not plain."""
    shown: tuple[str, int | None] = (file, None)
    for change in listed:
        if (change.file, change.cell) != shown:
            shown = (change.file, change.cell)
            cell = "" if change.cell is None else f", cell {change.cell}"
            yield page.arrow(change.file + cell)
        line = f"{change.number:>{page.gutter}} {change.sign} {harmless(change.text)}"
        yield page.paint(line, SIGNS[change.sign])


def _tried(page: Page, report: Report) -> Iterator[str]:
    if report.tried:
        yield from wrap("What was tried, and what would settle it:", page.width)
        for sentence in report.tried:
            yield from wrap(sentence, page.width, "  - ", "    ")


def _verdict(page: Page, report: Report) -> Iterator[str]:
    part = VERDICTS[report.verdict].part
    yield from (page.paint(line, part) for line in wrap(verdict(report), page.width))
