"""Backpropagation against derivatives that know nothing of it: numerical ones, and SymPy's of the whole loss."""

import numpy as np
import pytest
import sympy
from hypothesis import assume, given, settings
from strategies import (
    HIDDEN,
    PAIRS,
    SEEDS,
    XOR_X,
    XOR_Y,
    Case,
    cases,
    clear_of_kinks,
    make_case,
)

import backproof as bp
from backproof.arrays import Array
from backproof.backprop import backward, forward, gauss_newton, jacobian, mean_loss
from backproof.engine import REFERENCE
from backproof.gradient_check import numerical_gradient
from backproof.problem import Problem

# largest difference allowed, relative to the gradient's largest entry
CLOSE = {"float64": 1e-6, "float32": 1e-4}


def gradient(case: Case) -> Array:
    return backward(case.network, forward(case.network, case.X), case.Y)


def assert_gradient_is_right(case: Case) -> None:
    """Where both gradients all but vanish there is only rounding to compare, and the example is passed over."""
    assume(clear_of_kinks(case.network, case.X))
    check = bp.check_gradient(case.network, case.X, case.Y)
    assume(max(np.abs(check.gradient).max(), np.abs(check.numerical).max()) > 1e-3)
    assert check.difference < CLOSE[case.network.dtype.name]


def numerical_jacobian(case: Case, of: str = "z") -> Array:
    """d/dparameters of each example's z_L, or of the mean loss's gradient; (numbers, parameters)."""
    network = case.network.copy()

    def value(parameters: Array) -> Array:
        network.parameters[:] = parameters
        activations = forward(network, case.X)
        if of == "gradient":
            return backward(network, activations, case.Y)
        last = network.layers[-1]
        return (activations[-2] @ last.weights + last.biases).ravel()

    count = value(case.network.parameters).size
    rows = [
        numerical_gradient(lambda p, k=k: float(value(p)[k]), case.network.parameters)
        for k in range(count)
    ]
    return np.array(rows)


@given(case=cases())
def test_gradient_of_any_network(case):
    assert_gradient_is_right(case)


@pytest.mark.parametrize("dtype", CLOSE)
@pytest.mark.parametrize("name", HIDDEN)
@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@given(seed=SEEDS)
@settings(max_examples=5)
def test_gradient_with_each_hidden_activation_and_depth(name, depth, dtype, seed):
    sizes = [*[3, 5, 4, 6][:depth], 2]
    assert_gradient_is_right(make_case(seed, sizes, 6, hidden=name, output="identity", dtype=dtype))


@pytest.mark.parametrize("dtype", CLOSE)
@pytest.mark.parametrize("rows", [1, 2, 7])
@pytest.mark.parametrize(("loss", "output"), PAIRS)
@given(seed=SEEDS)
@settings(max_examples=5)
def test_gradient_with_each_loss_and_output(loss, output, rows, dtype, seed):
    shape = {"hidden": "tanh", "output": output, "loss": loss, "dtype": dtype}
    assert_gradient_is_right(make_case(seed, [2, 3, 4], rows, **shape))


@given(case=cases(dtypes=("float64",)))
def test_gradient_with_weight_decay(case):
    assume(clear_of_kinks(case.network, case.X))
    problem = Problem(case.network, case.X, case.Y, 0.3, REFERENCE)
    start = case.network.parameters.copy()
    loss, got = problem.gradient()

    def objective(parameters: Array) -> float:
        case.network.parameters[:] = parameters
        squares = sum((weights**2).sum() for weights in case.network.weights)
        return mean_loss(case.network, forward(case.network, case.X)[-1], case.Y) + 0.15 * squares

    assert loss == pytest.approx(objective(start), rel=1e-12)
    np.testing.assert_allclose(got, numerical_gradient(objective, start), atol=1e-7)


def test_gradient_is_the_derivative_that_sympy_takes_of_the_whole_loss():
    """2-2-1, sigmoid and cross-entropy, all four rows of XOR at once."""
    network = bp.Network([2, 2, 1], seed=3)
    symbols = sympy.symbols("p_0:9")
    w_1, b_1 = sympy.Matrix(2, 2, symbols[:4]), sympy.Matrix(1, 2, symbols[4:6])
    w_2, b_2 = sympy.Matrix(2, 1, symbols[6:8]), sympy.Matrix(1, 1, symbols[8:])

    def sigmoid(z: sympy.Matrix) -> sympy.Matrix:
        return z.applyfunc(lambda entry: 1 / (1 + sympy.exp(-entry)))

    loss = 0
    for x, y in zip(XOR_X.astype(int), XOR_Y.astype(int), strict=True):
        (a,) = sigmoid(sigmoid(sympy.Matrix([list(x)]) * w_1 + b_1) * w_2 + b_2)
        loss -= sympy.log(a if y[0] else 1 - a) / 4
    values = dict(zip(symbols, map(sympy.Float, network.parameters), strict=True))
    exact = [float(sympy.diff(loss, symbol).subs(values)) for symbol in symbols]
    np.testing.assert_allclose(gradient(Case(network, XOR_X, XOR_Y)), exact, rtol=1e-12)


@given(case=cases(dtypes=("float64",)))
def test_forward_is_the_sum_over_units_written_out(case):
    rows = [list(row) for row in case.X]
    for layer, got in zip(case.network.layers, forward(case.network, case.X)[1:], strict=True):
        (n_in, n_out), W, b = layer.weights.shape, layer.weights, layer.biases
        z = [
            [b[j] + sum(row[i] * W[i, j] for i in range(n_in)) for j in range(n_out)]
            for row in rows
        ]
        rows = layer.activation.value(np.array(z)).tolist()
        np.testing.assert_allclose(got, rows, rtol=1e-9, atol=1e-12)


@given(case=cases(dtypes=("float64",)))
def test_gradient_of_a_batch_is_the_mean_of_its_examples(case):
    single = [
        gradient(Case(case.network, x[None], y[None])) for x, y in zip(case.X, case.Y, strict=True)
    ]
    np.testing.assert_allclose(gradient(case), np.mean(single, axis=0), rtol=1e-9, atol=1e-12)


@given(case=cases())
def test_every_array_keeps_the_networks_precision(case):
    activations = forward(case.network, case.X)
    arrays = [*activations, gradient(case), jacobian(case.network, activations)]
    assert {array.dtype for array in arrays} == {case.network.dtype}


@given(case=cases(dtypes=("float64",), layers=3, units=4, rows=3))
def test_jacobian_is_the_numerical_one(case):
    assume(clear_of_kinks(case.network, case.X))
    J = jacobian(case.network, forward(case.network, case.X))
    flat = J.reshape(-1, case.network.parameters.size)
    np.testing.assert_allclose(flat, numerical_jacobian(case), atol=1e-7)


def numerical_curvature(case: Case, z: Array, y: Array) -> Array:
    """The Gauss-Newton part of d2l/dz2 at one example, (outputs, outputs), with a numerical S = da/dz.

    Where dl/dz is a - y, that is S, and the whole second derivative; otherwise it is S^T diag(d2l/da2) S.
    """
    output, loss = case.network.activations[-1], case.network.loss
    rows = [
        numerical_gradient(lambda p, k=k: float(output.value(p[None])[0, k]), z)
        for k in range(len(z))
    ]
    S = np.array(rows)
    if output.name in loss.matching:
        return S
    return S.T @ np.diag(loss.curvature(output.value(z[None]), y[None])[0]) @ S


@given(case=cases(dtypes=("float64",), layers=3, units=3, rows=3))
def test_gauss_newton_is_its_definition(case):
    assume(clear_of_kinks(case.network, case.X))
    activations = forward(case.network, case.X)
    last = case.network.layers[-1]
    z = activations[-2] @ last.weights + last.biases
    J = numerical_jacobian(case).reshape(len(z), z.shape[1], -1)
    terms = [J[i].T @ numerical_curvature(case, z[i], case.Y[i]) @ J[i] for i in range(len(z))]
    expected = np.mean(terms, axis=0)
    got = gauss_newton(case.network, activations, case.Y)
    np.testing.assert_allclose(got, expected, atol=1e-6 * max(1, np.abs(expected).max()))


@given(case=cases(dtypes=("float64",)))
def test_gauss_newton_is_symmetric_and_positive_semidefinite(case):
    matrix = gauss_newton(case.network, forward(case.network, case.X), case.Y)
    size = np.abs(matrix).max()
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-12 * size)
    assert np.linalg.eigvalsh(matrix).min() >= -1e-12 * size * len(matrix)


@pytest.mark.parametrize(
    ("sizes", "output", "loss"),
    [
        ([3, 2], "identity", "squared-error"),
        ([3, 1], "sigmoid", "binary-cross-entropy"),
        ([2, 3], "sigmoid", "binary-cross-entropy"),
        ([3, 3], "softmax", "categorical-cross-entropy"),
    ],
)
def test_gauss_newton_is_the_hessian_where_z_is_linear_in_the_parameters(sizes, output, loss):
    """Linear, logistic, multi-label and softmax regression."""
    drawn = make_case(1, sizes, 7, output=output, loss=loss)
    hessian = numerical_jacobian(drawn, of="gradient")
    got = gauss_newton(drawn.network, forward(drawn.network, drawn.X), drawn.Y)
    np.testing.assert_allclose(got, hessian, atol=1e-8)


def test_gauss_newton_leaves_out_the_curvature_of_hidden_layers():
    """Otherwise the test above would hold for the Hessian as well."""
    drawn = make_case(1, [2, 3, 1], 5, hidden="tanh", output="identity")
    hessian = numerical_jacobian(drawn, of="gradient")
    got = gauss_newton(drawn.network, forward(drawn.network, drawn.X), drawn.Y)
    assert np.abs(got - hessian).max() > 1e-2


def test_weight_decay_adds_its_own_hessian_to_gauss_newton():
    drawn = make_case(2, [3, 2], 6, output="identity")
    plain = Problem(drawn.network, drawn.X, drawn.Y, 0.0, REFERENCE).gauss_newton()
    decayed = Problem(drawn.network, drawn.X, drawn.Y, 0.3, REFERENCE).gauss_newton()
    weights = [0.3] * 6 + [0.0] * 2  # biases do not decay
    np.testing.assert_allclose(decayed[2] - plain[2], np.diag(weights), atol=1e-14)
    np.testing.assert_allclose(decayed[1] - plain[1], weights * drawn.network.parameters)
