"""What a check says, drawn: as text, JSON, HTML and a patch. Whole reports word for word in `golden/diagnostic`."""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from golden import check_golden
from hypothesis import given
from hypothesis import strategies as st

from backproof.diagnostic import diff, html, text
from backproof.diagnostic import json as as_json
from backproof.diagnostic.edits import changes
from backproof.diagnostic.finding import Edit, Finding, Label, Line, Report, Row, Span
from backproof.diagnostic.layout import TAB, columns, harmless, wrap
from backproof.diagnostic.marks import Mark, annotate
from backproof.diagnostic.rows import aligned, draw_rows, number_texts
from backproof.diagnostic.source import code_cells, join_cells, sources_of, split_lines
from backproof.diagnostic.words import VERDICTS, difference, verdict

# ---------------------------------------------------------------------------------------------------------------------
# whole reports


def at(source, text, *, line, file="net.py", cell=None, occurrence=0):
    """The span of `text` on a line."""
    found = split_lines(source)[line - 1]
    column = -1
    for _ in range(occurrence + 1):
        column = found.index(text, column + 1)
    return Span(file, line, column + 1, line, column + 1 + len(text), cell)


def edit(source, line, after, file="net.py", cell=None):
    """One line replaced."""
    return Edit(file, line, line, split_lines(source)[line - 1], after, cell)


def edited(source, *edits):
    """The source with edits to single lines."""
    lines = source.split("\n")
    for change in edits:
        lines[change.start_line - 1] = change.after
    return "\n".join(lines)


PARITY = """\
import numpy as np

rng = np.random.default_rng(4)
theta1 = np.matrix(rng.uniform(-1, 1, (4, 4)))
theta2 = np.matrix(rng.uniform(-1, 1, (4, 1)))
learn_rate = 0.5


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def learn(rows, targets):
    global theta1, theta2
    for row, y in zip(rows, targets):
        layer1 = np.matrix(row)
        layer2 = sigmoid(layer1 * theta1)
        layer3 = sigmoid(layer2 * theta2)
        delta3 = y - layer3
        delta2 = (theta2*delta3) * np.multiply(layer2, 1 - layer2)
        theta2 += learn_rate * delta3
        theta1 += learn_rate * delta2
"""
PARITY_EDITS = [
    edit(
        PARITY,
        20,
        "        delta2 = np.multiply(delta3.dot(theta2.T), np.multiply(layer2, 1 - layer2))",
    ),
    edit(PARITY, 21, "        theta2 += learn_rate * layer2.T.dot(delta3)"),
    edit(PARITY, 22, "        theta1 += learn_rate * layer1.T.dot(delta2)"),
]
PARITY_REPORT = Report(
    file="net.py",
    verdict="wrong-gradient",
    source=PARITY,
    summary="Measured 24 training steps: moved each value and watched the cross-entropy of `layer3`, which nothing in the program computes.",
    loss="cross-entropy",
    step_line=16,
    lines=(
        Line("net.py", 19, "delta3", "-1 * dCE/d(layer2 * theta2)", True, 4e-11),
        Line("net.py", 20, "theta2*delta3", "-1 * dCE/d(layer2)", True, 2e-10),
        Line("net.py", 20, "delta2", "", False, 0.93),
        Line("net.py", 21, "theta2", "0.5 * -dCE/d(layer2 * theta2)", False, 1.72),
        Line("net.py", 22, "theta1", "", False, None),
    ),
    findings=(
        Finding(
            "outer-product-delta",
            "error",
            at(PARITY, "*", line=20, occurrence=1),
            "delta2",
            "`delta2` has shape (4, 4), but `layer2` has shape (1, 4)",
            label="`*` on np.matrix is the matrix product: (4, 4)",
            labels=(
                Label(at(PARITY, "(theta2*delta3)", line=20), "(4, 1)"),
                Label(at(PARITY, "np.multiply(layer2, 1 - layer2)", line=20), "(1, 4)"),
            ),
            rows=(
                Row("step 6, yours (diagonal)", (0.00104, -0.00471, 0.00652, 0.01351), 12),
                Row("step 6, should be", (0.00104, -0.00471, 0.00652, 0.01351)),
            ),
            rule="delta2 = (delta3 · theta2ᵀ) ∘ layer2 ∘ (1 - layer2)",
            help="take the products elementwise",
            confidence="verified",
            edits=(PARITY_EDITS[0],),
        ),
        Finding(
            "update-without-input",
            "error",
            at(PARITY, "delta3", line=21),
            "theta2",
            "the step of `theta2` leaves out `layer2`",
            label="(1, 1), broadcast to (4, 1): one step for all",
            labels=(
                Label(
                    at(PARITY, "layer2", line=18),
                    "each weight of `theta2` multiplies one of these",
                ),
            ),
            rows=(
                Row("step 6, yours", (-0.0569, -0.0569, -0.0569, -0.0569)),
                Row("step 6, should be", (-0.01532, -0.04411, -0.00604, -0.03234)),
            ),
            help="multiply each update by its layer's input",
            confidence="verified",
            edits=tuple(PARITY_EDITS[1:]),
        ),
        Finding(
            "update-without-input",
            "error",
            at(PARITY, "learn_rate * delta2", line=22),
            "theta1",
            "the step of `theta1` is (4, 4) only because `delta2` is",
            label="never shown",
            cause=0,
        ),
        Finding(
            "symmetric-start",
            "warning",
            at(PARITY, "rng.uniform(-1, 1, (4, 1))", line=5),
            "theta2",
            "there is no bias: with all inputs 0, every hidden unit is 0.5 whatever the weights",
            notes=("with a column of ones beside the inputs, 5 of 5 starts reach loss 0.01",),
            help="put a column of ones beside the inputs",
        ),
    ),
    fixed_source=edited(PARITY, *PARITY_EDITS),
    outcome=(
        "verified on a copy: 24 of 24 steps agree (worst difference 3e-10); your own run ends at loss 0.0004 instead of 1.0018",
    ),
)

CHINESE = """\
# 异或
def 训练(输入, 目标):
\t隐层 = 激活(输入 @ 权重一)
\t输出 = 激活(隐层 @ 权重二)
\t误差 = 目标 - 输出\t# 差
\t权重二 += 0.1 * 隐层.T @ (误差 * 输出 * (1 - 输出)); 权重一 -= 0.1 * 输入.T @ ((误差 @ 权重二.T) * 隐层 * (1 - 隐层))
\treturn 误差
"""
CHINESE_REPORT = Report(
    file="异或.py",
    verdict="wrong-gradient",
    source=CHINESE,
    summary="Measured 400 training steps of 4 rows each.",
    lines=(
        Line("异或.py", 6, "权重二", "-0.1 * dSE/d权重二", True, 7e-11),
        Line("异或.py", 6, "权重一", "0.1 * dSE/d权重一", False, 2.0),
    ),
    findings=(
        Finding(
            "wrong-sign",
            "error",
            at(CHINESE, "-=", line=6, file="异或.py"),
            "权重一",
            "`权重一` climbs the error that `权重二` descends",
            label="minus times minus",
            labels=(
                Label(at(CHINESE, "+=", line=6, file="异或.py"), "this one is right"),
                Label(
                    at(CHINESE, "目标 - 输出", line=5, file="异或.py"), "the minus is here already"
                ),
                Label(at(CHINESE, "输入", line=2, file="异或.py"), "(4, 3)"),
            ),
            rows=(
                Row("第 1 步", (1200.0, -0.000031, 0.5)),
                Row("should be", (-1200.0, 0.000031, -0.5)),
            ),
            help="add what is subtracted",
            confidence="plausible",
            edits=(edit(CHINESE, 6, "\t权重一 += 0", file="异或.py"),),
        ),
    ),
)

CELLS = (
    "import numpy as np",
    "W = np.zeros((2, 1))\nb = 0.0",
    "for x, t in rows:\n    p = 1 / (1 + np.exp(-(x @ W + b)))\n    e = p - t\n    W -= rate * e * x",
)
NOTEBOOK = json.dumps(
    {
        "cells": [
            {"cell_type": "markdown", "source": ["# one unit"]},
            *(
                {"cell_type": "code", "source": cell.splitlines(keepends=True), "outputs": []}
                for cell in CELLS
            ),
        ],
        "nbformat": 4,
        "nbformat_minor": 5,
    },
    indent=1,
)
NOTEBOOK_EDITS = [
    Edit("unit.ipynb", 4, 4, "    W -= rate * e * x", "    W -= rate * e * x[:, None]", 3),
    Edit("unit.ipynb", 5, 4, "", "    b -= rate * e", 3),
]
NOTEBOOK_REPORT = Report(
    file="unit.ipynb",
    verdict="wrong-gradient",
    source=NOTEBOOK,
    summary="Measured 40 training steps of cell 3.",
    loss="cross-entropy",
    lines=(
        Line("unit.ipynb", 3, "e", "dCE/d(x @ W + b)", True, 1e-10, 3),
        Line("unit.ipynb", 4, "W", "", False, 0.5, 3),
        Line("helpers.py", 12, "scale", "", True, None),
    ),
    findings=(
        Finding(
            "bias-not-updated",
            "error",
            Span("unit.ipynb", 3, 5, 4, 22, 3),
            "b",
            "`b` is used in every step but never moved",
            label="only `W` is moved",
            labels=(
                Label(Span("unit.ipynb", 2, 1, 2, 8, 2), "starts here"),
                Label(Span("helpers.py", 12, 1, 12, 8), "and is scaled here"),
            ),
            help="move `b` as well",
            confidence="verified",
            edits=tuple(NOTEBOOK_EDITS),
        ),
    ),
    fixed_source=NOTEBOOK.replace(
        '"    W -= rate * e * x"', '"    W -= rate * e * x[:, None]\\n",\n    "    b -= rate * e"'
    ),
    outcome=("verified on a copy: 40 of 40 steps agree",),
)

LONG = "loss = " + " + ".join(f"term_{i} * weight_{i}" for i in range(30))
LONG_REPORT = Report(
    file="long.py",
    verdict="does-not-learn",
    source=f"start = 1\n{LONG}\n",
    summary="Measured 12 training steps; the gradients are right in all of them.",
    findings=(
        Finding(
            "learning-rate-too-large",
            "error",
            at(LONG, "weight_14", line=1, file="long.py"),
            "weight_14",
            "the learning rate is too large: the loss leaves the finite numbers after 7 epochs, whatever the start",
            label="grows to 1e+300, and this is a sentence that is too long to stand at the right",
            labels=(
                Label(at(LONG, "term_0", line=1, file="long.py"), "far to the left"),
                Label(at(LONG, "term_15", line=1, file="long.py"), "near"),
                Label(at(LONG, "weight_29", line=1, file="long.py"), "far to the right"),
            ),
            notes=("5 starts: 0 reach their aim; with 0.01 instead of 10.0: 5 of 5",),
            help="take 0.01",
        ),
    ),
)
LONG_REPORT = replace(
    LONG_REPORT,
    findings=tuple(
        replace(
            finding,
            span=replace(finding.span, line=2, end_line=2),
            labels=tuple(
                replace(label, span=replace(label.span, line=2, end_line=2))
                for label in finding.labels
            ),
        )
        for finding in LONG_REPORT.findings
    ),
)

CRASH = "import numpy as np\nW = np.ones((3, 2))\nx = np.ones(2)\nprint(x @ W)\n"
CRASH_REPORT = Report(
    file="crash.py",
    verdict="crashed",
    source=CRASH,
    summary="The program stopped before its first training step was over.",
    traceback='Traceback (most recent call last):\n  File "crash.py", line 4, in <module>\n    print(x @ W)\n          ~~^~~\nValueError: matmul: Input operand 1 has a mismatch in its core dimension 0 \x1b[31m(size 3 is different from 2)\n',
    findings=(
        Finding(
            "shapes-do-not-fit",
            "error",
            at(CRASH, "x @ W", line=4, file="crash.py"),
            None,
            "`x` has 2 entries, but `W` has 3 rows",
            label="(2,) @ (3, 2)",
            labels=(
                Label(at(CRASH, "(3, 2)", line=2, file="crash.py"), "3 rows"),
                Label(at(CRASH, "2", line=3, file="crash.py"), "2 entries"),
            ),
        ),
    ),
)

NOT_UNDERSTOOD_REPORT = Report(
    file="odd.py",
    verdict="not-understood",
    source="",
    summary="Ran the program for 30 s and found no training step in it.",
    tried=(
        "looked for numbers that change from one iteration to the next: `w` and `v` do, in the loop of line 12",
        "missing: something that depends on both and meets data that the forward pass did not use",
        "`--prediction NAME` would say which variable holds the network's output, `--target NAME` what it should be",
    ),
)

REPORTS = {
    "matrix_product": PARITY_REPORT,
    "chinese_and_tabs": CHINESE_REPORT,
    "notebook": NOTEBOOK_REPORT,
    "long_line": LONG_REPORT,
    "crashed": CRASH_REPORT,
    "not_understood": NOT_UNDERSTOOD_REPORT,
    "timed_out": Report("slow.py", "timed-out", "", "No training step was over after 60 s."),
    "correct": Report(
        "good.py",
        "correct",
        "",
        "Measured 24 training steps; every line of the backward pass is a derivative.",
        lines=(Line("good.py", 9, "dW", "dMSE/dW", True, 0.0),),
    ),
}


@pytest.mark.parametrize("name", REPORTS)
def test_whole_reports_read_as_they_should(name):
    check_golden(f"diagnostic/{name}.txt", text.render(REPORTS[name], color=False) + "\n")


@pytest.mark.parametrize("name", ["matrix_product", "notebook"])
def test_whole_reports_in_the_other_forms(name):
    report = REPORTS[name]
    check_golden(f"diagnostic/{name}.json.txt", as_json.render(report) + "\n")
    check_golden(f"diagnostic/{name}.diff.txt", diff.render(report))
    check_golden(f"diagnostic/{name}.html.txt", html.render(report) + "\n")


def test_a_narrow_page():
    check_golden("diagnostic/narrow.txt", text.render(PARITY_REPORT, color=False, width=44) + "\n")


# ---------------------------------------------------------------------------------------------------------------------
# any report

WORDS = st.text(
    st.sampled_from("ab`*(1, 4)\n 异\t") | st.characters(max_codepoint=0x2FFF), max_size=60
)
CODES = st.sampled_from(["wrong-sign", "update-without-input", "outer-product-delta"])
NUMBERS = st.lists(st.floats(width=32), max_size=6).map(tuple)
SOURCES = st.lists(
    st.text(st.sampled_from("abc(*) =\té异向\u0301\x0c\x1b"), max_size=150), min_size=1, max_size=6
)


@st.composite
def spans(draw, source, *, inside_a_line=False):
    """A place that is really there."""
    line = draw(st.integers(1, len(source)))
    last = line if inside_a_line else draw(st.integers(line, len(source)))
    column = draw(st.integers(1, len(source[line - 1]) + 1))
    least = column if last == line else 1
    end = draw(st.integers(least, max(len(source[last - 1]) + 1, least)))
    return Span("net.py", line, column, last, end)


@st.composite
def edits_of(draw, source):
    """Edits of lines, none upon another."""
    found, line = [], 1
    while line <= len(source) and len(found) < 3:
        line += draw(st.integers(0, 2))
        count = draw(st.integers(0, 2))
        if line + count > len(source) + 1:
            break
        before = "\n".join(source[line - 1 : line - 1 + count])
        after = "\n".join(draw(st.lists(st.text("ab \t异", min_size=1, max_size=9), max_size=3)))
        if count or after:
            found.append(Edit("net.py", line, line + count - 1, before, after))
        line += count + 1
    return tuple(found)


@st.composite
def findings(draw, source, index):
    severity = draw(st.sampled_from(["error", "warning"]))
    labels = draw(st.lists(st.builds(Label, spans(source), WORDS), max_size=4))
    elsewhere = Label(Span("helpers.py", 3, 1, 3, 2), draw(WORDS))
    return Finding(
        draw(CODES),
        severity,
        draw(spans(source)),
        draw(st.none() | WORDS),
        draw(WORDS),
        draw(WORDS),
        tuple(labels) + draw(st.sampled_from([(), (elsewhere,)])),
        tuple(draw(st.lists(st.builds(Row, WORDS, NUMBERS, st.integers(0, 99)), max_size=3))),
        draw(WORDS),
        tuple(draw(st.lists(WORDS, max_size=2))),
        draw(WORDS),
        draw(st.none() | st.integers(0, index - 1)) if index else None,
        draw(st.sampled_from(["verified", "plausible", "none"])),
        draw(edits_of(source)),
    )


@st.composite
def reports(draw):
    source = draw(SOURCES)
    line = st.builds(
        Line,
        st.just("net.py"),
        st.integers(1, 6),
        WORDS,
        WORDS,
        st.booleans(),
        st.none() | st.floats(),
    )
    return Report(
        "net.py",
        draw(st.sampled_from(list(VERDICTS))),
        "\n".join(source),
        draw(WORDS),
        loss=draw(st.none() | WORDS),
        step_line=draw(st.none() | st.integers(1, 6)),
        lines=tuple(draw(st.lists(line, max_size=3))),
        findings=tuple(draw(findings(source, index)) for index in range(draw(st.integers(0, 2)))),
        fixed_source=draw(st.none() | WORDS),
        outcome=tuple(draw(st.lists(WORDS, max_size=2))),
        traceback=draw(st.none() | WORDS),
        tried=tuple(draw(st.lists(WORDS, max_size=2))),
    )


ANSI = re.compile(r"\x1b\[[\d;]*m")


@given(reports(), st.integers(40, 120))
def test_no_line_is_wider_than_the_page(report, width):
    """Source that an edit removes or adds, and a traceback, are as wide as they are."""
    shown = text.render(replace(report, traceback=None), color=False, width=width)
    wide = [line for line in shown.split("\n") if columns(line) > width]
    assert not [line for line in wide if not re.match(r" *\d+ [-+] ", line)]


@given(reports())
def test_nothing_that_the_person_wrote_can_steer_the_terminal(report):
    plain = text.render(report, color=False)
    colored = text.render(report, color=True)
    assert plain == harmless(plain)
    assert ANSI.sub("", colored) == plain
    plain.encode()


@given(reports())
def test_the_verdict_comes_last(report):
    last = text.render(report, color=False, width=400).split("\n")[-1]
    assert last == verdict(report)
    assert last.startswith(VERDICTS[report.verdict].name)


@given(reports())
def test_json_is_the_object_of_the_contract(report):
    def no_constants(name):
        raise AssertionError(name)

    found = json.loads(as_json.render(report), parse_constant=no_constants)
    assert list(found) == [
        "file", "verdict", "loss", "step_line", "lines", "findings", "fixed_source",
    ]  # fmt: skip
    for line, shown in zip(report.lines, found["lines"], strict=True):
        assert list(shown) == ["file", "cell", "line", "name", "is", "agrees", "difference"]
        finite = line.difference is not None and math.isfinite(line.difference)
        assert shown["difference"] == (line.difference if finite else None)
    for finding, shown in zip(report.findings, found["findings"], strict=True):
        assert list(shown) == [
            "code", "severity", "file", "cell", "line", "column", "end_line", "end_column",
            "name", "message", "cause", "confidence", "edits",
        ]  # fmt: skip
        assert [Edit(**edit) for edit in shown["edits"]] == list(finding.edits)


TAGS = {
    *("div", "style", "p", "strong", "code", "pre", "table", "tr", "th", "td"),
    *("span", "mark", "del", "ins", "ul", "li"),
}


class Tags(HTMLParser):
    """The tags and the text of a fragment; fails where one is not closed."""

    def __init__(self, fragment):
        super().__init__()
        self.tags, self.text, self.open = set(), [], []
        self.feed(fragment)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.tags.add((tag, *(name for name, _ in attributes)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.text.append(data)


@given(reports(), st.sampled_from(["", "<b onclick='x'>&amp;\"", "</code></pre><script>"]))
def test_html_is_closed_and_escaped(report, hostile):
    report = replace(report, summary=hostile, traceback=hostile, source=hostile + report.source)
    fragment = html.render(report)
    found = Tags(fragment)
    assert {tag for tag, *_ in found.tags} <= TAGS
    assert {name for _, *names in found.tags for name in names} <= {"class"}
    assert hostile in "".join(found.text)
    assert not re.search(r"https?:|url\(|@import|src=", fragment.partition("</style>")[0])


# ---------------------------------------------------------------------------------------------------------------------
# excerpts


def shown_finding(source, span, width=80, **parts):
    finding = Finding("code", "error", span, None, "message", **parts)
    report = Report("net.py", "wrong-gradient", "\n".join(source), "", findings=(finding,))
    return text.render(report, color=False, width=width).split("\n")


@st.composite
def marked_lines(draw):
    source = draw(
        st.lists(st.text("ab(*) =\té异向", min_size=1, max_size=150), min_size=1, max_size=4)
    )
    return source, draw(spans(source, inside_a_line=True))


def on_screen(line):
    """What a terminal shows in each column; a wide character is in both of its own."""
    cells = []
    for character in line:
        wide = TAB - len(cells) % TAB if character == "\t" else columns(character)
        cells += [" " if character == "\t" else character] * wide
    return cells


@given(marked_lines(), st.integers(40, 120))
def test_the_carets_lie_under_the_span(example, width):
    source, span = example
    lines = shown_finding(source, span, width)
    below = next(i for i, line in enumerate(lines) if re.fullmatch(r" +\| *\^+", line))
    begin, end = lines[below].index("^"), len(lines[below])
    code = on_screen(lines[below - 1].ljust(width))
    seen = "".join(code[begin:end])

    line = source[span.line - 1]
    end_column = max(span.end_column, span.column + 1)  # an empty span marks what follows it
    first, last = (len(on_screen((line + " ")[: at - 1])) for at in (span.column, end_column))
    expected = "".join(on_screen(line + " ")[first:last])
    if len(expected) <= width - len("1 | ") - len("……"):
        assert seen == expected
    else:
        assert expected.startswith(seen.rstrip())
        assert end - begin >= width - len("1 | ") - len("……")
    if "…" not in code:
        assert begin == len("1 | ") + first


def test_a_span_of_many_lines_is_marked_line_by_line_without_its_indentation():
    source = ["for x in X:", "    a = 1", "", "    b = 2  ", "c = 3"]
    assert shown_finding(source, Span("net.py", 1, 5, 4, 6), label="twice")[2:-4] == [
        "  |",
        "1 | for x in X:",
        "  |     ^^^^^^^",
        "2 |     a = 1",
        "  |     ^^^^^",
        "3 |",
        "4 |     b = 2",
        "  |     ^ twice",
    ]


def test_a_long_span_is_cut_short():
    source = [f"line_{i}" for i in range(1, 21)]
    lines = shown_finding(source, Span("net.py", 1, 1, 20, 8), label="all of it")
    assert [line for line in lines if "line_" in line] == [
        *(f" {i} | line_{i}" for i in range(1, 6)),
        "20 | line_20",
    ]
    assert "..." in lines
    assert "   | ^^^^^^^ all of it" in lines


def test_a_place_whose_source_is_not_at_hand_keeps_its_words():
    lines = shown_finding(["a"], Span("helpers.py", 3, 1, 3, 2), label="never called")
    assert lines[1:3] == [" --> helpers.py:3:1", "  = never called"]


def test_a_control_character_takes_the_place_it_has():
    lines = shown_finding(["a\x1b[31mb"], Span("net.py", 1, 7, 1, 8))
    assert lines[3:5] == ["1 | a\u241b[31mb", "  |       ^"]


MARKS = st.lists(
    st.builds(
        lambda begin, length, word, main: Mark(
            begin, min(begin + length, 60), word, "error" if main else "aside"
        ),
        st.integers(0, 59),
        st.integers(1, 30),
        st.text("ab 异", max_size=80).map(lambda word: " ".join(word.split())),
        st.booleans(),
    ),
    max_size=6,
)


@given(MARKS)
def test_under_a_line_nothing_overlaps_and_no_word_is_lost(marks):
    rows = annotate(marks, 60)
    for row in rows:
        at = 0
        for piece in row:
            assert piece.column >= at
            at = piece.column + columns(piece.text)
        assert at <= 60
    shown = "".join(piece.text for row in rows for piece in row)
    for letter in "ab异":
        assert shown.count(letter) == sum(mark.text.count(letter) for mark in marks)
    for sign, kind in (("^", "error"), ("-", "aside")):
        length = sum(mark.end - mark.begin for mark in marks if mark.role == kind)
        assert shown.count(sign) == length


@given(MARKS)
def test_a_line_leads_from_each_mark_down_to_its_word(marks):
    """In the row above a word there is something to be seen: its mark, the line to it, or its own beginning."""
    rows = annotate(marks, 60)
    for above, row in zip([[], *rows], rows, strict=False):
        for piece in row:
            if piece.text[0] not in "^-":
                reached = piece.column, piece.column + columns(piece.text)
                beside = any(other.text[0] in "^-" and other is not piece for other in row)
                assert beside or any(
                    other.column < reached[1] and reached[0] < other.column + columns(other.text)
                    for other in above
                )


# ---------------------------------------------------------------------------------------------------------------------
# words and numbers


@given(st.text(st.sampled_from("ab` 异(1, 4)\n"), max_size=200), st.integers(10, 80))
def test_wrapped_text_keeps_its_words_and_the_width(sentence, width):
    lines = wrap(sentence, width, "= ", "    ")
    assert all(columns(line) <= width for line in lines)
    kept = "".join(lines)[1:] if lines else ""
    assert re.sub(r"\s", "", kept) == re.sub(r"\s", "", sentence)


def test_shapes_and_code_are_not_torn_apart():
    assert wrap("the shape is (4, 1) here", 18) == ["the shape is", "(4, 1) here"]
    assert wrap("the value of `a * b` here", 18) == ["the value of", "`a * b` here"]


@given(
    st.lists(st.builds(Row, st.text("ab 异", max_size=40), NUMBERS, st.integers(0, 99)), max_size=4)
)
def test_rows_keep_to_their_room_and_stand_in_columns(rows):
    assert all(columns(line) <= 60 for line in draw_rows(rows, 60))
    ends = [[len(" ".join(words[: i + 1])) for i in range(len(words))] for words in aligned(rows)]
    longest = max(ends, key=len, default=[])
    assert all(longest[: len(row)] == row for row in ends)


FINITE = st.floats(-1e12, 1e12, allow_subnormal=False)


@given(st.lists(FINITE, min_size=1, max_size=5), st.floats(1e-6, 1))
def test_rows_that_differ_look_different(numbers, apart):
    moved = tuple(number * (1 + apart) for number in numbers)
    one, other = number_texts([Row("yours", tuple(numbers)), Row("should be", moved)])
    assert one != other or tuple(numbers) == moved


@given(st.lists(FINITE, min_size=1, max_size=5))
def test_the_largest_numbers_keep_three_digits(numbers):
    top = max(numbers, key=abs)
    shown = float(number_texts([Row("", tuple(numbers))])[0][numbers.index(top)])
    assert abs(shown - top) <= 0.0051 * abs(top)


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ((1.0, 0.0, -1.0), "1 0 -1"),
        ((0.5, 0.25), "0.500 0.250"),
        ((-0.0569, 1e-9), "-0.0569 0.0000"),
        ((0.0569, -0.00001), "0.05690 -0.00001"),
        ((3e-9, -2e-9), "3.00e-09 -2.00e-09"),
        ((123456.7, 3.2), "123457 3"),
        ((math.nan, math.inf, -0.0, 2.5), "nan inf 0.00 2.50"),
        ((), ""),
    ],
)
def test_numbers_are_short(numbers, shown):
    assert " ".join(number_texts([Row("", numbers)])[0]) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""), (0.0, "0"), (4.2e-11, "4e-11"), (0.0099, "1e-02"), (0.934, "0.93"),
        (2.0, "2"), (12345.6, "1e+04"), (math.nan, "not finite"), (math.inf, "not finite"),
    ],
)  # fmt: skip
def test_differences_show_the_digit_that_matters(value, shown):
    assert difference(value) == shown


def found(severity="error", cause=None, verified=False):
    edits = (Edit("net.py", 1, 1, "a", "b"),) if verified else ()
    span = Span("net.py", 1, 1, 1, 2)
    confidence = "verified" if verified else "none"
    return Finding("c", severity, span, "x", "m", cause=cause, confidence=confidence, edits=edits)


@pytest.mark.parametrize(
    ("name", "findings", "words"),
    [
        ("correct", [], "correct: every gradient is the true one"),
        ("correct", [found("warning")], "correct: every gradient is the true one; 1 warning"),
        ("wrong-gradient", [found()], "wrong gradient: 1 error, without a verified fix"),
        ("wrong-gradient", [found(verified=True)], "wrong gradient: 1 error, with a verified fix"),
        (
            "wrong-gradient",
            [found(verified=True), found(), found(cause=0), found(cause=0)],
            "wrong gradient: 2 errors, 1 of them with a verified fix; 2 more follow",
        ),
        (
            "does-not-learn",
            [found(verified=True), found(verified=True), found("warning"), found("warning")],
            "does not learn: its gradients are right; 2 errors, each with a verified fix; 2 warnings",
        ),
    ],
)
def test_the_verdict_in_words(name, findings, words):
    assert verdict(Report("net.py", name, "", "", findings=tuple(findings))) == words


# ---------------------------------------------------------------------------------------------------------------------
# edits and patches


@st.composite
def edited_sources(draw):
    source = draw(st.lists(st.text("ab \t异", max_size=9), min_size=1, max_size=9))
    return source, draw(edits_of(source))


def apply(source, edits):
    """The lines after the edits, which are in order."""
    lines = list(source)
    for change in reversed(edits):
        after = change.after.split("\n") if change.after else []
        lines[change.start_line - 1 : change.end_line] = after
    return lines


@given(edited_sources())
def test_changes_have_the_numbers_of_the_lines_before_and_after(example):
    source, edits = example
    fixed = apply(source, edits)
    listed = changes(reversed(edits))
    for change in listed:
        assert (source if change.sign == "-" else fixed)[change.number - 1] == change.text
    gone = {change.number for change in listed if change.sign == "-"}
    come = {change.number for change in listed if change.sign == "+"}
    assert [line for i, line in enumerate(source, 1) if i not in gone] == [
        line for i, line in enumerate(fixed, 1) if i not in come
    ]


def test_lines_that_an_edit_leaves_alone_are_not_shown_as_changed():
    listed = changes([Edit("net.py", 5, 8, "a\nb\nc\nd", "a\nB\nc\nd")])
    assert [(change.number, change.sign, change.text) for change in listed] == [
        (6, "-", "b"),
        (6, "+", "B"),
    ]


TEXTS = st.lists(
    st.tuples(st.text("ab \t异\f", max_size=5), st.sampled_from(["\n", "\r\n"])),
    min_size=1,
    max_size=30,
).map(lambda lines: "".join(text + end for text, end in lines))


@st.composite
def fixes(draw):
    """A text and another that differs in some of its lines, with and without a last end of line."""
    before = draw(TEXTS)
    lines = before.split("\n")
    for _ in range(draw(st.integers(1, 3))):
        lines[draw(st.integers(0, len(lines) - 1))] = draw(
            st.sampled_from(["x = 1", "x\ny\r", "异"])
        )
    return before.removesuffix(draw(st.sampled_from(["", "\n"]))), "\n".join(lines)


PATCHES = {
    "patch": ["patch", "-p1", "--quiet", "--fuzz=0", "--input=fix.diff"],
    "git": ["git", "apply", "--whitespace=nowarn", "fix.diff"],
}
FILES = ["net.py", "my nets/异或 net.py", 'quoted"\\.py', "tab\t.py"]


@pytest.mark.parametrize("tool", PATCHES)
@given(fix=fixes(), file=st.sampled_from(FILES))
def test_patch_and_git_make_the_fixed_source_from_the_diff(tool, fix, file, tmp_path_factory):
    if not shutil.which(tool):
        pytest.skip(f"{tool} is not installed")
    before, after = fix
    folder = tmp_path_factory.mktemp("patched")
    program = folder / file
    program.parent.mkdir(exist_ok=True)
    program.write_bytes(before.encode())
    patch = diff.render(Report(file, "wrong-gradient", before, "", fixed_source=after))
    (folder / "fix.diff").write_bytes(patch.encode())
    if before != after:
        subprocess.run(PATCHES[tool], cwd=folder, check=True, capture_output=True)
    assert program.read_bytes().decode() == after
    assert (patch == "") == (before == after)


@pytest.mark.parametrize(
    ("file", "header"),
    [
        ("net.py", "net.py"),
        ("nets/net.py", "nets/net.py"),
        ("/tmp/net.py", "net.py"),
        ("../net.py", "net.py"),
    ],
)
def test_a_diff_stays_inside_the_folder(file, header):
    patch = diff.render(Report(file, "wrong-gradient", "a\n", "", fixed_source="b\n"))
    assert patch.split("\n")[:2] == [f"--- a/{header}", f"+++ b/{header}"]


def test_without_a_fix_there_is_no_diff():
    assert diff.render(NOT_UNDERSTOOD_REPORT) == ""
    assert diff.render(replace(PARITY_REPORT, fixed_source=None)) == ""


# ---------------------------------------------------------------------------------------------------------------------
# notebooks


def test_a_notebook_is_read_from_its_own_text_or_from_its_joined_cells():
    joined = replace(NOTEBOOK_REPORT, source=join_cells(CELLS))
    assert code_cells(NOTEBOOK) == list(CELLS)
    assert sources_of(joined) == sources_of(NOTEBOOK_REPORT)
    assert text.render(joined, color=False) == text.render(NOTEBOOK_REPORT, color=False)


def test_joined_cells_are_not_the_file_and_get_no_diff():
    joined = replace(NOTEBOOK_REPORT, source=join_cells(CELLS))
    assert diff.render(joined) == ""
    assert diff.render(NOTEBOOK_REPORT).startswith("--- a/unit.ipynb\n")


# ---------------------------------------------------------------------------------------------------------------------
# the house


def test_drawing_a_report_loads_nothing_but_the_standard_library():
    program = (
        "import sys, backproof.diagnostic.text, backproof.diagnostic.json; print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not {"numpy", "click", "rich", "difflib"} & set(done.stdout.split())
