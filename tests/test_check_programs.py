"""Programs as people post them, right and wrong: what `check` says of each, beside the truth."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from golden import check_golden

import backproof as bp

PROGRAMS = Path(__file__).parent / "programs"
BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "check"
SECONDS = 240.0  # for one check: other tests run beside it


def cases(folder: str) -> list[dict[str, Any]]:
    with open(PROGRAMS / folder / "cases.toml", "rb") as file:
        return [{**case, "folder": folder} for case in tomllib.load(file)["case"]]


ALL = {case["file"]: case for folder in ("corpus", "posted", "styles") for case in cases(folder)}
OF = {
    verdict: {name: name for name, case in ALL.items() if case["verdict"] == verdict}
    for verdict in ("correct", "wrong-gradient", "does-not-learn")
}

# As many styles as fit into a test run; the benchmark checks all of them.
OTHERS = (
    "admission_ascent.py",
    "blobs_adagrad.py",
    "circles_adam.py",
    "compuertas.py",
    "encoder_lists.py",
    "pendule.py",
    "poly_flat_theta.py",
    "recursion_net.py",
    "remember_bit.py",
    "sine_closures_nesterov.py",
    "spiral_dataclass.py",
    "tied_autoencoder.py",
)


@cache
def checked(name: str) -> Any:
    return bp.check(PROGRAMS / ALL[name]["folder"] / name, timeout=SECONDS)


def errors(report: Any) -> list[Any]:
    return [finding for finding in report.findings if finding.severity == "error"]


# What a person reads, one report for each kind of mistake -------------------------------------

REPORTS = {
    "accumulator-not-reset": "p24_energy_sums.py",
    "accumulator-overwritten": "p05_majority_objects.py",
    "aliased-weights": "p09_xor_rows.py",
    "another-weight-updated": "p39_pond_layers.py",
    "bias-not-updated": "a08_xor_params.py",
    "bias-reduction": "p22_tank_minibatch.py",
    "broadcast-shape": "p19_parabola_fit.py",
    "decay-sign": "p40_tides_ridge.py",
    "elementwise-for-matrix-product": "p16_rotate_bits.py",
    "extra-factor": "p15_pulses_columns.py",
    "integer-array": "p11_alarm_loops.py",
    "last-example-only": "p06_points_network.py",
    "matrix-product-for-elementwise": "p17_xor_tanh.py",
    "missing-activation-slope": "p14_band_class.py",
    "update-without-input": "p20_price_vector.py",
    "missing-transpose": "p18_deep_square.py",
    "rebound-in-function": "p10_mines_functions.py",
    "slope-of-activated-value": "p01_xor_tutorial.py",
    "softmax-axis": "p12_flowers_softmax.py",
    "softmax-jacobian": "a12_three_blobs.py",
    "update-before-use": "p07_ellipse_layers.py",
    "wrong-index": "p02_decoder_lists.py",
    "wrong-sign": "a03_sine_script.py",
    "zero-start": "p25_xor_port.py",
    "learning-rate-too-large": "p26_rings_fast.py",
    "missing-bias": "p28_cosine_net.py",
}


def check_report(name: str, report: Any) -> None:
    """That the report on a program that stands for its kind of mistake reads as it did."""
    for kind in (kind for kind, program in REPORTS.items() if program == name):
        text = report.to_text(width=80).replace(f"{PROGRAMS}/", "")
        check_golden(f"check/{kind}.txt", re.sub(r"\b\d(\.\d+)?e-\d\d\b", "tiny", text))


@pytest.mark.parametrize("name", OF["correct"])
def test_a_correct_program_is_called_correct(name):
    report = checked(name)
    assert report.verdict == "correct"
    assert not errors(report)


@pytest.mark.parametrize("name", OTHERS)
def test_correct_programs_in_other_styles_are_not_accused(name):
    report = bp.check(BENCHMARK / "programs" / name, timeout=SECONDS)
    assert report.verdict == "correct"
    assert not errors(report)


@pytest.mark.parametrize("name", OF["does-not-learn"])
def test_what_keeps_a_program_from_learning_is_named_with_a_change_that_was_run(name):
    report = checked(name)
    assert report.verdict == "does-not-learn"
    first = errors(report)[0]
    accepted = {line for fault in ALL[name]["faults"] for line in fault["accept_lines"]}
    assert first.span.line in accepted
    assert first.confidence == "verified"
    check_report(name, report)


@pytest.mark.parametrize("name", OF["wrong-gradient"])
def test_the_first_error_names_a_line_that_is_at_fault(name):
    report = checked(name)
    assert report.verdict == "wrong-gradient"
    accepted = {line for fault in ALL[name]["faults"] for line in fault["accept_lines"]}
    assert errors(report)[0].span.line in accepted
    assert report.fixed_source is not None
    ast.parse(report.fixed_source)
    check_report(name, report)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("s162_loss_with_another_term.py", "if the loss has such a term, nothing is wrong"),
        ("s163_rows_of_length_one.py", "keeps the weights within bounds, nothing is wrong"),
        ("s177_shrunk_in_groups.py", "keeps the weights within bounds, nothing is wrong"),
        ("s217_layers_trained_in_turn.py", "to be trained in turn"),
        ("s218_second_pass_by_other_names.py", "to be trained in turn"),
        ("s245_small_errors_left_alone.py", "are to count for nothing, nothing is wrong"),
        ("s178_gradient_centred.py", "if the loss has such a term, nothing is wrong"),
    ],
)
def test_what_may_be_meant_is_asked_and_not_accused(name, told):
    report = checked(name)
    assert report.verdict == "not-understood"
    assert not errors(report)
    assert any(told in line for line in report.tried)


def test_a_program_whose_forward_pass_ends_its_loop_is_called_correct():
    report = bp.check(PROGRAMS / "posted" / "fixed" / "p42_moth_trap.py", timeout=SECONDS)
    assert report.verdict == "correct"
    assert not errors(report)


def test_a_loss_that_is_printed_now_and_then_and_another_trained_is_told_and_no_fault():
    report = checked("s214_another_loss_printed.py")
    assert [(f.code, f.severity) for f in report.findings] == [("loss-mismatch", "warning")]


@pytest.mark.parametrize(
    "name", ["s191_generator_and_discriminator.py", "s246_noise_on_purpose.py"]
)
def test_what_is_not_understood_is_not_accused(name):
    assert not errors(checked(name))


def test_a_fix_may_be_a_call_that_nobody_makes():
    report = checked("s198_sums_never_zeroed.py")
    assert "    net.zero_grad()" in report.fixed_source.splitlines()


def test_weights_that_no_step_changes_are_told_and_no_fault():
    report = checked("s12_output_weights_left_alone.py")
    warned = [f.name for f in report.findings if f.code == "weights-not-updated"]
    assert (report.verdict, warned) == ("correct", ["W2"])


def test_the_first_number_that_is_none_is_told_with_its_step_and_line():
    report = checked("s22_squares_remembered_with_a_minus.py")
    (note,) = errors(report)[0].notes
    assert "in step 2, at line 19: the root of `squares[i]`" in note


# Beside an independent judge: the moves of the weights, step by step, of the program that its author mended.

with open(PROGRAMS / "corpus" / "facts.toml", "rb") as facts_file:
    FACTS = tomllib.load(facts_file)
MENDED = {path.stem: path.name for path in (PROGRAMS / "corpus" / "fixed").glob("*.py")}
WRONG = {stem: file for stem, file in MENDED.items() if file in OF["wrong-gradient"]}


@pytest.mark.parametrize("stem", WRONG)
def test_a_repaired_program_moves_its_weights_as_the_right_one_does(stem, monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARK))
    from equivalence import judge
    from program import Program, facts

    right = (PROGRAMS / "corpus" / "fixed" / f"{stem}.py").read_text(encoding="utf-8")
    truth = Program(stem, right, facts(FACTS[stem]))
    wrong = (PROGRAMS / "corpus" / f"{stem}.py").read_text(encoding="utf-8")
    assert judge(truth, wrong).verdict == "harmful"
    assert judge(truth, checked(f"{stem}.py").fixed_source).verdict == "equivalent"


# The question that began it -----------------------------------------------------------------


def test_the_wrong_lines_of_the_question_are_mended_and_the_rate_is_why_it_still_fails():
    report = bp.check(PROGRAMS / "question" / "asked.py", timeout=SECONDS)
    gradient = [f for f in errors(report) if f.confidence == "verified"][:3]
    assert [finding.span.line for finding in gradient] == [21, 23, 24]
    others = {finding.code: finding for finding in report.findings[3:]}
    assert "learning-rate-too-small" in others
    assert any("of 5" in note or "of 3" in note for note in others["learning-rate-too-small"].notes)
    assert "missing-bias" in others


def test_the_answer_to_the_question_is_correct():
    report = bp.check(PROGRAMS / "question" / "answered.py", timeout=SECONDS)
    assert report.verdict == "correct"


def test_a_fix_is_a_whole_program_with_only_its_lines_changed():
    path = PROGRAMS / "corpus" / "a08_xor_params.py"
    report = checked("a08_xor_params.py")
    assert report.fixed_source is not None
    before, after = path.read_text().splitlines(), report.fixed_source.splitlines()
    changed = [i + 1 for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
    assert changed == [39, 41]


@pytest.mark.parametrize(
    "name", ["s83_examples_drawn_like_weights.py", "s102_inputs_drawn_like_weights.py"]
)
def test_examples_that_are_drawn_like_weights_are_no_weights_that_never_change(name):
    assert not checked(name).findings
