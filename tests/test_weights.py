"""Rows that do not count alike, and rows that are mostly zeros: the same numbers as repeated rows and as full arrays."""

import numpy as np
import pytest
import scipy.sparse
from hypothesis import assume, given
from strategies import Case, cases, clear_of_kinks, two_classes

import backproof as bp
from backproof.backprop import forward, mean_loss
from backproof.engine import REFERENCE
from backproof.errors import InputError
from backproof.gradient_check import numerical_gradient
from backproof.optimizers import OPTIMIZERS
from backproof.problem import Problem

COUNTS = np.array([2, 1, 0, 3, 1] * 12)  # of the 60 rows of `two_classes`


def weighted(case: Case, seed: int = 0) -> Problem:
    counts = np.random.default_rng(seed).integers(0, 4, len(case.X)) + 0.5
    weights = (counts / counts.mean()).astype(case.network.dtype)
    return Problem(case.network, case.X, case.Y, 0.3, REFERENCE, weights)


@given(case=cases(dtypes=("float64",)))
def test_the_weighted_gradient_is_the_numerical_derivative_of_the_weighted_mean(case):
    assume(clear_of_kinks(case.network, case.X))
    problem, network = weighted(case), case.network
    start = network.parameters.copy()
    loss, got = problem.gradient()

    def objective(parameters):
        network.parameters[:] = parameters
        losses = network.loss.value(forward(network, case.X)[-1], case.Y)
        squares = sum((weights**2).sum() for weights in network.weights)
        return np.average(losses, weights=problem.weights) + 0.15 * squares

    assert loss == pytest.approx(objective(start), rel=1e-12)
    np.testing.assert_allclose(got, numerical_gradient(objective, start), atol=1e-7)


@given(case=cases(dtypes=("float64",)))
def test_weights_are_repeated_rows_in_loss_gradient_and_curvature(case):
    counts = np.arange(1, len(case.X) + 1)
    once = Problem(
        case.network, case.X, case.Y, 0.3, REFERENCE, counts / counts.mean()
    ).gauss_newton()
    X, Y = np.repeat(case.X, counts, axis=0), np.repeat(case.Y, counts, axis=0)
    often = Problem(case.network, X, Y, 0.3, REFERENCE).gauss_newton()
    for got, expected in zip(once, often, strict=True):
        size = max(1.0, np.abs(expected).max())
        np.testing.assert_allclose(got, expected, atol=1e-11 * size)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training_with_weights_is_training_on_repeated_rows(optimizer):
    X, y = two_classes()
    network = bp.Network([2, 4, 1], hidden="tanh", seed=0)
    settings = {"optimizer": optimizer, "epochs": 10, "seed": 0, "weight_decay": 0.01}
    once = bp.train(network, X, y, weights=COUNTS, batch_size=len(X), **settings)
    X, y = np.repeat(X, COUNTS, axis=0), np.repeat(y, COUNTS, axis=0)
    often = bp.train(network, X, y, batch_size=len(X), **settings)
    np.testing.assert_allclose(
        once.network.parameters, often.network.parameters, rtol=1e-6, atol=1e-9
    )
    assert once.loss == pytest.approx(often.loss, rel=1e-9)


def test_only_the_relation_of_the_weights_counts():
    X, y = two_classes()
    network = bp.Network([2, 4, 1], seed=0)
    settings = {"optimizer": "adam", "epochs": 3, "seed": 0}
    runs = [bp.train(network, X, y, weights=COUNTS * size, **settings) for size in (1.0, 1e6)]
    np.testing.assert_allclose(runs[0].network.parameters, runs[1].network.parameters, rtol=1e-12)
    plain = bp.train(network, X, y, **settings)
    assert np.abs(plain.network.parameters - runs[0].network.parameters).max() > 1e-4


def test_weights_go_with_their_rows_into_shuffles_and_the_validation_part():
    """Rows of weight 0 carry wrong targets; they harm neither part, and each part's weights have a mean of 1."""
    X, y = two_classes(rows=200)
    wrong = np.arange(200) % 5 == 0
    y = np.where(wrong[:, None], 1 - y, y)
    network = bp.Network([2, 4, 1], seed=0)
    run = bp.train(
        network, X, y, weights=~wrong, optimizer="adam", validation=0.25, epochs=20, seed=0
    )
    held = run.history["validation_loss"]
    clean = bp.train(
        network, X[~wrong], y[~wrong], optimizer="adam", validation=0.25, epochs=20, seed=0
    )
    assert abs(held[-1] - clean.history["validation_loss"][-1]) < 0.1
    assert run.validation_loss == pytest.approx(held.min())


BAD_WEIGHTS = {
    "negative": ([1.0] * 59 + [-1.0], r"`weights` is -1 in row 60"),
    "nan": ([np.nan] * 60, "`weights` holds NaN in row 1"),
    "all zero": ([0] * 60, "at least one row must count"),
    "too few": ([1.0] * 3, "one number for each of the 60 rows"),
    "text": (["many"] * 60, "must be a table of numbers"),
}


@pytest.mark.parametrize("kind", BAD_WEIGHTS)
def test_weights_that_cannot_be_are_refused(kind):
    weights, words = BAD_WEIGHTS[kind]
    with pytest.raises(InputError, match=words):
        bp.train(bp.Network([2, 1], seed=0), *two_classes(), weights=weights)


def mostly_zeros(rows=60, columns=7):
    random = np.random.default_rng(0)
    X = random.normal(size=(rows, columns)) * (random.uniform(size=(rows, columns)) < 0.3)
    return X, (X @ random.normal(size=(columns, 1)) > 0).astype(float)


@pytest.mark.parametrize("form", ["csr_matrix", "csr_array", "csc_array", "coo_array"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_sparse_inputs_give_the_numbers_of_full_ones(optimizer, form):
    X, y = mostly_zeros()
    sparse = getattr(scipy.sparse, form)(X)
    network = bp.Network([7, 4, 1], hidden="tanh", seed=0)
    settings = {"optimizer": optimizer, "epochs": 5, "seed": 0, "validation": 0.2}
    full, thin = (bp.train(network, inputs, y, **settings) for inputs in (X, sparse))
    np.testing.assert_allclose(thin.network.parameters, full.network.parameters, atol=1e-10)
    np.testing.assert_allclose(thin.network.predict(sparse), full.network.predict(X), atol=1e-10)


def test_a_sparse_table_far_larger_than_memory_as_a_full_one():
    """100,000 rows of 1,000,000 columns: 800 GB written out."""
    rows, columns = 100_000, 1_000_000
    X = scipy.sparse.csr_array(
        (np.ones(rows, np.float32), (np.arange(rows), np.arange(rows) % 50)), (rows, columns)
    )
    network = bp.Network([columns, 1], seed=0, dtype="float32")
    y = (np.arange(rows) % 50 < 25).astype(float)
    run = bp.train(network, X, y, optimizer=bp.SGD(1.0), batch_size=rows // 4, epochs=1, seed=0)
    assert run.loss < np.log(2)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_sparse_inputs_are_checked(value):
    X, y = mostly_zeros()
    X[3, 1] = value
    with pytest.raises(InputError, match="stores NaN or infinity"):
        bp.train(bp.Network([7, 1], seed=0), scipy.sparse.csr_array(X), y)
    with pytest.raises(InputError, match="takes 7 inputs"):
        bp.Network([7, 1], seed=0).predict(scipy.sparse.csr_array((3, 6)))
    with pytest.raises(InputError, match="no rows"):
        bp.Network([7, 1], seed=0).predict(scipy.sparse.csr_array((0, 7)))


def test_the_best_constants_are_the_targets_means():
    """Of every loss, among constants that a grid offers."""
    random = np.random.default_rng(0)
    Y, weights = random.uniform(0.1, 0.9, (30, 1)), random.uniform(0, 1, 30)
    for loss, output in (
        ("squared-error", "identity"),
        ("binary-cross-entropy", "sigmoid"),
        ("poisson", "exponential"),
    ):
        network = bp.Network([1, 1], output=output, loss=loss, seed=0)
        counts = weights / weights.mean()
        problem = Problem(network, np.ones((30, 1)), Y, 0, REFERENCE, counts)
        constant, perfect = problem.loss_of_constants()
        grid = [
            mean_loss(network, np.full_like(Y, value), Y, counts)
            for value in np.linspace(0.01, 0.99, 99)
        ]
        assert perfect < constant <= min(grid)
        assert constant == pytest.approx(min(grid), abs=1e-3)
