"""Phase 6b: optimisers that leave no simple law, such as Adam: the gradient itself was computed on the way, and is followed.

ways(...)             put such a law in place of those that explain nothing
gradient_events(...)  values of a step that are a weight's derivative, up to one factor
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from backproof.checking.process.session import Keeper
from backproof.checking.process.trace import Array, Trace
from backproof.checking.reading.laws import Law
from backproof.checking.reading.measure import Measured, Meeting
from backproof.checking.reading.roles import Reading

PROPORTIONAL = 1e-4
ALL = -1  # in the place of an occurrence: all of them, each a number
STANDING = 0.01  # share of a tensor's numbers that may stand still although they have a derivative


def ways(
    reading: Reading,
    measured: Measured,
    found: dict[str, Law],
    traces: Sequence[Trace],
    keeper: Keeper | None = None,
    meeting: Meeting | None = None,
) -> None:
    """Put a law in place of those that explain nothing, where the gradient was computed and is followed.

    Args:
        reading: by which loss.
        measured: the derivatives.
        found: the law of each group; changed.
        traces: of the steps.
        keeper: of the last step, to see whether the weight moves with the gradient that was computed; not looked at if None.
        meeting: of the output and its target; the reading's own if None.
    """
    meeting = reading.meeting or meeting
    lost = [g for g, law in found.items() if law.kind in ("unexplained", "unsteady")]
    series = series_of(traces, len(reading.gradient))
    for group in lost:
        if _too_few(reading, measured, reading.groups[group]):
            found[group] = Law("silent", 0.0)
            continue
        found_ways: list[Way] = []
        for path in reading.groups[group]:
            way = _way(reading, measured, path, traces, series, keeper)
            if way is None or way.kind != (found_ways or [way])[0].kind:
                break
            found_ways.append(way)
        else:
            if keeper is None or not _stray(measured, meeting, found_ways):
                found[group] = Law(found_ways[0].kind, 0.0)


@dataclass(frozen=True)
class Way:
    """How a weight follows the gradient that was computed."""

    path: str
    kind: str  # descent or ascent
    keys: tuple[tuple[int, int], ...]  # places and occurrences of that gradient
    slopes: Array  # its numbers at the first step that has any
    step: int  # which one


def _too_few(reading: Reading, measured: Measured, paths: list[str]) -> bool:
    """Whether so few derivatives of a group are known that an adaptive method could have made any moves downhill."""
    columns = measured.of(paths)
    known = np.where(reading.known[:, columns], reading.gradient[:, columns], 0.0)
    moves = measured.move[: len(known), columns]
    return bool(np.count_nonzero(known) < FEWEST_KNOWN and (known * moves <= 0).all())


Series = Callable[[int], tuple[list[tuple[int, int]], Array]]  # by size


def series_of(traces: Sequence[Trace], steps: int) -> Series:
    """The values of the steps by their size, each looked up once."""
    return cache(lambda size: _series(traces, size, steps))


def _way(
    reading: Reading,
    measured: Measured,
    path: str,
    traces: Sequence[Trace],
    series: Series,
    keeper: Keeper | None,
) -> Way | None:
    """Whether the first step that has a derivative moves each number against it, as every adaptive method does, or with it."""
    for found in (gradient_events, _with_decay):
        keys, slopes = found(reading, measured, path, series)
        first = _first_moving(slopes, measured, path, traces)
        d = _move(measured, traces, path, first)
        if not keys or d is None:
            continue
        g = slopes[first]
        told = np.abs(g) > 1e-9 * np.abs(g).max(initial=0.0)
        if not told.any() or (d[told] == 0).mean() > STANDING:
            continue
        kind = _direction(slopes, d, first, measured, path, traces)
        if _is_misscaled(g[told], d[told]):
            continue
        if kind and (keeper is None or _moves_with(keeper, traces[-1], keys, path)):
            return Way(path, kind, tuple(keys), g, first)
    return None


def _first_moving(slopes: Array, measured: Measured, path: str, traces: Sequence[Trace]) -> int:
    """The first step that has a derivative; in a warm-up from a rate of 0 the first that moves the weight, too."""
    steep = np.flatnonzero(slopes.any(axis=1)).tolist()
    for step in steep:
        move = _move(measured, traces, path, step)
        if move is not None and move.any():
            return int(step)
    return int(steep[0]) if steep else 0


def _move(measured: Measured, traces: Sequence[Trace], path: str, step: int) -> Array | None:
    before, after = measured.keepers[step].state.get(path), traces[step].tail.get(path)
    fits = before is not None and after is not None and after.size == before.values.size
    return after - before.values if fits and before is not None and after is not None else None


POWERS = (
    -1.5,
    0.5,
)  # of a gradient's numbers, by which adaptive methods scale them: by -1 where they divide by a root of squares
STRAIGHT = 0.9  # of the variance of the logarithms that one power must explain


def _is_misscaled(slopes: Array, moves: Array) -> bool:
    """Whether each number is scaled by a power of itself that no adaptive method has: it is multiplied by a root, or divided by a square."""
    told = (slopes != 0) & (moves != 0)
    x, y = np.log(np.abs(slopes[told])), np.log(np.abs(moves[told] / slopes[told]))
    if x.size < FEWEST or np.ptp(x) < 1.0 or not np.ptp(y):
        return False
    power = float(np.polyfit(x, y, 1)[0])
    straight = float(np.corrcoef(x, y)[0, 1]) ** 2 > STRAIGHT
    return straight and not POWERS[0] <= power <= POWERS[1]


def _direction(
    slopes: Array, d: Array, first: int, measured: Measured, path: str, traces: Sequence[Trace]
) -> str:
    """Down or up these slopes, or neither."""
    kinds = {_sense(g, d) for g in _remembered(slopes[: first + 1])}
    for kind, way in (("descent", -1.0), ("ascent", 1.0)):
        if kind in kinds and _keeps_to(way * slopes, measured, path, traces):
            return kind
    return ""


def _sense(g: Array, d: Array) -> str:
    told = np.abs(g) > 1e-9 * np.abs(g).max(initial=0.0)
    against = float((np.sign(d[told]) == -np.sign(g[told])).mean())
    return "descent" if against > CLEAR else "ascent" if against < 1 - CLEAR else ""


def _remembered(slopes: Array) -> list[Array]:
    """What an adaptive method may remember in the last of these steps: its slopes alone, if no other has any."""
    if not slopes[:-1].any():
        return [slopes[-1]]
    ages = np.arange(len(slopes))[::-1, None]
    return [(memory**ages * slopes).sum(axis=0) for memory in MEMORIES]


SOME = 1e-3  # share of a value that must be the derivative, and of its smaller part that may be neither
CLEAR = 0.99  # share of the numbers that move against the gradient


def _with_decay(
    reading: Reading, measured: Measured, path: str, series: Series
) -> tuple[list[tuple[int, int]], Array]:
    """Values of the step that are this weight's derivative and a positive share of the weight itself.

    Place and occurrence of each, and (steps, numbers) of the first, in units of the derivative.
    """
    columns, along = measured.of([path]), measured.directions[path]
    known = reading.known[:, columns]
    goal = np.where(known, reading.gradient[:, columns], 0.0)
    weight = np.where(known, measured.weight[: len(goal), columns], 0.0)
    parts = np.stack([goal.ravel(), weight.ravel()], axis=1)
    if np.linalg.matrix_rank(parts) < 2:
        return [], goal
    keys, table = series(along.shape[1])
    for ordered in _orders(table, measured.state[path].shape):
        values = np.where(known, ordered @ along.T, 0.0).reshape(len(ordered), goal.size)
        shares = values @ np.linalg.pinv(parts).T
        rest = np.linalg.norm(values - shares @ parts.T, axis=1)
        sizes = np.linalg.norm(values, axis=1)
        fits = (rest <= PROPORTIONAL * sizes) & (shares[:, 0] * shares[:, 1] > 0)
        gradient, decay = (
            np.abs(share) * float(np.linalg.norm(part))
            for share, part in zip(shares.T, parts.T, strict=True)
        )
        fits &= (gradient > SOME * sizes) & (rest <= SOME * decay)
        hits = np.flatnonzero(fits)
        if hits.size:
            return [keys[i] for i in hits], ordered[hits[0]] / shares[hits[0], 0]
    return [], goal


MEMORIES = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99)  # of gradients that were, in adaptive methods
MOSTLY = 0.75  # of the numbers whose sign must be that of the remembered gradient


def _keeps_to(way: Array, measured: Measured, path: str, traces: Sequence[Trace]) -> bool:
    """Whether most moves go one way, a step's or that of some memory of the steps so far."""
    moves = []
    for keeper, trace in zip(measured.keepers, traces, strict=False):
        before, after = keeper.state.get(path), trace.tail.get(path)
        if before is None or after is None or after.size != before.values.size:
            return True
        moves.append(after - before.values)
    sign = np.sign(np.array(moves))
    rows = way[: len(moves)]
    best, any_told = 0.0, False
    for memory in MEMORIES:
        kept, table = np.zeros(rows.shape[1]), []
        for row in rows:
            kept = memory * kept + (1 - memory) * row
            table.append(kept)
        remembered = np.array(table)
        told = (np.abs(remembered) > 1e-3 * np.abs(remembered).max(initial=0.0)) & (sign != 0)
        if told.any():
            best = max(best, float((np.sign(remembered)[told] == sign[told]).mean()))
            any_told = True
    return not any_told or best >= MOSTLY


NONE = np.empty(0)
MIXED = (
    0.2,
    0.8,
)  # share of numbers with one sign, relative to the gradient, in what has nothing to do with it


def _stray(measured: Measured, meeting: Meeting | None, ways: Sequence[Way]) -> bool:
    """Whether the error reaches a group by another way too, while the gradient that was computed is held still.

    A norm over all gradients is such a way, but it shortens or lengthens the moves, and does not turn them.
    """
    if meeting is None or meeting.kind != "difference":
        return False
    steps = {way.step for way in ways}
    return any(_strays(measured, meeting, [w for w in ways if w.step == s], s) for s in steps)


def _strays(measured: Measured, meeting: Meeting, ways: Sequence[Way], step: int) -> bool:
    keeper, base = measured.keepers[step], measured.base[step]
    keys = {key for way in ways for key in way.keys}
    moves, held = [], []
    for event in base.events:
        if event.numbers is None:
            continue
        if not keys.isdisjoint({(event.place, event.occurrence), (event.place, ALL)}):
            held.append((event.place, event.occurrence, event.numbers.tobytes()))
        elif event.place in (meeting.place, *meeting.twins):
            waves = 0.5 * np.cos(1.7 * np.arange(event.numbers.size))
            moves.append((event.place, event.occurrence, (event.numbers * waves).tobytes()))
    paths = [way.path for way in ways]
    probe = {"move": moves, "replace": held, "want": [], "paths": paths}
    trace = keeper.probe([probe])[0] if moves and held else None
    if trace is None or any(trace.tail.get(w.path, NONE).size != w.slopes.size for w in ways):
        return False
    g = np.concatenate([way.slopes for way in ways])
    change = np.concatenate([trace.tail[path] - base.tail[path] for path in paths])
    move = np.concatenate([keeper.state[path].values - base.tail[path] for path in paths])
    told = (np.abs(g) > 1e-6 * np.abs(g).max(initial=0.0)) & (
        np.abs(change) > 1e-6 * np.abs(move).max(initial=0.0)
    )
    if told.sum() < FEWEST:
        return False
    along = float((np.sign(change[told]) == np.sign(g[told])).mean())
    return MIXED[0] < along < MIXED[1]


MOST_EVENTS = 32
FEWEST = 8  # numbers whose signs tell something
FEWEST_KNOWN = 3  # derivatives that a value must match: those of one step


def _moves_with(keeper: Keeper, base: Trace, keys: Sequence[tuple[int, int]], path: str) -> bool:
    """Whether the weight's new value is another when the value at one of some places is moved."""
    probes = []
    for place, occurrence in keys:
        events = [
            (e, e.numbers)
            for e in base.at(place)
            if occurrence in (ALL, e.occurrence) and e.numbers is not None
        ]
        count = np.arange(sum(numbers.size for _, numbers in events))
        signs = np.split(
            np.where(count % 2, 1.0, -0.7), np.cumsum([n.size for _, n in events])[:-1]
        )
        wobble = [0.3 * np.abs(n) * s + 1e-6 for (_, n), s in zip(events, signs, strict=True)]
        for changes in (
            wobble,
            [-2 * n for _, n in events],
        ):  # the second is seen beyond a clip, too
            move = [
                (e.place, e.occurrence, change.tobytes())
                for (e, _), change in zip(events, changes, strict=True)
            ]
            probes.append({"move": move, "want": [], "paths": [path]})
    traces = keeper.probe(probes[-MOST_EVENTS:])
    return any(
        trace is None
        or path not in trace.tail
        or not np.array_equal(trace.tail[path], base.tail[path], equal_nan=True)
        for trace in traces
    )


def gradient_events(
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
    if steep == 0 or np.count_nonzero(goal) < FEWEST_KNOWN:
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
    """Every value of one size that all steps have, also one after the other in a loop: place and occurrence of each, and (values, steps, numbers)."""
    by_key: dict[tuple[int, int], list[Array]] = {}
    for trace in traces:
        for event in trace.events:
            if event.numbers is not None and event.numbers.size == size:
                by_key.setdefault((event.place, event.occurrence), []).append(event.numbers)
        for place, positions in trace.layout.where.items() if size > 1 else ():
            if len(positions) == size and trace.layout.single.get(place):
                joined = trace.values(place)
                if joined is not None:
                    by_key.setdefault((place, ALL), []).append(joined)
    whole = {key: series for key, series in by_key.items() if len(series) == steps}
    return list(whole), np.array(list(whole.values())).reshape(len(whole), steps, size)


def _orders(table: Array, shape: tuple[int, ...]) -> list[Array]:
    if len(shape) != 2 or 1 in shape:
        return [table]
    turned = table.reshape(*table.shape[:2], shape[1], shape[0]).transpose(0, 1, 3, 2)
    return [table, turned.reshape(table.shape)]
