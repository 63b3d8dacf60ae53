"""The catalogue of mistakes: complete, consistent, and true: its excerpts are run, and their gradients measured."""

import ast
import json
import math
import re
import subprocess
import sys
from pathlib import Path

import click
import numpy as np
import pytest
from command import backproof

from backproof.activations import sigmoid
from backproof.checking import mistakes
from backproof.checking.mistakes import GROUPS, MISTAKES, mistake
from backproof.checking.mistakes.pages import SECTIONS, files, index, page
from backproof.errors import UnknownNameError

FOLDER = Path(mistakes.__file__).parent
DOCS = Path(__file__).parent.parent / "docs" / "mistakes"
NOT_STORIES = {"__init__", "__main__", "mistake", "pages"}
SHORTEST, LONGEST = 120, 300  # words of a story
CODE = re.compile(r"[a-z]+(?:-[a-z0-9]+)+")

every_mistake = pytest.mark.parametrize("code", MISTAKES)


def test_each_file_is_in_the_table_and_each_code_has_its_file():
    stems = {file.stem for file in FOLDER.glob("*.py")} - NOT_STORIES
    assert stems == set(MISTAKES.values())
    assert sum(map(len, GROUPS.values())) == len(MISTAKES)  # none is listed twice


@every_mistake
def test_the_file_is_named_after_the_code(code):
    assert mistake(code).code == code
    assert MISTAKES[code] == code.replace("-", "_")
    assert CODE.fullmatch(code)


@every_mistake
def test_the_lines_for_lists_are_short(code):
    found = mistake(code)
    assert len(found.title) <= 72
    assert found.title[-1] not in ".!?:"
    assert len(found.summary) <= 100
    assert found.summary.endswith(".")
    assert "\n" not in found.title + found.summary


@every_mistake
def test_a_story_has_its_four_sections_and_is_short(code):
    story = mistake(code).story
    assert tuple(re.findall(r"^## (.+)$", story, re.MULTILINE)) == SECTIONS
    assert SHORTEST <= len(story.split()) <= LONGEST
    assert all(len(line) <= 100 for line in story.splitlines())


@every_mistake
def test_a_story_has_no_line_that_markdown_would_take_for_something_else(code):
    lines = [line for line in mistake(code).story.splitlines() if not line.startswith("## ")]
    assert not [line for line in lines if re.match(r"([-+*>=#]|\d+[.)])(\s|$)", line)]
    text = "\n".join(line for line in lines if not line.startswith("    "))
    assert text.count("`") % 2 == 0


@every_mistake
def test_it_refers_to_codes_that_exist(code):
    found = mistake(code)
    assert set(found.see_also) <= MISTAKES.keys() - {code}
    assert len(set(found.see_also)) == len(found.see_also)
    quoted = [word for word in re.findall(r"`([^`]+)`", found.story) if CODE.fullmatch(word)]
    assert set(quoted) <= MISTAKES.keys()


def test_an_unknown_code_is_answered_with_the_nearest():
    with pytest.raises(UnknownNameError, match=r"`wrong-sine`.*wrong-sign"):
        mistake("wrong-sine")


def test_capitals_and_underscores_are_forgiven():
    assert mistake("Wrong_Sign") is mistake("wrong-sign")


def test_stories_are_loaded_when_they_are_asked_for():
    program = (
        "import sys; from backproof.checking.mistakes import mistake; mistake('wrong-sign'); "
        "print(*(name for name in sys.modules if name.startswith('backproof.checking.mistakes.')))"
        "; assert 'rich' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert {name.rpartition(".")[2] for name in done.stdout.split()} == {"mistake", "wrong_sign"}


# The excerpts. They are pieces of one program: a network of two layers with sigmoids, cross-entropy at its output.

NOT_PYTHON_3 = {
    "crash-python-2",
    "crash-syntax",
}  # what is wrong with them is that they can't be read
NOT_RUN = {"no-backprop", "crash-memory"}  # another library; 29 GB
RAISED = {
    "crash-shape-mismatch": ValueError,
    "crash-integer-array": TypeError,
    "crash-overflow": OverflowError,
    "crash-missing-module": ModuleNotFoundError,
    "crash-name": NameError,
    "crash-other": IndexError,
}
RUN = [code for code in MISTAKES if code not in NOT_PYTHON_3 | NOT_RUN | RAISED.keys()]

# In these, what the excerpt computes is a delta, a gradient or a step of the network as it is given, for all examples.
MEASURED = [
    "missing-activation-slope",
    "slope-of-activated-value",
    "wrong-slope",
    "raw-error-passed-back",
    "softmax-jacobian",
    "loss-mismatch",
    "missing-factor",
    "extra-factor",
    "wrong-gradient",
    "elementwise-for-matrix-product",
    "matrix-product-for-elementwise",
    "missing-transpose",
    "needless-transpose",
    "bias-reduction",
    "wrong-layer-input",
    "update-without-input",
    "update-before-use",
    "wrong-sign",
    "accumulator-overwritten",
    "statement-inside-loop",
    "rebound-in-function",
]

UNEQUAL = (5, 2, 3, 2)  # examples, inputs, hidden, outputs: what is right must fit any sizes
EQUAL = (3, 3, 3, 3)  # where no mistake is found out by its shapes


def softmax(z):
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def cross_entropy(a, y):
    return -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a))


def squared_error(a, y):
    return np.sum((a - y) ** 2) / 2


# output activation and loss that an excerpt may mean
MEANINGS = [(sigmoid, cross_entropy), (sigmoid, squared_error), (softmax, squared_error)]

# what an excerpt computes: what the loss is to be differentiated by
GRADIENTS = {
    "delta1": "z1",
    "delta2": "z2",
    "grad_W1": "W1",
    "grad_W2": "W2",
}
PARAMETERS = ("W1", "b1", "W2", "b2")


def surroundings(examples, inputs, hidden, outputs):
    """The names that excerpts may use."""
    random = np.random.default_rng(1)
    X = random.uniform(-1, 1, (examples, inputs))
    y = np.eye(outputs)[random.permutation(examples) % outputs]
    W1 = random.uniform(-2, 2, (inputs, hidden))
    b1 = random.uniform(-1, 1, hidden)
    W2 = random.uniform(-2, 2, (hidden, outputs))
    b2 = random.uniform(-1, 1, outputs)
    z1 = X @ W1 + b1
    a1 = sigmoid(z1)
    z2 = a1 @ W2 + b2
    a2 = sigmoid(z2)
    delta2 = a2 - y
    delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
    grad_W2 = a1.T @ delta2
    grad_W1 = X.T @ delta1
    names = {name: value for name, value in locals().items() if name != "random"}

    def gradient(x, target):
        """Of one example's loss, by the weights of the second layer."""
        inner = sigmoid(x @ W1 + b1)
        return np.outer(inner, sigmoid(inner @ W2 + b2) - target)

    return names | {
        "np": np,
        "math": math,
        "sigmoid": sigmoid,
        "softmax": softmax,
        "gradient": gradient,
        "n": examples,
        "epochs": 3,
        "learning_rate": 0.5,
        "momentum": 0.9,
        "decay": 0.01,
        "previous": random.uniform(-1, 1, W2.shape),
        "first_delta": np.zeros(hidden),
    }


def after(excerpt, sizes):
    """The names and values when an excerpt has been run."""
    names = surroundings(*sizes)
    np.random.seed(1)  # noqa: NPY002  # as the excerpts do it
    exec(excerpt, names)
    return names


def plain(names):
    """The numbers among names, as arrays; and what a prediction function would say."""
    kinds = (bool, int, float, list, np.ndarray, np.floating)
    numbers = {name: np.asarray(x) for name, x in names.items() if isinstance(x, kinds)}
    if "predict" in names:
        numbers["predict(X)"] = names["predict"](names["X"])
    return numbers


def same(one, other):
    return one.shape == other.shape and bool(np.allclose(one, other))


def same_value(one, other):
    return not isinstance(one, np.ndarray) or same(one, other)


def loss_of(names, meaning, moved, shift):
    """The loss when the value called `moved` is shifted, and all that follows from it is computed anew."""
    value = {**names, moved: names[moved] + shift}
    z1 = value["z1"] if moved == "z1" else value["X"] @ value["W1"] + value["b1"]
    z2 = value["z2"] if moved == "z2" else sigmoid(z1) @ value["W2"] + value["b2"]
    output, loss = meaning
    return loss(output(z2), value["y"])


def measured(names, meaning, moved):
    """The derivative of the loss by the value called `moved`, by central differences."""
    h = 1e-5
    result = np.zeros(names[moved].shape)
    for place in np.ndindex(result.shape):
        shift = np.zeros(result.shape)
        shift[place] = h
        up, down = (loss_of(names, meaning, moved, sign * shift) for sign in (1, -1))
        result[place] = (up - down) / (2 * h)
    return result


def parallel(one, other):
    """Equal up to a positive factor."""
    if one.shape != other.shape or not np.any(one):
        return False
    return np.allclose(one / np.linalg.norm(one), other / np.linalg.norm(other), atol=1e-6)


def stored(excerpt):
    """The names that an excerpt assigns to, as a whole or in part."""
    nodes = ast.walk(ast.parse(excerpt))
    targets = [
        n
        for n in nodes
        if isinstance(n, ast.expr) and isinstance(getattr(n, "ctx", None), ast.Store)
    ]
    return {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}


def is_right(excerpt, sizes):
    """Whether every delta, gradient and step that the excerpt makes is that of one and the same loss."""
    before, done = surroundings(*sizes), after(excerpt, sizes)
    changed = {name for name in before if not same_value(before[name], done[name])}
    claimed = changed | stored(excerpt)
    claims = [(by, done[name]) for name, by in GRADIENTS.items() if name in claimed]
    claims += [(name, before[name] - done[name]) for name in PARAMETERS if name in claimed]
    meanings = MEANINGS
    if "loss" in done:
        meanings = [m for m in MEANINGS if np.isclose(loss_of(before, m, "z2", 0), done["loss"])]
        assert meanings
    return bool(claims) and any(
        all(parallel(value, measured(before, meaning, by)) for by, value in claims)
        for meaning in meanings
    )


@every_mistake
def test_the_excerpts_are_python(code):
    found = mistake(code)
    ast.parse(found.right)
    if code in NOT_PYTHON_3:
        with pytest.raises(SyntaxError):
            ast.parse(found.wrong)
    else:
        ast.parse(found.wrong)
    assert found.wrong != found.right
    assert all(len(line) <= 88 for line in (found.wrong + found.right).splitlines())


@pytest.mark.parametrize("code", [code for code in MISTAKES if code not in NOT_RUN])
def test_what_is_right_runs(code):
    after(mistake(code).right, UNEQUAL)


@pytest.mark.parametrize("code", RUN)
def test_what_is_wrong_runs_in_silence_and_ends_elsewhere(code):
    """With layers of equal width no shape gives it away."""
    wrong, right = (
        plain(after(text, EQUAL)) for text in (mistake(code).wrong, mistake(code).right)
    )
    assert any(name not in wrong or not same(wrong[name], right[name]) for name in right)


@pytest.mark.parametrize("code", MEASURED)
def test_what_is_right_is_the_gradient_and_what_is_wrong_is_not(code):
    found = mistake(code)
    assert is_right(found.right, UNEQUAL)
    assert is_right(found.right, EQUAL)
    assert not is_right(found.wrong, EQUAL)


@pytest.mark.parametrize("code", RAISED)
def test_a_crash_is_the_one_that_is_told_of(code):
    with pytest.raises(RAISED[code]):
        after(mistake(code).wrong, UNEQUAL)


# The pages and the command


def test_the_pages_are_up_to_date():
    """`python -m backproof.checking.mistakes` writes them."""
    assert {file.name for file in DOCS.iterdir()} == set(files())
    for name, content in files().items():
        assert (DOCS / name).read_text(encoding="utf-8") == content, name


def test_links_between_pages_lead_somewhere():
    for content in files().values():
        assert set(re.findall(r"\]\(([^)]+)\)", content)) <= set(files())


def test_explain_tells_the_story(capsys):
    status, out, err = backproof(capsys, "explain", "wrong-sign")
    assert (status, out, err) == (0, page(mistake("wrong-sign")), "")
    assert backproof(capsys, "explain", "wrong-sign", "--format", "markdown") == (status, out, err)


def test_explain_draws_the_story_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "60")
    status, out, _ = backproof(capsys, "explain", "wrong-sign")
    assert status == 0
    assert "How to mend it" in out
    assert "##" not in out
    assert "```" not in out
    assert all(len(line) <= 60 for line in click.unstyle(out).splitlines())


def test_explain_gives_the_story_as_data(capsys):
    _, out, _ = backproof(capsys, "explain", "wrong-sign", "--format", "json")
    found = mistake("wrong-sign")
    assert json.loads(out) == {
        "code": "wrong-sign",
        "title": found.title,
        "summary": found.summary,
        "severity": "error",
        "story": found.story,
        "wrong": found.wrong,
        "right": found.right,
        "see_also": list(found.see_also),
    }


def test_explain_lists_the_codes(capsys):
    status, out, _ = backproof(capsys, "explain")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == list(MISTAKES)
    rows = json.loads(backproof(capsys, "explain", "--format", "json")[1])
    assert [row["code"] for row in rows] == list(MISTAKES)
    assert backproof(capsys, "explain", "--format", "markdown")[1] == index()


def test_explain_lists_the_codes_in_groups_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = backproof(capsys, "explain")
    assert all(f"{heading}:" in out for heading in GROUPS)
    assert all(f"  {code} " in out for code in MISTAKES)
    assert all(len(line) <= 80 for line in out.splitlines())


def test_explain_names_the_nearest_codes(capsys):
    status, out, err = backproof(capsys, "explain", "wrong-sine")
    assert (status, out) == (2, "")
    assert err.startswith(
        "error: `wrong-sine` is not a kind of mistake, a data set or a file; the nearest: wrong-sign"
    )
