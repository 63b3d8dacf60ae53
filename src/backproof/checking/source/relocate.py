"""From lines of the analysed source to the person's own: cells of a notebook, other files; and findings in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backproof.checking.source.read import Program
from backproof.diagnostic.finding import Edit, Finding, Line, Span


def ordered(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Errors first, each group as it was; `cause` goes along."""
    order = sorted(range(len(findings)), key=lambda i: findings[i].severity != "error")
    place = {old: new for new, old in enumerate(order)}
    return tuple(
        replace(findings[i], cause=None if (cause := findings[i].cause) is None else place[cause])
        for i in order
    )


def with_verified(source: str, findings: Sequence[Finding]) -> str | None:
    """The source with every verified edit; None if there is none."""
    edits = {
        edit for finding in findings if finding.confidence == "verified" for edit in finding.edits
    }
    lines = source.split("\n")
    for edit in sorted(edits, key=lambda edit: (edit.start_line, edit.end_line), reverse=True):
        after = edit.after.split("\n") if edit.after else []
        lines[edit.start_line - 1 : edit.end_line] = after
    return "\n".join(lines) if edits else None


def finding_at_home(finding: Finding, program: Program) -> Finding:
    """A finding with every place in the person's own lines."""
    return replace(
        finding,
        span=_span(finding.span, program),
        labels=tuple(replace(label, span=_span(label.span, program)) for label in finding.labels),
        edits=tuple(_edit(edit, program) for edit in finding.edits),
    )


def line_at_home(line: Line, program: Program) -> Line:
    """A line of the backward pass, likewise."""
    if line.file != program.file:
        return line
    file, cell, number = program.place(line.line)
    return replace(line, file=file, cell=cell, line=number)


def _span(span: Span, program: Program) -> Span:
    if span.file != program.file:
        return span
    file, cell, line = program.place(span.line)
    end = line + span.end_line - span.line
    return replace(span, file=file, cell=cell, line=line, end_line=end)


def _edit(edit: Edit, program: Program) -> Edit:
    if edit.file != program.file:
        return edit
    file, cell, line = program.place(edit.start_line)
    end = line + edit.end_line - edit.start_line
    return replace(edit, file=file, cell=cell, start_line=line, end_line=end)
