"""`backproof check`: what it prints, how it ends, what it writes, how it is wrongly called; and `backproof.check`."""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command import backproof

import backproof as bp
from backproof.checking.source.read import program_of
from backproof.diagnostic.display import CheckReport
from backproof.diagnostic.finding import EXIT_STATUS, Edit, Finding, Span
from backproof.errors import InputError

CORRECT = """\
import numpy as np

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
y = np.array([[0.0], [1.0], [1.0], [0.0]])
rng = np.random.default_rng(2)
W1, b1 = rng.normal(size=(2, 4)), np.zeros((1, 4))
W2, b2 = rng.normal(size=(4, 1)), np.zeros((1, 1))
for epoch in range(3000):
    a1 = np.tanh(X @ W1 + b1)
    a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2)))
    d2 = a2 - y
    d1 = (d2 @ W2.T) * (1 - a1**2)
    W2 -= 0.5 * a1.T @ d2
    b2 -= 0.5 * d2.sum(axis=0, keepdims=True)
    W1 -= 0.5 * X.T @ d1
    b1 -= 0.5 * d1.sum(axis=0, keepdims=True)
print("cross-entropy", -np.mean(y * np.log(a2) + (1 - y) * np.log(1 - a2)))
"""
RIGHT = "    d1 = (d2 @ W2.T) * (1 - a1**2)\n"
WRONG = RIGHT.replace("a1**2", "a1")
LINE = CORRECT.split("\n").index(RIGHT.rstrip()) + 1
FAULTY = CORRECT.replace(RIGHT, WRONG)
CRASHING = "import numpy as np\nnp.ones(2) + np.ones(3)\n"

KEYS = {"file", "verdict", "loss", "step_line", "lines", "findings", "fixed_source"}
FINDING_KEYS = {
    "code", "severity", "file", "cell", "line", "column", "end_line", "end_column", "name",
    "message", "cause", "confidence", "edits",
}  # fmt: skip


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "net.py"
    path.write_text(CORRECT)
    return path


def as_json(capsys, *arguments):
    status, out, err = backproof(capsys, "check", "--format", "json", *arguments)
    assert err == ""
    return status, json.loads(out)


# what it says -----------------------------------------------------------------------------


def test_a_correct_program_is_told_with_its_loss_and_its_laws(capsys, program):
    status, out, err = backproof(capsys, "check", f"{program}")
    assert (status, err) == (0, "")
    assert "correct: every gradient is the true one" in out
    assert "cross-entropy" in out
    assert "`W1`" in out
    assert "-0.5 * dCE/dw" in out


def test_json_is_the_contract_and_nothing_else(capsys, program):
    status, report = as_json(capsys, f"{program}")
    assert status == 0
    assert set(report) == KEYS
    assert report["file"] == f"{program}"
    assert report["verdict"] == "correct"
    assert report["loss"] == "cross-entropy"
    assert report["step_line"] == 8
    assert report["fixed_source"] is None
    assert not [finding for finding in report["findings"] if finding["severity"] == "error"]


def test_a_crash_as_json(capsys, program):
    program.write_text(CRASHING)
    status, report = as_json(capsys, f"{program}")
    assert status == 2
    assert report["verdict"] == "crashed"
    (finding,) = report["findings"]
    assert set(finding) == FINDING_KEYS
    assert (finding["code"], finding["line"], finding["cell"]) == ("crash-shape-mismatch", 2, None)
    assert (finding["confidence"], finding["edits"], finding["cause"]) == ("none", [], None)


def test_a_program_from_standard_input(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(CORRECT.encode())))
    status, report = as_json(capsys, "-")
    assert (status, report["verdict"], report["file"]) == (0, "correct", "<stdin>")


def test_a_notebook(capsys, tmp_path):
    lines = CORRECT.splitlines(keepends=True)
    cells = [["%matplotlib inline\n", *lines[:7]], lines[7:16], lines[16:]]
    path = tmp_path / "net.ipynb"
    path.write_text(
        json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})
    )
    status, out, _ = backproof(capsys, "check", f"{path}")
    assert status == 0, out
    status, out, _ = backproof(capsys, "check", f"{path}", "--step", "2:1")
    assert status == 0, out
    cells[1] = [line.replace("b1 -= 0.5", "b1 -= missing") for line in cells[1]]
    path.write_text(
        json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})
    )
    status, report = as_json(capsys, f"{path}")
    assert status == 2
    (finding,) = report["findings"]
    assert (finding["code"], finding["cell"], finding["line"]) == ("crash-name", 2, 9)


def test_an_error_after_the_training_is_a_warning(capsys, program):
    program.write_text(f"{CORRECT}\nmissing\n")
    status, report = as_json(capsys, f"{program}")
    assert (status, report["verdict"]) == (0, "correct")
    assert [(f["code"], f["severity"]) for f in report["findings"]][-1] == ("crash-name", "warning")


def test_an_error_in_the_training_is_a_crash_although_it_was_understood(capsys, program):
    program.write_text(CORRECT.replace("    d2 = ", "    1 / (epoch - 40)\n    d2 = "))
    status, out, _ = backproof(capsys, "check", f"{program}")
    assert status == 2
    assert "ZeroDivisionError" in out
    assert "its updates follow the gradient" in " ".join(out.split())


def test_what_takes_too_long_is_told_with_what_was_learnt(capsys, program):
    program.write_text("import time\nwhile True:\n    pass\n")
    status, out, _ = backproof(capsys, "check", f"{program}", "--timeout", "2")
    assert status == 2
    assert "timed out" in out
    assert "--timeout" in out


def test_what_is_not_understood_is_told_with_the_hints_that_would_settle_it(capsys, program):
    program.write_text("x = 1.0\nfor i in range(100):\n    x = x * 1.01\nprint(x)\n")
    status, out, _ = backproof(capsys, "check", f"{program}")
    assert status == 2
    for word in ["line 2", "`x`", "--prediction", "--target", "--loss", "--weights", "--step"]:
        assert word in out, out


# hints ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hint",
    [
        ["--step", "8"],
        ["--step", "12"],
        ["--prediction", "a2", "--target", "y"],
        ["--weights", "W1, b1,W2,b2"],
        ["--loss", "bce"],
    ],
)
def test_a_hint_that_fits_changes_nothing(capsys, program, hint):
    status, report = as_json(capsys, f"{program}", *hint)
    assert (status, report["loss"]) == (0, "cross-entropy")


def test_a_hint_decides(capsys, program):
    status, report = as_json(capsys, f"{program}", "--loss", "mse")
    assert report["loss"] == "squared error"
    assert status != 0
    status, report = as_json(capsys, f"{program}", "--prediction", "a1")
    assert (status, report["verdict"]) == (2, "not-understood")


@pytest.mark.parametrize("hint", [["--loss", "cost"], ["--loss", "bce"], ["--target", "Y"]])
def test_a_hint_helps_where_outputs_and_targets_are_never_subtracted(capsys, hint):
    program = Path(__file__).parent / "programs" / "styles" / "s122_half_an_entropy_slope.py"
    status, report = as_json(capsys, f"{program}", *hint)
    assert (status, report["loss"]) == (1, "cross-entropy")


# arguments: words of the message
WRONG_HINTS = {
    "line outside": (["--step", "3"], ["line 3", "line 8"]),
    "line beyond": (["--step", "99"], ["99", "no such line"]),
    "line as in a notebook": (["--step", "1:2"], ["1:2", "such as 12"]),
    "no line": (["--step", "x"], ["x", "such as 12"]),
    "prediction": (["--prediction", "out"], ["--prediction", "`out`"]),
    "target": (["--target", "t"], ["--target", "`t`"]),
    "loss": (["--loss", "hinge"], ["`hinge`", "cross-entropy"]),
    "weights": (["--weights", "W1,W3"], ["`W3`"]),
}


@pytest.mark.parametrize("kind", WRONG_HINTS)
def test_a_hint_at_what_is_not_there_is_refused(capsys, program, kind):
    arguments, words = WRONG_HINTS[kind]
    status, out, err = backproof(capsys, "check", f"{program}", *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("error: ")
    for word in words:
        assert word in err, err


# wrongly called ---------------------------------------------------------------------------

BAD_CALLS = {
    "no program": ([], "PROGRAM"),
    "two programs": (["NET", "NET"], "argument"),
    "missing file": (["nowhere.py"], "there is no file `nowhere.py`"),
    "a folder": (["."], "folder"),
    "unknown option": (["NET", "--fast"], "--fast"),
    "unknown format": (["NET", "--format", "xml"], "xml"),
    "no time": (["NET", "--timeout", "0"], "timeout"),
    "no memory": (["NET", "--memory", "-1"], "memory"),
    "no output": (["NET", "--output-limit", "0"], "output"),
    "time that is none": (["NET", "--timeout", "soon"], "soon"),
    "no backup of nothing": (["NET", "--no-backup"], "--fix"),
    "fix of standard input": (["-", "--fix"], "standard input"),
    "a patch as JSON": (["NET", "--diff", "--format", "json"], "--diff"),
}


@pytest.mark.parametrize("kind", BAD_CALLS)
def test_a_wrong_call_is_refused(capsys, program, kind):
    arguments, word = BAD_CALLS[kind]
    before = program.read_bytes()
    given = [f"{program}" if argument == "NET" else argument for argument in arguments]
    status, out, err = backproof(capsys, "check", *given)
    assert (status, out) == (2, "")
    assert word in err
    assert program.read_bytes() == before


def test_help_shows_examples_and_the_exit_statuses(capsys):
    status, out, _ = backproof(capsys, "check", "--help")
    assert status == 0
    for word in ["backproof check my_xor.py", "Exit status", "--no-backup", "--output-limit"]:
        assert word in out


# what it writes ---------------------------------------------------------------------------


def report_of(path, verdict="wrong-gradient"):
    """A report on a faulty program, with its fix, as a check would give it."""
    program = program_of(path)
    edit = Edit(program.file, LINE, LINE, WRONG.rstrip("\n"), RIGHT.rstrip("\n"))
    finding = Finding(
        "wrong-slope", "error", Span(program.file, LINE, 5, LINE, 35), "d1", "it is wrong",
        confidence="verified", edits=(edit,),
    )  # fmt: skip
    return CheckReport(
        file=program.file,
        verdict=verdict,
        source=program.text,
        summary="",
        findings=(finding,),
        fixed_source=program.with_source(program.source.replace(WRONG, RIGHT)),
    )


@pytest.fixture
def faulty(program, monkeypatch):
    """A faulty program; its check takes no time."""
    program.write_text(FAULTY)
    monkeypatch.setattr(
        "backproof.checking.check.check", lambda given, **options: report_of(given.path)
    )
    return program


ENCODINGS = {
    "plain": lambda text: text.encode(),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "BOM and CRLF": lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
    "latin-1": lambda text: f"# coding: latin-1\n# ü\n{text}".encode("latin-1"),
    "latin-1 without a word": lambda text: f"{text}# ü\n".encode("latin-1"),
    "no last end": lambda text: text.rstrip("\n").encode(),
}


@pytest.mark.parametrize("kind", ENCODINGS)
def test_a_fix_is_written_and_the_old_program_kept(capsys, faulty, kind):
    before, after = ENCODINGS[kind](FAULTY), ENCODINGS[kind](CORRECT)
    faulty.write_bytes(before)
    faulty.chmod(0o750)
    status, _, err = backproof(capsys, "check", f"{faulty}", "--fix")
    assert status == 1
    assert faulty.read_bytes() == after
    assert faulty.stat().st_mode & 0o777 == 0o750
    backup = faulty.with_name("net.py.bak")
    assert backup.read_bytes() == before
    assert "net.py.bak" in err
    assert sorted(faulty.parent.iterdir()) == [faulty, backup]


def test_a_fix_without_backup(capsys, faulty):
    backproof(capsys, "check", f"{faulty}", "--fix", "--no-backup")
    assert faulty.read_text() == CORRECT
    assert list(faulty.parent.iterdir()) == [faulty]


def test_a_fix_goes_to_the_file_behind_a_link(capsys, faulty, tmp_path):
    link = tmp_path / "link.py"
    link.symlink_to(faulty)
    backproof(capsys, "check", f"{link}", "--fix")
    assert link.is_symlink()
    assert faulty.read_text() == CORRECT


def test_without_fix_nothing_is_written(capsys, faulty):
    for arguments in ([], ["--diff"], ["--format", "json"]):
        assert backproof(capsys, "check", f"{faulty}", *arguments)[0] == 1
    assert faulty.read_text() == FAULTY
    assert list(faulty.parent.iterdir()) == [faulty]


def test_a_patch_is_all_that_is_printed_and_it_can_be_applied(capsys, faulty):
    _, out, err = backproof(capsys, "check", f"{faulty}", "--diff")
    assert err == ""
    assert out.startswith("--- a/net.py\n+++ b/net.py\n@@ ")
    if shutil.which("patch"):
        subprocess.run(["patch", "-p1"], input=out, text=True, check=True, cwd=faulty.parent)
        assert faulty.read_text() == CORRECT


def test_a_program_that_was_changed_meanwhile_is_left_alone(capsys, faulty, monkeypatch):
    def slow(given, **options):
        report = report_of(given.path)
        given.path.write_text(FAULTY + "# saved by the editor\n")
        return report

    monkeypatch.setattr("backproof.checking.check.check", slow)
    status, _, err = backproof(capsys, "check", f"{faulty}", "--fix")
    assert status == 2
    assert "changed while" in err
    assert faulty.read_text().endswith("editor\n")
    assert list(faulty.parent.iterdir()) == [faulty]


def test_a_fix_of_what_needs_none_changes_nothing(capsys, program):
    status, _, err = backproof(capsys, "check", f"{program}", "--fix")
    assert status == 0
    assert "nothing was changed" in err
    assert list(program.parent.iterdir()) == [program]


@pytest.mark.parametrize("verdict", EXIT_STATUS)
def test_the_exit_status_is_that_of_the_verdict(capsys, faulty, monkeypatch, verdict):
    report = report_of(faulty, verdict)
    monkeypatch.setattr("backproof.checking.check.check", lambda given, **options: report)
    assert backproof(capsys, "check", f"{faulty}")[0] == EXIT_STATUS[verdict]


# ended from outside -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 128 + signal.SIGTERM)]
)
def test_a_check_that_is_ended_leaves_nothing_behind(tmp_path, number, status):
    program = tmp_path / "net.py"
    program.write_text("import time\nwhile True:\n    pass\n")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "backproof", "check", f"{program}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": f"{temporary}"},
    )
    try:
        for _ in range(200):
            time.sleep(0.05)
            if list(temporary.glob("*/run*")):
                break
        time.sleep(0.5)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == status
    assert out == ""
    assert "Traceback" not in err
    assert not list(temporary.iterdir())


# in Python --------------------------------------------------------------------------------


def test_a_report_shows_itself(program):
    report = bp.check(program)
    assert report.verdict == "correct"
    assert "correct: every gradient is the true one" in str(report)
    assert report._repr_html_().startswith('<div class="backproof">')
    assert json.loads(report.to_json())["verdict"] == "correct"
    assert report.to_diff() == ""
    assert repr(report) == f"<CheckReport of {program}: correct, {len(report.findings)} findings>"


def test_a_text_is_checked_and_progress_is_told():
    told = []
    report = bp.check(CORRECT, timeout=30, progress=told.append)
    assert (report.verdict, report.file) == ("correct", "<string>")
    assert len(told) >= 3


def test_a_missing_program_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="there is no file"):
        bp.check(tmp_path / "net.py")


def test_the_interpreter_that_checks_is_left_as_it_was(program):
    before = os.getcwd(), list(sys.path), sys.stdout, signal.getsignal(signal.SIGINT)
    bp.check(program)
    assert before == (os.getcwd(), list(sys.path), sys.stdout, signal.getsignal(signal.SIGINT))


def test_a_failure_of_the_command_itself_is_no_verdict():
    code = "from backproof import cli; cli.group = lambda *_, **__: 1 / 0; cli.main([])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2
    assert "ZeroDivisionError" in done.stderr
