"""The random generator is SplitMix64 as published, so that any engine in any language draws the same numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backproof.randomness import Random, fresh_seed

WORD = 2**64
GOLDEN = 0x9E3779B97F4A7C15
PINNED_WORD = 12035550249420947055  # words(0, 0, 1), worked in whole numbers
ANY_SEED = st.integers(-(2**70), 2**70)


def mix(z: int) -> int:
    """SplitMix64's output function, in whole numbers."""
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % WORD
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % WORD
    return z ^ (z >> 31)


def words(seed: int, stream: int, count: int) -> list[int]:
    """What `Random(seed, stream).bits(count)` is defined to be."""
    state = mix((mix(seed % WORD) + GOLDEN * (stream + 1)) % WORD)
    return [mix((state + GOLDEN * step) % WORD) for step in range(1, count + 1)]


def test_the_output_function_is_splitmix64():
    """The first outputs of the reference implementation (Vigna's splitmix64.c) from state 1234567."""
    published = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    assert [mix((1234567 + GOLDEN * step) % WORD) for step in (1, 2, 3)] == published


@given(seed=ANY_SEED, stream=st.integers(0, 2**41), count=st.integers(1, 20))
def test_bits_are_the_definition(seed, stream, count):
    assert Random(seed, stream).bits(count).tolist() == words(seed, stream, count)


def test_the_first_numbers_of_seed_0_are_pinned():
    """Models and benchmarks are named by their seeds: these may never change."""
    assert Random(0).bits(3).tolist() == words(0, 0, 3)
    assert words(0, 0, 1) == [PINNED_WORD]
    assert Random(0).uniform(0, 1, (1,))[0] == PINNED_WORD // 2**11 / 2**53
    assert Random(0).permutation(5).tolist() == np.argsort(words(0, 0, 5)).tolist()


@given(seed=ANY_SEED, first=st.integers(0, 9), second=st.integers(0, 9))
def test_numbers_do_not_depend_on_how_they_are_asked_for(seed, first, second):
    random = Random(seed)
    parts = [*random.bits(first), *random.bits(second)]
    assert parts == Random(seed).bits(first + second).tolist()


@given(seed=ANY_SEED, low=st.floats(-10, 10), width=st.floats(0.1, 10))
def test_uniform_numbers_are_the_upper_53_bits_between_low_and_high(seed, low, width):
    got = Random(seed).uniform(low, low + width, (3, 4))
    unit = np.array([word >> 11 for word in words(seed, 0, 12)], float).reshape(3, 4) / 2**53
    np.testing.assert_allclose(got, low + (low + width - low) * unit, rtol=1e-15)
    assert (got >= low).all()
    assert (got < low + width).all()


def test_uniform_moments():
    numbers = Random(1).uniform(-1, 3, (200_000,))
    assert numbers.mean() == pytest.approx(1, abs=0.02)
    assert numbers.var() == pytest.approx(16 / 12, rel=0.02)
    shares, _ = np.histogram(numbers, 20, (-1, 3))
    assert shares.min() > 9_500
    assert abs(np.corrcoef(numbers[:-1], numbers[1:])[0, 1]) < 0.01


def test_normal_moments():
    numbers = Random(2).normal((400, 500))
    assert numbers.shape == (400, 500)
    assert numbers.mean() == pytest.approx(0, abs=0.01)
    assert numbers.var() == pytest.approx(1, rel=0.02)
    assert (numbers**4).mean() == pytest.approx(3, rel=0.05)
    assert (np.abs(numbers) < 1.96).mean() == pytest.approx(0.95, abs=0.005)


@given(seed=ANY_SEED, count=st.integers(0, 200))
def test_permutation_is_one_and_sorts_the_words(seed, count):
    order = Random(seed).permutation(count)
    assert sorted(order.tolist()) == list(range(count))
    drawn = words(seed, 0, count)
    assert [drawn[row] for row in order] == sorted(drawn)


def test_every_permutation_comes_up_equally_often():
    random = Random(3)
    counts = {}
    for _ in range(6000):
        key = tuple(random.permutation(3).tolist())
        counts[key] = counts.get(key, 0) + 1
    assert len(counts) == 6
    assert min(counts.values()) > 850


@pytest.mark.parametrize("distance", [1, 2, 2**32, 2**40])
def test_neighbouring_seeds_and_streams_have_nothing_in_common(distance):
    base = Random(0).uniform(0, 1, (10_000,))
    for other in (Random(distance), Random(0, distance), Random(-distance)):
        numbers = other.uniform(0, 1, (10_000,))
        assert abs(np.corrcoef(base, numbers)[0, 1]) < 0.05
        assert not np.isin(base, numbers).any()


def test_fresh_seeds_differ_and_can_be_typed():
    seeds = {fresh_seed() for _ in range(20)}
    assert len(seeds) > 15
    assert all(0 <= seed < 2**32 for seed in seeds)
    assert Random().seed != Random().seed
