"""Phase 6: read the program, and judge each group of weights by the law that it follows.

judge(...)    the best reading, what loss the program shows, and the groups that go wrong under it
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np

from backproof.checking.hints import NO_HINTS, Hints
from backproof.checking.laws import Law
from backproof.checking.measure import Measured
from backproof.checking.places import Loop, Place
from backproof.checking.roles import (
    FEW,
    PLENTY,
    Reading,
    best,
    laws,
    meetings,
    own_losses,
    readings,
    weights_of,
)
from backproof.checking.session import Array, Host, Keeper, Trace
from backproof.checking.shown import shown_losses
from backproof.checking.steps import FLOATS, Steps, busiest, candidates, open_steps

STEPS = 9
SMALL = 0.05  # weights all below this leave every unit nearly linear
MOST_AFTER = 2  # loops that are read after one that explains nothing
PROPORTIONAL = 1e-4
STANDING = 0.01  # share of a tensor's numbers that may stand still although they have a derivative
NOISE = 0.5


@dataclass
class Judgement:
    """What was understood of a program, and how its weights move."""

    steps: Steps
    measured: Measured
    reading: Reading
    others: list[Reading]
    shown: frozenset[str]  # names of the losses that the program computes or prints
    loop: Loop
    tried: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        """Groups that do not follow the gradient downhill."""
        return self.reading.wrong

    @property
    def mismatch(self) -> bool:
        """Whether every update is the gradient of a loss other than the one shown."""
        loss = self.reading.loss
        return bool(loss is not None and self.shown and loss.name not in self.shown)


def judge(
    host: Host,
    source: str,
    places: Sequence[Place],
    loops: Sequence[Loop],
    scan: dict[str, Any],
    hints: Hints = NO_HINTS,
) -> Judgement | list[str]:
    """Read the program; a list of what was tried where that fails."""
    tried: list[str] = []
    poor: Judgement | None = None
    after = 0  # loops that were read since one was that explains nothing
    likely = hints.loops(loops) or candidates(scan["loops"])
    for loop in likely or busiest(scan["loops"]):
        if poor is not None and _is_clear(poor.reading):
            if after >= MOST_AFTER:
                break
            if _adds_nothing(scan["loops"], poor.loop.index, loop):
                continue
        noise = {} if likely else {"*": NOISE}
        found = _judge_loop(host, source, places, loops[loop], noise, tried, hints)
        if found is not None and _needs_noise(found):
            again = _judge_loop(host, source, places, loops[loop], _noise(found), tried, hints)
            if again is not None:
                found.steps.run.stop()
                found = again
        after += poor is not None and _is_clear(poor.reading)
        if found is None:
            continue
        sees = found.reading.known.mean() > 0.3
        if sees and (_near(found.reading) or any(_follows(r) for r in found.others)):
            return found
        if sees and (poor is None or _rank(found.reading) > _rank(poor.reading)):
            poor = found
    return poor if poor is not None else tried


def _rank(reading: Reading) -> tuple[float, ...]:
    return (_is_clear(reading), len(reading.laws))


def _is_clear(reading: Reading) -> bool:
    """Whether an output is compared with a target, and not only something with something else."""
    return reading.meeting is not None and reading.meeting.kind == "difference"


def _adds_nothing(loops: dict[int, dict[str, Any]], inner: int, outer: int) -> bool:
    """Whether a loop around another changes no arrays but those that the inner one changes anyway."""

    def arrays(loop: int) -> set[str]:
        changed = loops[loop]["changed"].items()
        return {
            path
            for path, (_, _, shape, dtype, permuted) in changed
            if shape and dtype in FLOATS and not permuted
        }

    return outer in loops[inner]["parents"] and arrays(outer) <= arrays(inner)


def judge_again(
    host: Host, source: str, places: Sequence[Place], loop: Loop, before: Judgement
) -> Judgement | None:
    """An edited program, read by the same loss as before the change; None where that is not possible."""
    found = _same_reading(host, source, places, loop, before)
    if found is not None:
        return found
    found = _judge_loop(host, source, places, loop, before.steps.jitter, [], NO_HINTS)
    if found is None:
        return None
    for reading in [found.reading, *found.others]:
        if reading.name == before.reading.name and reading.direct == before.reading.direct:
            return replace(found, reading=reading)
    found.steps.run.stop()
    return None


def _same_reading(
    host: Host, source: str, places: Sequence[Place], loop: Loop, before: Judgement
) -> Judgement | None:
    """The same output meets the same target, and the same numbers are the weights: all else need not be looked for."""
    meeting, loss = before.reading.meeting, before.reading.loss
    if meeting is None or loss is None:
        return None
    twins = {place: _twin(before.steps.places, places, place) for place in meeting.parts}
    if None in twins.values():
        return None
    same = meeting.moved({old: new for old, new in twins.items() if new is not None})
    steps = open_steps(host, source, places, loop.index, range(STEPS), before.steps.jitter)
    if steps is None:
        return None
    groups = before.reading.groups
    paths = [path for members in groups.values() for path in members]
    state = steps.keepers[0].state
    derived = None
    if all(path in state for path in paths) and len(steps.keepers) >= before.measured.count:
        measured = Measured(steps, paths, [same.output], before.measured.count)
        derived = measured.gradient(same, loss)
    if derived is None:
        steps.run.stop()
        return None
    reading = Reading(same, loss, None, *derived, groups)
    reading.laws = laws(measured, reading.gradient, reading.known, groups)
    _through_events(reading, measured)
    for group, law in reading.laws.items():
        if law.varies and before.reading.laws[group].kind == "unsteady":
            reading.laws[group] = replace(law, kind="unsteady")
    return Judgement(steps, measured, reading, [reading], before.shown, loop)


def _twin(old: Sequence[Place], new: Sequence[Place], index: int) -> int | None:
    """The same expression in an edited program: as the n-th of its text, scope and kind."""

    def alike(place: Place) -> bool:
        mine = old[index]
        return (place.text, place.scope, place.kind) == (mine.text, mine.scope, mine.kind)

    before = [place.index for place in old if alike(place)]
    after = [place.index for place in new if alike(place)]
    return after[before.index(index)] if len(before) == len(after) else None


def _follows(reading: Reading) -> bool:
    usual = reading.loss is not None and reading.loss.usual and reading.direct
    return usual and bool(reading.follows) and bool(reading.known.mean() > 0.3)


def _near(reading: Reading) -> bool:
    return any(
        law.kind not in ("unexplained", "silent", "unsteady") for law in reading.laws.values()
    )


def _judge_loop(
    host: Host,
    source: str,
    places: Sequence[Place],
    loop: Loop,
    jitter: dict[str, float],
    tried: list[str],
    hints: Hints,
) -> Judgement | None:
    steps = open_steps(host, source, places, loop.index, range(STEPS), jitter)
    if steps is None:
        tried.append(f"line {loop.line}: a loop that ends before its second step")
        return None
    met = meetings(steps, places, hints)
    outputs = frozenset(m.output for m in met)
    found = [(m, weights_of(steps, m, outputs, hints)) for m in met]
    found = [(meeting, groups) for meeting, groups in found if groups]
    if not found:
        tried.append(
            f"line {loop.line}: nothing that depends on the changing numbers meets a target"
        )
        steps.run.stop()
        return None
    groups = _united([members for _, members in found])
    own = own_losses(steps, places, groups)
    widest = max(_size(steps, m.output) for m, _ in found)
    paths = [path for members in groups.values() for path in members]
    count = FEW if widest >= PLENTY else None
    measured = Measured(steps, paths, [*outputs, *own], count)
    meant = [r for r in readings(measured, found, own) if hints.is_loss(r.loss, r.own, places)]
    ranked = best(meant)
    for reading in ranked[:4]:
        _through_events(reading, measured)
    _cross_check(ranked)
    ranked = _upright(best(ranked))
    if not ranked:
        tried.append(f"line {loop.line}: no loss fits what is compared there")
        steps.run.stop()
        return None
    shown = _shown(ranked) or shown_losses(steps, places, groups)
    chosen = _chosen(ranked, shown)
    return Judgement(steps, measured, chosen, ranked, shown, loop, tried)


def _united(parts: Sequence[dict[str, list[str]]]) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for members in parts:
        for group, paths in members.items():
            out[group] = list(dict.fromkeys([*out.get(group, []), *paths]))
    return out


def _size(steps: Steps, place: int) -> int:
    values = steps.base[-1].values(place)
    return 0 if values is None else values.size


# which loss -------------------------------------------------------------------------------


def _shown(ranked: Sequence[Reading]) -> frozenset[str]:
    """Losses whose gradient a number of the program's own has, up to a factor and a penalty on the weights."""
    names = set()
    for own in ranked:
        if own.own is None:
            continue
        misfits = {
            reading.loss.name: _misfit(own, reading)
            for reading in reversed(ranked)
            if reading.loss is not None and reading.loss.usual and reading.direct
        }
        least = min(misfits.values(), default=1.0)
        if least < PROPORTIONAL:
            names |= {name for name, misfit in misfits.items() if misfit <= max(10 * least, 1e-8)}
    return frozenset(names)


def _upright(ranked: list[Reading]) -> list[Reading]:
    """Without numbers of the program's own that are a usual loss turned upside down: nobody means to descend those."""

    def turned(own: Reading) -> bool:
        return own.own is not None and any(
            _factor(own, r) < 0 and _misfit(own, r) < PROPORTIONAL
            for r in ranked
            if r.loss is not None and r.loss.usual and r.direct
        )

    return [reading for reading in ranked if not turned(reading)]


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


def _chosen(ranked: list[Reading], shown: frozenset[str]) -> Reading:
    """The reading to judge by: one without fault, else that of the loss shown, else the best."""
    whole = [r for r in ranked if r.whole and (r.loss is None or r.loss.usual)]
    of_shown = [r for r in ranked if r.loss is not None and r.loss.name in shown and r.direct]
    for group in (
        [r for r in whole if r.loss is not None and r.loss.name in shown],
        [r for r in whole if r.loss is None],
        [r for r in whole if r.loss is not None and r.direct],
        [r for r in of_shown if r.right or r.turned],
        of_shown,
        whole,
    ):
        if group:
            return group[0]
    return next((r for r in ranked if r.loss is not None), ranked[0])


# optimisers -------------------------------------------------------------------------------


def _through_events(reading: Reading, measured: Measured) -> None:
    """Where no simple law explains a group: accept that the gradient itself was computed, and is followed."""
    ways(reading, measured, reading.laws, measured.base, measured.keepers[-1])


def ways(
    reading: Reading,
    measured: Measured,
    found: dict[str, Law],
    traces: Sequence[Trace],
    keeper: Keeper | None = None,
) -> None:
    """Put a law in place of those that explain nothing, where the gradient was computed and is followed.

    Args:
        reading: by which loss.
        measured: the derivatives.
        found: the law of each group; changed.
        traces: of the steps.
        keeper: of the last step, to see whether the weight moves with the gradient that was computed; not looked at if None.
    """
    lost = [g for g, law in found.items() if law.kind in ("unexplained", "unsteady")]
    series = cache(lambda size: _series(traces, size, len(reading.gradient)))
    for group in lost:
        kinds = {
            _way(reading, measured, path, traces, series, keeper) for path in reading.groups[group]
        }
        if len(kinds) == 1 and "" not in kinds:
            found[group] = Law(kinds.pop(), 0.0)


Series = Callable[[int], tuple[list[tuple[int, int]], Array]]  # by size


def _cross_check(ranked: Sequence[Reading]) -> None:
    """A rate that changes from step to step counts against a loss if another loss has a steady one for the group."""
    usual = [r for r in ranked if r.loss is not None and r.loss.usual and r.direct]
    steady = {
        group
        for reading in usual
        for group, law in reading.laws.items()
        if law.kind in ("descent", "ascent") and law.rates and not law.varies
    }
    for reading in ranked:
        for group, law in reading.laws.items():
            if law.varies and group in steady and law.kind in ("descent", "ascent"):
                reading.laws[group] = replace(law, kind="unsteady")


def _way(
    reading: Reading,
    measured: Measured,
    path: str,
    traces: Sequence[Trace],
    series: Series,
    keeper: Keeper | None,
) -> str:
    """Whether the first step moves each number against its derivative, as every adaptive method does at its start, or with it."""
    before, after = measured.keepers[0].state.get(path), traces[0].tail.get(path)
    if before is None or after is None or after.size != before.values.size:
        return ""
    keys, gradient = _gradient_events(reading, measured, path, series)
    if not keys:
        return ""
    g, d = gradient[0], after - before.values
    told = np.abs(g) > 1e-9 * np.abs(g).max(initial=0.0)
    if not told.any() or (d[told] == 0).mean() > STANDING:
        return ""
    if keeper is not None and not _moves_with(keeper, traces[-1], keys, path):
        return ""
    if not _keeps_to(gradient, measured, path, traces):
        return ""
    against = float((np.sign(d[told]) == -np.sign(g[told])).mean())
    return "descent" if against > 0.99 else "ascent" if against < 0.01 else ""


MEMORIES = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99)  # of gradients that were, in adaptive methods
MOSTLY = 0.75  # of the numbers whose sign must be that of the remembered gradient


def _keeps_to(gradient: Array, measured: Measured, path: str, traces: Sequence[Trace]) -> bool:
    """Whether all moves have one sign relative to the gradients so far, by some memory of them."""
    moves = []
    for keeper, trace in zip(measured.keepers, traces, strict=False):
        before, after = keeper.state.get(path), trace.tail.get(path)
        if before is None or after is None or after.size != before.values.size:
            return True
        moves.append(after - before.values)
    sign = np.sign(np.array(moves))
    rows = gradient[: len(moves)]
    best = 0.0
    for memory in MEMORIES:
        kept, table = np.zeros(rows.shape[1]), []
        for row in rows:
            kept = memory * kept + (1 - memory) * row
            table.append(kept)
        remembered = np.array(table)
        told = (np.abs(remembered) > 1e-3 * np.abs(remembered).max(initial=0.0)) & (sign != 0)
        if told.any():
            same = float((np.sign(remembered)[told] == sign[told]).mean())
            best = max(best, same, 1 - same)
    return best == 0.0 or best >= MOSTLY


MOST_EVENTS = 32


def _moves_with(keeper: Keeper, base: Trace, keys: Sequence[tuple[int, int]], path: str) -> bool:
    """Whether the weight's new value is another when the value at one of some places is moved."""
    probes = []
    for event in base.events:
        if (event.place, event.occurrence) in keys and event.numbers is not None:
            signs = np.where(np.arange(event.numbers.size) % 2, 1.0, -0.7)
            wobble = 0.3 * np.abs(event.numbers) * signs + 1e-6
            for change in (wobble, -2 * event.numbers):  # the second is seen beyond a clip, too
                move = [(event.place, event.occurrence, change.tobytes())]
                probes.append({"move": move, "want": [], "paths": [path]})
    traces = keeper.probe(probes[-MOST_EVENTS:])
    return any(
        trace is None
        or path not in trace.tail
        or not np.array_equal(trace.tail[path], base.tail[path], equal_nan=True)
        for trace in traces
    )


def _gradient_events(
    reading: Reading, measured: Measured, path: str, series: Series
) -> tuple[list[tuple[int, int]], Array]:
    """Values of the step that are this weight's derivative at every step, up to one factor.

    Place and occurrence of each, and (steps, numbers) without the factor.
    """
    columns = measured.of([path])
    along = measured.directions[path]
    shape = measured.state[path].shape
    known = reading.known[:, columns]
    goal = np.where(known, reading.gradient[:, columns], 0.0)
    steep = float(np.vdot(goal, goal))
    if steep == 0 or np.count_nonzero(goal) < 4:
        return [], goal
    keys, table = series(along.shape[1])
    for ordered in _orders(table, shape):
        values = np.where(known, ordered @ along.T, 0.0)
        sizes = np.linalg.norm(values, axis=(1, 2))
        factors = np.einsum("nsk,sk->n", values, goal) / steep
        rest = np.linalg.norm(values - factors[:, None, None] * goal, axis=(1, 2))
        fits = (sizes > 0) & np.isfinite(sizes) & (rest <= PROPORTIONAL * sizes) & (factors != 0)
        hits = np.flatnonzero(fits)
        if hits.size:
            return [keys[i] for i in hits], ordered[hits[0]] / factors[hits[0]]
    return [], goal


def _series(traces: Sequence[Trace], size: int, steps: int) -> tuple[list[tuple[int, int]], Array]:
    """Every value of one size that all steps have: place and occurrence of each, and (values, steps, numbers)."""
    by_key: dict[tuple[int, int], list[Array]] = {}
    for trace in traces:
        for event in trace.events:
            if event.numbers is not None and event.numbers.size == size:
                by_key.setdefault((event.place, event.occurrence), []).append(event.numbers)
    whole = {key: series for key, series in by_key.items() if len(series) == steps}
    return list(whole), np.array(list(whole.values())).reshape(len(whole), steps, size)


def _orders(table: Array, shape: tuple[int, ...]) -> list[Array]:
    if len(shape) != 2 or 1 in shape:
        return [table]
    turned = table.reshape(*table.shape[:2], shape[1], shape[0]).transpose(0, 1, 3, 2)
    return [table, turned.reshape(table.shape)]


# starts in general position ---------------------------------------------------------------


def _needs_noise(found: Judgement) -> bool:
    """Whether the start is too special to tell right from wrong."""
    if found.steps.jitter:
        return False
    flat = sum(t.values.size for t in found.measured.state.values() if _special(t.values))
    total = sum(t.values.size for t in found.measured.state.values())
    losses = {r.loss.name for r in found.others if r.loss and r.loss.usual and not r.wrong}
    blind = 1.0 - float(found.reading.known.mean())
    unmoved = any(
        law.kind == "silent"
        and any(path in found.steps.lost for path in found.reading.groups[group])
        for group, law in found.reading.laws.items()
    )
    return unmoved or flat > 0.5 * total or len(losses) > 1 or (blind > 0.1 and flat > 0)


def _special(values: Array) -> bool:
    return bool(np.abs(values).max() < SMALL or (values.size > 1 and np.ptp(values) < 1e-12))


def _noise(found: Judgement) -> dict[str, float]:
    return {
        path: NOISE for path, t in found.measured.state.items() if _special(t.values)
    } or dict.fromkeys(found.measured.state, NOISE / 2)


def law_texts(reading: Reading) -> dict[str, Law]:
    """The laws, with momentum and decay rounded to what was measured."""
    return {
        group: replace(law, momentum=round(law.momentum, 6), decay=round(law.decay, 9))
        for group, law in reading.laws.items()
    }
