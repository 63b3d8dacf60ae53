"""A report as one fragment of HTML, for notebooks: no scripts, nothing loaded, readable in light, in dark and on a phone.

The text takes the colour and the background of what is around it. Colours of its own follow the theme of the notebook
where it has one, else that of the system.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import pairwise

from backproof.diagnostic.edits import Change, changes, verified_changes
from backproof.diagnostic.excerpt import marks_by_line, pointers
from backproof.diagnostic.finding import Finding, Line, Report, Row
from backproof.diagnostic.layout import harmless
from backproof.diagnostic.marks import Mark
from backproof.diagnostic.rows import aligned
from backproof.diagnostic.source import Sources, sources_of
from backproof.diagnostic.words import (
    VERDICTS,
    assumed,
    counted,
    difference,
    further,
    helps,
    is_verified,
    line_place,
    origin,
    place,
    verdict,
)

LIGHT = "--error:#b3261e;--warning:#8a5a00;--good:#1a7f37;--aside:#0b57d0"
DARK = "--error:#ff8a80;--warning:#f0b849;--good:#6fd388;--aside:#8ab4f8"

# how JupyterLab, VS Code and Colab mark their themes
LIGHT_THEMES = ('[data-jp-theme-light="true"]', ".vscode-light", 'html[theme="light"]')
DARK_THEMES = ('[data-jp-theme-light="false"]', ".vscode-dark", 'html[theme="dark"]')


def _under(themes: Iterable[str], rules: str) -> str:
    return ",".join(f"{theme} .backproof" for theme in themes) + "{" + rules + "}"


# `.backproof.backproof` outweighs a notebook's own rules for code and for the rows of tables
STYLE = f"""<style>
.backproof{{{LIGHT};color:inherit;background:transparent;line-height:1.45;max-width:56em;overflow-wrap:anywhere}}
@media (prefers-color-scheme:dark){{.backproof{{{DARK}}}}}
{_under(LIGHT_THEMES, LIGHT)}
{_under(DARK_THEMES, DARK)}
.backproof p{{margin:.4em 0}}
.backproof.backproof code,.backproof pre{{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.95em;color:inherit;background:none;padding:0;border:0}}
.backproof pre,.backproof .scroll{{overflow-x:auto;overflow-wrap:normal;margin:.4em 0}}
.backproof pre{{white-space:pre;line-height:1.45}}
.backproof table{{border-collapse:collapse;border:0;margin:0;font-size:inherit;color:inherit}}
.backproof.backproof tr:nth-child(n){{background:none}}
.backproof th,.backproof td{{text-align:left;white-space:nowrap;padding:.1em .9em .1em 0;border:0;background:none}}
.backproof td.number{{text-align:right;font-variant-numeric:tabular-nums;padding-right:.6em}}
.backproof .finding{{border-left:3px solid currentColor;padding-left:.8em;margin:1.2em 0}}
.backproof .source{{overflow-x:auto;overflow-wrap:normal;margin:.4em 0}}
.backproof .source code{{white-space:pre}}
.backproof .gutter{{display:inline-block;min-width:2.5em;padding-right:.8em;text-align:right;opacity:.6;user-select:none}}
.backproof .word{{padding-left:3.3em;overflow-wrap:anywhere}}
.backproof mark{{color:inherit;background:none;border-bottom:2px solid;font-weight:bold}}
.backproof mark.aside{{font-weight:inherit;border-bottom-style:dotted}}
.backproof .error{{color:var(--error)}}
.backproof .warning{{color:var(--warning)}}
.backproof .good,.backproof ins{{color:var(--good)}}
.backproof .aside{{color:var(--aside)}}
.backproof del{{color:var(--error)}}
.backproof del,.backproof ins{{text-decoration:none;background:none}}
.backproof .faint{{opacity:.7}}
</style>"""


def render(report: Report) -> str:
    """The report as a `<div>`, its style in it."""
    sources = sources_of(report)
    findings = sorted(report.findings, key=lambda finding: finding.severity != "error")
    parts: list[Iterable[str]] = [
        [STYLE, _paragraph(f"{report.summary} {assumed(report)}")],
        [f"<pre>{_text(report.traceback.rstrip())}</pre>"] if report.traceback else [],
        _table(report),
        *(_finding(report, sources, finding) for finding in findings),
        _fix(report),
        _tried(report),
        [_paragraph(further(report))],
        [_verdict(report)],
    ]
    lines = [line for part in parts for line in part if line]
    return "\n".join(['<div class="backproof">', *lines, "</div>"])


def _text(text: str) -> str:
    return escape(harmless(text))


def _prose(text: str) -> str:
    """A sentence, what stands in backticks as code."""
    return re.sub(r"`([^`\n]+)`", r"<code>\1</code>", _text(text))


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>" if text else ""


def _paragraph(text: str, kind: str = "") -> str:
    attribute = f' class="{kind}"' if kind else ""
    return f"<p{attribute}>{_prose(text)}</p>" if text.strip() else ""


def _table(report: Report) -> Iterator[str]:
    if report.lines:
        headings = "".join(f"<th>{name}</th>" for name in ("line", "value", "is", "", "difference"))
        yield f'<div class="scroll"><table><tr>{headings}</tr>'
        yield from (_line(report, line) for line in report.lines)
        yield "</table></div>"


def _line(report: Report, line: Line) -> str:
    unnamed = "" if line.agrees else '<span class="faint">no derivative</span>'
    kind, word = ("good", "correct") if line.agrees else ("error", "wrong")
    return (
        f'<tr><td class="number">{_text(line_place(report, line))}</td><td>{_code(line.name)}</td>'
        f'<td>{_code(line.is_) or unnamed}</td><td class="{kind}">{word}</td>'
        f"<td>{difference(line.difference)}</td></tr>"
    )


def _finding(report: Report, sources: Sources, finding: Finding) -> Iterator[str]:
    """One finding; shorter if it merely follows from another."""
    kind = f'<strong class="{finding.severity}">{_text(f"{finding.severity}[{finding.code}]")}</strong>'
    yield f'<div class="finding"><p>{kind}: <strong>{_prose(finding.message)}</strong></p>'
    yield _paragraph(place(finding.span), "faint")
    if finding.cause is None:
        yield from _excerpt(report, sources, finding)
        yield from _notes(finding)
    else:
        yield _paragraph(origin(report, finding.cause))
    yield "</div>"


def _excerpt(report: Report, sources: Sources, finding: Finding) -> Iterator[str]:
    """The marked lines, and under each what is said about it; the main place is never left out."""
    main = finding.span
    files = dict.fromkeys((one.span.file, one.span.cell) for one in pointers(finding))
    for file, cell in files:
        group = [one for one in pointers(finding) if (one.span.file, one.span.cell) == (file, cell)]
        if (file, cell) != (main.file, main.cell):
            yield _paragraph(place(group[0].span), "faint")
        source = sources.lines(file, cell)
        marks = marks_by_line(group, source)
        yield '<div class="source">'
        for number in sorted(marks):
            yield from _marked(number, source[number - 1], marks[number])
        if not marks:
            yield from (_word("", one.text, one.role) for one in group if one.text)
        yield "</div>"


def _marked(number: int, source: str, marks: Sequence[Mark]) -> Iterator[str]:
    """A line of source, and the words about its marks from left to right."""
    edges = {0, len(source)} | {edge for mark in marks for edge in (mark.begin, mark.end)}
    ordered = sorted(edge for edge in edges if edge <= len(source))
    pieces = [_piece(source, begin, end, marks) for begin, end in pairwise(ordered)]
    yield f'<div><span class="gutter">{number}</span><code>{"".join(pieces)}</code></div>'
    for mark in sorted(marks, key=lambda mark: mark.begin):
        if mark.text:
            yield _word(source[mark.begin : mark.end], mark.text, mark.role)


def _piece(source: str, begin: int, end: int, marks: Sequence[Mark]) -> str:
    """A part of a line that no edge of a mark cuts; of marks one upon the other, the first is seen."""
    text = _text(source[begin:end])
    here = [mark for mark in marks if mark.begin <= begin and end <= mark.end]
    return f'<mark class="{here[0].role}">{text}</mark>' if here else text


def _word(source: str, text: str, role: str) -> str:
    """What is said about a piece of source, which is named unless the words begin with it."""
    named = source.strip()
    name = f"{_code(named)}: " if named and not text.startswith(f"`{named}`") else ""
    return f'<div class="word {role}">{name}{_prose(text)}</div>'


def _notes(finding: Finding) -> Iterator[str]:
    if finding.rows:
        yield from _rows(finding.rows)
    if finding.rule:
        yield f"<p>chain rule: {_code(finding.rule)}</p>"
    yield from (_paragraph(note) for note in finding.notes)
    if finding.help and not is_verified(finding):
        yield _paragraph(f"help: {finding.help}")
    if finding.confidence == "plausible" and finding.edits:
        yield _paragraph("not verified, but it fits the numbers:")
        yield _changes(changes(finding.edits))


def _rows(rows: Sequence[Row]) -> Iterator[str]:
    yield '<div class="scroll"><table>'
    longest = max(len(row.numbers) for row in rows)
    for row, words in zip(rows, aligned(rows), strict=True):
        cells = [f'<td class="number">{word.strip()}</td>' for word in words]
        cells += ["<td></td>"] * (longest - len(cells))
        more = f"and {counted(row.more, 'more number')}" if row.more else ""
        yield f"<tr><td>{_prose(row.heading)}</td>{''.join(cells)}<td>{more}</td></tr>"
    yield "</table></div>"


def _fix(report: Report) -> Iterator[str]:
    listed = verified_changes(report)
    if listed:
        yield from (_paragraph(f"help: {sentence}") for sentence in helps(report))
        yield _changes(listed)
    yield from (_paragraph(sentence) for sentence in report.outcome)


def _changes(listed: Sequence[Change]) -> str:
    """Lines that go and lines that come."""
    width = max(len(str(change.number)) for change in listed)
    tags = {"-": "del", "+": "ins"}
    lines = [
        f"<{tags[change.sign]}>{change.number:>{width}} {change.sign} {_text(change.text)}</{tags[change.sign]}>"
        for change in listed
    ]
    return "<pre>" + "\n".join(lines) + "</pre>"


def _tried(report: Report) -> Iterator[str]:
    if report.tried:
        items = "".join(f"<li>{_prose(sentence)}</li>" for sentence in report.tried)
        yield f"<p>What was tried, and what would settle it:</p><ul>{items}</ul>"


def _verdict(report: Report) -> str:
    part = {"right": "good"}.get(VERDICTS[report.verdict].part, VERDICTS[report.verdict].part)
    return f'<p><strong class="{part}">{_text(verdict(report))}</strong></p>'
