"""The table of optimisers: each step is its published formula, and each setting is checked when it is given."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from strategies import linear_sample

import backproof as bp
from backproof.arrays import Array
from backproof.optimizers import (
    ALIASES,
    LIMITS,
    OPTIMIZERS,
    FirstOrder,
    IRprop,
    LevenbergMarquardt,
    optimizer,
)

pytestmark = pytest.mark.usefixtures("each_engine")

FIRST_ORDER = [name for name, row in OPTIMIZERS.items() if issubclass(row, FirstOrder)]
STEPS = 12
sizes = st.just(0.0) | st.floats(1e-6, 5) | st.floats(-5, -1e-6)
sequences = arrays(float, (STEPS, 3), elements=sizes)  # a gradient for each step


def trajectory(method: FirstOrder, gradients: Array, dtype: str = "float64") -> list[Array]:
    """The parameters after each step, starting from 1."""
    parameters = np.ones(gradients.shape[1], dtype)
    state = method.begin(parameters)
    points = []
    for gradient in gradients.astype(dtype):
        method.step(parameters, gradient, state, method.learning_rate)
        points.append(parameters.copy())
    return points


@given(gradients=sequences)
def test_sgd_is_the_gradient_times_the_rate(gradients):
    expected = 1 - 0.1 * np.cumsum(gradients, axis=0)
    np.testing.assert_allclose(trajectory(bp.SGD(0.1), gradients), expected, atol=1e-12)


@given(gradients=sequences)
def test_momentum_is_the_weighted_sum_of_all_gradients(gradients):
    """Unrolled: v_t = -rate * sum over s <= t of momentum^(t - s) g_s."""
    ages = np.subtract.outer(np.arange(STEPS), np.arange(STEPS))
    velocities = -0.1 * np.where(ages >= 0, 0.9 ** np.maximum(ages, 0), 0) @ gradients
    plain = trajectory(bp.SGD(0.1, momentum=0.9), gradients)
    np.testing.assert_allclose(plain, 1 + np.cumsum(velocities, axis=0), atol=1e-12)
    nesterov = trajectory(bp.SGD(0.1, momentum=0.9, nesterov=True), gradients)
    moves = 0.9 * velocities - 0.1 * gradients
    np.testing.assert_allclose(nesterov, 1 + np.cumsum(moves, axis=0), atol=1e-12)


def test_nesterov_looks_ahead():
    """On a quadratic, Nesterov's own form (gradient at x + momentum v) makes the same steps in x + momentum v."""
    x, v, method = 1.0, 0.0, bp.SGD(0.1, momentum=0.5, nesterov=True)
    parameters = np.ones(1)
    state = method.begin(parameters)
    for _ in range(STEPS):
        method.step(parameters, parameters.copy(), state, 0.1)  # of x^2/2
        v = 0.5 * v - 0.1 * (x + 0.5 * v)
        x = x + v
        assert parameters[0] == pytest.approx(x + 0.5 * v, rel=1e-12)


@given(gradients=sequences)
def test_adam_is_algorithm_1_with_its_epsilon_converted(gradients):
    """Kingma and Ba's Algorithm 1 with epsilon / sqrt(1 - beta_2^t), as the docstring says."""
    method = bp.Adam(0.01, beta_1=0.8, beta_2=0.99, epsilon=1e-3)
    x, m, v = np.ones(3), np.zeros(3), np.zeros(3)
    for t, (g, got) in enumerate(zip(gradients, trajectory(method, gradients), strict=True), 1):
        m = 0.8 * m + 0.2 * g
        v = 0.99 * v + 0.01 * g**2
        m_hat, v_hat = m / (1 - 0.8**t), v / (1 - 0.99**t)
        x = x - 0.01 * m_hat / (np.sqrt(v_hat) + 1e-3 / np.sqrt(1 - 0.99**t))
        np.testing.assert_allclose(got, x, atol=1e-12)


def test_adam_first_step_is_the_rate():
    (point,) = trajectory(bp.Adam(0.01), np.array([[3.0, -0.2, 1e-3]]))
    np.testing.assert_allclose(point, [0.99, 1.01, 0.99], rtol=1e-3)


def test_irprop_worked_by_hand():
    """Steps 0.1, 0.12 and 0.144 while the sign stays; it turns: half of that and a rest; then on from there."""
    gradients = np.array([[3.0], [0.1], [7.0], [-1.0], [-2.0], [-0.1], [0.0], [-5.0]])
    moves = [-0.1, -0.12, -0.144, 0.0, 0.072, 0.0864, 0.0, 0.0864]
    points = trajectory(IRprop(0.1), gradients)
    np.testing.assert_allclose(np.array(points)[:, 0], 1 + np.cumsum(moves), atol=1e-14)


def test_irprop_steps_stay_between_smallest_and_largest():
    up = trajectory(IRprop(0.1, largest=0.13), np.ones((4, 1)))
    np.testing.assert_allclose(-np.diff([1, *np.ravel(up)]), [0.1, 0.12, 0.13, 0.13])
    turning = np.array([[1.0], [-1.0], [-1.0], [1.0], [1.0]])
    down = trajectory(IRprop(0.1, smallest=0.08), turning)
    np.testing.assert_allclose(np.diff([1, *np.ravel(down)]), [-0.1, 0, 0.08, 0, -0.08])


@given(gradients=sequences, scale=st.floats(0.01, 100))
def test_irprop_sees_signs_only(gradients, scale):
    same = trajectory(IRprop(), gradients * scale)
    np.testing.assert_array_equal(same, trajectory(IRprop(), np.sign(gradients)))


@pytest.mark.parametrize("name", FIRST_ORDER)
def test_steps_keep_float32_and_do_not_touch_the_gradient(name):
    gradients = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)
    before = gradients.copy()
    points = trajectory(OPTIMIZERS[name](), gradients, "float32")
    assert {point.dtype for point in points} == {np.dtype("float32")}
    np.testing.assert_array_equal(gradients, before)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimiser_comes_near_the_bottom_of_a_convex_problem(name, dtype):
    X, y = linear_sample()
    design = np.hstack([X, np.ones((len(X), 1))])
    lowest = ((design @ np.linalg.lstsq(design, y)[0] - y) ** 2).mean() / 2
    network = bp.Network([3, 1], output="identity", seed=0, dtype=dtype)
    method = bp.Adam(0.02) if name == "adam" else name  # its own rate is too careful for 800 steps
    run = bp.train(network, X, y, optimizer=method, epochs=400, seed=0)
    assert lowest * (1 - 1e-5) <= run.loss < lowest * 1.05
    assert run.method == name


@pytest.mark.parametrize(("alias", "name"), ALIASES.items())
def test_aliases(alias, name):
    assert optimizer(alias).name == optimizer(alias.upper()).name == name


def test_settings_reach_the_optimiser_and_an_optimiser_passes_through():
    assert optimizer("sgd", learning_rate=0.5, momentum=0.9) == bp.SGD(0.5, 0.9)
    given_one = LevenbergMarquardt(0.5)
    assert optimizer(given_one) is given_one


def test_every_setting_has_its_limits():
    for row in OPTIMIZERS.values():
        assert set(vars(row())) <= set(LIMITS)


INFINITY, NAN = float("inf"), float("nan")


# what makes it, and what the message must say
REFUSED = [
    (lambda: bp.SGD(0), ["`learning_rate` is 0", "above 0"]),
    (lambda: bp.SGD(-0.1), ["`learning_rate` is -0.1", "above 0"]),
    (lambda: bp.Adam(NAN), ["`learning_rate` is nan", "above 0"]),
    (lambda: bp.Adam(INFINITY), ["`learning_rate` is inf"]),
    (lambda: bp.SGD("fast"), ["`learning_rate`", "fast"]),
    (lambda: bp.SGD(None), ["`learning_rate`", "None"]),
    (lambda: bp.SGD(0.1, momentum=1), ["`momentum` is 1", "from 0 to below 1"]),
    (lambda: bp.SGD(0.1, momentum=-0.5), ["`momentum` is -0.5", "from 0 to below 1"]),
    (lambda: bp.Adam(beta_1=1.0), ["`beta_1` is 1", "below 1"]),
    (lambda: bp.Adam(beta_2=2), ["`beta_2` is 2", "below 1"]),
    (lambda: bp.Adam(epsilon=-1e-8), ["`epsilon` is -1e-08", "not be below 0"]),
    (lambda: IRprop(grow=0.9), ["`grow` is 0.9", "at least 1"]),
    (lambda: IRprop(shrink=1.5), ["`shrink` is 1.5", "at most 1"]),
    (lambda: LevenbergMarquardt(damping=0), ["`damping` is 0", "above 0"]),
    (lambda: optimizer("l-bfgs", memory=0), ["`memory` is 0", "at least 1"]),
    (lambda: optimizer("sgd", rate=1), ["sgd has no `rate`", "learning_rate"]),
    (lambda: optimizer("sgd", name="x"), ["sgd has no `name`"]),
    (lambda: optimizer("adma"), ["`adma`", "adam"]),
    (lambda: optimizer("levenberg"), ["`levenberg`", "levenberg-marquardt"]),
    (lambda: optimizer("xyz"), ["`xyz`", "auto, sgd, adam, irprop"]),
]


@pytest.mark.parametrize(("make", "words"), REFUSED, ids=[row[1][0] for row in REFUSED])
def test_bad_settings_are_refused_with_what_is_needed(make, words):
    with pytest.raises(bp.BackproofError) as caught:
        make()
    for word in words:
        assert word in str(caught.value)
