"""Phase 6f: which loss is meant, of those that the readings go by.

losses_of_numbers(...)  usual losses whose gradient a number of the program's own has
confirmed(...)          readings by products that such a number makes sure
as_computed(...)        readings whose gradient such a number has
upright(...)            without losses turned upside down
is_crossed(...)         whether each output meets all targets, (n, 1) - (n,)
entry_by_entry(...)     without losses of all pairs of outputs and targets
chosen_of(...)          the reading to judge by
is_meant(...)           whether a cross-entropy is meant, whatever else is shown
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from backproof.checking.reading.adaptive import PROPORTIONAL
from backproof.checking.reading.measure import Meeting
from backproof.checking.reading.roles import SEEN, Reading
from backproof.checking.reading.steps import Steps


def losses_of_numbers(ranked: Sequence[Reading]) -> frozenset[str]:
    """Losses whose gradient a number of the program's own has, up to a factor and a penalty on the weights."""
    names = set()
    for own in ranked:
        if own.own is None:
            continue
        misfits = {
            reading.loss.name: _misfit(own, reading)
            for reading in reversed(ranked)
            if reading.loss is not None and reading.loss.usual and reading.direct
            if not _is_of_squares(reading)
        }
        least = min(misfits.values(), default=1.0)
        if least < PROPORTIONAL:
            names |= {name for name, misfit in misfits.items() if misfit <= max(10 * least, 1e-8)}
    return frozenset(names)


def _is_of_squares(reading: Reading) -> bool:
    """A squared error where something meets its target in a product: what fits it is a sum of squares of the weights."""
    product = reading.meeting is not None and reading.meeting.kind == "product"
    return product and reading.loss is not None and reading.loss.name == "squared error"


def confirmed(found: Sequence[Reading], own: Sequence[Reading]) -> list[Reading]:
    """What is seen only where an output meets its target in a product, `y * log(a)`, and whose gradient the program's own loss has; none where a difference has it."""
    usual = [r for r in found if r.loss is not None and r.loss.usual]

    def has(reading: Reading) -> bool:
        return any(_factor(n, reading) > 0 and _misfit(n, reading) < PROPORTIONAL for n in own)

    if any(has(reading) for reading in usual if reading.direct):
        return []
    return [reading for reading in usual if not reading.direct and has(reading)]


def as_computed(ranked: Sequence[Reading]) -> list[Reading]:
    """Readings whose gradient a number of the program's own has."""
    own = [r for r in ranked if r.own is not None]
    usual = [r for r in ranked if r.loss is not None and r.loss.usual and r.direct]
    return [r for r in usual if any(_misfit(number, r) < PROPORTIONAL for number in own)]


def upright(ranked: list[Reading]) -> list[Reading]:
    """Without numbers of the program's own that are a usual loss turned upside down: nobody means to descend those."""

    def turned(own: Reading) -> bool:
        return own.own is not None and any(
            _factor(own, r) < 0 and _misfit(own, r) < PROPORTIONAL
            for r in ranked
            if r.loss is not None and r.loss.usual and r.direct
        )

    return [reading for reading in ranked if not turned(reading)]


def entry_by_entry(ranked: list[Reading], steps: Steps) -> list[Reading]:
    """Without numbers of the program's own that were made of all pairs of outputs and targets, (n, 1) - (n,): nobody means to descend those."""
    crossed = [r for r in ranked if r.meeting is not None and r.meeting.kind == "difference" and is_crossed(steps, r.meeting)]  # fmt: skip

    def rests_on_pairs(own: Reading) -> bool:
        return own.own is not None and any(
            set(own.groups) <= steps.dependency.events.get(r.meeting.output, frozenset())
            for r in crossed
            if r.meeting is not None
        )

    return [reading for reading in ranked if not rests_on_pairs(reading)] if crossed else ranked


def is_crossed(steps: Steps, meeting: Meeting) -> bool:
    """Whether each output meets all targets: as many of the one as of the other, and as many differences as there are pairs."""
    trace = steps.base[-1]
    sizes = [
        {event.numbers.size for event in trace.at(place) if event.numbers is not None}
        for place in (meeting.output, meeting.target, meeting.place)
    ]
    if any(len(found) != 1 for found in sizes):
        return False
    output, target, pairs = (found.pop() for found in sizes)
    return output == target > 1 and pairs == output * target


def _factor(own: Reading, reading: Reading) -> float:
    known = np.logical_and(own.known, reading.known)
    return float(np.vdot(np.where(known, own.gradient, 0.0), np.where(known, reading.gradient, 0)))


def _misfit(own: Reading, reading: Reading) -> float:
    """How far one gradient is from being a multiple of the other, relative to its size."""
    known = np.logical_and(own.known, reading.known)
    a, b = np.where(known, own.gradient, 0.0), np.where(known, reading.gradient, 0.0)
    size = float(np.linalg.norm(a))
    if size == 0 or not np.linalg.norm(b):
        return 1.0
    factor = float(np.vdot(a, b)) / float(np.vdot(b, b))
    return float(np.linalg.norm(a - factor * b)) / size


def chosen_of(ranked: list[Reading], shown: frozenset[str]) -> Reading:
    """The reading to judge by: one without fault, else that of the loss shown, else the best."""
    whole = [r for r in ranked if r.whole and (r.loss is None or r.loss.usual)]
    of_shown = [r for r in ranked if r.loss is not None and r.loss.name in shown and r.direct]
    for group in (
        [r for r in whole if r.loss is not None and r.loss.name in shown],
        [r for r in whole if r.loss is None],
        [r for r in whole if r.loss is not None and r.direct],
        [r for r in whole if is_written_out(r)],
        [r for r in of_shown if r.right or r.turned],
        of_shown,
        whole,
        as_computed(ranked),
        _climbed(ranked),
        _mostly_followed(ranked),
    ):
        if group:
            return group[0]
    return next((r for r in ranked if r.loss is not None), ranked[0])


def _climbed(ranked: list[Reading]) -> list[Reading]:
    """Losses that every update climbs, as it climbs a number of the program's own that has their gradient."""
    climbing = [r for r in ranked if r.turned and len(r.turned) == len(r.laws)]
    own = [r for r in climbing if r.own is not None]
    return [
        r
        for r in climbing
        if r.loss is not None and r.direct and any(_misfit(n, r) < PROPORTIONAL for n in own)
    ]


def _mostly_followed(ranked: list[Reading]) -> list[Reading]:
    """Numbers of the program's own that more groups follow than any usual loss."""
    usual = max((len(r.right) for r in ranked if r.loss is not None), default=0)
    own = [r for r in ranked if r.loss is None and len(r.right) > usual and r.known.mean() > SEEN]
    return sorted(own, key=lambda reading: -len(reading.right))


ENTROPY = re.compile(
    r"cross.?entrop|entropy|likelihood|log.?loss|\bbce\b|logistic.?regress|bernoulli|kreuzentropie|entrop[ií]a|verosimilitud|vraisemblance|交叉熵|似然",
    re.I,
)


def is_written_out(reading: Reading) -> bool:
    """Whether a cross-entropy stands in the program itself, or its slope: `t * log(p)`, `-(t / p) + (1 - t) / (1 - p)`."""
    entropy = reading.loss is not None and reading.loss.name.startswith("cross-entropy")
    return entropy and reading.meeting is not None and reading.meeting.kind == "product"


def is_meant(reading: Reading, source: str) -> bool:
    """Whether the updates are by a cross-entropy on purpose, whatever else the program shows: its slope is written out, or its name."""
    entropy = reading.loss is not None and reading.loss.name.startswith("cross-entropy")
    return entropy and (is_written_out(reading) or ENTROPY.search(source) is not None)
