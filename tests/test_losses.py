"""The table of losses: each row's value, slope, curvature and formula agree, and `matching` says what it means."""

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from strategies import PAIRS

import backproof as bp
from backproof.activations import ACTIVATIONS
from backproof.gradient_check import numerical_gradient
from backproof.losses import LOSSES, loss_for

A, Y, Z = sympy.symbols("a y z", positive=True)
NAMES = {"a": A, "y": Y, "z": Z}

outputs = arrays(float, (2, 3), elements=st.floats(0.05, 0.95))
targets = arrays(float, (2, 3), elements=st.floats(0, 1))
every_loss = pytest.mark.parametrize("loss", LOSSES.values(), ids=list(LOSSES))


def symbolic(text: str) -> sympy.Expr:
    return sympy.sympify(text, NAMES)


@every_loss
def test_slope_formula_is_the_derivative_of_the_formula(loss):
    derivative = sympy.diff(symbolic(loss.formula), A)
    assert sympy.simplify(symbolic(loss.slope_formula) - derivative) == 0


@every_loss
@given(a=outputs, y=targets)
def test_value_slope_and_curvature_are_the_formulas(loss, a, y):
    expression = symbolic(loss.formula)
    for order, got in enumerate([loss.value(a, y), loss.slope(a, y), loss.curvature(a, y)]):
        exact = sympy.lambdify((A, Y), sympy.diff(expression, A, order))(a, y) + np.zeros_like(a)
        np.testing.assert_allclose(got, exact.sum(axis=1) if order == 0 else exact, atol=1e-12)


@every_loss
@given(a=outputs, y=targets)
def test_slope_and_curvature_are_the_numerical_derivatives(loss, a, y):
    slope = numerical_gradient(lambda point: loss.value(point, y).sum(), a)
    curvature = numerical_gradient(lambda point: loss.slope(point, y).sum(), a)
    np.testing.assert_allclose(loss.slope(a, y), slope, atol=1e-6)
    np.testing.assert_allclose(loss.curvature(a, y), curvature, atol=1e-4)


@pytest.mark.parametrize(
    ("loss", "output"), [("squared-error", "identity"), ("binary-cross-entropy", "sigmoid")]
)
def test_matching_collapses_the_chain_rule_symbolically(loss, output):
    assert output in LOSSES[loss].matching
    a = symbolic(ACTIVATIONS[output].formula)
    delta = sympy.diff(symbolic(LOSSES[loss].formula).subs(A, a), Z)
    assert sympy.simplify(delta - (a - Y)) == 0
    assert sympy.simplify(sympy.diff(delta, Z) - sympy.diff(a, Z)) == 0


def test_matching_collapses_the_chain_rule_symbolically_for_softmax():
    assert LOSSES["categorical-cross-entropy"].matching == {"softmax"}
    z = sympy.symbols("z_0:3", real=True)
    y_0, y_1 = sympy.symbols("y_0 y_1", positive=True)
    y = (y_0, y_1, 1 - y_0 - y_1)
    a = [sympy.exp(z_k) / sum(map(sympy.exp, z)) for z_k in z]
    row = symbolic(LOSSES["categorical-cross-entropy"].formula)
    loss = sum(row.subs({A: a_k, Y: y_k}) for a_k, y_k in zip(a, y, strict=True))
    for z_k, a_k, y_k in zip(z, a, y, strict=True):
        assert sympy.simplify(sympy.diff(loss, z_k) - (a_k - y_k)) == 0


@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_matching_holds_for_the_pairs_it_names_and_for_no_other(loss, output):
    random = np.random.default_rng(0)
    a = ACTIVATIONS[output].value(random.normal(size=(20, 4)))
    shares = LOSSES[loss].sums_to_one
    y = random.dirichlet(np.ones(4), 20) if shares else random.uniform(size=(20, 4))
    delta = ACTIVATIONS[output].pull_back(a, LOSSES[loss].slope(a, y))
    assert np.allclose(delta, a - y, atol=1e-12) == (output in LOSSES[loss].matching)


LEAST = {"poisson": 1}  # a - y log(a) at a = y = 1


@every_loss
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_saturated_outputs_give_finite_numbers_in_the_same_precision(loss, dtype):
    a = np.array([[0, 1], [0, 1]], dtype)
    y = np.array([[0, 1], [1, 0]], dtype)  # met exactly, missed entirely
    for function in (loss.value, loss.slope, loss.curvature):
        assert np.isfinite(function(a, y)).all()
        assert function(a, y).dtype == dtype
    right, wrong = loss.value(a, y)
    assert right == pytest.approx(LEAST.get(loss.name, 0), abs=1e-6)
    assert wrong >= right + 1


@every_loss
@given(y=arrays(float, (2, 3), elements=st.sampled_from([0.0, 1.0])), a=outputs)
def test_nothing_is_below_the_loss_of_a_perfect_output(loss, a, y):
    assert (loss.value(y, y) <= loss.value(a, y)).all()


# asked, output -> the loss it means
MEANINGS = {
    (None, "sigmoid"): "binary-cross-entropy",
    (None, "softmax"): "categorical-cross-entropy",
    (None, "identity"): "squared-error",
    (None, "tanh"): "squared-error",
    ("cross-entropy", "sigmoid"): "binary-cross-entropy",
    ("cross-entropy", "softmax"): "categorical-cross-entropy",
    ("Squared error", "sigmoid"): "squared-error",
    ("binary_cross_entropy", "softmax"): "binary-cross-entropy",
}


@pytest.mark.parametrize(("asked", "output"), MEANINGS)
def test_the_loss_that_a_name_means(asked, output):
    assert loss_for(asked, output).name == MEANINGS[asked, output]


def test_an_unknown_name_shows_the_nearest():
    with pytest.raises(bp.BackproofError, match=r"`cross-entropi`.*cross-entropy"):
        loss_for("cross-entropi", "sigmoid")
