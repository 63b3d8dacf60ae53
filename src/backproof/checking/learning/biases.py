"""Phase 9f: layers that add nothing to the product of weights and inputs.

missing_biases(...)    changes that would give each such layer a bias, trained by the delta that the program computes for it

The delta is found by moving the product and watching the loss: it is the value whose slope along every direction is the loss's.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from backproof.checking.process.trace import Array, Event, Trace
from backproof.checking.reading.hypotheses import Hypothesis
from backproof.checking.reading.judge import Judgement
from backproof.checking.reading.measure import Meeting, target_of
from backproof.checking.source.places import Place
from backproof.checking.source.syntax import READ

PRODUCTS = ("dot", "matmul")
STEPS = 3  # in which the delta is looked for
DIRECTIONS = 3
NUDGE = 1e-5
SAME = 1e-4  # relative


_Delta = tuple[bool, int, bool, float]  # whether a mere name, place, whether across, factor


@dataclass(frozen=True)
class Missing:
    """A layer without a bias."""

    product: int  # place
    delta: int  # place
    weights: str  # path
    axis: int | None  # of the examples
    turned: bool  # whether the delta lies across the product
    rate: float  # of the weights, for the delta as the program computes it
    left: bool  # whether the weights stand on the left of the product
    operand: str  # text of the weights in the product
    texts: frozenset[str]  # expressions whose value is the delta
    single: bool  # whether each step has one example
    matrix: bool  # whether the delta is an np.matrix


def missing_biases(
    judgement: Judgement, meeting: Meeting, places: Sequence[Place]
) -> list[Missing]:
    """Layers that have no bias and whose delta was found."""
    readings = [judgement.reading, *judgement.others]
    loss = next((r.loss for r in readings if r.loss is not None and r.meeting is meeting), None)
    if loss is None:
        return []
    search = _Search(judgement, meeting, loss, places)
    return [missing for place in places for missing in search.at(place)]


class _Search:
    def __init__(
        self, judgement: Judgement, meeting: Meeting, loss: Hypothesis, places: Sequence[Place]
    ) -> None:
        self.judgement, self.meeting, self.loss, self.places = judgement, meeting, loss, places
        self.steps = judgement.steps
        self.moved = {p for p, groups in self.steps.dependency.events.items() if groups}
        self.count = min(STEPS, len(self.steps.base))

    def at(self, place: Place) -> Iterator[Missing]:
        """The layer whose product stands at a place, if it has no bias."""
        first = self._first(0, place.index)
        if first is None or not _is_product(place, first) or not self._is_early(place.index):
            return
        path, left = self._weights(place)
        if not path or self._adds(place) or self._has_ones(place, left):
            return
        group = self.steps.tensors[path].group
        law = self.judgement.reading.laws.get(group)
        if law is None or law.kind != "descent" or not law.rates:
            return
        slopes = self._slopes(place.index, first.shape)
        found = [] if slopes is None else self._deltas(first.shape, *slopes)
        if found:
            (_, delta, turned, factor), texts = min(found), self._texts(found)
            axis = None if len(first.shape) < 2 else 1 if left else 0
            yield Missing(
                place.index,
                delta,
                path,
                axis,
                turned,
                law.rate / factor,
                left,
                self.places[place.children[-2 if left else -1]].text,
                texts,
                axis is not None and first.shape[axis] == 1,
                first.kind == "m",
            )

    # what is there

    def _first(self, step: int, place: int) -> Event | None:
        """The place's value in a step, if all that it has there are of one shape."""
        found = [e for e in self.steps.base[step].events if e.place == place]
        if not found or any(e.numbers is None or e.shape != found[0].shape for e in found):
            return None
        return found[0]

    def _is_early(self, place: int) -> bool:
        """Whether it comes before the output."""
        for head in self.steps.base[0].heads:
            if head[0] == place:
                return True
            if head[0] == self.meeting.output:
                return False
        return False

    def _weights(self, place: Place) -> tuple[str, bool]:
        """The weights in a product, and whether they stand on its left."""
        state = self.steps.keepers[0].state
        for child in place.children:
            event = self._first(0, child)
            for paths in self.judgement.reading.groups.values():
                for path in paths:
                    if (
                        path in state
                        and event is not None
                        and _same(state[path].values, state[path].shape, event)
                    ):
                        return path, child == place.children[-2]
        return "", False

    def _adds(self, place: Place) -> bool:
        """Whether something that is trained is added to the product."""
        for other in self.places:
            if other.operator == "Add" and place.index in other.children:
                if any(c in self.moved for c in other.children if c != place.index):
                    return True
            if other.augmented == "Add" and other.target == place.target != "":
                if other.index in self.moved:
                    return True
        return False

    def _has_ones(self, place: Place, left: bool) -> bool:
        """Whether a number of the input is the same in every example."""
        inputs = place.children[-1] if left else place.children[-2]
        tables = []
        for step in range(len(self.steps.base)):
            event = self._first(step, inputs)
            if event is None or event.numbers is None:
                continue
            table = (
                event.numbers.reshape(event.shape) if len(event.shape) == 2 else event.numbers[None]
            )
            tables.append(table.T if left and len(event.shape) == 2 else table)
        widths = {table.shape[1] for table in tables}
        if len(widths) != 1:
            return True
        rows = np.vstack(tables)
        return bool(((np.ptp(rows, axis=0) == 0) & (rows[0] != 0)).any())

    # the delta

    def _slopes(self, place: int, shape: tuple[int, ...]) -> tuple[Array, Array] | None:
        """Directions (steps, directions, numbers), and the loss's slope along each (steps, directions)."""
        size = int(np.prod(shape))
        along = np.random.default_rng(8).standard_normal((self.count, DIRECTIONS, size))
        out = np.zeros((self.count, DIRECTIONS))
        for step in range(self.count):
            probes = [
                {
                    "move": [(place, 0, (sign * NUDGE * row).tobytes())],
                    "want": [self.meeting.output],
                    "paths": [],
                }
                for row in along[step]
                for sign in (1.0, -1.0)
            ]
            traces = self.steps.keepers[step].probe(probes)
            losses = [self._loss(step, trace) for trace in traces]
            if any(loss is None for loss in losses):
                return None
            values = np.array(losses, dtype=np.float64).reshape(DIRECTIONS, 2)
            out[step] = (values[:, 0] - values[:, 1]) / (2 * NUDGE)
        return along, out

    def _loss(self, step: int, trace: Trace | None) -> float | None:
        target = target_of(self.meeting, self.steps.base[step])
        output = None if trace is None else trace.values(self.meeting.output)
        if target is None or output is None or output.size != target.size:
            return None
        return self.loss.value(output, target)

    def _deltas(self, shape: tuple[int, ...], along: Array, slopes: Array) -> list[_Delta]:
        """Values that have the loss's slopes, up to a factor."""
        size = along.shape[2]
        found = []
        for place in self._later(size):
            events = [self._first(step, place) for step in range(self.count)]
            if any(e is None or e.numbers is None or e.numbers.size != size for e in events):
                continue
            for turned in (False, True) if len(shape) == 2 and min(shape) > 1 else (False,):
                values = np.array([_flat(e, shape, turned) for e in events if e is not None])
                factor = _ratio(np.einsum("si,sdi->sd", values, along), slopes)
                if factor:
                    found.append((self.places[place].kind in READ, place, turned, factor))
        return found

    def _texts(self, found: Sequence[_Delta]) -> frozenset[str]:
        """How the program writes the delta, as far as it does not lie across the product."""
        places = [self.places[place] for _, place, turned, _ in found if not turned]
        texts = {_normal(words) for place in places for words in (place.text, place.target)}
        return frozenset(texts - {""})

    def _later(self, size: int) -> list[int]:
        """Places whose values have so many numbers and come after the output."""
        out: dict[int, None] = {}
        seen = False
        for head in self.steps.base[0].heads:
            seen = seen or head[0] == self.meeting.output
            if seen and self.places[head[0]].kind != "store" and int(np.prod(head[3])) == size:
                out[head[0]] = None
        return list(out)


def _is_product(place: Place, event: Event) -> bool:
    if len(place.children) < 2:
        return False
    if place.operator == "MatMult":
        return True
    if place.operator == "Mult":
        return event.kind == "m"
    return place.kind == "Call" and place.operator.split(".")[-1] in PRODUCTS


def _same(values: Array, shape: tuple[int, ...], event: Event) -> bool:
    """Whether a value is these numbers, or their transpose."""
    if event.numbers is None or values.size != event.numbers.size or values.size < 2:
        return False
    if np.array_equal(values, event.numbers):
        return True
    return len(shape) == 2 and np.array_equal(values.reshape(shape).T.ravel(), event.numbers)


def _normal(words: str) -> str:
    """The text as the syntax tree would write it."""
    try:
        return ast.unparse(ast.parse(words, mode="eval")) if words else ""
    except SyntaxError:
        return ""


def _flat(event: Event, shape: tuple[int, ...], turned: bool) -> Array:
    assert event.numbers is not None
    if not turned:
        return event.numbers
    return event.numbers.reshape(shape[1], shape[0]).T.ravel()


def _ratio(values: Array, slopes: Array) -> float:
    """The factor between them; 0 where there is none."""
    size = float(np.linalg.norm(slopes))
    if size == 0.0 or not np.isfinite(values).all():
        return 0.0
    factor = float(np.vdot(values, slopes)) / size**2
    rest = float(np.linalg.norm(values - factor * slopes))
    return factor if factor and rest <= SAME * float(np.linalg.norm(values)) else 0.0
