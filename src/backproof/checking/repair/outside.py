"""Phase 8l: updates that stand after the training loop, taken into it.

    for x, y in rows:              for x, y in rows:
        ...                            ...
        W2 -= rate * outer(h, d2)      W2 -= rate * outer(h, d2)
    d1 = (W2 @ d2) * h * (1 - h)       d1 = (W2 @ d2) * h * (1 - h)
    W1 -= rate * outer(x, d1)          W1 -= rate * outer(x, d1)

after_loop(...)     all of them at once, with what they are computed from; then each alone
taken_in(...)       what follows a loop of the step, inside it: the step itself is another then, so that only a new reading can judge it
with_sources(...)   statements and the assignments that they are computed from
left_behind(text)   updates of what a loop only reads, right after it, where nothing is known of the steps
moved_in(...)       statements taken into the loop that they follow
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from backproof.checking.process.state import last_name, stem
from backproof.checking.repair.scene import Scene
from backproof.checking.repair.text import Candidate, Text
from backproof.checking.source.syntax import FUNCTIONS, LOOPS

SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign)
CODES = ("statement-outside-loop", "last-example-only")
ALL, ONE = 0.2, 0.25  # costs
Names = frozenset[str]


def after_loop(scene: Scene, lost: Collection[str] = ()) -> Iterator[tuple[Candidate, Names]]:
    """Candidates, and the names of what would be updated in the loop: what it reads and does not change, or what is known to be lost."""
    text = Text(scene.source)
    for loop in text.statements():
        if not isinstance(loop, LOOPS) or loop.lineno != scene.judgement.loop.line:
            continue
        block = text.block(loop)
        rest = block[block.index(loop) + 1 :]
        stored = stored_in(loop)
        known = set(lost) | (read_in(loop) | _read_in_functions(text)) - stored
        late = [n for n in rest if _updated(text, n) & known and text.alone(n)]
        groups = [with_sources(text, rest, late)] if len(late) > 1 else []
        groups += [with_sources(text, rest, [node]) for node in late]
        for nodes in groups:
            if any(read_in(node) & stored for node in nodes):
                names = {name for node in nodes for name in _updated(text, node) & known}
                cost = ALL if len(names) > 1 else ONE
                yield moved_in(text, loop, nodes, CODES[0], cost), frozenset(names)


def left_behind(text: Text) -> Iterator[Candidate]:
    """All of them at once, with what stands between them."""
    for loop in text.statements():
        if not isinstance(loop, LOOPS):
            continue
        block, stored, read = text.block(loop), stored_in(loop), read_in(loop)
        rest = block[block.index(loop) + 1 :]
        simple: list[ast.stmt] = [n for n in rest if isinstance(n, SIMPLE)]
        late = [n for n in simple if _updated(text, n) & (read - stored)]
        if late and all(text.alone(n) for n in late) and any(read_in(n) & stored for n in late):
            yield moved_in(text, loop, with_sources(text, rest, late), CODES[0], 0.1)


def taken_in(scene: Scene) -> Iterator[Candidate]:
    """What follows a loop taken into it."""
    text = Text(scene.source)
    for loop in text.statements():
        if not isinstance(loop, ast.For) or not is_of_step(scene, loop):
            continue
        block = text.block(loop)
        rest = block[block.index(loop) + 1 :]
        late = late_in(text, scene, rest)
        if late and set().union(*map(read_in, with_sources(text, rest, late))) & _left_by(loop):
            for nodes in _distinct([with_sources(text, rest, late), late]):
                yield moved_in(text, loop, nodes, CODES[1], 1.0)


def _left_by(loop: ast.For) -> set[str]:
    """What only the last round of a loop leaves behind: no sums."""
    sums = [n.target for n in ast.walk(loop) if isinstance(n, ast.AugAssign)]
    return stored_in(loop) - {name for target in sums for name in stored_in(target)}


def late_in(text: Text, scene: Scene, rest: list[ast.stmt]) -> list[ast.stmt]:
    """Those statements that store weights."""
    weights = {stem(group) for group in scene.judgement.reading.groups}
    return [node for node in rest if _targets(text, node) & weights]


def is_of_step(scene: Scene, loop: ast.For) -> bool:
    """Whether it is the loop of the steps, or runs in each of them."""
    first = scene.statement_of(loop.body[0])
    reached = first is not None and first.index in scene.first_at
    return reached or loop.lineno == scene.judgement.loop.line


def _distinct(groups: list[list[ast.stmt]]) -> list[list[ast.stmt]]:
    return [group for i, group in enumerate(groups) if group not in groups[:i]]


def _targets(text: Text, node: ast.stmt) -> set[str]:
    """The names, without indices, that a statement or a loop stores under."""
    stored: set[str] = set()
    for child in ast.walk(node):
        if isinstance(child, ast.AugAssign):
            stored.add(stem(text.of(child.target)))
        elif isinstance(child, ast.Assign):
            stored |= {stem(text.of(target)) for target in child.targets}
        elif isinstance(child, ast.For):  # its variable may be another name for an array
            named = (ast.Name, ast.Attribute)
            stored |= {text.of(n) for n in ast.walk(child.iter) if isinstance(n, named)}
    return stored


def with_sources(text: Text, rest: list[ast.stmt], late: list[ast.stmt]) -> list[ast.stmt]:
    """Some statements of a block, and the assignments before them that they are computed from."""
    taken: list[ast.stmt] = []
    wanted: set[str] = set()
    for node in reversed(rest):
        if node in late or (
            isinstance(node, SIMPLE) and stored_in(node) & wanted and text.alone(node)
        ):
            taken.insert(0, node)
            wanted |= read_in(node)
    return taken


def moved_in(
    text: Text, loop: ast.For | ast.While, nodes: list[ast.stmt], code: str, cost: float
) -> Candidate:
    """The program with statements that stand after a loop at its end."""
    rows = [text.rows(node) for node in nodes]
    inside = [
        line
        for (first, last), node in zip(rows, nodes, strict=True)
        for line in text.moved_in(first, last, node, loop.body[0])
    ]
    gone = {row for first, last in rows for row in range(first, last)}
    end = text.rows(loop)[1]
    after = [line for row, line in enumerate(text.lines) if row >= end and row not in gone]
    source = "\n".join([*text.lines[:end], *inside, *after])
    return Candidate(code, nodes[0].lineno, source, cost)


def _updated(text: Text, node: ast.stmt) -> set[str]:
    """What a statement, or a loop, adds to or takes from: `w += step`, `w = w + step`."""
    out = set()
    for child in ast.walk(node):
        if isinstance(child, ast.AugAssign) and isinstance(child.op, (ast.Add, ast.Sub)):
            out.add(last_name(text.of(child.target)))
        elif isinstance(child, ast.Assign) and len(child.targets) == 1:
            target, value = text.of(child.targets[0]), child.value
            sums = isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Add, ast.Sub))
            if isinstance(value, ast.BinOp) and sums and text.of(value.left) == target:
                out.add(last_name(target))
    return out


def stored_in(node: ast.AST) -> set[str]:
    """The names, without what they belong to, that are stored or stored into."""
    out = set()
    for child in ast.walk(node):
        if isinstance(getattr(child, "ctx", None), ast.Store):
            while isinstance(child, ast.Subscript):
                child = child.value
            out |= {_name(child)} if isinstance(child, (ast.Name, ast.Attribute)) else set()
    return out


def read_in(node: ast.AST) -> set[str]:
    """The names, without what they belong to, that are read."""
    return {
        _name(n)
        for n in ast.walk(node)
        if isinstance(n, (ast.Name, ast.Attribute)) and isinstance(n.ctx, ast.Load)
    }


def _read_in_functions(text: Text) -> set[str]:
    return {name for n in text.statements() if isinstance(n, FUNCTIONS) for name in read_in(n)}


def _name(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr
