"""Phase 4c: who is who: every way to read the program, and the law of each group of weights under it.

readings(...)    an output and its target under some loss, or a number of the program's own
best(...)        the reading that leaves the fewest faults first
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from backproof.checking.process.trace import Array, Trace
from backproof.checking.reading.hypotheses import HYPOTHESES, Hypothesis
from backproof.checking.reading.laws import SINGLE, TOLERANCE, Law, Motion, fit
from backproof.checking.reading.measure import Measured, Meeting
from backproof.checking.source.places import Place

PLENTY = 8  # numbers of output in one step: few steps are enough then
FEW = 6  # steps
SAME_RATE = 1e-4
EXPLAINED = ("silent", "descent", "growth", "momentum", "ascent")  # laws, the worst last
SEEN = 0.3  # of the derivatives that must be known


@dataclass
class Reading:
    """One way to read the program: this output, this target, this loss."""

    meeting: Meeting | None
    loss: Hypothesis | None  # None where the program's own number is the loss
    own: int | None  # place of the program's own loss
    gradient: Array
    known: Array
    groups: dict[str, list[str]]
    laws: dict[str, Law] = field(default_factory=dict)
    confirmed: bool = False  # a number of the program's own has the same gradient
    factors: bool = False  # whether each error counts by a factor of its own
    beside: str = ""  # another output's loss, which counts too
    mean: bool = False  # whether the loss is the mean over a batch, where batches differ in size

    @property
    def paths(self) -> list[str]:
        """Of all weights, group by group."""
        return [path for members in self.groups.values() for path in members]

    @property
    def right(self) -> list[str]:
        """Groups that follow the gradient."""
        return [group for group, law in self.laws.items() if law.right]

    @property
    def turned(self) -> list[str]:
        """Groups that follow it uphill."""
        return [group for group, law in self.laws.items() if law.kind == "ascent"]

    @property
    def wrong(self) -> list[str]:
        """Groups that do not follow it downhill."""
        return [group for group, law in self.laws.items() if not law.right]

    @property
    def follows(self) -> list[str]:
        """Groups that move, along the gradient or against it."""
        return [g for g in (*self.right, *self.turned) if self.laws[g].kind != "silent"]

    @property
    def told(self) -> int:
        """How many groups there is something to say about."""
        return sum(law.kind != "silent" for law in self.laws.values())

    @property
    def whole(self) -> bool:
        """Whether it explains every update."""
        return not self.wrong and self.told > 0 and bool(self.known.mean() > 0.5)

    @property
    def direct(self) -> bool:
        """Whether it rests on a difference, a label or a number of the program's own."""
        return self.meeting is None or self.meeting.kind != "product" or self.confirmed

    @property
    def name(self) -> str:
        """What the loss is called."""
        if self.loss is None:
            return "the program's own loss"
        more = ", each error by a factor of its own" if self.factors else ""
        if self.beside == self.loss.name:
            return f"{self.loss.name} of two outputs{more}"
        return f"{self.loss.name}{more}" + (f" and {self.beside}" if self.beside else "")

    @property
    def symbol(self) -> str:
        """How its derivatives are written."""
        return self.loss.symbol if self.loss else "dL"


# readings ---------------------------------------------------------------------------------


def readings(
    measured: Measured,
    found: Sequence[tuple[Meeting, dict[str, list[str]]]],
    own: dict[int, dict[str, list[str]]],
) -> list[Reading]:
    """Every reading that can be meant, with the law of each group under it."""
    out = []
    for meeting, groups in found:
        for loss in HYPOTHESES:
            if loss.subtracts and meeting.kind != "difference":
                continue
            derived = measured.gradient(meeting, loss)
            if derived is None or not np.abs(derived[0]).max(initial=0.0) > 0:
                continue
            out.append(Reading(meeting, loss, None, *derived, groups))
            shares = measured.shares(meeting)
            if shares is not None:
                slope = derived[0] * shares[:, None]
                out.append(Reading(meeting, loss, None, slope, derived[1], groups, mean=True))
    for place, groups in own.items():
        value = _last if _adds_up(measured.steps.places, place) else _total
        slope, known = measured.differences(lambda s, trace, p=place, v=value: v(trace, p))
        known = np.logical_and(known, measured.smooth(place))
        if np.abs(slope).max(initial=0.0) > 0:
            out.append(Reading(None, None, place, slope, known, groups))
    for reading in out:
        reading.laws = laws(measured, reading.gradient, reading.known, reading.groups)
    return out


def _total(trace: Trace, place: int) -> float | None:
    values = trace.values(place)
    return None if values is None else float(values.sum())


def _last(trace: Trace, place: int) -> float | None:
    values = trace.values(place)
    return None if values is None else float(values[-1])


def _adds_up(places: Sequence[Place], place: int) -> bool:
    """Whether a store keeps a sum, so that its last number is the whole."""
    store = places[place]
    return store.kind == "store" and any(
        p.augmented or p.text.startswith((f"{store.text} +", f"{store.text} -"))
        for p in places
        if p.statement == store.statement and p.target == store.text
    )


def best(found: Sequence[Reading]) -> list[Reading]:
    """The readings, the one that leaves the fewest faults first."""
    order = {id(reading): -position for position, reading in enumerate(found)}

    def score(reading: Reading) -> tuple[float, ...]:
        steady = sum(law.right and not law.varies for law in reading.laws.values())
        usual = reading.loss is None or reading.loss.usual
        silent = sum(law.kind == "silent" for law in reading.laws.values())
        follows = len(reading.right) - silent + 0.5 * len(reading.turned)
        clear = reading.known.mean() > SEEN
        return (
            reading.whole and usual and reading.direct,
            reading.whole and usual,
            clear and reading.direct and usual,
            round(follows / max(reading.told, 1), 6),
            -_looseness(reading),
            steady - silent,
            -_roughness(reading),
            len(reading.laws),
            reading.loss is not None,
            order[id(reading)],
        )

    return sorted(found, key=score, reverse=True)


def _looseness(reading: Reading) -> int:
    """How loosely the laws fit, in decades above what differences can show."""
    worst = max((law.residual for law in reading.laws.values() if law.right), default=0.0)
    return max(0, round(float(np.log10(max(worst, 1e-12)))) + 7)


def _roughness(reading: Reading) -> float:
    """How unsteady the rates are from step to step."""
    worst = 0.0
    for law in reading.laws.values():
        if law.varies and law.right:
            worst = max(worst, law.roughness)
    return round(worst, 3)


def laws(
    measured: Measured, gradient: Array, known: Array, groups: dict[str, list[str]]
) -> dict[str, Law]:
    """The law of each group."""
    motions = {
        group: motion_of(measured, gradient, known, paths) for group, paths in groups.items()
    }
    parts = {
        group: [motion_of(measured, gradient, known, [path]) for path in paths]
        for group, paths in groups.items()
    }
    return fitted(motions, parts)


Fit = Callable[[Motion, Array | None], Law]


def fitted(
    motions: dict[str, Motion], parts: dict[str, list[Motion]], fit: Fit = fit
) -> dict[str, Law]:
    """The law of each group: on its own first, then with the rates that other groups follow.

    Args:
        motions: of each group as a whole.
        parts: of each group's tensors one by one.
        fit: finds the law of one motion, with the rates of others or without.
    """
    out = {group: fit(motion, None) for group, motion in motions.items()}
    for group, law in out.items():
        if law.kind == "unexplained" and len(parts[group]) > 1:
            own = [fit(part, None) for part in parts[group]]
            if all(part.kind in EXPLAINED and not part.varies for part in own):
                out[group] = max(own, key=lambda part: EXPLAINED.index(part.kind))
    if any(law.right and law.rates and not law.varies for law in out.values()):
        return {group: _unsteady(law) if law.varies else law for group, law in out.items()}
    lost = [group for group, law in out.items() if law.kind == "unexplained"]
    profile = next((np.abs(law.rates) for law in out.values() if law.varies), None)
    if profile is None and len(lost) > 1:
        pooled = fit(_pooled([motions[group] for group in lost]), None)
        profile = np.abs(pooled.rates) if pooled.varies else None
    if profile is None or len(profile) != len(next(iter(motions.values())).gradient):
        return out
    for group, law in out.items():
        if law.kind == "unexplained" or law.varies:
            again = fit(motions[group], profile)
            out[group] = again if not again.varies or _follows(again, profile) else _unsteady(law)
    return out


def _follows(law: Law, profile: Array) -> bool:
    if len(law.rates) != len(profile):
        return False
    moved = profile > 0
    ratio = np.abs(law.rates)[moved] / profile[moved]
    return bool(np.ptp(ratio) <= SAME_RATE * ratio.max(initial=0.0))


def _unsteady(law: Law) -> Law:
    """A rate that changes from step to step although other groups' rates do not: no gradient."""
    return replace(law, kind="unsteady") if law.kind in ("descent", "ascent") else law


def motion_of(measured: Measured, gradient: Array, known: Array, paths: list[str]) -> Motion:
    """The columns of one group."""
    columns = measured.of(paths)
    return Motion(
        gradient[:, columns],
        measured.move[:, columns],
        measured.weight[:, columns],
        known[:, columns],
        SINGLE if measured.single else TOLERANCE,
        measured.edges[:, columns],
    )


def _pooled(motions: list[Motion]) -> Motion:
    def joined(name: str) -> Array:
        return np.hstack([getattr(motion, name) for motion in motions])

    return Motion(
        joined("gradient"), joined("move"), joined("weight"), joined("known"), motions[0].tolerance
    )
