"""Phase 8k: updates that are right for other targets than those that the program's own loss is computed from.

aimed(host, scene)    `delta = out - y[i - 1]` in a program that adds up `(out - y[i]) ** 2`; a loop over all outputs but the first or last

Such updates are the gradient of something, so their law is faultless. The program's own number gives them away: its gradient they
do not follow, and with the index by which other arrays are read too, or with the whole loop, they do.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from backproof.checking.process.session import Host
from backproof.checking.reading.anew import whole_anew
from backproof.checking.reading.judge import Judgement
from backproof.checking.repair.outside import taken_in
from backproof.checking.repair.scene import Scene
from backproof.checking.repair.text import Candidate, Text
from backproof.checking.source.places import Place

MOST = 3  # indices that are tried
COST = 0.5


def aimed(host: Host, scene: Scene) -> tuple[Candidate, str] | None:
    """The other index of the target, and the program's own loss that shows it to be meant; None if there is none."""
    judgement = scene.judgement
    own = _numbers(judgement, scene.places)
    if judgement.reading.own is not None or not own or any(own.values()):
        return None
    for candidate in islice(chain(_options(scene), _longer(scene), taken_in(scene)), MOST):
        again = whole_anew(host, candidate.source)
        if again is None:
            continue
        same = again.reading.name in (judgement.reading.name, "the program's own loss")
        followed = [text for text, whole in _numbers(again, again.steps.places).items() if whole]
        known = [text for text in followed if text in own]
        if same and known:
            return candidate, known[-1]
    return None


def _numbers(judgement: Judgement, places: Sequence[Place]) -> dict[str, bool]:
    """The program's own numbers that may be its loss: whether every update follows the gradient of each."""
    return {places[r.own].text: r.whole for r in judgement.others if r.own is not None}


def _options(scene: Scene) -> Iterator[Candidate]:
    """The target with each other index that stands in the program, wherever the statement has it."""
    meeting = scene.judgement.reading.meeting
    if meeting is None or meeting.kind != "difference":
        return
    place = scene.places[meeting.target]
    text = Text(scene.source)
    here = [
        node
        for node in ast.walk(text.tree)
        if isinstance(node, ast.Subscript)
        and node.lineno == place.line
        and text.of(node) == place.text
    ]
    if not here:
        return
    read = [n for n in ast.walk(text.tree) if isinstance(n, ast.Subscript)]
    own = [n for n in read if text.of(n.value) == text.of(here[0].value)]
    paired = {text.of(n.slice) for n in read if n not in own}  # what other arrays are indexed by
    others = {text.of(n): text.of(n.slice) for n in own if isinstance(n.ctx, ast.Load)}
    if others.get(place.text) in paired:
        return  # the target of the example or unit whose values are used
    for other, index in others.items():
        if other != place.text and index in paired:
            source = scene.source
            for node in sorted(here, key=lambda n: -text.span(n)[0]):
                start, stop = text.span(node)
                source = source[:start] + other + source[stop:]
            yield Candidate("wrong-index", place.line, source, COST)


def _longer(scene: Scene) -> Iterator[Candidate]:
    """Loops around the meeting that leave out the first or the last, over all: `range(n - 1)`, `range(1, n)`."""
    meeting, text = scene.judgement.reading.meeting, Text(scene.source)
    if meeting is None or meeting.kind != "difference":
        return
    line, step = scene.places[meeting.place].line, scene.judgement.loop
    for node in text.statements():
        inside = isinstance(node, ast.For) and node.lineno < line <= (node.end_lineno or 0)
        if not inside or not isinstance(node, ast.For) or node.lineno <= step.line:
            continue
        ends = node.iter.args if isinstance(node.iter, ast.Call) else []
        if not ends or not isinstance(node.iter, ast.Call) or text.of(node.iter.func) != "range":
            continue
        last = ends[-1]
        short = isinstance(last, ast.BinOp) and isinstance(last.op, ast.Sub)
        if len(ends) == 1 and short and isinstance(last, ast.BinOp) and text.of(last.right) == "1":
            new = f"range({text.of(last.left)})"
        elif len(ends) == 2 and text.of(ends[0]) == "1":
            new = f"range({text.of(last)})"
        else:
            continue
        yield Candidate("wrong-index", node.lineno, text.replaced(node.iter, new), COST)
