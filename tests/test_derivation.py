"""explain: each chain of equalities holds, each derivative is the numerical one, and the steps are what was asked for."""

import dataclasses
import json
import re
import shutil
import subprocess

import numpy as np
import pytest
from strategies import HIDDEN, PAIRS, XOR_X, XOR_Y, make_case

import backproof as bp
from backproof.activations import ACTIVATIONS
from backproof.derivation import curved, typeset, update
from backproof.derivation.calculus import activation_slopes, loss_slope, softmax_slopes
from backproof.derivation.matrices import Times, Whole
from backproof.derivation.scene import TOLERANCE
from backproof.errors import InputError, ShapeError, UnknownNameError
from backproof.gradient_check import check_gradient
from backproof.losses import LOSSES

SIZES = {1: [3, 2], 2: [2, 3, 2], 3: [2, 3, 2, 3], 4: [2, 3, 2, 3, 2]}


def explained(loss, output, hidden="sigmoid", depth=2, rows=1, seed=0, **options):
    sizes = SIZES[depth]
    case = make_case(
        seed, sizes, rows, hidden=hidden, output=output, loss=loss,
    )  # fmt: skip
    return bp.explain(case.network, case.X, case.Y, **options), case


# a sample of benchmarks/derivations.py, in which each setting is met
GRID = [
    (pair, HIDDEN[n % len(HIDDEN)], depth, rows)
    for n, (pair, depth) in enumerate((pair, depth) for pair in PAIRS for depth in SIZES)
    for rows in ([1, 5][n % 2],)
]


@pytest.mark.parametrize(("pair", "hidden", "depth", "rows"), GRID[::2])
def test_every_chain_holds_and_every_derivative_is_the_numerical_one(pair, hidden, depth, rows):
    found, case = explained(*pair, hidden, depth, rows, seed=depth)
    for step in found:
        assert step.proved, (step.key, step.proofs)
        assert all(proof.difference <= TOLERANCE for proof in step.proofs)
    assert {proof.kind for step in found for proof in step.proofs} == {"symbolic", "numerical"}
    numerical = check_gradient(case.network, case.X, case.Y).numerical
    for layer, (weights, biases) in enumerate(case.network.split(numerical), start=2):
        np.testing.assert_allclose(found[f"dW{layer}"].numbers[0].array, weights, atol=1e-6)
        np.testing.assert_allclose(found[f"db{layer}"].numbers[0].array[0], biases, atol=1e-6)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slopes_of_activations_are_proved_line_by_line(name):
    row = ACTIVATIONS[name]
    for worked in activation_slopes(row) if row.elementwise else softmax_slopes(row):
        assert worked.proved
        assert len(worked.lines) >= 3


@pytest.mark.parametrize("name", LOSSES)
def test_slopes_of_losses_are_proved_line_by_line(name):
    assert loss_slope(LOSSES[name]).proved


@pytest.mark.parametrize("name", ["sigmoid", "relu", "softplus"])
def test_a_wrong_slope_in_the_table_is_not_proved(name):
    wrong = dataclasses.replace(ACTIVATIONS[name], slope_formula="a*(2 - a)")
    assert not all(worked.proved for worked in activation_slopes(wrong))


def test_a_wrong_slope_of_a_loss_is_not_proved():
    assert not loss_slope(
        dataclasses.replace(LOSSES["squared-error"], slope_formula="y - a")
    ).proved


def test_a_wrong_matrix_formula_is_not_proved():
    found, _ = explained("squared-error", "tanh")
    scene = found.scene
    right = Times((Whole("a", 1), Whole("W", 2)))
    left = scene.notation.math("z", 2)
    assert not scene.form(left, right, ("z", 2), "")[1].holds  # without the bias


def test_a_wrong_line_of_a_chain_is_not_proved():
    found, _ = explained("squared-error", "tanh")
    one, other = found.scene.unit("a", 2, 1), found.scene.unit("a", 2, 2)
    assert found.scene.chain([(one, ""), (one, "")], {})[1].holds
    assert not found.scene.chain([(one, ""), (other, "")], {})[1].holds


@pytest.fixture(scope="module")
def xor():
    network = bp.Network([2, 3, 1], start="answer", seed=0)
    return bp.explain(network, XOR_X[1], XOR_Y[1])


def test_the_steps_walk_forward_and_back(xor):
    assert xor.keys == [
        "network", "z2", "a2", "z3", "a3", "loss", "da3", "sigmoid", "delta3", "dW3", "db3",
        "delta2", "dW2", "db2", "update", "proof",
    ]  # fmt: skip
    assert [step.key for step in xor] == xor.keys
    assert xor.proved


def test_the_loss_and_sigmoid_cancel(xor):
    lines = [str(link.math) for link in xor["delta3"].chains[0].links]
    assert len(set(lines)) == len(lines)
    assert "a⁽³⁾₁ − y₁" in xor.to_text()


def test_delta2_alone_is_what_it_is_in_the_whole(xor):
    alone = bp.explain(xor.scene.network, XOR_X[1], XOR_Y[1], only="delta2")
    (step,) = alone.steps
    assert step.key == "delta2"
    np.testing.assert_array_equal(step.numbers[0].array, xor["delta2"].numbers[0].array)
    assert "--only delta2" in str(alone)
    assert "δ⁽³⁾₁ · W⁽³⁾₁₁ · a⁽²⁾₁ · (1 − a⁽²⁾₁)" in str(alone)


@pytest.mark.parametrize(
    ("only", "keys"),
    [
        ("W3", ["dW3"]),
        ("δ2", ["delta2"]),
        (["loss", "Delta3"], ["loss", "delta3"]),
        ("update", ["update"]),
        ("forward", ["z2", "a2", "z3", "a3"]),
    ],
)
def test_steps_are_found_by_what_people_call_them(xor, only, keys):
    found = bp.explain(xor.scene.network, XOR_X[1], XOR_Y[1], only=only)
    assert [step.key for step in found] == keys


def test_only_derives_nothing_else(xor):
    found = bp.explain(xor.scene.network, XOR_X[1], XOR_Y[1], only="delta2")
    assert list(found.steps)
    assert set(found._made) == {"delta2"}


@pytest.mark.parametrize("name", ["sgd", "adam", "irprop", "l-bfgs", "levenberg-marquardt"])
def test_the_update_is_the_optimisers_own(xor, name):
    network = xor.scene.network
    found = bp.explain(network, XOR_X, XOR_Y, optimizer=name, only="update")
    assert found.proved
    run = bp.train(network, XOR_X, XOR_Y, optimizer=name, epochs=1, restarts=0, weight_decay=0)
    (step,) = found.steps
    for numbers, expected in zip(step.numbers[::2], run.network.weights, strict=True):
        np.testing.assert_allclose(numbers.array, expected, atol=1e-12)


@pytest.mark.parametrize("nesterov", [False, True])
def test_momentum_is_shown_over_two_steps(xor, nesterov):
    given = bp.SGD(0.5, momentum=0.9, nesterov=nesterov)
    found = bp.explain(xor.scene.network, XOR_X, XOR_Y, optimizer=given, only="update")
    assert found.proved
    assert "step 2" in str(found)
    assert "after two steps" in str(found)


@pytest.mark.parametrize("decay", [0, 0.1])
@pytest.mark.parametrize("name", ["l-bfgs", "levenberg-marquardt"])
def test_a_second_order_step_solves_its_equation(xor, name, decay):
    found = bp.explain(
        xor.scene.network, XOR_X, XOR_Y, optimizer=name, weight_decay=decay, only="update"
    )
    (proof,) = found["update"].proofs
    assert proof.holds
    assert len(found["update"].forms) == 1
    step = found["update"]
    other = bp.explain(xor.scene.network, XOR_X, XOR_Y, weight_decay=decay)
    moved = found.scene.here.network.copy()
    moved.parameters[0] += 0.01  # a step that does not solve it
    assert not curved.moved(found.scene, name, moved, update.flat_gradient(other.scene.here))[
        2
    ].holds
    assert step.proved


def test_a_step_that_is_too_long_is_called_so(xor):
    found = bp.explain(xor.scene.network, XOR_X, XOR_Y, optimizer=bp.SGD(1000), only="update")
    assert "it rose" in str(found)


@pytest.mark.parametrize("notation", ["textbook", "columns", "answer"])
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    "pair", [("squared-error", "softmax"), ("binary-cross-entropy", "sigmoid")]
)
@pytest.mark.parametrize("decay", [0.0, 0.3])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_every_notation_is_proved(notation, rows, pair, decay, reduction):
    found, _ = explained(
        *pair,
        rows=rows,
        notation=notation,
        weight_decay=decay,
        reduction=reduction,
        only="backward",
    )
    assert found.proved, [step.key for step in found if not step.proved]


def test_columns_turn_every_matrix(xor):
    turned = bp.explain(xor.scene.network, XOR_X[1], XOR_Y[1], notation="columns")
    for key in ("z2", "delta2", "dW2", "dW3"):
        np.testing.assert_array_equal(turned[key].numbers[0].array, xor[key].numbers[0].array.T)
    assert "(W⁽³⁾ᵀ δ⁽³⁾)" in turned.to_text()


def test_the_answers_notation_has_the_bias_in_the_first_row(xor):
    found = bp.explain(xor.scene.network, XOR_X[1], XOR_Y[1], notation="answer")
    theirs = found["dtheta1"].numbers[0].array
    assert theirs.shape == (3, 3)
    np.testing.assert_array_equal(theirs[1:], xor["dW2"].numbers[0].array)
    np.testing.assert_array_equal(theirs[:1], xor["db2"].numbers[0].array)
    assert "without column 0" in found.to_text()
    assert "Z3(1)" in found.to_text()


def test_weights_that_are_not_finite_are_refused():
    network = bp.Network([2, 3, 1], seed=0)
    network.parameters[3] = np.nan
    with pytest.raises(InputError, match="finite"):
        bp.explain(network, [1, 0], [1])


def test_large_and_small_numbers_are_shown():
    shown = [typeset.shown(value) for value in (0, -2, 0.5, 0.12345, 1e-5, 1.234e-5, 2.5e7, np.inf)]
    assert shown == ["0", "−2", "0.5", "0.1235", "1e−5", "1.23e−5", "2.5e7", "inf"]


def test_a_class_number_is_a_target():
    network = bp.Network([2, 3, 3], output="softmax", seed=0)
    by_number = bp.explain(network, [1, 2], 2, only="delta3")
    by_share = bp.explain(network, [1, 2], [0, 0, 1], only="delta3")
    assert by_number.to_text() == by_share.to_text()


def test_a_persons_own_names(xor):
    names = {"delta2": "d_hidden", "W3": "theta2", "a3": "out", "C": "loss"}
    found = bp.explain(xor.scene.network, XOR_X[1], XOR_Y[1], names=names, optimizer="adam")
    assert found.proved
    assert "d_hidden = (δ⁽³⁾ theta2ᵀ) ⊙ a⁽²⁾" in found.to_text()
    assert r"\mathit{d\_hidden}" in found.to_latex()
    assert found.keys[9:12] == ["dtheta2", "db3", "d_hidden"]
    (alone,) = bp.explain(xor.scene.network, [0, 1], [1], names=names, only="d_hidden")
    assert alone.key == "d_hidden"


@pytest.mark.parametrize(
    ("names", "error"),
    [({"delta1": "d"}, UnknownNameError), ({"q": "d"}, UnknownNameError), ({"W2": ""}, InputError)],
)
def test_a_name_for_what_is_not_there(xor, names, error):
    with pytest.raises(error):
        bp.explain(xor.scene.network, [0, 1], [1], names=names)


def test_a_large_network_is_written_by_index():
    case = make_case(1, [20, 12, 6], 2, hidden="tanh", output="softmax")
    found = bp.explain(case.network, case.X, case.Y)
    assert found.proved, [step.key for step in found if not step.proved]
    assert "Σ[k = 1..6]" in str(found)
    assert "δ⁽²⁾ⱼ" in str(found)


def test_a_unit_on_its_kink_is_told():
    network = bp.Network([2, 3, 1], hidden="relu", seed=0)
    found = bp.explain(network, [0, 0], [0])  # the biases are 0, so every z is
    assert found.proved
    assert "kink" in str(found["proof"].reason)


def test_a_certain_output_does_not_break_the_logarithm():
    network = bp.Network([1, 1], seed=0)
    network.parameters[:] = 800
    assert bp.explain(network, [1], [1]).to_text()


def test_the_network_given_stays_as_it_is(xor):
    network = bp.Network([2, 3, 1], seed=0, dtype="float32")
    before = network.parameters.copy()
    assert bp.explain(network, XOR_X, XOR_Y).to_text()
    np.testing.assert_array_equal(network.parameters, before)
    assert network.dtype == "float32"


@pytest.mark.parametrize(
    ("arguments", "options", "error", "words"),
    [
        (([1, 2, 3], [1]), {}, ShapeError, "2 inputs"),
        (([1, 2], [1, 2]), {}, ShapeError, "needed"),
        (([1, 0], [1]), {"only": "delta7"}, UnknownNameError, "delta"),
        (([1, 0], [1]), {"notation": "klingon"}, UnknownNameError, "textbook"),
        (([1, 0], [1]), {"notation": 3}, InputError, "textbook"),
        (([1, 0], [1]), {"optimizer": "magic"}, UnknownNameError, "sgd"),
        (([1, 0], [1]), {"reduction": "median"}, UnknownNameError, "mean"),
        (([1, 0], [1]), {"weight_decay": -1}, InputError, "weight_decay"),
        ((XOR_X, XOR_Y), {"reduction": "sum", "optimizer": "l-bfgs"}, InputError, "mean"),
        ((np.zeros((1001, 2)), np.zeros(1001)), {}, InputError, "1,000"),
    ],
)
def test_bad_input_is_named(arguments, options, error, words):
    with pytest.raises(error, match=words):
        bp.explain(bp.Network([2, 3, 1], seed=0), *arguments, **options)


def test_an_unknown_step_or_format_is_named(xor):
    with pytest.raises(UnknownNameError, match="delta"):
        xor["delta9"]
    with pytest.raises(UnknownNameError, match="text"):
        xor.render("papyrus")


def test_text_keeps_to_eighty_columns(xor):
    large = make_case(1, [64, 30, 10], 1, hidden="tanh", output="softmax", loss="squared-error")
    by_index = bp.explain(large.network, large.X, large.Y, weight_decay=0.1, optimizer="adam")
    for found in (xor, by_index, explained("squared-error", "softmax", "tanh", 4, 5)[0]):
        long = [line for line in found.to_text().splitlines() if len(line) > 80]
        assert not long, long


def test_it_says_what_it_is(xor):
    assert repr(xor) == "<Derivation of 2-3-1: 16 steps>"
    assert len(xor) == 16


# formats ----------------------------------------------------------------------------------


def formulas(found):
    """Every LaTeX formula that a derivation holds."""

    def walk(data):
        if isinstance(data, dict):
            if "latex" in data:
                yield data["latex"]
            data = list(data.values())
        if isinstance(data, list):
            for one in data:
                yield from walk(one)

    return list(walk(json.loads(found.to_json())))


SHOWN = [
    {"loss": "squared-error", "output": "softmax", "depth": 3, "rows": 2},
    {"loss": "binary-cross-entropy", "output": "sigmoid", "hidden": "tanh", "notation": "answer"},
    {"loss": "categorical-cross-entropy", "output": "softmax", "hidden": "leaky-relu", "weight_decay": 0.1},
    {"loss": "squared-error", "output": "identity", "hidden": "softplus", "optimizer": "adam", "notation": "columns"},
]  # fmt: skip


@pytest.mark.parametrize("options", SHOWN)
def test_latex_is_well_formed(options):
    found, _ = explained(**options)
    every = formulas(found)
    assert len(every) > 50
    for latex in every:
        assert latex.count("{") == latex.count("}"), latex
        assert latex.count(r"\left") == latex.count(r"\right"), latex
        assert latex.isascii(), latex
        assert not re.search(r"\\[^A-Za-z]", latex), latex  # Markdown would take it away
    assert found.to_markdown().count("$$") % 2 == 0


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize("options", SHOWN)
def test_the_latex_document_compiles(options, tmp_path):
    (tmp_path / "page.tex").write_text(explained(**options)[0].to_latex(), encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "page.tex"],
        cwd=tmp_path, capture_output=True, text=True, errors="replace",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]
    assert (tmp_path / "page.pdf").stat().st_size > 10_000


def test_json_has_every_number_in_full(xor):
    data = json.loads(xor.to_json())
    assert data["proved"] is True
    steps = {step["key"]: step for step in data["steps"]}
    assert list(steps) == xor.keys
    np.testing.assert_array_equal(
        steps["delta2"]["numbers"][0]["values"], xor["delta2"].numbers[0].array
    )
    assert [one["shape"] for one in steps["delta2"]["forms"][0]["shapes"]] == [
        "1×1", "1×3", "1×3", "1×3",
    ]  # fmt: skip
