"""Phase 4c: who is who. Where the output meets its target, which numbers are the weights, which loss is meant.

meetings(...)    places where something that depends on weights meets data that does not
own_losses(...)  numbers of the program's own that depend on the weights and that no update uses
readings(...)    every way to read the program, with the law of each group of weights under it
best(...)        the reading that leaves the fewest faults
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from backproof.checking.process.session import Array, Tensor, Trace
from backproof.checking.reading.hints import NO_HINTS, Hints
from backproof.checking.reading.hypotheses import CLASSES, HYPOTHESES, Hypothesis
from backproof.checking.reading.laws import SINGLE, TOLERANCE, Law, Motion, fit
from backproof.checking.reading.measure import Measured, Meeting, target_of
from backproof.checking.reading.steps import NUDGE, Steps, direction
from backproof.checking.source.places import Place

MOST_MEETINGS = 8
MOST_OWN = 12
DIFFERENCES = ("Sub", "np.subtract", "numpy.subtract")
PRODUCTS = ("Div", "Mult", "np.divide", "np.multiply")
TRACE = 0.02  # of its own nudge: a number that keeps less was overwritten
KEPT = (
    0.3,
    3.0,
)  # of its own nudge that a weight keeps over a step in which the error is held still
PLENTY = 8  # numbers of output in one step: few steps are enough then
FEW = 6  # steps
SAME_RATE = 1e-4
EXPLAINED = ("silent", "descent", "growth", "momentum", "ascent")  # laws, the worst last
SEEN = 0.3  # of the derivatives that must be known
SAME = 1e-20  # of a square: equal but for rounding
TINY = 1e-300


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
        return self.meeting is None or self.meeting.kind != "product"

    @property
    def name(self) -> str:
        """What the loss is called."""
        return self.loss.name if self.loss else "the program's own loss"

    @property
    def symbol(self) -> str:
        """How its derivatives are written."""
        return self.loss.symbol if self.loss else "dL"


# meetings ---------------------------------------------------------------------------------


def meetings(steps: Steps, places: Sequence[Place], hints: Hints = NO_HINTS) -> list[Meeting]:
    """Candidates in the order of execution; differences before products; no two of the same numbers."""
    depends = steps.dependency.events
    live = live_groups(steps)
    first: dict[int, int] = {}
    for position, head in enumerate(steps.base[-1].heads):
        first.setdefault(head[0], position)
    found: list[tuple[bool, int, Meeting]] = []
    for place in places:
        meeting = _meeting_at(place, places, depends, live)
        if meeting is None or meeting.output not in first or meeting.target not in first:
            continue
        if not hints.is_output(places[meeting.output]) or not hints.is_target(
            places[meeting.target]
        ):
            continue
        order = first.get(meeting.place, max(first[meeting.output], first[meeting.target]))
        found.append((place.operator in PRODUCTS, order, meeting))
    found.sort(key=lambda row: row[:2])
    return _distinct(steps, [meeting for _, _, meeting in found])[:MOST_MEETINGS]


def _distinct(steps: Steps, found: list[Meeting]) -> list[Meeting]:
    """Meetings of different numbers, and of targets that are more than one number that never changes."""
    kept: dict[bytes, Meeting] = {}
    twins: dict[bytes, list[int]] = {}
    for meeting in found:
        outputs = [trace.values(meeting.output) for trace in steps.base]
        targets = [target_of(meeting, trace) for trace in steps.base]
        pairs = [
            (o, t) for o, t in zip(outputs, targets, strict=True) if o is not None and t is not None
        ]
        if not pairs or any(o.size != t.size for o, t in pairs):
            continue
        if _is_scaled(steps, meeting.output):
            continue
        if meeting.kind == "index" and not all(CLASSES.applies(o, t) for o, t in pairs):
            continue
        if meeting.kind == "index" and _is_counted(meeting, steps.base[-1]):
            continue
        key = b"".join(o.tobytes() + t.tobytes() for o, t in pairs)
        flat = np.concatenate([t for _, t in pairs])
        constant = bool((flat == flat[0]).all()) and flat.size > len(pairs)
        if not (constant and meeting.kind == "product"):
            kept.setdefault(key, meeting)
            twins.setdefault(key, []).append(meeting.place)
    return [replace(meeting, twins=tuple(twins[key])) for key, meeting in kept.items()]


def _is_scaled(steps: Steps, output: int) -> bool:
    """Whether what meets a target is only a multiple of numbers that the step began with: momentum, a running mean or decay, no prediction."""

    def scaled(output: Array | None, state: dict[str, Tensor]) -> bool:
        long = 0.0 if output is None else float(output @ output)
        if output is None or not long:
            return output is not None
        for tensor in state.values():
            if tensor.values.size != output.size:
                continue
            if np.array_equal(output, tensor.values):
                return True
            factor = float(output @ tensor.values) / max(float(tensor.values @ tensor.values), TINY)
            rest = output - factor * tensor.values
            if output.size > 1 and float(rest @ rest) <= SAME * long:
                return True
        return False

    events = [trace.at(output) for trace in steps.base]
    with np.errstate(all="ignore"):  # a changed program may diverge
        return all(
            scaled(event.numbers, keeper.state)
            for found, keeper in zip(events, steps.keepers, strict=False)
            for event in found
        )


def _is_counted(meeting: Meeting, trace: Trace) -> bool:
    """Whether an index runs through one and the same output: a counter, no label."""
    outputs, labels = trace.at(meeting.output), trace.at(meeting.target)
    parts = [(o.numbers, t.numbers) for o, t in zip(outputs, labels, strict=False)]
    if len(parts) < 2 or any(o is None or t is None or t.size != 1 for o, t in parts):
        return False
    first = parts[0][0]
    seen = {float(t[0]) for _, t in parts if t is not None}
    alike = all(np.array_equal(o, first) for o, _ in parts if o is not None and first is not None)
    return alike and len(seen) == len(parts)


def live_groups(steps: Steps) -> frozenset[str]:
    """Groups whose value at the end of a step still has to do with their value at its start."""
    slopes = steps.dependency.slopes
    meant = {path for path, found in steps.lost.items() if found.place is not None}
    told = meant | set(steps.changed)
    return frozenset(
        group
        for group, paths in steps.groups.items()
        if (not steps.changed or any(path in told for path in paths))
        and any(abs(slopes.get(path, 0.0)) > TRACE for path in paths)
    )


def _meeting_at(
    place: Place,
    places: Sequence[Place],
    depends: dict[int, frozenset[str]],
    live: frozenset[str],
) -> Meeting | None:
    def moves(child: int) -> bool:
        return bool(depends.get(child, frozenset()) & live)

    if place.operator in DIFFERENCES + PRODUCTS and len(place.children) == 2:
        a, b = place.children
        kind = "difference" if place.operator in DIFFERENCES else "product"
        if moves(a) and not moves(b):
            return Meeting(place.index, a, b, kind)
        if moves(b) and not moves(a):
            return Meeting(place.index, b, a, kind)
    if place.kind in ("Subscript", "IndexStore") and len(place.children) >= 2:
        value, *indices = place.children
        labels = [i for i in indices if places[i].kind != "Call" and not moves(i)]
        if moves(value) and len(labels) == 1:
            return Meeting(place.index, value, labels[0], "index")
    return None


# weights ----------------------------------------------------------------------------------


def weights_of(
    steps: Steps, met: Sequence[Meeting], outputs: frozenset[int], hints: Hints = NO_HINTS
) -> list[dict[str, list[str]]]:
    """For each meeting: the numbers that move its output and that a step adds something to, by group."""
    lost = {steps.tensors[path].group for path in steps.lost}
    live = live_groups(steps) | lost
    moving = [sorted(steps.dependency.events.get(m.output, frozenset()) & live) for m in met]
    pairs = [(m, group) for m, groups in zip(met, moving, strict=True) for group in groups]
    adds = dict(zip(pairs, _adds(steps, pairs), strict=True))
    out = []
    for meeting, groups in zip(met, moving, strict=True):
        reached = taught(steps, meeting)
        found = {
            group: [
                path
                for path in steps.groups[group]
                if not _is_carried(steps, path, outputs)
                and (steps.tensors[path].values.size > 1 or path in reached or path in steps.lost)
            ]
            for group in steps.groups
            if group in groups and adds[meeting, group] and hints.is_weight(group)
        }
        out.append({group: paths for group, paths in found.items() if paths})
    return out


def _adds(steps: Steps, pairs: Sequence[tuple[Meeting, str]]) -> list[bool]:
    """For each pair: whether most steps add to the group's numbers, rather than computing them anew, when the error is held still."""
    nudges = {
        number: {group: _nudge_of(steps, number, group) for _, group in pairs}
        for number in steps.look_at()
    }
    plans = {
        number: [
            {
                "nudge": [(path, delta.tobytes()) for path, delta in own[group].items()],
                "replace": _held(steps, number, meeting),
                "want": [],
                "paths": list(own[group]),
            }
            for meeting, group in pairs
        ]
        for number, own in nudges.items()
    }
    votes = [0] * len(pairs)
    for number, traces in steps.probe(plans).items():
        for position, ((_, group), trace) in enumerate(zip(pairs, traces, strict=True)):
            votes[position] += _is_added(steps, number, nudges[number][group], trace)
    return [2 * vote >= len(plans) for vote in votes]


def _nudge_of(steps: Steps, number: int, group: str) -> dict[str, Array]:
    keeper, base = steps.keepers[number], steps.base[number]
    paths = [path for path in steps.groups[group] if path in keeper.state and path in base.tail]
    return {path: NUDGE * direction(keeper.state[path].values.size, 5) for path in paths}


def _held(steps: Steps, number: int, meeting: Meeting) -> list[tuple[int, int, bytes]]:
    """The values that the error keeps."""
    if meeting.kind != "difference":
        return []
    return [
        (e.place, e.occurrence, e.numbers.tobytes())
        for place in sorted(set(meeting.twins))
        for e in steps.base[number].at(place)
        if e.numbers is not None
    ]


def _is_added(steps: Steps, number: int, nudge: dict[str, Array], trace: Trace | None) -> bool:
    """Whether about as much is left of a nudge at the end of the step."""
    if trace is None:
        return True
    base = steps.base[number]
    if any(trace.tail[p].size > delta.size for p, delta in nudge.items() if p in trace.tail):
        return any(path in steps.lost for path in nudge)  # it was spread over its step
    own = sum(float(delta @ delta) for delta in nudge.values())
    left = sum(
        float((trace.tail[path] - base.tail[path]) @ delta)
        for path, delta in nudge.items()
        if path in trace.tail and trace.tail[path].size == delta.size
    )
    return own == 0 or KEPT[0] < abs(left / own) < KEPT[1]


def taught(steps: Steps, meeting: Meeting) -> set[str]:
    """Paths whose new value has to do with the target: not a rate, not a counter."""
    at = (meeting.target,) if meeting.kind != "difference" else meeting.twins
    moves = {
        number: [
            (e.place, e.occurrence, np.full(e.numbers.size, 1e-6).tobytes())
            for place in sorted(set(at))
            for e in steps.base[number].at(place)
            if e.numbers is not None
        ]
        for number in steps.look_at()
    }
    if meeting.kind == "index" or not all(moves.values()):
        return {path for number in moves for path in steps.base[number].tail}
    plans = {number: [{"move": own, "want": [], "paths": None}] for number, own in moves.items()}
    out: set[str] = set()
    for number, (trace,) in steps.probe(plans).items():
        base = steps.base[number]
        out |= {
            path
            for path, flat in (base.tail if trace is None else trace.tail).items()
            if trace is None
            or path not in base.tail
            or not np.array_equal(flat, base.tail[path], equal_nan=True)
        }
    return out


def _is_carried(steps: Steps, path: str, outputs: frozenset[int]) -> bool:
    """Whether the new value was computed by the forward pass: a state that is carried on, no weight."""
    last = len(steps.base) - 1
    tail = steps.base[last].tail.get(path)
    before = steps.keepers[last].state.get(path)
    if tail is None or tail.size < 2 or before is None or np.array_equal(before.values, tail):
        return False
    if 0.5 < steps.dependency.slopes.get(path, 0.0) < 1.5:
        return False
    for event in steps.base[last].events:
        if event.place in outputs:
            return False
        if event.numbers is not None and event.numbers.size == tail.size:
            if np.array_equal(event.numbers, tail):
                return True
    return False


# the program's own loss -------------------------------------------------------------------


def own_losses(
    steps: Steps, places: Sequence[Place], groups: dict[str, list[str]]
) -> dict[int, dict[str, list[str]]]:
    """Places of single numbers that depend on the weights and that no weight's update uses; the weights of each."""
    depends = steps.dependency.events
    sizes: dict[int, tuple[bool, int]] = {}  # all single, a step that has it
    for number, trace in enumerate(steps.base):
        for place, _, _, shape, kept in trace.heads:
            single = kept and math.prod(shape) == 1
            sizes[place] = (sizes.get(place, (True, 0))[0] and single, number)
    found = [
        place.index
        for place in places
        if sizes.get(place.index, (False, 0))[0]
        and len(depends.get(place.index, frozenset()) & set(groups)) >= 0.75 * len(groups)
        and place.kind in ("BinOp", "Call", "UnaryOp", "IfExp", "store")
    ]
    paths = [path for members in groups.values() for path in members]
    unused = _unused(steps, {place: sizes[place][1] for place in found}, paths)
    used = {(places[p].statement, places[p].target) for p in found if p not in unused}
    unused = [
        p
        for p in unused
        if places[p].kind != "store" or (places[p].statement, places[p].target) not in used
    ]
    return {
        place: {group: groups[group] for group in groups if group in depends[place]}
        for place in unused[:MOST_OWN]
    }


def _unused(steps: Steps, found: dict[int, int], paths: Sequence[str]) -> list[int]:
    """The places whose values can be moved, at a step of each, while every weight's new value stays as it is.

    A store cannot be moved; it counts as unused, since what it stores is moved under its own place.
    """
    out = set()
    for step in sorted(set(found.values())):
        base = steps.base[step]
        places = [place for place, own in found.items() if own == step]
        probes = [
            {"move": _small_moves(base, place), "want": [], "paths": list(paths)}
            for place in places
        ]
        steps.probes += len(probes)
        for place, trace in zip(places, steps.keepers[step].probe(probes), strict=True):
            if trace is not None and not trace.raised and _same_tail(base, trace, paths):
                out.add(place)
    return [place for place in found if place in out]


def _small_moves(base: Trace, place: int) -> list[tuple[int, int, bytes]]:
    return [
        (e.place, e.occurrence, np.full(1, 0.1 + 0.1 * abs(float(e.numbers[0]))).tobytes())
        for e in base.events
        if e.place == place and e.numbers is not None
    ]


def _same_tail(base: Trace, trace: Trace, weights: Sequence[str]) -> bool:
    return all(
        path in trace.tail and np.array_equal(trace.tail[path], base.tail[path], equal_nan=True)
        for path in weights
        if path in base.tail
    )


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
            derived = measured.gradient(meeting, loss)
            if derived is None or not np.abs(derived[0]).max(initial=0.0) > 0:
                continue
            out.append(Reading(meeting, loss, None, *derived, groups))
            shares = measured.shares(meeting)
            if shares is not None:
                slope = derived[0] * shares[:, None]
                out.append(Reading(meeting, loss, None, slope, derived[1], groups, mean=True))
    for place, groups in own.items():
        slope, known = measured.differences(lambda s, trace, p=place: _total(trace, p))
        known = np.logical_and(known, measured.smooth(place))
        if np.abs(slope).max(initial=0.0) > 0:
            out.append(Reading(None, None, place, slope, known, groups))
    for reading in out:
        reading.laws = laws(measured, reading.gradient, reading.known, reading.groups)
    return out


def _total(trace: Trace, place: int) -> float | None:
    values = trace.values(place)
    return None if values is None else float(values.sum())


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
            worst = max(worst, float(np.abs(np.diff(np.log(np.abs(law.rates)))).sum()))
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
    ratio = np.abs(law.rates) / profile if len(law.rates) == len(profile) else np.zeros(1)
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
