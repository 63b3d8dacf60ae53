"""The table of activations: each row's value, slope and formula are one and the same function."""

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from strategies import ELEMENTWISE, SMOOTH

import backproof as bp
from backproof.activations import ACTIVATIONS, activation
from backproof.gradient_check import numerical_gradient
from backproof.starts import STARTS

Z, A = sympy.Symbol("z", real=True), sympy.Symbol("a", real=True)
POSITIVE = sympy.Symbol("t", positive=True)
REST = sympy.Symbol("rest", positive=True)
NAMES = {"z": Z, "a": A, "rest": REST}

# both sides of zero, small and large; zero itself is the kink of relu
POINTS = [sign * size for sign in (-1, 1) for size in (1e-6, 0.1, 0.5, 1.0, 2.5, 10.0, 36.0)]
numbers = st.floats(-30, 30)


def formula(name: str) -> sympy.Expr:
    return sympy.sympify(ACTIVATIONS[name].formula, NAMES)


def slope_formula(name: str) -> sympy.Expr:
    return sympy.sympify(ACTIVATIONS[name].slope_formula, NAMES)


@pytest.mark.parametrize("side", [POSITIVE, -POSITIVE], ids=["above zero", "below zero"])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slope_formula_is_the_derivative_of_the_formula(name, side):
    derivative = sympy.diff(formula(name), Z)
    slope = slope_formula(name).subs(A, formula(name))
    assert sympy.simplify((slope - derivative).subs(Z, side)) == 0


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_value_is_the_formula(name):
    exact = [float(formula(name).subs(Z, sympy.Rational(point)).evalf(30)) for point in POINTS]
    np.testing.assert_allclose(ACTIVATIONS[name].value(np.array(POINTS)), exact, rtol=1e-14)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_slope_is_the_slope_formula(name):
    row = ACTIVATIONS[name]
    a = row.value(np.array(POINTS))
    exact = [float(slope_formula(name).subs(A, sympy.Rational(value)).evalf(30)) for value in a]
    np.testing.assert_allclose(row.slope(a), exact, rtol=1e-14, atol=np.finfo(float).eps)


def test_softmax_is_its_formula():
    z = np.array([[0.3, -1.2, 2.0], [30.0, 0.0, -30.0]])
    a = ACTIVATIONS["softmax"].value(z)
    for row, column in np.ndindex(z.shape):
        rest = sum(sympy.exp(sympy.Rational(v)) for v in np.delete(z[row], column))
        exact = formula("softmax").subs({Z: sympy.Rational(z[row, column]), REST: rest})
        assert a[row, column] == pytest.approx(float(exact.evalf(30)), rel=1e-14)


@pytest.mark.parametrize("name", ELEMENTWISE)
@given(z=arrays(float, (2, 3), elements=numbers.filter(lambda v: abs(v) > 1e-3)))
def test_slope_is_the_numerical_derivative_of_the_value(name, z):
    row = ACTIVATIONS[name]
    numerical = numerical_gradient(lambda point: row.value(point).sum(), z)
    # Beside exp(30) a sum has few digits left for the other units.
    close = 1e-8 * max(1.0, np.abs(row.value(z)).max())
    np.testing.assert_allclose(row.slope(row.value(z)), numerical, atol=close)


@pytest.mark.parametrize("name", ACTIVATIONS)
@given(
    z=arrays(float, (1, 4), elements=numbers.filter(lambda v: abs(v) > 1e-3)),
    upstream=arrays(float, (1, 4), elements=st.floats(-10, 10)),
)
def test_pull_back_is_the_whole_jacobian(name, z, upstream):
    row = ACTIVATIONS[name]
    columns = [numerical_gradient(lambda p, k=k: row.value(p)[0, k], z)[0] for k in range(4)]
    jacobian = np.array(columns)  # da_j/dz_k
    close = 1e-7 * max(1.0, np.abs(row.value(z)).max())
    np.testing.assert_allclose(
        row.pull_back(row.value(z), upstream), upstream @ jacobian, atol=close
    )


@given(z=arrays(float, (3, 4), elements=numbers))
def test_softmax_slope_is_its_jacobians_diagonal(z):
    row = ACTIVATIONS["softmax"]
    a = row.value(z)
    units = np.eye(4)
    diagonal = [row.pull_back(a, np.tile(units[k], (3, 1)))[:, k] for k in range(4)]
    np.testing.assert_allclose(row.slope(a), np.array(diagonal).T, atol=1e-15)


@given(z=arrays(float, (3, 4), elements=numbers), shift=st.floats(-100, 100))
def test_softmax_rows_sum_to_one_and_ignore_a_shift(z, shift):
    softmax = ACTIVATIONS["softmax"].value
    np.testing.assert_allclose(softmax(z).sum(axis=1), 1, rtol=1e-14)
    np.testing.assert_allclose(softmax(z + shift), softmax(z), rtol=1e-11, atol=1e-15)


# name: f(-1000), f(1000), f'(-1000), f'(1000)
LARGEST = {"exponential": 80}  # exp(88) is the largest that float32 holds
LIMITS = {
    "identity": (-1000, 1000, 1, 1),
    "sigmoid": (0, 1, 0, 0),
    "tanh": (-1, 1, 0, 0),
    "relu": (0, 1000, 0, 1),
    "leaky-relu": (-10, 1000, 0.01, 1),
    "softplus": (0, 1000, 0, 1),
    "softmax": (0, 1, 0, 0),
    "exponential": (0, np.exp(80), 0, np.exp(80)),
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_extremes_are_the_limits_without_a_warning(name, dtype):
    row = ACTIVATIONS[name]
    a = row.value(np.array([[-1000, LARGEST.get(name, 1000)]], dtype))
    slopes = row.pull_back(a, np.eye(2, dtype=dtype)).diagonal()
    np.testing.assert_allclose([*a[0], *slopes], LIMITS[name], rtol=1e-6)


@pytest.mark.parametrize("name", ACTIVATIONS)
@given(z=arrays(np.float32, (2, 3), elements=st.floats(-1e4, 1e4, width=32)))
def test_values_stay_in_the_range_and_the_precision(name, z):
    row = ACTIVATIONS[name]
    a = row.value(z)
    assert (a >= row.range[0]).all()
    assert (a <= row.range[1]).all()
    assert a.dtype == row.slope(a).dtype == row.pull_back(a, z).dtype == np.float32


def test_exponential_overflows_to_infinity_without_a_warning():
    assert ACTIVATIONS["exponential"].value(np.array([1000.0]))[0] == np.inf


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_smooth_means_one_slope_on_both_sides_of_zero(name):
    row = ACTIVATIONS[name]
    below, above = row.slope(row.value(np.array([-1e-9, 1e-9])))
    assert (abs(above - below) < 1e-6) == (name in SMOOTH)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_start_of_each_row_exists(name):
    assert ACTIVATIONS[name].start in STARTS


SPELLINGS = {
    "leaky relu": "leaky-relu",
    "leaky_relu": "leaky-relu",
    "Leaky-ReLU": "leaky-relu",
    "logistic": "sigmoid",
    "exp": "exponential",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_spellings(spelling):
    assert activation(spelling) is ACTIVATIONS[SPELLINGS[spelling]]


def test_an_unknown_name_shows_the_nearest():
    with pytest.raises(bp.BackproofError, match=r"`tanhh`.*tanh"):
        activation("tanhh")
