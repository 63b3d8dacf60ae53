"""Phase 4c: numbers of the program's own that may be its loss."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from backproof.checking.process.state import last_name
from backproof.checking.process.trace import Trace
from backproof.checking.reading.steps import Steps
from backproof.checking.source.places import Place
from backproof.checking.source.syntax import READ

MOST_OWN = 12
LOSS = re.compile(
    r"loss|cost|err|nll|mse|bce|entrop|objective|fehler|verlust|kosten|perte|co[uû]t|p[eé]rdida|coste?o?|损失|代价|误差|^[JLEC]$",
    re.I,
)


def own_losses(
    steps: Steps, places: Sequence[Place], groups: dict[str, list[str]]
) -> dict[int, dict[str, list[str]]]:
    """Places of single numbers that depend on the weights and that no weight's update uses; the weights of each."""
    depends = steps.dependency.events
    sizes: dict[int, tuple[bool, int]] = {}  # all single, a step that has it
    for number, trace in enumerate(steps.base):
        for place, single in trace.layout.single.items():
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
    inner = _factors(places, unused)
    outer = [place for place in unused if place not in inner]
    return {
        place: {group: groups[group] for group in groups if group in depends[place]}
        for place in outer[:MOST_OWN]
    }


def _factors(places: Sequence[Place], found: Sequence[int]) -> set[int]:
    """Those of which a loss by its name is a multiple: of `cost = -np.mean(a)` and of `total` in `cost = -total / m` only the whole is meant.

    What is called nothing of the kind, `score = -loss` or `print(-loss)`, may be turned round only to be shown.
    """
    out: set[int] = set()
    waiting = [p for p in found if _is_multiple(places[p]) and _is_called_loss(places[p])]
    while waiting:
        for child in places[waiting.pop()].children:
            inner = [p for p in _found_as(places, found, places[child]) if p not in out]
            out.update(inner)
            waiting += [p for p in inner if _is_multiple(places[p])]
    return out


def _found_as(places: Sequence[Place], found: Sequence[int], place: Place) -> list[int]:
    """A number itself, or what is stored under its name, unless that says that it is a loss."""
    if place.kind not in READ:
        return [p for p in found if p == place.index]
    stores = [p for p in found if places[p].target == place.text]
    return [p for p in stores if not _is_called_loss(places[p])]


def _is_multiple(place: Place) -> bool:
    return place.kind == "UnaryOp" or place.operator in ("Mult", "Div")


def _is_called_loss(place: Place) -> bool:
    name = last_name(place.target) if place.target else place.scope.rpartition(".")[2]
    return LOSS.search(name) is not None


def _unused(steps: Steps, found: dict[int, int], paths: Sequence[str]) -> list[int]:
    """The places whose values can be moved, at a step of each, while every weight's new value stays as it is.

    A store cannot be moved: what is moved is its name, where it is read, and what it stores under its own place.
    """
    out = set()
    for step in sorted(set(found.values())):
        base = steps.base[step]
        places = [place for place, own in found.items() if own == step]
        probes = [
            {"move": _small_moves(base, moved), "want": [], "paths": list(paths)}
            for moved in ([place, *_readers(steps.places, place)] for place in places)
        ]
        steps.probes += len(probes)
        for place, trace in zip(places, steps.keepers[step].probe(probes), strict=True):
            if trace is not None and not trace.raised and _same_tail(base, trace, paths):
                out.add(place)
    return [place for place in found if place in out]


def _readers(places: Sequence[Place], store: int) -> list[int]:
    """Where the name that a value is stored under is read, in its own scope."""
    own = places[store]
    if own.kind != "store":
        return []
    return [p.index for p in places if (p.kind, p.text, p.scope) == ("Name", own.target, own.scope)]


def _small_moves(base: Trace, moved: Sequence[int]) -> list[tuple[int, int, bytes]]:
    return [
        (e.place, e.occurrence, np.full(1, 0.1 + 0.1 * abs(float(e.numbers[0]))).tobytes())
        for place in moved
        for e in base.at(place)
        if e.numbers is not None and e.numbers.size == 1
    ]


def _same_tail(base: Trace, trace: Trace, weights: Sequence[str]) -> bool:
    return all(
        path in trace.tail and np.array_equal(trace.tail[path], base.tail[path], equal_nan=True)
        for path in weights
        if path in base.tail
    )
