"""The check itself: it measures right derivatives, clears right gradients and finds wrong ones."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from strategies import XOR_X, XOR_Y, make_case

import backproof as bp
from backproof.activations import ACTIVATIONS
from backproof.gradient_check import GradientCheck, numerical_gradient

points = arrays(float, (2, 3), elements=st.floats(-3, 3))


@given(point=points)
def test_numerical_gradient_of_known_functions(point):
    for function, derivative in [(np.sin, np.cos), (np.exp, np.exp), (np.square, lambda x: 2 * x)]:
        numerical = numerical_gradient(lambda x, f=function: float(f(x).sum()), point)
        np.testing.assert_allclose(numerical, derivative(point), atol=1e-8)


@given(point=points)
def test_numerical_gradient_is_exact_for_a_bilinear_form(point):
    other = np.arange(6.0).reshape(2, 3)
    numerical = numerical_gradient(lambda x: float((other * x).sum()), point)
    np.testing.assert_allclose(numerical, other, atol=1e-9)


def test_numerical_gradient_scales_its_step_with_large_numbers():
    point = np.array([1e8, -1e8])
    np.testing.assert_allclose(numerical_gradient(lambda x: float(x @ x), point), 2 * point)


def test_numerical_gradient_leaves_the_point_and_calls_twice_for_each_number():
    point = np.array([[1.0, 2.0], [3.0, 4.0]])
    calls = []
    numerical_gradient(lambda x: float(calls.append(x.copy()) or x.sum()), point)
    np.testing.assert_array_equal(point, [[1, 2], [3, 4]])
    assert len(calls) == 8


@pytest.mark.parametrize(("dtype", "close"), [("float64", 1e-8), ("float32", 1e-5)])
def test_a_right_gradient_is_cleared(dtype, close):
    network = bp.Network([2, 3, 1], seed=0, dtype=dtype)
    check = bp.check_gradient(network, XOR_X, XOR_Y)
    assert check.difference < close
    assert check.gradient.dtype == dtype
    assert check.gradient.shape == check.numerical.shape == network.parameters.shape


@pytest.mark.parametrize("factor", [0.99, 1.01, -1.0])
def test_a_wrong_slope_is_found(factor):
    right = ACTIVATIONS["tanh"]
    wrong = replace(right, name="wrong", slope=lambda a: factor * right.slope(a))
    drawn = make_case(0, [2, 3, 1], 5, hidden=wrong)
    assert bp.check_gradient(drawn.network, drawn.X, drawn.Y).difference > 1e-3


def test_a_wrong_shortcut_at_the_output_is_found():
    drawn = make_case(0, [2, 3, 1], 5, output="sigmoid", loss="squared-error")
    drawn.network.loss = replace(drawn.network.loss, matching=frozenset({"sigmoid"}))
    assert bp.check_gradient(drawn.network, drawn.X, drawn.Y).difference > 1e-2


def test_the_difference_is_relative_and_the_worst_entry_is_named():
    check = GradientCheck(np.array([1.0, 200.0, 3.0]), np.array([1.0, 198.0, 2.0]))
    assert check.difference == pytest.approx(2 / 200)
    assert check.worst == 1
    assert str(check) == "3 derivatives, largest relative difference 1.0e-02"


def test_two_vanishing_gradients_agree():
    assert GradientCheck(np.zeros(3), np.zeros(3)).difference == 0


def test_one_vanishing_gradient_does_not_agree():
    assert GradientCheck(np.zeros(3), np.full(3, 1e-9)).difference == 1


def test_the_network_and_the_arrays_are_left_as_they_were():
    drawn = make_case(0, [2, 3, 1], 5)
    before = drawn.network.parameters.copy(), drawn.X.copy(), drawn.Y.copy()
    bp.check_gradient(drawn.network, drawn.X, drawn.Y)
    for was, now in zip(before, (drawn.network.parameters, drawn.X, drawn.Y), strict=True):
        np.testing.assert_array_equal(was, now)


def test_beside_a_kink_the_numerical_one_is_no_derivative():
    """What the documentation warns of, and why the property tests step aside: relu at z = 0 exactly."""
    network = bp.Network([1, 1, 1], hidden="relu", output="identity", seed=0)
    network.parameters[:] = [1, 0, 1, 0]
    check = bp.check_gradient(network, [[0.0]], [[1.0]])
    assert check.gradient[1] == 0
    assert check.numerical[1] == pytest.approx(-0.5, abs=1e-5)


def test_one_example_and_class_numbers_are_taken_as_in_training():
    network = bp.Network([2, 3, 3], output="softmax", seed=0)
    assert bp.check_gradient(network, [0.5, -1.0], [2]).difference < 1e-8


def test_data_that_does_not_fit_is_refused():
    with pytest.raises(bp.BackproofError, match="2 inputs"):
        bp.check_gradient(bp.Network([2, 3, 1]), np.ones((4, 3)), XOR_Y)
