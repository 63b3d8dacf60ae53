"""The derivation of a person's own program: its layers found in its numbers, in its names, with its lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from command import backproof
from golden import check_golden

import backproof as bp
from backproof.derivation.codegen.program import program

PROGRAMS = Path(__file__).parent / "programs"

# file: units, activations, a few of its own names
NETWORKS = {
    "question/answered.py": ((2, 3, 1), ("sigmoid", "sigmoid"), {"W2": "theta1", "a3": "layer3"}),
    "corpus/a03_sine_script.py": ((1, 5, 1), ("sigmoid", "sigmoid"), {"delta2": "d_hid"}),
    "corpus/a12_three_blobs.py": ((2, 6, 3), ("tanh", "softmax"), {"W3": "output_weights"}),
    "corpus/a22_gates_lists.py": ((3, 6, 3), ("sigmoid", "sigmoid"), {"y": "want"}),
    "corpus/b01_xor_neurons.py": ((2, 4, 1), ("sigmoid", "sigmoid"), {"b2": "net.hidden[].b"}),
    "corpus/b20_sin_layers.py": ((1, 15, 10, 1), ("tanh", "tanh", "identity"), {"a1": "x"}),
}


@pytest.mark.parametrize("file", NETWORKS)
def test_the_network_that_a_program_writes_out_is_found(file):
    sizes, activations, names = NETWORKS[file]
    found = bp.explain_program(PROGRAMS / file)
    assert found.scene.network.sizes == sizes
    assert tuple(row.name for row in found.scene.network.activations) == activations
    assert names.items() <= found.scene.notation.names.items()
    assert found.proved


@pytest.mark.parametrize(
    ("sizes", "hidden", "output"),
    [([2, 3, 1], "sigmoid", "sigmoid"), ([3, 5, 4, 2], ["relu", "tanh"], "softmax")],
)
def test_a_program_that_was_derived_is_read_back_as_the_same_network(sizes, hidden, output):
    network = bp.Network(sizes, hidden=hidden, output=output, seed=3)
    random = np.random.default_rng(5)
    X = random.normal(size=(12, sizes[0]))
    Y = np.eye(sizes[-1])[random.integers(sizes[-1], size=12)] if sizes[-1] > 1 else X[:, :1] > 0
    source = program(network, X, np.asarray(Y, float), optimizer="sgd", epochs=5).source
    found = bp.explain_program(source)
    assert found.scene.network.sizes == tuple(sizes)
    assert found.scene.network.activations == network.activations
    assert np.allclose(found.scene.network.weights[0], network.weights[0])


def test_each_step_names_the_line_that_computes_it():
    text = bp.explain_program(PROGRAMS / "corpus" / "a03_sine_script.py", only="delta2").to_text()
    assert "line 36 computes it as d_hid" in text


def test_what_no_line_computes_is_said_to_be_missing():
    text = bp.explain_program(PROGRAMS / "question" / "asked.py", only="delta2").to_text(width=500)
    assert "no value of this step equals it" in text
    assert "backproof check asked.py names it" in text


@pytest.mark.parametrize(
    "file",
    ["corpus/a22_gates_lists.py", "posted/p37_worked_example.py", "posted/p36_boston_relu.py"],
)
def test_nothing_is_said_to_be_wrong_in_a_right_program(file):
    """Written out for each unit, a derivative is no single value: that is no fault."""
    text = bp.explain_program(PROGRAMS / file).to_text(width=500)
    assert "no value of this step" not in text
    assert "the line is wrong" not in text


def test_the_whole_document_of_the_answer():
    text = bp.explain_program(PROGRAMS / "question" / "answered.py").to_text()
    check_golden("explain/program.txt", text)


def test_the_command_takes_a_program_and_the_options_that_fit_one(capsys):
    file = str(PROGRAMS / "corpus" / "a03_sine_script.py")
    options = ("--only", "delta3", "--name", "delta3=mine", "--format", "markdown")
    status, out, err = backproof(capsys, "explain", file, *options)
    assert (status, err) == (0, "")
    assert "mine" in out


def test_options_that_choose_data_do_not_fit_a_program(capsys):
    file = str(PROGRAMS / "question" / "asked.py")
    status, _, err = backproof(capsys, "explain", file, "--row", "3")
    assert status == 2
    assert "--row is for data sets" in err


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("corpus/a01_xor_by_hand.py", "something else than fully connected layers"),
        ("hostile/does_not_train.py", "was not understood"),
        ("hostile/crashes_on_shapes.py", r"stops with an error before it trains: .* not aligned"),
        ("hostile/leaves_it_to_torch.py", "the gradient is left to PyTorch"),
    ],
)
def test_a_program_that_cannot_be_written_out_is_told_why(file, why):
    with pytest.raises(bp.BackproofError, match=why):
        bp.explain_program(PROGRAMS / file)
