"""Whatever a person's program does to the one who runs it, `check` ends with a verdict and does no harm.

programs/hostile/CASE.py, CASE.ipynb, CASE/main.py   the program; in a folder, beside the files that it needs
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import pytest

HOSTILE = Path(__file__).parent / "programs" / "hostile"
LONGEST = 180  # seconds after which a check counts as hung
KEYS = {"file", "verdict", "loss", "step_line", "lines", "findings", "fixed_source"}
STATUS = {
    "correct": 0,
    "wrong-gradient": 1,
    "does-not-learn": 1,
    "not-understood": 2,
    "crashed": 2,
    "timed-out": 2,
}
SLOPES = (  # right, wrong
    ("* a1 * (1 - a1)", "* a2 * (1 - a2)"),
    ("* h[j] * (1 - h[j])", "* h[j] * (1 + h[j])"),
    ("* (1 - self.h**2)", "* (1 - self.h)"),
    ("* (1 - h**2)", "* (1 - h)"),
)


class Done(NamedTuple):
    """What is left of a process."""

    status: int
    out: str
    err: str


# the command line, from a folder that is not the program's ------------------------------------


def run_check(tmp_path, program, *arguments, stdin=b"", cwd=None, temporary=None):
    """`backproof check PROGRAM ARGUMENTS` as a process of its own, which leaves nothing behind."""
    if temporary is None:
        with tempfile.TemporaryDirectory() as folder:
            return run_check(
                tmp_path, program, *arguments, stdin=stdin, cwd=cwd, temporary=Path(folder)
            )
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    (tmp_path / "stdin").write_bytes(stdin)
    command = [sys.executable, "-P", "-m", "backproof", "check", str(program), *arguments]
    # Into files, not pipes: a process that is left behind would keep a pipe open.
    with (
        open(tmp_path / "stdin", "rb") as given,
        open(tmp_path / "stdout", "wb") as out,
        open(tmp_path / "stderr", "wb") as err,
    ):
        process = subprocess.Popen(
            command,
            stdin=given,
            stdout=out,
            stderr=err,
            cwd=cwd or elsewhere,
            env={**os.environ, "TMPDIR": f"{temporary}"},
            start_new_session=True,
        )
        try:
            status = process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            pytest.fail(f"still running after {LONGEST} s")
    out, err = ((tmp_path / name).read_text("utf-8") for name in ("stdout", "stderr"))
    assert "Traceback" not in err, err
    assert "The check itself failed" not in out, out
    assert not left_behind(temporary)
    assert not list(elsewhere.iterdir()), "files appeared in the working directory"
    assert not list(temporary.iterdir()), "temporary files were left behind"
    return Done(status, out, err)


def left_behind(temporary):
    """The processes that were started with this folder for temporary files, and do not end by themselves."""
    for _ in range(20):
        found = [pid for pid in Path("/proc").glob("[0-9]*") if knows(pid, temporary)]
        if not found:
            break
        time.sleep(0.1)
    for pid in found:
        os.kill(int(pid.name), signal.SIGKILL)
    return found


def knows(pid, folder):
    try:
        return f"TMPDIR={folder}".encode() in (pid / "environ").read_bytes()
    except OSError:  # it has ended, or is someone else's
        return False


def contents(folder):
    """What is in a folder: bytes and time of change of each file."""
    return {
        f"{path.relative_to(folder)}": path.is_file()
        and (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
    }


def check(tmp_path, program, *arguments, **how):
    """The report, as data, after all that holds for every check was looked at."""
    before = contents(program.parent)
    done = run_check(tmp_path, program, "--format", "json", *arguments, **how)
    assert contents(program.parent) == before, "the program's folder is not as it was"
    assert done.out, f"status {done.status}: {done.err}"
    report = json.loads(done.out)
    assert set(report) == KEYS
    assert done.status == STATUS[report["verdict"]]
    return report


def copied(tmp_path, case):
    """The program of a case, in a folder of its own."""
    home = tmp_path / "home"
    home.mkdir()
    if (HOSTILE / case).is_dir():
        shutil.copytree(HOSTILE / case, home, dirs_exist_ok=True)
        return home / "main.py"
    name = f"{case}.ipynb" if case.startswith("notebook") else f"{case}.py"
    return Path(shutil.copy(HOSTILE / name, home))


def written(tmp_path, name, content):
    """A program with this content, in a folder of its own."""
    path = tmp_path / "home" / name
    path.parent.mkdir()
    path.write_bytes(content)
    return path


def text_of(case):
    return (HOSTILE / f"{case}.py").read_text("utf-8")


# correct programs -----------------------------------------------------------------------------

CORRECT = [
    # output
    "prints_megabytes",
    "prints_without_end_while_training",
    "prints_without_end_after_training",
    "prints_past_python",
    "warns_without_end",
    # input
    "asks_several_times",
    "asks_for_the_epochs",
    "asks_until_told_to_stop",
    # windows
    "opens_a_plot",
    "opens_a_tk_window",
    # files
    "writes_files",
    "writes_beside_itself",
    "writes_in_other_ways",
    "resumes_from_its_checkpoint",
    "removes_its_data",
    "overwrites_its_data",
    "reads_its_data",
    "changes_folder",
    # other processes and threads
    "leaves_a_process_behind",
    "leaves_a_daemon_behind",
    "uses_a_pool",
    "forks",
    "trains_in_a_thread",
    "has_a_thread_that_never_ends",
    # time
    "sleeps_every_epoch",
    "sleeps_an_hour_first",
    "trains_by_the_clock",
    "trains_for_ever",
    "trains_until_a_loss_it_never_reaches",
    "trains_slowly",
    "prepares_for_seconds",
    "draws_from_the_clock",
    # the end
    "exits_at_the_end",
    "exits_when_good_enough",
    "exits_hard",
    "exits_with_a_status",
    "has_exit_handlers",
    # the start
    "has_a_main_guard",
    "reads_its_arguments",
    "imports_a_helper",
    "imports_its_network",
    "has_namesakes",
    "does_without_a_module",
    "takes_only_data_from_sklearn",
    # the interpreter
    "shadows_builtins",
    "takes_stdout_away",
    "takes_the_trace_away",
    "makes_warnings_errors",
    "handles_signals",
    "catches_everything",
    "tries_again_for_ever",
    # ways to write
    "is_written_in_greek",
    "is_written_in_chinese",
    "is_all_globals",
    "evaluates_text",
    "is_decorated",
    "is_modern",
    "is_a_generator",
    "notebook",
]


@pytest.mark.parametrize("case", CORRECT)
def test_a_correct_program_is_called_correct(tmp_path, case):
    report = check(tmp_path, copied(tmp_path, case))
    assert report["verdict"] == "correct", report["findings"]
    assert not [found for found in report["findings"] if found["severity"] == "error"]
    assert report["fixed_source"] is None


# the same with a fault ------------------------------------------------------------------------

FAULTY = [
    "prints_without_end_while_training",
    "asks_several_times",
    "reads_its_data",
    "trains_in_a_thread",
    "exits_hard",
    "has_exit_handlers",
    "imports_its_network",
    "takes_the_trace_away",
    "makes_warnings_errors",
    "catches_everything",
    "tries_again_for_ever",
    "is_decorated",
    "is_modern",
    "is_a_generator",
]


def spoiled(folder):
    """Make the slope of the hidden layer wrong; the line of it."""
    for path in folder.rglob("*.py"):
        text = path.read_text("utf-8")
        for right, wrong in SLOPES:
            if right in text:
                path.write_text(text.replace(right, wrong), "utf-8")
                return text.partition(right)[0].count("\n") + 1
    raise AssertionError("no slope found")


@pytest.mark.parametrize("case", FAULTY)
def test_a_fault_is_found_all_the_same(tmp_path, case):
    program = copied(tmp_path, case)
    line = spoiled(program.parent)
    report = check(tmp_path, program)
    assert report["verdict"] == "wrong-gradient"
    assert line in {found["line"] for found in report["findings"]}, report["findings"]


def test_a_fault_in_a_notebook_is_found_in_its_cell(tmp_path):
    report = check(tmp_path, copied(tmp_path, "notebook_with_a_fault"))
    assert report["verdict"] == "wrong-gradient"
    assert 5 in {found["cell"] for found in report["findings"]}, report["findings"]


# programs that cannot be judged ---------------------------------------------------------------

# case: the verdicts that may be, arguments
UNJUDGED = {
    "prints_without_end_before_training": (
        {"timed-out", "not-understood"}, ["--timeout", "5", "--output-limit", "64"],
    ),
    "loops_before_training": ({"timed-out", "not-understood"}, ["--timeout", "5"]),
    "refuses_to_die": ({"timed-out", "not-understood"}, ["--timeout", "5"]),
    "allocates_everything": ({"crashed"}, ["--memory", "512"]),
    "allocates_and_holds_on": (
        {"timed-out", "crashed"}, ["--memory", "512", "--timeout", "5"],
    ),
    "keeps_every_epoch": ({"correct", "crashed"}, ["--memory", "512", "--timeout", "20"]),
    "recurses_without_end": ({"timed-out", "crashed"}, ["--memory", "512", "--timeout", "10"]),
    "is_killed": ({"crashed", "not-understood"}, []),
    "exits_before_training": ({"not-understood"}, []),
    "starts_itself_again": ({"correct", "not-understood", "crashed"}, ["--timeout", "10"]),
    "closes_all_descriptors": ({"correct", "not-understood", "crashed"}, ["--timeout", "10"]),
    "replaces_builtins": ({"correct", "not-understood", "crashed"}, ["--timeout", "10"]),
    "waits_an_hour_first": ({"correct", "timed-out", "not-understood"}, ["--timeout", "5"]),
    "trains_in_a_comprehension": ({"correct", "not-understood"}, []),
    "trains_inside_exec": ({"correct", "not-understood"}, []),
    "overflows": ({"correct", "does-not-learn", "not-understood"}, []),
    "is_only_a_comment": ({"not-understood"}, []),
    "does_not_train": ({"not-understood"}, []),
    "notebook_without_training": ({"not-understood"}, []),
}  # fmt: skip


@pytest.mark.parametrize("case", UNJUDGED)
def test_a_program_that_is_hard_to_judge_gets_an_honest_verdict(tmp_path, case):
    verdicts, arguments = UNJUDGED[case]
    report = check(tmp_path, copied(tmp_path, case), *arguments)
    assert report["verdict"] in verdicts, report["findings"]


# crashes: the line (None: any), the words that the text says
CRASHES = {
    "crashes_on_shapes": (19, ["ValueError", "np.dot(d2, W2)", "(4, 1)"]),
    "crashes_without_a_module": (2, ["tensorplow", "install"]),
    "crashes_in_a_recursion": (12, ["RecursionError"]),
    "allocates_everything": (None, ["MemoryError", "--memory"]),
    "is_python_2": (24, ["print", "Python 2"]),
    "is_python_2_without_print": (15, ["xrange", "Python 2"]),
    "has_a_syntax_error": (12, ["never closed"]),
}


@pytest.mark.parametrize("case", CRASHES)
def test_a_crash_is_told_with_its_line_and_likely_cause(tmp_path, case):
    line, words = CRASHES[case]
    done = run_check(tmp_path, copied(tmp_path, case), "--memory", "512")
    assert done.status == 2
    for word in words:
        assert word in done.out, done.out
    assert line is None or f"line {line}" in done.out or f".py:{line}" in done.out, done.out


@pytest.mark.parametrize("case", CRASHES)
def test_a_crash_is_a_finding_at_its_line(tmp_path, case):
    line, _ = CRASHES[case]
    report = check(tmp_path, copied(tmp_path, case), "--memory", "512")
    assert report["verdict"] == "crashed"
    lines = {found["line"] for found in report["findings"]}
    assert lines if line is None else line in lines


FRAMEWORKS = ["torch", "sklearn", "jax", "tensorflow"]


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_gradient_left_to_a_framework_is_not_for_this_command(tmp_path, framework):
    done = run_check(tmp_path, copied(tmp_path, f"leaves_it_to_{framework}"))
    assert done.status == 2
    assert "hand-written" in done.out + done.err
    assert framework in done.out + done.err


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_gradient_left_to_a_framework_is_not_understood(tmp_path, framework):
    report = check(tmp_path, copied(tmp_path, f"leaves_it_to_{framework}"))
    assert report["verdict"] == "not-understood"


# what is no program ---------------------------------------------------------------------------

# name of the file, content
NO_PROGRAMS = {
    "a picture": ("plot.py", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256))),
    "a null byte": ("main.py", b"print(1)\n\x00\nprint(2)\n"),
    "letters in no encoding": ("main.py", b"# caf\xe9 without a cookie\nprint(1)\n"),
    "an unknown encoding": ("main.py", b"# -*- coding: klingon -*-\nprint(1)\n"),
    "a notebook cut short": ("main.ipynb", b'{"cells": [{"cell_type": "code"\n'),
    "a notebook of nothing": ("main.ipynb", b"[]"),
    "prose": ("main.py", b"Dear reader,\n  this is no program.\n"),
}


@pytest.mark.parametrize("kind", NO_PROGRAMS)
def test_what_is_no_program_is_told_so(tmp_path, kind):
    name, content = NO_PROGRAMS[kind]
    path = written(tmp_path, name, content)
    done = run_check(tmp_path, path)
    assert done.status == 2
    assert name in "".join(f"{done.out}{done.err}".split())  # a long path may be broken into lines
    assert path.read_bytes() == content


def test_a_missing_file_is_told(tmp_path):
    done = run_check(tmp_path, tmp_path / "missing.py")
    assert done.status == 2
    assert done.err.startswith("error: ")
    assert "missing.py" in done.err


def test_a_folder_is_told(tmp_path):
    (tmp_path / "programs").mkdir()
    done = run_check(tmp_path, tmp_path / "programs")
    assert done.status == 2
    assert done.err.startswith("error: ")
    assert "folder" in done.err


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf", b'"""Only a docstring."""'])
def test_an_empty_program_is_not_understood(tmp_path, content):
    assert check(tmp_path, written(tmp_path, "main.py", content))["verdict"] == "not-understood"


# the text and the name of a program -----------------------------------------------------------


def as_latin_1(text):
    return f"# -*- coding: latin-1 -*-\n{text}".encode("latin-1")


# variant: the bytes of a program with this text
VARIANTS = {
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "BOM": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "BOM and CRLF": lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
    "latin-1": as_latin_1,
    "tabs": lambda text: text.replace("    ", "\t").encode(),
    "CR": lambda text: text.replace("\n", "\r").encode(),
    "mixed ends": lambda text: text.replace("\n", "\r\n", 9).encode(),
    "form feeds": lambda text: text.replace("\n\n\n", "\n\x0c\n\x0c\n").encode(),
    "no last end": lambda text: text.rstrip("\n").encode(),
    "spaces at ends": lambda text: text.replace("\n", "  \t\n").encode(),
    "backslashes": lambda text: text.replace(" = ", " = \\\n        ").encode(),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_fix_keeps_every_other_character(tmp_path, variant):
    before = VARIANTS[variant](text_of("has_a_fault"))
    program = written(tmp_path, "main.py", before)
    program.chmod(0o755)
    run_check(tmp_path, program, "--fix")
    after = program.read_bytes()
    assert contents(program.parent).keys() == {"main.py", "main.py.bak"}
    assert (program.parent / "main.py.bak").read_bytes() == before
    assert program.stat().st_mode & 0o777 == 0o755
    changed = changed_lines(before, after)
    assert len(changed) == 1
    assert b"d2 @ W2.T" in changed[0]
    assert check(tmp_path, program)["verdict"] == "correct"


def changed_lines(before, after):
    """The lines that are not as they were, in a text that has as many as it had."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    assert len(old) == len(new)
    changed = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    for a, b in changed:
        assert a[len(a.rstrip()) :] == b[len(b.rstrip()) :], "another end of line"
        assert a[: len(a) - len(a.lstrip())] == b[: len(b) - len(b.lstrip())], "other indentation"
    return [b for _, b in changed]


def test_a_fix_without_backup_leaves_none(tmp_path):
    program = copied(tmp_path, "has_a_fault")
    before = program.read_bytes()
    run_check(tmp_path, program, "--fix", "--no-backup")
    assert program.read_bytes() != before
    assert list(program.parent.iterdir()) == [program]


def test_a_fix_of_a_link_changes_the_file_that_it_points_to(tmp_path):
    program = copied(tmp_path, "has_a_fault")
    link = tmp_path / "link.py"
    link.symlink_to(program)
    before = program.read_bytes()
    run_check(tmp_path, link, "--fix")
    assert link.is_symlink()
    assert len(changed_lines(before, program.read_bytes())) == 1


def test_a_fix_of_a_notebook_keeps_its_other_cells(tmp_path):
    program = copied(tmp_path, "notebook_with_a_fault")
    before = program.read_bytes()
    run_check(tmp_path, program, "--fix")
    assert len(changed_lines(before, program.read_bytes())) == 1
    assert program.with_name(f"{program.name}.bak").read_bytes() == before
    assert check(tmp_path, program)["verdict"] == "correct"


def test_a_fix_of_what_is_correct_changes_nothing(tmp_path):
    check(tmp_path, copied(tmp_path, "has_a_main_guard"), "--fix")


def test_a_fix_of_what_crashes_changes_nothing(tmp_path):
    check(tmp_path, copied(tmp_path, "crashes_on_shapes"), "--fix")


def test_without_fix_a_faulty_program_is_left_alone_and_its_fix_is_told(tmp_path):
    program = copied(tmp_path, "has_a_fault")
    report = check(tmp_path, program)
    assert report["verdict"] == "wrong-gradient"
    assert len(changed_lines(program.read_bytes(), report["fixed_source"].encode())) == 1


def test_a_diff_is_shown_and_nothing_is_changed(tmp_path):
    program = copied(tmp_path, "has_a_fault")
    before = contents(program.parent)
    done = run_check(tmp_path, program, "--diff")
    assert contents(program.parent) == before
    assert "\n-    d1 = (d2 @ W2.T) * a2 * (1 - a2)\n" in done.out
    assert "\n+    d1 = " in done.out


@pytest.mark.parametrize(
    "name", ["with spaces.py", "ünï-コード.py", "two.dots.py", "backproof.py", "'quoted'.py"]
)
def test_a_program_may_have_any_name(tmp_path, name):
    program = written(tmp_path, name, text_of("has_a_main_guard").encode())
    report = check(tmp_path, program)
    assert report["verdict"] == "correct"
    assert name in report["file"]


def test_a_program_may_be_named_from_its_own_folder(tmp_path):
    home = copied(tmp_path, "has_namesakes").parent
    before = contents(home)
    done = run_check(tmp_path, "main.py", "--format", "json", cwd=home)
    assert contents(home) == before
    assert json.loads(done.out)["verdict"] == "correct"


def test_a_huge_table_in_the_text_is_no_hindrance(tmp_path):
    table = ", ".join(f"[{i % 7}.5, {i % 11}, -{i}e-3]" for i in range(30_000))
    text = text_of("has_a_main_guard") + f"\n\ntable = [{table}]\n"
    assert check(tmp_path, written(tmp_path, "main.py", text.encode()))["verdict"] == "correct"


# the folder of a program ----------------------------------------------------------------------


def test_a_folder_full_of_odd_things_is_no_hindrance(tmp_path):
    program = copied(tmp_path, "reads_its_data")
    home = program.parent
    os.mkfifo(home / "pipe")
    (home / "loop").symlink_to(home)
    (home / "broken").symlink_to(home / "nowhere")
    (home / "secret.txt").write_text("not for everyone")
    (home / "secret.txt").chmod(0)
    with open(home / "large.bin", "wb") as file:
        file.truncate(1 << 34)  # 16 GiB, none of it on the disk
    names = sorted(os.listdir(home))
    done = run_check(tmp_path, program, "--format", "json")
    assert sorted(os.listdir(home)) == names
    assert json.loads(done.out)["verdict"] == "correct"


def test_a_long_path_of_the_temporary_folder_is_no_hindrance(tmp_path):
    temporary = tmp_path / ("long" * 30)
    temporary.mkdir()
    program = copied(tmp_path, "has_a_main_guard")
    assert check(tmp_path, program, temporary=temporary)["verdict"] == "correct"


# standard input -------------------------------------------------------------------------------


@pytest.mark.parametrize("case", ["has_a_main_guard", "asks_several_times", "is_written_in_greek"])
def test_a_program_may_come_from_standard_input(tmp_path, case):
    program = text_of(case).encode()
    done = run_check(tmp_path, "-", "--format", "json", stdin=program)
    assert json.loads(done.out)["verdict"] == "correct"


def test_a_fault_from_standard_input_is_found_and_no_file_appears(tmp_path):
    program = VARIANTS["BOM and CRLF"](text_of("has_a_fault"))
    done = run_check(tmp_path, "-", "--format", "json", stdin=program)
    assert json.loads(done.out)["verdict"] == "wrong-gradient"


def test_nothing_from_standard_input_is_not_understood(tmp_path):
    done = run_check(tmp_path, "-", "--format", "json")
    assert done.status == 2
    assert json.loads(done.out)["verdict"] == "not-understood"


def test_what_the_program_asks_is_not_taken_from_standard_input(tmp_path):
    program = copied(tmp_path, "asks_several_times")
    answers = b"Ada\nnot a number\nnot a number either\n" * 100
    assert check(tmp_path, program, stdin=answers)["verdict"] == "correct"


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc to find the processes")
@pytest.mark.parametrize("many", [2, 4, 8])  # processes: while it is run, looked at, measured
def test_nothing_runs_on_when_the_checker_is_killed(tmp_path, many):
    program = copied(tmp_path, "tries_again_for_ever")
    home = tempfile.mkdtemp()  # a short name: it is that of a socket, too
    started = subprocess.Popen(
        [sys.executable, "-m", "backproof", "check", "--timeout", "4", str(program)],
        env={**os.environ, "TMPDIR": home},
        stdout=subprocess.DEVNULL,
    )
    while len(named(home)) < many and started.poll() is None:
        time.sleep(0.005)
    assert started.poll() is None
    started.kill()
    started.wait()
    end = time.monotonic() + 60
    while (left := named(home)) and time.monotonic() < end:
        time.sleep(0.2)
    for process in left:
        os.kill(process, signal.SIGKILL)
    shutil.rmtree(home)
    assert not left


def named(folder):
    """The processes whose command names a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
        except OSError:  # it ended
            continue
        if folder.encode() in command:
            found.append(int(process.name))
    return found
