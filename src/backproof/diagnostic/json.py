"""A report as one JSON object, for other programs."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any

from backproof.diagnostic.finding import Edit, Finding, Line, Report


def render(report: Report) -> str:
    """The report as JSON, without a last end of line; a number that is not finite is null."""
    found = {
        "file": report.file,
        "verdict": report.verdict,
        "loss": report.loss,
        "step_line": report.step_line,
        "lines": [_line(line) for line in report.lines],
        "findings": [_finding(finding) for finding in report.findings],
        "fixed_source": report.fixed_source,
    }
    return json.dumps(found, indent=2, allow_nan=False)


def _line(line: Line) -> dict[str, Any]:
    value = line.difference
    return {
        "file": line.file,
        "cell": line.cell,
        "line": line.line,
        "name": line.name,
        "is": line.is_,
        "agrees": bool(line.agrees),
        "difference": float(value) if value is not None and isfinite(value) else None,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    span = finding.span
    return {
        "code": finding.code,
        "severity": finding.severity,
        "file": span.file,
        "cell": span.cell,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "name": finding.name,
        "message": finding.message,
        "cause": finding.cause,
        "confidence": finding.confidence,
        "edits": [_edit(edit) for edit in finding.edits],
    }


def _edit(edit: Edit) -> dict[str, Any]:
    return {
        "file": edit.file,
        "cell": edit.cell,
        "start_line": edit.start_line,
        "end_line": edit.end_line,
        "before": edit.before,
        "after": edit.after,
    }
