"""Phase 9e: counter-experiments: what a program that misses its aim may do otherwise. One table.

proposals(facts)    experiments, the likeliest first; each changes one thing
both(a, b)          two of them at once

An experiment is an edit of the text where the place that sets the thing can be found, else a change on the way (`full.CHANGES`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backproof.checking.learning.experiments.data import inputs, one_order, order, slices, targets
from backproof.checking.learning.experiments.facts import Experiment, Facts
from backproof.checking.learning.experiments.rates import grown, rates, shrunk
from backproof.checking.learning.experiments.size import biases, epochs, units
from backproof.checking.learning.experiments.starts import starts
from backproof.checking.learning.lab import Change
from backproof.checking.source.literals import Replacement


def proposals(facts: Facts) -> list[Experiment]:
    """All experiments that make sense, the likeliest first."""
    found = [experiment for propose in TABLE for experiment in propose(facts)]
    return sorted(found, key=lambda experiment: experiment.tier)


def both(a: Experiment, b: Experiment) -> tuple[tuple[Replacement, ...], tuple[Change, ...]]:
    """The edits and changes of two experiments together."""
    factor = a.factor * b.factor
    changes = [
        {**change, "rate": change["rate"] * factor} if "rate" in change else change
        for change in (*a.changes, *b.changes)
    ]
    return tuple(sorted({*a.edits, *b.edits})), tuple(changes)


def overlap(a: Experiment, b: Experiment) -> bool:
    """Whether they cannot be combined."""
    if a.family == b.family:
        return True
    return any(
        i < m and k < j for i, j, _ in a.edits for k, m, _ in b.edits if (i, j) != (k, m)
    ) or any(i == k and j == m for i, j, _ in a.edits for k, m, _ in b.edits if i < j)


TABLE: tuple[Callable[[Facts], Iterator[Experiment]], ...] = (
    targets,
    inputs,
    starts,
    shrunk,
    grown,
    rates,
    biases,
    units,
    one_order,
    order,
    slices,
    epochs,
)
