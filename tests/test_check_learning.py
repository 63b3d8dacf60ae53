"""Phase 9: programs whose gradients are right, and that reach their aim or don't; what is said about it, and what is proved.

programs/posted/*.py    as people post them; p25 to p31 do not learn
RIGHT, WRONG            smaller ones, made for this test
"""

from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from backproof.checking.learning.aim import Meetings, judged
from backproof.checking.learning.learn import learn
from backproof.checking.process.session import Host, Limits
from backproof.checking.reading.judge import judge
from backproof.checking.source.instrument import instrument
from backproof.checking.source.literals import (
    Source,
    edits_between,
    literals,
    number,
    replaced,
    settings_of,
    shifted,
)

POSTED = Path(__file__).parent / "programs" / "posted"


def learnt(source, name="program.py"):
    """What is found out about a program whose gradients are right."""
    made = instrument(source, name)
    with Host(Limits(seconds=110), None, name, name) as host:
        scan = host.start("scan", source).answer()
        judgement = judge(host, source, made, scan)
        assert not isinstance(judgement, list), judgement
        assert not judgement.wrong
        return learn(host, source, name, judgement, made)


def patched(source, edits):
    """The source with whole-line edits in it."""
    lines = source.split("\n")
    for edit in sorted(edits, key=lambda e: e.start_line, reverse=True):
        assert "\n".join(lines[edit.start_line - 1 : edit.end_line]) == edit.before
        lines[edit.start_line - 1 : edit.end_line] = edit.after.split("\n") if edit.after else []
    return "\n".join(lines)


# programs that do not learn -------------------------------------------------------------------

# program: codes, lines where a fair reader could name the cause
DO_NOT_LEARN = {
    "p25_xor_port": (["zero-start"], {12, 14}),
    "p26_rings_fast": (["learning-rate-too-large"], {18}),
    "p27_marks_sigmoid": (["target-outside-range"], {10, 11, 27, 41, 45, 52, 53}),
    "p28_cosine_net": (["missing-bias"], {8, 9, 13, 14}),
    "p29_body_measures": (["unscaled-inputs"], {6, 7, 8, 17, 26, 27}),
    "p30_island_columns": (["too-few-units"], {9}),
    "p31_xor_bipolar": (["target-outside-range"], {5, 18, 25, 31}),
}


@pytest.mark.parametrize("name", DO_NOT_LEARN)
def test_the_cause_is_found_and_mended(name):
    source = (POSTED / f"{name}.py").read_text()
    codes, lines = DO_NOT_LEARN[name]
    found = learnt(source)
    assert found.fails
    assert [finding.code for finding in found.findings] == codes
    finding = found.findings[0]
    assert finding.span.line in lines
    assert finding.severity == "error"
    assert "as it is: 0 of 5 starts reach the aim" in finding.notes[0]
    assert finding.notes[0].endswith(("4 of 5", "5 of 5"))
    assert finding.confidence == "verified"
    assert patched(source, finding.edits) == found.fixed_source


TWO_CAUSES = """\
import numpy as np

X = np.array([[0, 0, 1, 1], [0, 1, 0, 1]])
Y = np.array([[0, 1, 1, 0]])
U = np.random.randn(5, 2) * 0.01
bu = np.zeros((5, 1))
V = np.random.randn(1, 5) * 0.01
bv = np.zeros((1, 1))
rate = 0.02
for i in range(3000):
    H = 1 / (1 + np.exp(-(U @ X + bu)))
    P = 1 / (1 + np.exp(-(V @ H + bv)))
    E = (P - Y) / 4
    G = (V.T @ E) * H * (1 - H)
    V = V - rate * E @ H.T
    bv = bv - rate * E.sum(axis=1, keepdims=True)
    U = U - rate * G @ X.T
    bu = bu - rate * G.sum(axis=1, keepdims=True)
"""

WRONG = {
    "alike": (
        "symmetric-start",
        """
        import numpy as np
        X = np.linspace(-3, 3, 40).reshape(-1, 1)
        Y = np.sin(2 * X)
        W, b = np.full((1, 12), 0.5), np.zeros(12)
        V, c = np.full((12, 1), 0.5), np.zeros(1)
        for e in range(3000):
            H = np.tanh(X @ W + b)
            D = 2 * (H @ V + c - Y) / len(X)
            G = D @ V.T * (1 - H ** 2)
            V -= 0.05 * H.T @ D
            c -= 0.05 * D.sum(axis=0)
            W -= 0.05 * X.T @ G
            b -= 0.05 * G.sum(axis=0)
        """,
    ),
    "dead": (
        "dead-units",
        """
        import numpy as np
        np.random.seed(5)
        X = np.random.uniform(-1, 1, (80, 2))
        y = X[:, :1] * 0.8 - X[:, 1:] * 0.5
        W1 = np.random.randn(2, 8) * 0.5
        b1 = np.full((1, 8), -5.0)
        W2 = np.random.randn(8, 1) * 0.5
        b2 = np.zeros((1, 1))
        for epoch in range(1000):
            z1 = X @ W1 + b1
            a1 = np.maximum(z1, 0)
            out = a1 @ W2 + b2
            d2 = (out - y) / len(X)
            d1 = (d2 @ W2.T) * (z1 > 0)
            W2 -= 0.1 * a1.T @ d2
            b2 -= 0.1 * d2.sum(axis=0, keepdims=True)
            W1 -= 0.1 * X.T @ d1
            b1 -= 0.1 * d1.sum(axis=0, keepdims=True)
        """,
    ),
    "apart": (
        "inputs-targets-out-of-step",
        """
        import numpy as np
        rng = np.random.default_rng(12)
        X = rng.normal(size=(120, 2))
        y = ((X[:, 0] + X[:, 1]) > 0).astype(float).reshape(-1, 1)
        rng.shuffle(X)
        W1, b1 = rng.normal(size=(2, 5)), np.zeros(5)
        W2, b2 = rng.normal(size=(5, 1)), np.zeros(1)
        for epoch in range(800):
            h = np.tanh(X @ W1 + b1)
            p = 1 / (1 + np.exp(-(h @ W2 + b2)))
            d = (p - y) / len(X)
            dh = d @ W2.T * (1 - h ** 2)
            W2 -= 0.5 * h.T @ d
            b2 -= 0.5 * d.sum(0)
            W1 -= 0.5 * X.T @ dh
            b1 -= 0.5 * dh.sum(0)
        """,
    ),
    "columns": (
        "missing-bias",
        """
        import numpy as np
        np.random.seed(2)
        X = np.array([[0, 0, 1, 1], [0, 1, 0, 1]], dtype=float)
        T = np.array([[1.0, 0.0, 0.0, 0.0]])
        V = np.random.randn(3, 2)
        U = np.random.randn(1, 3)
        for step in range(3000):
            H = np.tanh(np.dot(V, X))
            E = 1.0 / (1.0 + np.exp(-np.dot(U, H))) - T
            back = np.dot(U.T, E) * (1 - H * H)
            U = U - 0.3 * np.dot(E, H.T)
            V = V - 0.3 * np.dot(back, X.T)
        """,
    ),
    "one unit": (
        "too-few-units",
        """
        import numpy as np

        class Net:
            def __init__(self, n_in, n_hidden):
                self.w = np.random.normal(0, 1, (n_in, n_hidden))
                self.b = np.zeros(n_hidden)
                self.v = np.random.normal(0, 1, n_hidden)
                self.c = np.zeros(1)

            def step(self, x, t):
                h = 1 / (1 + np.exp(-(x @ self.w + self.b)))
                o = 1 / (1 + np.exp(-(h @ self.v + self.c)))
                d = (o - t) * o * (1 - o)
                back = d * self.v * h * (1 - h)
                self.v -= 0.8 * d * h
                self.c -= 0.8 * d
                self.w -= 0.8 * np.outer(x, back)
                self.b -= 0.8 * back

        net = Net(2, 1)
        for _ in range(2000):
            for x, t in (((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)):
                net.step(np.array(x), t)
        """,
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_one_thing_is_the_cause(name):
    code, source = WRONG[name]
    found = learnt(dedent(source))
    assert found.fails
    assert [finding.code for finding in found.findings] == [code]
    if found.findings[0].confidence == "verified":
        assert patched(dedent(source), found.findings[0].edits) == found.fixed_source


def test_two_causes_are_told_together_and_each_alone():
    found = learnt(TWO_CAUSES)
    assert found.fails
    assert [f.code for f in found.findings] == ["start-too-small", "learning-rate-too-small"]
    assert [f.span.line for f in found.findings] == [5, 9]
    for finding in found.findings:
        assert finding.notes[0].endswith(("4 of 5", "5 of 5"))
        assert "alone" in finding.notes[1]


def test_the_same_program_gets_the_same_words():
    source = (POSTED / "p26_rings_fast.py").read_text()
    assert learnt(source) == learnt(source)


def test_the_mended_program_learns():
    source = (POSTED / "p28_cosine_net.py").read_text()
    assert not learnt(learnt(source).fixed_source).fails


# programs that learn, or of which nothing can be said -----------------------------------------

NOISE = """
import numpy as np
rng = np.random.default_rng(4)
X = rng.normal(size=(200, 3))
y = X @ np.array([[0.5], [-0.3], [0.2]]) + rng.normal(size=(200, 1))
w, b = np.zeros((3, 1)), np.zeros(1)
for i in range(300):
    e = X @ w + b - y
    w -= 0.1 * X.T @ e / len(X)
    b -= 0.1 * e.mean()
"""

ONE_PASS = """
import random
random.seed(2)
w = [0.0, 0.0, 0.0]
for n in range(400):
    x = [random.uniform(-1, 1), random.uniform(-1, 1), 1.0]
    t = 2 * x[0] - x[1] + 0.5
    o = sum(a * b for a, b in zip(w, x))
    for i in range(3):
        w[i] += 0.05 * (t - o) * x[i]
"""

OVERLAP = """
import numpy as np
rng = np.random.default_rng(4)
X = rng.normal(size=(300, 2))
y = (X[:, 0] + 1.5 * rng.normal(size=300) > 0).astype(float)
w, b = np.zeros(2), 0.0
for i in range(300):
    e = (1 / (1 + np.exp(-(X @ w + b))) - y) / len(y)
    w -= 0.5 * X.T @ e
    b -= 0.5 * e.sum()
"""


@pytest.mark.parametrize("source", [NOISE, OVERLAP], ids=["noise", "overlap"])
def test_a_task_that_nothing_can_learn_is_no_fault(source):
    found = learnt(source)
    assert not found.fails
    assert not found.findings
    assert any("nothing is accused" in line for line in found.outcome)


def test_one_pass_over_the_data_is_judged_by_its_end():
    assert not learnt(ONE_PASS).fails


@pytest.mark.parametrize("name", ["p32_glass_einsum", "p34_xnor_broadcast", "p37_worked_example"])
def test_a_program_that_reaches_its_aim_is_let_be(name):
    found = learnt((POSTED / f"{name}.py").read_text())
    assert not found.fails
    assert not found.findings


# the aim --------------------------------------------------------------------------------------


def pairs(outputs, targets):
    outputs, targets = np.array(outputs, dtype=float), np.array(targets, dtype=float)
    return [(outputs.shape, outputs.ravel(), targets.ravel())]


# outputs, targets: kind, whether the aim is reached, whether that is beyond doubt
SCORES = {
    "truth table": ([0.1, 0.8, 0.9, 0.2], [0, 1, 1, 0], "classes", True, True),
    "one of four wrong": ([0.1, 0.8, 0.9, 0.6], [0, 1, 1, 0], "classes", False, True),
    "all in the middle": ([0.49, 0.51, 0.51, 0.49], [0, 1, 1, 0], "classes", False, True),
    "hardly enough": ([0.4, 0.6, 0.6, 0.4], [0, 1, 1, 0], "classes", True, False),
    "bipolar": ([-0.9, 0.8, 0.9, -0.7], [-1, 1, 1, -1], "classes", True, True),
    "numbers": ([0.0, 1.0, 2.1, 2.9], [0, 1, 2, 3], "numbers", True, True),
    "only the mean": ([1.5, 1.5, 1.5, 1.5], [0, 1, 2, 3], "numbers", False, True),
    "no numbers": ([np.nan, 1.0, 2.0, 3.0], [0, 1, 2, 3], "numbers", False, True),
    "one target": ([0.2, 0.3], [1, 1], "nothing", True, False),
}


@pytest.mark.parametrize("name", SCORES)
def test_how_near_the_aim(name):
    outputs, targets, kind, reached, clear = SCORES[name]
    score = judged(pairs(outputs, targets))
    assert (score.kind, score.reached, score.clear) == (kind, reached, clear)


def test_a_one_hot_example_is_right_where_its_largest_output_is():
    targets = np.eye(4)[np.arange(40) % 4]
    score = judged(pairs(0.2 * targets + 0.1, targets))
    assert score.value == 1.0


def test_a_rare_class_counts_as_much_as_a_frequent_one():
    targets = np.zeros(100)
    targets[:5] = 1
    assert judged(pairs(np.zeros(100), targets)).value == 0.5


def met(epochs, examples, kind="difference"):
    meetings = Meetings(kind)
    for _ in range(epochs):
        meetings.mark(0)
        for output, target in examples:
            meetings.saw_output(output)
            meetings.saw_target(target)
    return meetings


def test_only_the_latest_epoch_counts():
    meetings = met(50, [(0.9, 0), (0.9, 1), (0.9, 1), (0.9, 0)])
    assert not meetings.score().reached
    for output, target in [(0.1, 0), (0.9, 1), (0.9, 1), (0.1, 0)]:
        meetings.mark(0) if target == 0 and meetings.total == 200 else None
        meetings.saw_output(output)
        meetings.saw_target(target)
    assert meetings.score().reached


def test_labels_that_pick_an_output_are_targets_too():
    outputs = np.array([[0.9, 0.1], [0.2, 0.8]])
    meetings = met(3, [(outputs, np.array([0, 1]))], kind="index")
    assert meetings.score().reached


def test_what_the_program_changes_later_does_not_change_what_was_seen():
    meetings = Meetings("difference")
    output, target = np.array([0.1, 0.9]), np.array([0.0, 1.0])
    meetings.saw_output(output)
    meetings.saw_target(target)
    output[:] = target[:] = 7
    assert meetings.score().reached


# texts ----------------------------------------------------------------------------------------

PROGRAM = """\
import numpy as np
DATA = [[0, 1, 2], [3, 4, 5]]
def train(n, rate=.001, rounds=500):
    for i in range(rounds):
        yield rate * 2 ** 3 + n[1]
train(7, rounds=EPOCHS)
EPOCHS = 600
"""


def test_numbers_in_the_text_are_found_with_their_names():
    found = {x.piece.text: (x.name, x.alone) for x in literals(Source(PROGRAM))}
    assert found[".001"] == ("rate", True)
    assert found["500"] == ("rounds", True)
    assert found["600"] == ("EPOCHS", True)
    assert found["7"] == ("", False)
    assert "4" not in found


def test_a_loop_is_traced_to_the_number_that_bounds_it():
    text = Source(PROGRAM)
    loop = text.tree.body[2].body[0]
    assert {x.piece.text for x in settings_of(text, loop.iter)} == {"500", "600"}


def test_offsets_follow_the_edits():
    source = "a = x @ W\nb = 2\n"
    edits = [(4, 4, "("), (9, 9, " + c)"), (10, 10, "c = 0\n")]
    changed = replaced(source, edits)
    assert changed == "a = (x @ W + c)\nc = 0\nb = 2\n"
    start, stop = shifted(4, edits, before=True), shifted(9, edits, before=False)
    assert changed[start:stop] == "x @ W"
    assert changed[shifted(10, edits, before=True) :] == "b = 2\n"


def test_edits_are_whole_lines():
    before, after = "a\nb\nc\n", "a\nx\nb\nC\n"
    edits = edits_between("f.py", before, after)
    assert [(e.start_line, e.end_line, e.before, e.after) for e in edits] == [
        (2, 1, "", "x"),
        (3, 3, "c", "C"),
    ]


@pytest.mark.parametrize(
    ("value", "whole", "text"),
    [(10.0, True, "10"), (0.1 * 3, False, "0.3"), (1e-5, False, "1e-05")],
)
def test_numbers_are_written_as_a_person_would(value, whole, text):
    assert number(value, whole) == text
