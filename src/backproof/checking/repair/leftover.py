"""Phase 8m: updates after a loop of forward passes that see only what its last round left behind.

    for x, y in batches:               for x, y in batches:
        out = forward(x)                   out = forward(x)
    delta = out - y                        delta = out - y
    W -= rate * x.T @ delta                W -= rate * x.T @ delta

Such updates are the gradient for the last round's rows, so their law is faultless. What gives them away: the other rounds computed
the same for other rows, and nothing of it reaches any weight. A loop that ends early, or keeps one of its rounds on purpose, is none.

leftover(host, scene)    the updates and all that is stored before them, taken into the loop
"""

from __future__ import annotations

import ast

import numpy as np

from backproof.checking.process.session import Host
from backproof.checking.process.trace import Event
from backproof.checking.reading.anew import whole_anew
from backproof.checking.repair.outside import (
    CODES,
    SIMPLE,
    is_of_step,
    late_in,
    moved_in,
    read_in,
    stored_in,
)
from backproof.checking.repair.scene import Scene
from backproof.checking.repair.text import Candidate, Text

MOVE = 1e-2
WHOLE = "inb"  # kinds of values that count, and cannot be moved a little
EARLY = (ast.Break, ast.Continue, ast.Return)


def leftover(host: Host, scene: Scene) -> Candidate | None:
    """The change, where a reading from the start confirms it; None where every round counts, or that cannot be told."""
    text = Text(scene.source)
    for loop in text.statements():
        if not isinstance(loop, ast.For) or not is_of_step(scene, loop):
            continue
        rest = text.block(loop)[text.block(loop).index(loop) + 1 :]
        late = late_in(text, scene, rest)
        if not late or any(isinstance(n, EARLY) for n in ast.walk(loop)):
            continue
        taken = [n for n in rest[: rest.index(late[-1]) + 1] if n in late or isinstance(n, SIMPLE)]
        if not _only_last_counts(scene, loop, set().union(*(read_in(n) for n in taken))):
            continue
        candidate = moved_in(text, loop, taken, CODES[1], 0.5)
        if _is_whole(host, scene, candidate):
            return candidate
    return None


def _only_last_counts(scene: Scene, loop: ast.For, read: set[str]) -> bool:
    """Whether the weights take something from the last round, and nothing from those before it, which went otherwise."""
    base = scene.judgement.steps.base[-1]
    last = False
    for node in loop.body:
        place = scene.value_places.get(scene.index_of(node))
        if place is None or not isinstance(node, ast.Assign) or not stored_in(node) & read:
            continue
        events = base.at(place)
        values = [e.numbers for e in events if e.numbers is not None and e.kind not in WHOLE]
        if len(events) < 2 or len(values) < len(events):
            continue
        if _reaches(scene, events[0]) or _reaches(scene, events[-2]):
            return False
        other = not np.array_equal(values[0], values[-1])
        last = last or (other and _reaches(scene, events[-1]))
    return last


def _reaches(scene: Scene, event: Event) -> bool:
    """Whether some weight ends otherwise when a value is another."""
    steps, paths = scene.judgement.steps, scene.judgement.reading.paths
    size = 0 if event.numbers is None else event.numbers.size
    move = [(event.place, event.occurrence, np.full(size, MOVE).tobytes())]
    trace = steps.keepers[-1].probe([{"move": move, "want": [], "paths": list(paths)}])[0]
    tail = steps.base[-1].tail
    return trace is None or any(
        path not in trace.tail or not np.array_equal(trace.tail[path], tail[path], equal_nan=True)
        for path in paths
        if path in tail
    )


def _is_whole(host: Host, scene: Scene, candidate: Candidate) -> bool:
    again = whole_anew(host, candidate.source)
    if again is None:
        return False
    before, after = scene.judgement.reading, again.reading
    same = before.name == after.name or before.own is not None or after.own is not None
    return same and set(after.laws) >= set(before.laws)
