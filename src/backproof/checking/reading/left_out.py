"""Phase 6c: parameters that the forward pass uses beside trained ones, in one sum, and that no step changes.

    np.dot(W[f], x) + bias[f]     the bias of weights that learn
    h @ W2 + b2                   the weights of a bias that learns, where other weights learn too
    w_size * s + w_km * k         the weight of a term like another, whose weight learns

left_out(...)     each of them
related(...)        whether it belongs to weights that learn, by its name
is_deliberate(...)  whether the program says that some weights are to stay, or has an update of its own that no step reached
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

import numpy as np

from backproof.checking.process.session import Tensor
from backproof.checking.process.state import INDEX, last_name
from backproof.checking.reading.created import begins_blank, drawn
from backproof.checking.reading.lost import PRODUCTS
from backproof.checking.reading.roles import Reading
from backproof.checking.reading.steps import Steps
from backproof.checking.source.bound import bound_in_loops
from backproof.checking.source.places import Place
from backproof.checking.source.syntax import READ

MOST_ROUNDS = 8
SHORT = 3  # letters of a name whose last alone tells it from others
STAYS = re.compile(
    r"fr[eo]+ze|fixed|untrain|train\w*_?only|only_?train|not\W+(be\W+)?(trained|learn)|requires_grad|trainable|"
    r"reservoir|echo.?state|extreme.?learning|random.?feature|random.?projection|festgehalten|feste?\b|gel[ée]|\bfig[ée]e?s?\b|冻结|固定",
    re.I,
)


def left_out(steps: Steps, reading: Reading, still: Mapping[str, Tensor]) -> dict[str, bool]:
    """Such numbers among those that stand still; for each whether it is plain that it should learn, or only where its gradient is computed."""
    out: dict[str, bool] = {}
    for terms in _sums(steps, reading):
        for one in terms:
            for other in terms:
                if one is not other:
                    _compare(steps, reading, still, one, other, out)
    return out


def related(steps: Steps, path: str, weights: Collection[str], loosely: bool = False) -> bool:
    """Whether it is called like a weight but for digits, or begins like one, `w_in` beside `w_out`, and was drawn by the same words."""
    if re.sub(r"\d", "", path) in {re.sub(r"\d", "", w) for w in weights}:
        return True
    made, name = drawn(steps.source, loosely), last_name(path)
    alike = {last_name(w) for w in weights if prefix(last_name(w)) == prefix(name)}
    return name in made and made[name] in {made.get(other) for other in alike}


def prefix(name: str) -> str:
    """`w` of `w_in` and of `wi`."""
    head, _, tail = name.rpartition("_")
    return head if head and tail else name[:-1] if len(name) <= SHORT else name


def is_deliberate(steps: Steps, path: str) -> bool:
    """Whether the program says that weights are to stay, or updates these where no step came by."""
    if STAYS.search(steps.source):
        return True
    reached = {head[0] for trace in steps.base for head in trace.heads}
    name = last_name(path)
    return any(
        place.index not in reached and last_name(place.target) == name and _updates(place)
        for place in steps.places
        if place.target and place.kind != "store"
    )


def _updates(place: Place) -> bool:
    return bool(place.augmented) or place.target in place.text


def _is_one(paths: Collection[str]) -> bool:
    """Whether they are the same of one object, or of each in a list."""
    return len({INDEX.sub("[]", path) for path in paths}) == 1


def _sums(steps: Steps, reading: Reading) -> Iterator[list[Place]]:
    """The terms of each sum that the forward pass takes."""
    base, meeting = steps.base[-1], reading.meeting
    met = [i for i, head in enumerate(base.heads) if meeting and head[0] in meeting.parts]
    ran = {head[0] for head in base.heads[: min(met, default=0)]}
    inner = {c for p in steps.places if p.operator == "Add" for c in p.children}
    for place in steps.places:
        if place.operator == "Add" and place.index in ran and place.index not in inner:
            yield list(_terms(steps, place))


def _terms(steps: Steps, place: Place) -> Iterator[Place]:
    for child in place.children:
        below = steps.places[child]
        if below.operator == "Add":
            yield from _terms(steps, below)
        else:
            yield below


def _compare(
    steps: Steps,
    reading: Reading,
    still: Mapping[str, Tensor],
    one: Place,
    other: Place,
    out: dict[str, bool],
) -> None:
    """What one term has that learns, beside what another has that does not."""
    state = steps.keepers[-1].state
    weights = {path: state[path] for path in reading.paths if path in state}
    learning, lying = _held(steps, one, weights), _held(steps, other, still)
    if not learning or not lying or _held(steps, other, weights):
        return
    kinds = (_is_product(one), _is_product(other))
    if kinds == (True, False) and other.kind in READ and _is_one(lying):
        for path in lying:
            if begins_blank(steps.source, path) and not _are_examples(steps, other, still[path]):
                out[path] = True
    elif kinds == (False, True) and one.kind in READ:
        sure = _of_bias(steps, reading, weights, learning, lying)
        for path in lying:
            if begins_blank(steps.source, path):
                out[path] = out.get(path, False) or path in sure
    elif kinds == (True, True) and len(lying) == 1:
        alike = related(steps, lying[0], learning)
        out[lying[0]] = out.get(lying[0], False) or alike


def _are_examples(steps: Steps, term: Place, tensor: Tensor) -> bool:
    """Whether a term has a row for each example, or a step reads some of the rows only: `x + np.tanh(x @ W)`."""
    read = [event.numbers for event in steps.base[-1].at(term.index)]
    own = [n for n in read if n is not None and n.size == tensor.values.size] or read
    numbers = [n for n in own if n is not None]
    table = len(tensor.shape) == 2 and min(tensor.shape) > 1
    return table or not np.isin(tensor.values, np.concatenate(numbers)).all()


def _of_bias(
    steps: Steps,
    reading: Reading,
    weights: Mapping[str, Tensor],
    learning: list[str],
    lying: list[str],
) -> list[str]:
    """Which factor of a product is the weights that belong to a bias that learns, where other weights learn too."""
    elsewhere = set(reading.paths) - set(learning)
    akin = [path for path in lying if related(steps, path, weights)]
    if not akin and len(lying) == 1 and last_name(lying[0]) in drawn(steps.source):
        owner = lying[0].rpartition(".")[0]
        akin = lying if owner and owner in {p.rpartition(".")[0] for p in learning} else []
    return akin if len(akin) == 1 and _any_product(steps, weights, elsewhere) else []


def _any_product(steps: Steps, weights: Mapping[str, Tensor], wanted: set[str]) -> bool:
    """Whether other weights that learn are factors of a product."""
    chosen = {path: tensor for path, tensor in weights.items() if path in wanted}
    ran = {head[0] for head in steps.base[-1].heads}
    return any(
        _held(steps, place, chosen)
        for place in steps.places
        if place.index in ran and _is_product(place)
    )


def _is_product(place: Place) -> bool:
    return place.operator.split(".")[-1] in PRODUCTS


def _held(steps: Steps, term: Place, tensors: Mapping[str, Tensor]) -> list[str]:
    """The tensors that a term reads, in any of its rounds: all of one, or a part of it by its name."""
    out: dict[str, None] = {}
    bound = bound_in_loops(steps.source)
    for place in _below(steps, term):
        for event in steps.base[-1].at(place.index)[:MOST_ROUNDS]:
            numbers = event.numbers
            if numbers is None or not numbers.size:
                continue
            named: dict[str, bool] = {}  # and whether it is all of it
            for path, tensor in tensors.items():
                size = numbers.size == tensor.values.size
                called = last_name(path) in {last_name(place.text), *bound.get(place.text, ())}
                if (
                    called or (numbers.size == tensor.values.size > 1 and np.ptp(numbers) > 0)
                ) and np.isin(numbers, tensor.values).all():
                    named[path] = size
            whole = [path for path, size in named.items() if size]
            out.update(dict.fromkeys(whole or named))
    return list(out)


def _below(steps: Steps, place: Place) -> Iterator[Place]:
    if place.kind in READ:
        yield place
    for child in place.children:
        yield from _below(steps, steps.places[child])
