"""Another start."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from backproof.checking.learning.experiments.facts import Experiment, Facts
from backproof.checking.learning.experiments.words import (
    instead,
    line_piece,
    nice,
    of,
    piece_of,
)
from backproof.checking.process.session import Tensor
from backproof.checking.process.state import stem
from backproof.checking.source.literals import Literal, Piece, Replacement, Source

ALIKE = ("zero-start", "symmetric-start")
SMALL_START, LARGE_START = 0.2, 4.0  # of the usual radius
CONSTANT = ("zeros", "ones", "full")


def starts(facts: Facts) -> Iterator[Experiment]:
    """First weights of a usual size, or drawn at random."""
    code, message = _symptom(facts)
    radii = {path: _radius(tensor.shape) for path, tensor in facts.trained.items()}
    set_at = _start_literals(facts) if code else []
    piece, name = _creation(facts, set_at)
    tier = 0 if code in ALIKE else 1 if code else 2
    if not code and facts.idle is not None:
        code, message, tier = facts.idle.code, facts.idle.message, 0
        piece = piece_of(facts, facts.places[facts.idle.place])
    base = Experiment(
        code or "does-not-learn",
        "start",
        piece,
        name,
        message or f"the first weights{of(name)} do not lead to the aim",
        "first weights drawn from both sides of 0, each unit its own",
        "draw the first weights at random, for example uniformly between -1 and 1",
        changes=({"do": "start", "radius": radii},),
        tier=tier,
    )
    edited = list(_start_edits(facts, base, set_at))
    yield from edited
    if not edited or base.code in ALIKE:
        yield base


def _symptom(facts: Facts) -> tuple[str, str]:
    """What is odd about the first weights: code and message; empty where nothing is."""
    weights = _weights(facts)
    parts = {p: t for p, t in weights.items() if t.values.size >= 2} or weights
    matrices = {p: t for p, t in parts.items() if _is_matrix(t)} or parts
    values = np.concatenate([t.values for t in matrices.values()])
    if not np.any(values):
        return "zero-start", "all weights start at 0, so that nothing tells the hidden units apart"
    if any(_is_symmetric(t) for t in matrices.values() if t.values.any()):
        return (
            "symmetric-start",
            "the hidden units start alike, get the same gradient, and stay alike for ever",
        )
    usual = np.concatenate([np.full(t.values.size, _radius(t.shape)) for t in matrices.values()])
    ratio = float(np.max(np.abs(values) / usual))
    if ratio < SMALL_START:
        return (
            "start-too-small",
            "the first weights are so small that the hidden units get almost no gradient",
        )
    if float(np.median(np.abs(values) / usual)) > LARGE_START:
        return "start-too-large", "the first weights are so large that the units are saturated"
    return "", ""


def _weights(facts: Facts) -> Mapping[str, Tensor]:
    """The weights that a step changes; all that the output depends on, where a zero start lets it change none but biases."""
    return facts.weights if any(map(_is_matrix, facts.weights.values())) else facts.trained


def _is_matrix(tensor: Tensor) -> bool:
    return len(tensor.shape) == 2 and min(tensor.shape) >= 2


def _is_symmetric(tensor: Tensor) -> bool:
    if not _is_matrix(tensor):
        return tensor.values.size > 2 and bool(np.ptp(tensor.values) == 0 and tensor.values[0])
    table = tensor.values.reshape(tensor.shape)
    return bool((np.ptp(table, axis=0) == 0).all() or (np.ptp(table, axis=1) == 0).all())


def _radius(shape: tuple[int, ...]) -> float:
    size = sum(shape) if len(shape) == 2 else sum(shape) + 1
    return min(1.0, math.sqrt(6.0 / max(size, 1)))


def _start_literals(facts: Facts) -> list[tuple[Literal, float]]:
    """Literals that scale first weights, with the largest of these."""
    out = []
    for effect in facts.effects:
        scaled = [
            path
            for path, factor in effect.starts.items()
            if math.isclose(factor, effect.factor, rel_tol=1e-2) and path in facts.weights
        ]
        if scaled and not effect.shapes:
            size = max(float(np.abs(facts.weights[p].values).max(initial=0.0)) for p in scaled)
            out.append((effect.literal, size))
    return out


def _start_edits(
    facts: Facts, base: Experiment, set_at: Sequence[tuple[Literal, float]]
) -> Iterator[Experiment]:
    if base.code in ("start-too-small", "start-too-large") and set_at:
        edits = tuple(
            (x.piece.start, x.piece.stop, nice(x.value * 0.7 / size)) for x, size in set_at if size
        )
        first = set_at[0][0]
        yield replace(
            base,
            done=instead(first, edits[0][2]),
            help=f"take {edits[0][2]}",
            edits=edits,
            changes=(),
        )
    elif base.code in ALIKE:
        made = tuple(_constant_arrays(facts))
        if not made and set_at:
            draw, extra = _drawing(facts.text)
            made = (*extra, *(_drawn(facts.text, x.piece, draw) for x, _ in set_at))
        if made:
            yield replace(base, edits=made, changes=())


def _drawn(text: Source, piece: Piece, draw: str) -> Replacement:
    """A draw in a number's place; a draw for each of `[0.5] * n`."""
    for node in ast.walk(text.tree):
        row = node.left if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) else None
        if isinstance(node, ast.BinOp) and isinstance(row, ast.List) and len(row.elts) == 1:
            if text.piece(row.elts[0]).start == piece.start:
                whole, count = text.piece(node), text.piece(node.right).text
                return whole.start, whole.stop, f"[{draw} for _ in range({count})]"
    return piece.start, piece.stop, draw


def _drawing(text: Source) -> tuple[str, tuple[Replacement, ...]]:
    """How the program can draw a number, and the import that this needs."""
    for node in ast.walk(text.tree):
        for name in node.names if isinstance(node, ast.Import) else ():
            if name.name in ("numpy", "random"):
                module = name.asname or name.name
                dotted = f"{module}.random" if name.name == "numpy" else module
                return f"{dotted}.uniform(-1, 1)", ()
    first = next((n for n in text.tree.body if isinstance(n, (ast.Import, ast.ImportFrom))), None)
    at = 0 if first is None else text.starts[first.lineno - 1]
    return "random.uniform(-1, 1)", ((at, at, "import random\n"),)


def _constant_arrays(facts: Facts) -> list[Replacement]:
    """`np.zeros(shape)` and its kin that make weights of two dimensions, each to be drawn instead."""
    weights = _weights(facts)
    names = {stem(path) for path, t in weights.items() if len(t.shape) == 2}
    names -= {stem(path) for path in weights if stem(path).lower()[:1] == "b"}
    out = []
    for node in ast.walk(facts.text.tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        call, target = node.value, ast.unparse(node.targets[0]).split(".")[-1]
        constant = ast.unparse(call.func).split(".")
        if target.split("[")[0] in names and constant[-1] in CONSTANT and call.args:
            piece = facts.text.piece(call)
            shape = facts.text.piece(call.args[0]).text
            module = constant[0] if len(constant) > 1 else "np"
            out.append((piece.start, piece.stop, f"{module}.random.uniform(-1, 1, {shape})"))
    return out


def _creation(facts: Facts, set_at: Sequence[tuple[Literal, float]]) -> tuple[Piece, str | None]:
    """Where the first weights are made."""
    if set_at:
        return set_at[0][0].piece, _first_name(facts)
    weights = _weights(facts)
    names = [stem(p) for p, t in weights.items() if len(t.shape) == 2] or [*map(stem, weights)]
    found: list[tuple[int, ast.stmt]] = []
    for node in ast.walk(facts.text.tree):
        if isinstance(node, ast.Assign):
            target = ast.unparse(node.targets[0]).split(".")[-1].split("[")[0]
            if target in names and node.lineno < facts.step.line + 10_000:
                found.append((node.lineno, node))
    if not found:
        return line_piece(facts, facts.step.line), _first_name(facts)
    node = min(found, key=lambda row: row[0])[1]
    return facts.text.piece(node), _first_name(facts)


def _first_name(facts: Facts) -> str | None:
    return next((path.split("[")[0] for path in facts.weights), None)
