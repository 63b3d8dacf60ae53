"""Phase 4b: the training step: which loop, which of its numbers change, and what each value depends on.

candidates(scan)    loops that may be the training loop, the likeliest first
Steps               keepers at the heads of consecutive iterations, the traces of what they do, and who depends on whom
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from backproof.checking.process.session import Array, Event, Host, Keeper, Run, Tensor, Trace
from backproof.checking.process.state import last_name, stem
from backproof.checking.source.instrument import instrument
from backproof.checking.source.places import Place

GROWN = 1e6  # times the largest number at the start
NUDGE = 1e-5  # of a dependency probe, times the tensor's size
MOST_CANDIDATES = 6
MOST_OF = 0.7  # of the numbers that some loop changes: a loop that changes so many comes first
PRODUCTS = ("Mult", "MatMult", "dot", "matmul", "einsum", "inner", "tensordot", "vdot")
FLOATS = ("float", "float64", "float32", "float16", "longdouble", "float128")


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

    @cached_property
    def late(self) -> frozenset[str]:
        """Names that loops bind."""
        return instrument(self.source, self.host.filename, values=False).late

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


@dataclass(frozen=True)
class Lost:
    """Where a new value of a tensor was computed that never arrived, or None where none was computed."""

    place: int | None
    target: str  # what it was assigned to
    dtype: str
    through: tuple[str, ...] = ()  # values that nothing uses, one of which the missing update would
    shape: tuple[int, ...] = ()  # of the new value, where it is larger than the old one


def lost_updates(steps: Steps) -> dict[str, Lost]:
    """Unchanged tensors, and the statement that should have changed each."""
    first, base = steps.keepers[-1], steps.base[-1]
    still = {
        path: tensor
        for path, tensor in first.state.items()
        if path not in steps.changed
        and tensor.values.size <= 10_000
        and path in base.tail
        and np.array_equal(base.tail[path], tensor.values)
        and (tensor.writable or tensor.dtype.startswith("int"))
    }
    out = _grown(steps)
    if not still:
        return out
    for number in steps.look_at():
        _find_lost(steps, number, still, out)
    for path in _zero_updates(steps, still):
        out.setdefault(path, Lost(None, "", still[path].dtype))
    for path in (*_added(steps, still), *_single(steps, still)):
        out.setdefault(path, Lost(None, "", still[path].dtype))
    return out


def _single(steps: Steps, still: dict[str, Tensor]) -> list[str]:
    """Unchanged numbers, of objects whose like have the same number changed: `wires[3].w` beside `wires[4].w`."""
    changing = {tensor.group for path, tensor in steps.changed.items() if not tensor.shape}
    return [
        path
        for path, tensor in still.items()
        if not tensor.shape and tensor.dtype in FLOATS and tensor.group in changing
    ]


def _grown(steps: Steps) -> dict[str, Lost]:
    """Arrays whose new value is `array - step`, and larger: the step was spread over them, and they over it."""
    keeper, base = steps.keepers[0], steps.base[0]
    larger = {
        path: tensor
        for path, tensor in keeper.state.items()
        if tensor.shape and path in base.tail and base.tail[path].size > tensor.values.size > 0
    }
    out: dict[str, Lost] = {}
    events = {(e.place, e.occurrence): e for e in base.events if e.numbers is not None}
    for (index, occurrence), event in events.items() if larger else ():
        place = steps.places[index]
        if not place.target or place.operator not in ("Sub", "Add"):
            continue
        olds = [events.get((child, occurrence)) for child in place.children]
        for path, tensor in larger.items():
            size = 0 if event.numbers is None else event.numbers.size
            fits = _names_it(place, path) and size == base.tail[path].size
            if fits and any(_is_same(old, tensor) for old in olds):
                out.setdefault(path, Lost(index, place.target, tensor.dtype, shape=event.shape))
    return out


def _is_same(event: Event | None, tensor: Tensor) -> bool:
    numbers = None if event is None else event.numbers
    return numbers is not None and np.array_equal(numbers, tensor.values)


def _find_lost(steps: Steps, number: int, still: dict[str, Tensor], out: dict[str, Lost]) -> None:
    """Values like `w - rate * gradient` whose `w` is an unchanged tensor."""
    events = {
        (e.place, e.occurrence): e for e in steps.base[number].events if e.numbers is not None
    }
    by_size: dict[int, list[tuple[str, Tensor]]] = {}
    for path, tensor in still.items():
        by_size.setdefault(tensor.values.size, []).append((path, tensor))
    for (index, occurrence), event in events.items():
        place = steps.places[index]
        if not place.target or event.numbers is None:
            continue
        olds: list[Array] = []
        if place.operator in ("Sub", "Add") and not place.augmented:
            wanted = place.children[:1] if place.operator == "Sub" else place.children
            children = [events.get((c, occurrence)) for c in wanted]
            olds = [c.numbers for c in children if c is not None and c.numbers is not None]
        for old in olds:
            if old.size != event.numbers.size or np.array_equal(old, event.numbers):
                continue
            for path, tensor in by_size.get(old.size, ()):
                if np.array_equal(old, tensor.values) and _names_it(place, path):
                    out.setdefault(path, Lost(index, place.target, tensor.dtype))
    for index, place in enumerate(steps.places):
        if place.augmented in ("Sub", "Add") and (index, 0) in events:
            _find_truncated(place, events[index, 0], still, out)


def _find_truncated(
    place: Place, event: Event, still: dict[str, Tensor], out: dict[str, Lost]
) -> None:
    """Stores into whole numbers: what is added is cut off."""
    root = place.target.partition("[")[0]
    if event.numbers is None or not np.any(event.numbers):
        return
    for path, tensor in still.items():
        if (
            tensor.dtype.startswith("int")
            and tensor.shape
            and path.split(".")[-1] == root.split(".")[-1]
        ):
            out.setdefault(path, Lost(place.index, place.target, tensor.dtype))


def _zero_updates(steps: Steps, still: dict[str, Tensor]) -> list[str]:
    """Unchanged arrays to which every step adds nothing but zeros: by name, or by shape where a loop calls them by another."""
    arrays = {path: t for path, t in still.items() if t.shape and t.writable}
    by_name = {last_name(path): path for path in arrays}
    by_shape: dict[tuple[int, ...], list[str]] = {}
    for path, tensor in arrays.items():
        if np.any(tensor.values):  # a gradient that is always zero is as still
            by_shape.setdefault(tensor.shape, []).append(path)
    zeros: dict[tuple[str, int, int], bool] = {}
    for trace in steps.base:
        for event in trace.events:
            place = steps.places[event.place]
            if place.augmented in ("Add", "Sub") and event.numbers is not None:
                named = by_name.get(stem(place.target))
                alike = by_shape.get(event.shape, []) if event.shape else []
                if named is not None:
                    key = named, 0, 0
                elif len(alike) == 1:
                    key = alike[0], event.place, event.occurrence
                else:
                    continue
                zeros[key] = zeros.get(key, True) and not np.any(event.numbers)
    return [path for (path, *_), zero in zeros.items() if zero]


def _names_it(place: Place, path: str) -> bool:
    """Whether what is assigned to could be meant to be the tensor: `b1 = b1 - ...`, `db1 = b1 - ...`."""
    name = last_name(path)
    return name in place.target or stem(place.target) in name


def _added(steps: Steps, still: dict[str, Tensor]) -> list[str]:
    """Unchanged arrays that the forward pass adds to a product of weights: biases left out of the update."""
    moved = {head[0] for head in steps.base[-1].heads}
    events = {e.place: e for e in steps.base[-1].events if e.numbers is not None}
    out = []
    for place in steps.places:
        if place.operator != "Add" or len(place.children) != 2 or place.index not in moved:
            continue
        left, right = (steps.places[c] for c in place.children)
        for product, plain in ((left, right), (right, left)):
            is_product = product.operator.split(".")[-1] in PRODUCTS
            if not is_product or plain.kind not in ("Name", "Attribute", "Subscript"):
                continue
            if not _is_trained(steps, product, events):
                continue  # the whole layer is left as it is
            event = events.get(plain.index)
            for path, tensor in still.items():
                if (
                    event is not None
                    and event.numbers is not None
                    and tensor.shape
                    and tensor.dtype in FLOATS
                    and tensor.values.size == event.numbers.size
                    and np.array_equal(tensor.values, event.numbers)
                    and path.split(".")[-1] == plain.text.split(".")[-1]
                ):
                    out.append(path)
    return out


def _is_trained(steps: Steps, product: Place, events: dict[int, Event]) -> bool:
    """Whether a factor of the product is a tensor that the step changes."""
    state = [steps.keepers[-1].state.get(path) for path in steps.changed]
    weights = [tensor.values for tensor in state if tensor is not None]
    numbers = [events[c].numbers for c in product.children if c in events]
    return any(
        n is not None and n.size == w.size and np.array_equal(np.sort(n), np.sort(w))
        for n in numbers
        for w in weights
    )


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
    if base.heads == trace.heads:
        differ = np.flatnonzero(
            (base.numbers != trace.numbers) & ~(np.isnan(base.numbers) & np.isnan(trace.numbers))
        )
        hit = np.unique(np.searchsorted(base.ends, differ, side="right"))
        return {base.heads[i][0] for i in hit.tolist()}
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
