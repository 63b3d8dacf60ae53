"""Programs as people post them, right and wrong: what `check` says of each, beside the truth."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from typing import Any

import pytest

import backproof as bp

PROGRAMS = Path(__file__).parent / "programs"
BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "check" / "programs"
SECONDS = 120.0  # for one check: other tests run beside it


def cases(folder: str) -> list[dict[str, Any]]:
    with open(PROGRAMS / folder / "cases.toml", "rb") as file:
        return list(tomllib.load(file)["case"])


CORPUS = cases("corpus")
CORRECT = [case["file"] for case in CORPUS if case["verdict"] == "correct"]
FAULTY = [case for case in CORPUS if case["verdict"] == "wrong-gradient"]

# As many styles as fit into a test run; the benchmark checks all of them.
OTHERS = (
    "admission_ascent.py",
    "blobs_jacobian.py",
    "encoder_lists.py",
    "pendule.py",
    "sine_closures_nesterov.py",
    "spiral_dataclass.py",
    "wave_namedtuple.py",
    "xor_deriv_flag.py",
)


def slow_unless(quick: tuple[str, ...], names: list[str]) -> list[Any]:
    """Names as parameters; all but the quick ones marked slow."""
    marks = {True: (), False: (pytest.mark.slow,)}
    return [pytest.param(name, marks=marks[name in quick]) for name in names]


@pytest.mark.parametrize("name", slow_unless(("a17_parity.py", "b20_sin_layers.py"), CORRECT))
def test_a_correct_program_is_called_correct(name):
    report = bp.check(PROGRAMS / "corpus" / name, timeout=SECONDS)
    assert report.verdict == "correct"
    assert not [finding for finding in report.findings if finding.severity == "error"]


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test_correct_programs_in_other_styles_are_not_accused(name):
    report = bp.check(BENCHMARK / name, timeout=SECONDS)
    assert report.verdict == "correct"


BY_FILE = {case["file"]: case for case in FAULTY}


@pytest.mark.parametrize("name", slow_unless(("a03_sine_script.py",), list(BY_FILE)))
def test_the_first_error_names_a_line_that_is_at_fault(name):
    case = BY_FILE[name]
    report = bp.check(PROGRAMS / "corpus" / case["file"], timeout=SECONDS)
    assert report.verdict == "wrong-gradient"
    accepted = {line for fault in case["faults"] for line in fault["accept_lines"]}
    assert report.findings[0].span.line in accepted


@pytest.mark.slow
def test_a_fix_is_a_whole_program_with_only_its_lines_changed():
    path = PROGRAMS / "corpus" / "a08_xor_params.py"
    report = bp.check(path, timeout=SECONDS)
    assert report.fixed_source is not None
    ast.parse(report.fixed_source)
    before, after = path.read_text().splitlines(), report.fixed_source.splitlines()
    changed = [i + 1 for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
    assert changed == [39, 41]
