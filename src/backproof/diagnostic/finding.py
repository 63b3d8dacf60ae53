"""What a check says, as data: nothing here knows how it was found or how it will be shown.

Span, Label    a place in a program, and a place with a word about it
Edit           whole lines replaced, inserted or deleted
Row            numbers side by side: yours, should be
Finding        one mistake (or a warning): where, what, why, what instead
Line           one line of the backward pass, with what it really is
Report         the verdict and all of the above

Lines and columns count from 1, columns in characters; `end_line` is included, `end_column` is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]
Confidence = Literal["verified", "plausible", "none"]
Verdict = Literal[
    "correct", "wrong-gradient", "does-not-learn", "not-understood", "crashed", "timed-out"
]

# verdict: exit status
EXIT_STATUS: dict[str, int] = {
    "correct": 0,
    "wrong-gradient": 1,
    "does-not-learn": 1,
    "not-understood": 2,
    "crashed": 2,
    "timed-out": 2,
}


@dataclass(frozen=True)
class Span:
    """A place in a program."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    cell: int | None = None  # of a notebook's code cells, from 1


@dataclass(frozen=True)
class Label:
    """A place and a word about it."""

    span: Span
    text: str


@dataclass(frozen=True)
class Edit:
    """Whole lines `start_line` to `end_line` replaced by `after`; `end_line` = `start_line` - 1 inserts, an empty `after` deletes."""

    file: str
    start_line: int
    end_line: int
    before: str  # the lines as they are, without the last line's end
    after: str  # the lines as they should be, likewise
    cell: int | None = None


@dataclass(frozen=True)
class Row:
    """A few numbers under a heading, such as `step 6, yours`."""

    heading: str
    numbers: tuple[float, ...]  # the first few
    more: int = 0  # how many are left out


@dataclass(frozen=True)
class Finding:
    """One mistake, or one warning."""

    code: str  # of the kind of mistake, a key of `backproof.checking.mistakes`
    severity: Severity
    span: Span
    name: str | None  # the person's own name for what is wrong
    message: str  # the fact, in one sentence, with the person's own names
    label: str = ""  # a word under the marked place
    labels: tuple[Label, ...] = ()  # other places that explain it
    rows: tuple[Row, ...] = ()  # yours, should be
    rule: str = ""  # the chain rule for this line, in the person's own names
    notes: tuple[str, ...] = ()  # other sentences, such as measured shares
    help: str = ""  # what to do, in one sentence
    cause: int | None = None  # index of the finding that this one merely follows from
    confidence: Confidence = "none"  # of its edits
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class Line:
    """One line of the backward pass, with what it really is."""

    file: str
    line: int
    name: str  # what the line computes, in the person's own words
    is_: str  # such as `-1 * dCE/d(layer2 * theta2)`; empty where it has no name
    agrees: bool
    difference: float | None  # relative, to what it is
    cell: int | None = None


@dataclass(frozen=True)
class Report:
    """All that one check says."""

    file: str
    verdict: Verdict
    source: str  # the program, as text (of a notebook: its code cells joined)
    summary: str  # one sentence: what was measured and what came out
    loss: str | None = None  # squared error, cross-entropy, ...
    step_line: int | None = None  # where a training step begins
    lines: tuple[Line, ...] = ()
    findings: tuple[Finding, ...] = ()  # errors first, each group in the order of execution
    fixed_source: str | None = (
        None  # the whole file with every verified fix in it; None without a fix
    )
    others: tuple[
        tuple[str, str], ...
    ] = ()  # names and texts of the person's other files that are part of it
    fixed_others: tuple[tuple[str, str], ...] = ()  # those of them that a verified fix changes
    outcome: tuple[str, ...] = ()  # what became better when the fix was run; what else was measured
    traceback: str | None = None  # the person's own, when the program crashed
    tried: tuple[
        str, ...
    ] = ()  # not-understood: what was tried, what is missing, which hint would settle it

    @property
    def exit_status(self) -> int:
        """0 correct, 1 findings, 2 not understood, crashed or timed out."""
        return EXIT_STATUS[self.verdict]
