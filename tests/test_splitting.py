"""Rows held out: every row on one side, classes in proportion, the seed decides."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import SEEDS, linear_sample, two_classes

import backproof as bp
from backproof.splitting import split_rows


def classes(*counts):
    """Class columns with so many rows of each, one class after the other."""
    return np.eye(len(counts))[np.repeat(np.arange(len(counts)), counts)]


@given(rows=st.integers(2, 60), share=st.floats(0.05, 0.95), seed=SEEDS, binary=st.booleans())
def test_every_row_is_on_one_side(rows, share, seed, binary):
    count = round(share * rows)
    assume(0 < count < rows)
    Y = np.arange(rows, dtype=float)[:, None]
    kept, held = split_rows(Y % 2 if binary else Y, share, seed, "validation")
    assert len(held) == count
    np.testing.assert_array_equal(np.sort(np.concatenate([kept, held])), np.arange(rows))
    for side in (kept, held):
        assert (np.diff(side) > 0).all()


@given(counts=st.lists(st.integers(4, 40), min_size=2, max_size=5), seed=SEEDS)
def test_classes_are_held_out_in_proportion(counts, seed):
    Y = classes(*counts)
    for share in (0.25, 0.5):
        _, held = split_rows(Y, share, seed, "validation")
        np.testing.assert_allclose(Y[held].sum(axis=0), share * np.array(counts), atol=1)


def test_one_column_of_zeros_and_ones_is_taken_as_classes():
    Y = np.repeat([[0.0], [1.0]], [90, 10], axis=0)
    for seed in range(20):
        _, held = split_rows(Y, 0.2, seed, "validation")
        assert Y[held].sum() == 2


def test_numbers_are_held_out_at_random():
    """Sorted targets: neither side is one end of them, and each row has its turn."""
    Y = np.linspace(0, 5, 40)[:, None]
    turns = np.zeros(40)
    for seed in range(200):
        _, held = split_rows(Y, 0.25, seed, "validation")
        turns[held] += 1
    assert turns.min() > 25  # 50 on average
    assert turns.max() < 75


def test_each_row_of_a_class_has_its_turn():
    turns = np.zeros(40)
    for seed in range(200):
        _, held = split_rows(classes(20, 20), 0.25, seed, "validation")
        turns[held] += 1
    assert turns.min() > 25
    assert turns.max() < 75


def test_the_seed_decides():
    Y = np.linspace(0, 5, 40)[:, None]
    first, again, other = (split_rows(Y, 0.25, seed, "validation")[1] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert first.tolist() != other.tolist()


def test_training_sees_the_kept_rows_only():
    """A held-out row of absurd size would show in the weights."""
    X, y = linear_sample(rows=40)
    _, held = split_rows(y, 0.25, 3, "validation")
    network = bp.Network([3, 1], output="identity", seed=0)
    settings = {"optimizer": "l-bfgs", "validation": 0.25, "early_stopping": False, "seed": 3}
    plain = bp.train(network, X, y, **settings)
    X[held] *= 1e3
    absurd = bp.train(network, X, y, **settings)
    np.testing.assert_array_equal(plain.network.parameters, absurd.network.parameters)
    assert absurd.validation_loss > 100 * plain.validation_loss


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5, float("nan"), True])
def test_a_share_out_of_range_is_refused(share):
    X, y = two_classes()
    with pytest.raises(bp.BackproofError, match=r"`validation` is .*between 0 and 1, such as 0\.1"):
        bp.train(bp.Network([2, 1]), X, y, validation=share)


@pytest.mark.parametrize("share", [0.1, 0.9])
def test_a_share_that_leaves_one_side_empty_is_refused(share):
    words = rf"`validation` is {share} of 4 rows, which leaves none on one side.*more rows"
    with pytest.raises(bp.BackproofError, match=words):
        bp.train(bp.Network([2, 1]), *(part[:4] for part in two_classes()), validation=share)
