"""The table of starts: how wide the first random weights are.

    name      weights uniform in +-bound       bound                              biases
    glorot    Glorot and Bengio (2010)         sqrt(6 / (n_in + n_out))           zero
    he        He, Zhang, Ren and Sun (2015)    sqrt(6 / n_in)                     zero
    lecun     LeCun et al. (1998)              sqrt(3 / n_in)                     zero
    answer    a quarter of Glorot's bound      sqrt(6 / (n_in + n_out)) / 4       like the weights
    biased    Glorot's bound, as scikit-learn  sqrt(6 / (n_in + n_out))           like the weights

n_in and n_out count units without the bias.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

from backproof.errors import UnknownNameError


@dataclass(frozen=True)
class Start:
    """One row."""

    name: str
    bound: Callable[
        [int, int], float
    ]  # (n_in, n_out) -> half the width of the uniform distribution
    random_biases: bool = False


ROWS = (
    Start("glorot", lambda n_in, n_out: sqrt(6 / (n_in + n_out))),
    Start("he", lambda n_in, n_out: sqrt(6 / n_in)),
    Start("lecun", lambda n_in, n_out: sqrt(3 / n_in)),
    Start("answer", lambda n_in, n_out: sqrt(6 / (n_in + n_out)) / 4, random_biases=True),
    Start("biased", lambda n_in, n_out: sqrt(6 / (n_in + n_out)), random_biases=True),
)

STARTS = {row.name: row for row in ROWS}
AUTO = "auto"  # each layer takes the start that its activation's row names


def start_for(name: str, activation_start: str) -> Start:
    """The start called `name` for a layer whose activation prefers `activation_start`.

    Raises:
        UnknownNameError: if there is no such start.
    """
    key = str(name).lower()
    try:
        return STARTS[activation_start if key == AUTO else key]
    except KeyError:
        raise UnknownNameError("a start", name, [AUTO, *STARTS]) from None
