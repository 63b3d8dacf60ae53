"""One defined random generator: the same seed means the same numbers in every engine and on every platform.

SplitMix64 (Steele, Lea and Flood, 2014) is counter based, so a whole array is a few vector operations, and ten lines
define it in any language: a compiled engine draws the same shuffles. It also spares the import of numpy.random, which
costs half as much as NumPy itself.
"""

from __future__ import annotations

import os
from operator import index
from typing import Any

import numpy as np

from backproof.arrays import Array
from backproof.errors import InputError

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
MIX_2 = np.uint64(0x94D049BB133111EB)
MASK = (1 << 64) - 1


def checked_seed(seed: Any) -> int:
    """`seed` as a whole number; None draws one.

    Raises:
        InputError: neither a whole number nor None.
    """
    if seed is None:
        return fresh_seed()
    try:
        return index(seed)
    except TypeError:
        raise InputError(
            f"`seed` is {seed!r}; it must be a whole number, or None for a new one"
        ) from None


def fresh_seed() -> int:
    """A seed from the operating system's entropy, small enough to type again."""
    return int.from_bytes(os.urandom(4), "little")


class Random:
    """A stream of random numbers.

    Args:
        seed: any integer; None draws one from the operating system.
        stream: streams of one seed are independent of each other (starts, shuffles, splits).

    Attributes:
        start: the state before the first word, for who writes the generator out elsewhere.
    """

    def __init__(self, seed: int | None = None, stream: int = 0) -> None:
        self.seed = checked_seed(seed)
        # Mixed twice, so that neighbouring seeds and streams start far apart.
        self.start = _mixed(_mixed(self.seed) + int(GOLDEN) * (stream + 1))
        self._drawn = 0

    @property
    def now(self) -> int:
        """The state before the next word."""
        return (self.start + int(GOLDEN) * self._drawn) & MASK

    def skip(self, count: int) -> None:
        """Go on as if `count` words had been drawn."""
        self._drawn += count

    def bits(self, count: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
        """`count` words of 64 random bits, shape (count,)."""
        counter = np.arange(self._drawn + 1, self._drawn + count + 1, dtype=np.uint64)
        self._drawn += count
        return _mix(np.uint64(self.start) + GOLDEN * counter)

    def uniform(self, low: float, high: float, shape: tuple[int, ...]) -> Array:
        """Uniform numbers in [low, high), float64."""
        unit = (self.bits(int(np.prod(shape))) >> np.uint64(11)) * 2.0**-53
        numbers: Array = (low + (high - low) * unit).reshape(shape)
        return numbers

    def normal(self, shape: tuple[int, ...]) -> Array:
        """Standard normal numbers, float64 (Box and Muller, 1958)."""
        count = int(np.prod(shape))
        radius = np.sqrt(-2.0 * np.log(1.0 - self.uniform(0.0, 1.0, (count,))))
        angle = self.uniform(0.0, 2.0 * np.pi, (count,))
        numbers: Array = (radius * np.cos(angle)).reshape(shape)
        return numbers

    def permutation(self, count: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        """The numbers 0 to count - 1 in random order: the order that sorts as many random words."""
        return np.argsort(self.bits(count), kind="stable")


def _mix(
    words: np.ndarray[tuple[int], np.dtype[np.uint64]],
) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    words = (words ^ (words >> np.uint64(30))) * MIX_1
    words = (words ^ (words >> np.uint64(27))) * MIX_2
    return words ^ (words >> np.uint64(31))


def _mixed(word: int) -> int:
    """`_mix` of one word, without an array around it."""
    word &= MASK
    word = (word ^ (word >> 30)) * int(MIX_1) & MASK
    word = (word ^ (word >> 27)) * int(MIX_2) & MASK
    return word ^ (word >> 31)
