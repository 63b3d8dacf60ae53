"""Phase 4b: the training step: which loop, which of its numbers change, and what each value depends on.

candidates(scan)    loops that may be the training loop, the likeliest first
Steps               keepers at the heads of consecutive iterations, the traces of what they do, and who depends on whom
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from backproof.checking.process.session import Host, Keeper, Run, Tensor
from backproof.checking.process.state import FLOATS
from backproof.checking.process.trace import Array, Event, Trace
from backproof.checking.reading.lost import Lost, lost_updates
from backproof.checking.source.instrument import instrument
from backproof.checking.source.places import Place

GROWN = 1e6  # times the largest number at the start
NUDGE = 1e-5  # of a dependency probe, times the tensor's size
MOST_CANDIDATES = 6
MOST_OF = 0.7  # of the numbers that some loop changes: a loop that changes so many comes first


def candidates(loops: dict[int, dict[str, Any]]) -> list[int]:
    """Loops that change numbers again and again, the innermost of those that change the most first."""
    changes = {
        loop: {
            path
            for path, (_, _, _, dtype, permuted) in seen["changed"].items()
            if dtype in FLOATS and not permuted
        }
        for loop, seen in loops.items()
        if seen["iterations"] >= 2
    }
    changes = {loop: paths for loop, paths in changes.items() if paths}
    if not changes:
        return []
    lasting = {
        loop: paths & changes.get(next(iter(loops[loop]["parents"]), loop), paths)
        for loop, paths in changes.items()
    }
    most = max(len(paths) for paths in lasting.values())
    rich = [loop for loop, paths in lasting.items() if len(paths) >= max(MOST_OF * most, 1)]
    poor = [loop for loop in changes if loop not in rich]

    def inner(loop: int) -> tuple[int, int]:
        return (len(loops[loop]["parents"]), len(lasting[loop]))

    def many(loop: int) -> tuple[int, int]:
        return (len(lasting[loop]), len(loops[loop]["parents"]))

    ordered = sorted(rich, key=inner, reverse=True) + sorted(poor, key=many, reverse=True)
    return ordered[:MOST_CANDIDATES]


def busiest(loops: dict[int, dict[str, Any]]) -> list[int]:
    """Where no loop changes any weight: the loops in which the program spends its time, the inner ones first."""
    often = [loop for loop, seen in loops.items() if seen["iterations"] >= 4 and seen["looks"]]

    def spent(loop: int) -> float:
        return float(loops[loop]["seconds"] * loops[loop]["iterations"])

    most = max((spent(loop) for loop in often), default=0.0)
    busy = [loop for loop in often if spent(loop) > 0.3 * most]
    return sorted(busy, key=lambda loop: len(loops[loop]["parents"]), reverse=True)[:3]


@dataclass
class Steps:
    """Consecutive steps of one loop, held by keepers."""

    host: Host
    loop: int
    run: Run
    keepers: list[Keeper]
    base: list[Trace]
    places: Sequence[Place]
    source: str
    jitter: dict[str, float] = field(default_factory=dict)
    probes: int = 0
    taught: dict[tuple[int, ...], set[str]] = field(default_factory=dict)  # by places of a target

    @cached_property
    def late(self) -> frozenset[str]:
        """Names that loops bind, and others after which nothing is called that can be reached otherwise."""
        made = instrument(self.source, self.host.filename, values=False)
        return made.late | frozenset(self.host.settings.get("behind", ()))

    @cached_property
    def changed(self) -> dict[str, Tensor]:
        """Float tensors that some step changes, as they are at the first step that has them."""
        out: dict[str, Tensor] = {}
        for keeper, trace in zip(self.keepers, self.base, strict=True):
            shuffled = _shuffled(keeper, trace)
            for path, tensor in keeper.state.items():
                tail = trace.tail.get(path)
                if (
                    path in out
                    or tensor.group in shuffled
                    or tail is None
                    or tail.size != tensor.values.size
                ):
                    continue
                if tensor.dtype in FLOATS and tensor.writable:
                    if not np.array_equal(tail, tensor.values, equal_nan=True):
                        out[path] = tensor
        return out

    @cached_property
    def lost(self) -> dict[str, Lost]:
        """Tensors that no step changes although a new value was computed, or that look like parameters left out."""
        return lost_updates(self)

    @cached_property
    def tensors(self) -> dict[str, Tensor]:
        """What may be a weight."""
        state = {path: k.state[path] for k in self.keepers for path in self.lost if path in k.state}
        return {**self.changed, **state}

    @cached_property
    def groups(self) -> dict[str, list[str]]:
        """What may be a weight, by group."""
        out: dict[str, list[str]] = {}
        for path, tensor in self.tensors.items():
            out.setdefault(tensor.group, []).append(path)
        return out

    @cached_property
    def index(self) -> list[dict[tuple[int, int], Event]]:
        """For each step: events by place and occurrence."""
        return [{(e.place, e.occurrence): e for e in trace.events} for trace in self.base]

    def first(self, count: int = 1) -> Steps:
        """The first step alone, or the first few: where a weight takes another shape, the later ones compute something else."""
        return replace(self, keepers=self.keepers[:count], base=self.base[:count])

    def names_left(self, paths: Collection[str]) -> list[str]:
        """Names of arrays before the first step, where weights have other names after it: `W1` of `params = [W1, b1]`, whose items a step binds anew."""
        if len(self.keepers) < 2:
            return []
        first, second = (keeper.state for keeper in self.keepers[:2])
        missing = [path for path in paths if path not in first]
        if not missing or any(path not in second for path in missing):
            return []
        shapes = {second[path].shape for path in missing}
        still = [p for p, t in first.items() if p not in self.changed and t.shape in shapes]
        return [path for path in still if path.isidentifier()]

    @property
    def calm(self) -> int:
        """How many steps there are, from the first, before the numbers grow beyond all measure."""
        floats = [t.values for t in self.keepers[0].state.values() if t.dtype in FLOATS]
        most = max((float(np.abs(v).max(initial=0.0)) for v in floats), default=0.0)
        limit = GROWN * max(1.0, most if np.isfinite(most) else 1.0)
        for count, trace in enumerate(self.base):
            sizes = [float(np.abs(trace.tail[p]).max(initial=0.0)) for p in self.changed if p in trace.tail]  # fmt: skip
            if not all(size < limit for size in sizes):
                return count
        return len(self.base)

    def look_at(self) -> list[int]:
        """Steps in which dependencies are probed."""
        last = len(self.keepers) - 1
        return sorted({0, 1, 2, last} & set(range(last + 1)))

    def probe(self, plans: dict[int, list[dict[str, Any]]]) -> dict[int, list[Trace | None]]:
        """What comes of each step's probes; all steps are asked before one is waited for."""
        for number, plan in plans.items():
            self.keepers[number].ask(plan)
        self.probes += sum(len(plan) for plan in plans.values())
        return {number: self.keepers[number].take(len(plan)) for number, plan in plans.items()}

    @cached_property
    def dependency(self) -> Dependency:
        """Which groups each place depends on, by moving each group."""
        return measured_dependency(self)


def _shuffled(keeper: Keeper, trace: Trace) -> set[str]:
    """Groups that hold the same numbers at the end of the step, in another order."""
    before: dict[str, list[Array]] = {}
    after: dict[str, list[Array]] = {}
    for path, tensor in keeper.state.items():
        if path in trace.tail:
            before.setdefault(tensor.group, []).append(tensor.values)
            after.setdefault(tensor.group, []).append(trace.tail[path])
    return {
        group
        for group, parts in before.items()
        if len(parts) > 1 or parts[0].size > 1
        if np.array_equal(np.sort(np.concatenate(parts)), np.sort(np.concatenate(after[group])))
        and not np.array_equal(np.concatenate(parts), np.concatenate(after[group]))
    }


@dataclass(frozen=True)
class Dependency:
    """What moves when a group of numbers is moved at the head of a step."""

    groups: tuple[str, ...]
    events: dict[int, frozenset[str]]  # place: groups that move it, in some step
    tails: dict[str, frozenset[str]]  # path: groups that move its value at the end of the step
    slopes: dict[str, float]  # path: how much of its own move is left at the end of the step


def open_steps(
    host: Host,
    source: str,
    places: Sequence[Place],
    loop: int,
    iterations: Sequence[int],
    jitter: dict[str, float],
) -> Steps | None:
    """Put keepers at the heads of some iterations; None where the loop has fewer than two of them."""
    run, keepers = host.keepers(
        source, len(iterations), loop=loop, steps=list(iterations), jitter=jitter
    )
    base: list[Trace] = []
    for keeper in keepers:
        keeper.ask([{"want": None, "paths": None}])
    kept = []
    for keeper in keepers:
        trace = keeper.take(1)[0]
        if trace is not None and not trace.raised:
            base.append(trace)
            kept.append(keeper)
    if len(kept) < 2:
        run.stop()
        return None
    return Steps(host, loop, run, kept, base, places, source, jitter)


def direction(size: int, seed: int) -> Array:
    """A fixed random direction of entries between 0.5 and 1.5 in size, with random signs."""
    generator = np.random.default_rng(seed)
    sizes: Array = generator.uniform(0.5, 1.5, size)
    signs: Array = generator.choice(np.array([-1.0, 1.0]), size)
    return np.multiply(sizes, signs)


def measured_dependency(steps: Steps) -> Dependency:
    """Move each group along a random direction and see which events and tails differ at all."""
    groups = tuple(steps.groups)
    events: dict[int, set[str]] = {}
    tails: dict[str, set[str]] = {}
    slopes: dict[str, float] = {}
    looked = [steps.keepers[i] for i in steps.look_at()]
    plans = []
    for keeper in looked:
        plan = [_group_probe(steps, keeper, group) for group in groups]
        keeper.ask(plan)
        plans.append(plan)
    for keeper, plan in zip(looked, plans, strict=True):
        base = steps.base[steps.keepers.index(keeper)]
        for group, probe, trace in zip(groups, plan, keeper.take(len(plan)), strict=True):
            steps.probes += 1
            if trace is None or not probe["nudge"]:
                continue
            for place in moved_places(base, trace):
                events.setdefault(place, set()).add(group)
            for path, flat in trace.tail.items():
                if path in base.tail and not np.array_equal(flat, base.tail[path], equal_nan=True):
                    tails.setdefault(path, set()).add(group)
            for path, delta in probe["nudge"]:
                if path in trace.tail and path in base.tail:
                    step = np.frombuffer(delta)
                    if trace.tail[path].size != step.size:
                        continue
                    with np.errstate(all="ignore"):  # later steps may have diverged
                        left = float((trace.tail[path] - base.tail[path]) @ step / (step @ step))
                    slopes.setdefault(path, left)
    return Dependency(
        groups,
        {place: frozenset(found) for place, found in events.items()},
        {path: frozenset(found) for path, found in tails.items()},
        slopes,
    )


def _group_probe(steps: Steps, keeper: Keeper, group: str) -> dict[str, Any]:
    nudge = []
    for path in steps.groups[group]:
        tensor = keeper.state.get(path)
        if tensor is not None and tensor.writable:
            size = NUDGE * max(1.0, float(np.abs(tensor.values).max(initial=0.0)))
            nudge.append((path, (size * direction(tensor.values.size, 1)).tobytes()))
    return {"nudge": nudge, "want": None, "paths": None}


def moved_places(base: Trace, trace: Trace) -> set[int]:
    """Places of which some value differs between two runs of one step."""
    if base.layout is trace.layout or base.heads == trace.heads:
        differ = np.flatnonzero(
            (base.numbers != trace.numbers) & ~(np.isnan(base.numbers) & np.isnan(trace.numbers))
        )
        hit = np.searchsorted(base.layout.ends, differ, side="right")
        return {base.heads[i][0] for i in set(hit.tolist())}
    known = {(e.place, e.occurrence): e for e in base.events}
    out = set()
    for event in trace.events:
        twin = known.get((event.place, event.occurrence))
        if twin is None or _differ(twin, event):
            out.add(event.place)
    return out


def _differ(a: Event, b: Event) -> bool:
    if a.numbers is None or b.numbers is None:
        return a.shape != b.shape
    return not np.array_equal(a.numbers, b.numbers, equal_nan=True)
