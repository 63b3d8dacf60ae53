"""What is left when every gradient is right: does the fixed program learn? Told in the lines of the program as it was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from backproof.checking.learning.learn import learn
from backproof.checking.process.session import Host, LostError, TimedOutError
from backproof.checking.reading.anew import Read, read_anew
from backproof.checking.source.relocate import with_verified
from backproof.diagnostic.finding import Edit, Finding

ENOUGH = 8.0  # seconds that must be left


@dataclass(frozen=True)
class Afterwards:
    """What was found out about the fixed program."""

    findings: tuple[Finding, ...] = ()
    outcome: tuple[str, ...] = ()
    fixed_source: str | None = None  # with what helps it to learn as well


def afterwards(
    host: Host, file: str, source: str, fixed: str, read: Read | None = None
) -> Afterwards:
    """Run the fixed program to its end; where it still misses its aim, find out why.

    Args:
        host: runs it.
        file: of the program.
        source: as it was given.
        fixed: with what sets every gradient right.
        read: that program as it was read when the change was verified, its steps still open.
    """
    if host.left() < ENOUGH:
        return Afterwards()
    try:
        if read is None or read[1].steps.source != fixed:
            read = read_anew(host, fixed)
        if read is None:
            return Afterwards()
        made, again = read
        found = learn(host, fixed, file, again, made)
    except (TimedOutError, LostError):
        return Afterwards()
    home = home_lines(source.split("\n"), fixed.split("\n"))
    return Afterwards(
        tuple(_at_home(finding, home, source) for finding in found.findings),
        tuple(f"with the right gradients: {sentence}" for sentence in found.outcome),
        with_verified(fixed, found.findings),
    )


def home_lines(original: Sequence[str], edited: Sequence[str]) -> dict[int, int]:
    """Index of each line of an edited program in the program as it was given."""
    out: dict[int, int] = {}
    for tag, a, b, c, d in SequenceMatcher(None, original, edited, autojunk=False).get_opcodes():
        for k in range(d - c):
            out[c + k] = a + k if tag == "equal" else min(a + k, max(b - 1, a))
    return out


def _at_home(finding: Finding, home: dict[int, int], source: str) -> Finding:
    span = finding.span
    line = home.get(span.line - 1, span.line - 1) + 1
    edits = [_edit(edit, home, source.split("\n")) for edit in finding.edits]
    kept = tuple(edit for edit in edits if edit is not None)
    return replace(
        finding,
        span=replace(span, line=line, end_line=line + span.end_line - span.line),
        labels=(),
        edits=kept if len(kept) == len(edits) else (),
    )


def _edit(edit: Edit, home: dict[int, int], original: Sequence[str]) -> Edit | None:
    """The edit in the lines of the original, where these are as the edit expects them."""
    start = home.get(edit.start_line - 1, edit.start_line - 1)
    length = edit.end_line - edit.start_line + 1
    before = edit.before.split("\n") if length else []
    if list(original[start : start + length]) != before:
        return None
    return replace(edit, start_line=start + 1, end_line=start + length)
