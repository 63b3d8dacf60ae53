"""Phase 4b: what a step should have changed and did not: new values that never arrive, that are cut off, or spread over what they replace."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from backproof.checking.process.session import Tensor
from backproof.checking.process.state import FLOATS, last_name, stem
from backproof.checking.process.trace import Array, Event
from backproof.checking.reading.created import begins_blank
from backproof.checking.source.bound import assigned, bound_in_loops
from backproof.checking.source.places import Place
from backproof.checking.source.syntax import READ

if TYPE_CHECKING:
    from backproof.checking.reading.steps import Steps

PRODUCTS = ("Mult", "MatMult", "dot", "matmul", "einsum", "inner", "tensordot", "vdot")


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
            fits = _names_it(steps, place, path) and size == base.tail[path].size
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
    arrived = {last_name(path) for path in steps.changed}
    by_size: dict[int, list[tuple[str, Tensor]]] = {}
    for path, tensor in still.items():
        by_size.setdefault(tensor.values.size, []).append((path, tensor))
    for (index, occurrence), event in events.items():
        place = steps.places[index]
        if not place.target or event.numbers is None:
            continue
        olds: list[Array] = []
        own = any(steps.places[c].text == place.target for c in place.children)
        if own and last_name(place.target) in arrived - bound_in_loops(steps.source).keys():
            continue  # `theta = theta - step`, which began as the start that is kept
        if place.operator in ("Sub", "Add") and not place.augmented:
            wanted = place.children[:1] if place.operator == "Sub" else place.children
            children = [events.get((c, occurrence)) for c in wanted]
            olds = [c.numbers for c in children if c is not None and c.numbers is not None]
        for old in olds:
            if old.size != event.numbers.size or np.array_equal(old, event.numbers):
                continue
            for path, tensor in by_size.get(old.size, ()):
                if np.array_equal(old, tensor.values) and _names_it(steps, place, path):
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
    own = assigned(steps.source)
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
                other = place.target not in own  # a name that a loop or a call gave
                alike = by_shape.get(event.shape, []) if event.shape and other else []
                if named is not None:
                    key = named, 0, 0
                elif len(alike) == 1:
                    key = alike[0], event.place, event.occurrence
                else:
                    continue
                zeros[key] = zeros.get(key, True) and not np.any(event.numbers)
    return [path for (path, *_), zero in zeros.items() if zero]


def _names_it(steps: Steps, place: Place, path: str) -> bool:
    """Whether what is assigned to could be meant to be the tensor: `b1 = b1 - ...`, `db1 = b1 - ...`, `b = b - ...` for `b` in `biases`."""
    name, target = last_name(path), stem(place.target)
    if name in bound_in_loops(steps.source).get(place.target, ()):
        return True
    if len(name) == 1 and re.search(LETTER.format(re.escape(name)), target) is None:
        return False  # `t` is in `out`, and means nothing there
    return name in place.target or (len(target) >= SHORTEST and target in name)


SHORTEST = 3  # letters of a name that stands for a longer one
LETTER = r"(?:^|_)(?:d|n|new|old|next)?{}(?:new|old|next|\d)?(?:_|$)"  # `dw`, `w_new`, `w2`


def _added(steps: Steps, still: dict[str, Tensor]) -> list[str]:
    """Unchanged arrays that the forward pass adds to a product of weights: biases left out of the update."""
    moved = {head[0] for head in steps.base[-1].heads}
    base = steps.base[-1]
    events = {e.place: e for e in base.events if e.numbers is not None}
    out = []
    for place in steps.places:
        if place.operator != "Add" or len(place.children) != 2 or place.index not in moved:
            continue
        left, right = (steps.places[c] for c in place.children)
        for product, plain in ((left, right), (right, left)):
            is_product = product.operator.split(".")[-1] in PRODUCTS
            if not is_product or plain.kind not in READ:
                continue
            if not _is_trained(steps, product, events):
                continue  # the whole layer is left as it is
            read = [e.numbers for e in base.at(plain.index) if e.numbers is not None]
            out += [
                path
                for path, tensor in still.items()
                if tensor.shape
                and tensor.dtype in FLOATS
                and path.split(".")[-1] == plain.text.split(".")[-1]
                and begins_blank(steps.source, path)
                and any(np.array_equal(tensor.values, numbers) for numbers in read)
            ]
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
