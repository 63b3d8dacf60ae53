"""Phase 8e: a forward pass that was overwritten before it was used: statements in another order."""

from __future__ import annotations

from itertools import islice

from backproof.checking.process.session import Host
from backproof.checking.reading.anew import read_anew
from backproof.checking.reading.stale import Stale, stale
from backproof.checking.repair.scene import Scene
from backproof.checking.repair.statements import moved
from backproof.checking.repair.text import Candidate, Text

MOST = 6  # orders that are tried


def in_order(host: Host, scene: Scene, found: Stale) -> Candidate | None:
    """The likeliest change of order after which every update belongs to its own example; None if there is none."""
    text = Text(scene.source)
    lines = {scene.statements[index].line for index in (found.over, found.unused)}
    options = sorted(moved(text, scene, lines), key=lambda c: c.cost)
    for candidate in islice((c for c in options if c.source != scene.source), MOST):
        if _is_fresh(host, candidate.source, scene):
            line = scene.statements[found.over].line
            return Candidate("stale-activation", line, candidate.source, candidate.cost)
    return None


def _is_fresh(host: Host, source: str, scene: Scene) -> bool:
    read = read_anew(host, source)
    if read is None:
        return False
    made, again = read
    fresh = not again.wrong and stale(again, made.statements) is None
    again.steps.run.stop()
    return fresh and again.reading.name == scene.judgement.reading.name
