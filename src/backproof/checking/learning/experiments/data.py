"""Targets and inputs on another scale, or in another order."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, permutations
from typing import TypeVar

import numpy as np

from backproof.checking.learning.experiments.facts import Data, Experiment, Facts
from backproof.checking.learning.experiments.words import edit_of, line_piece, piece_of
from backproof.checking.source.places import Place

N = TypeVar("N", bound=ast.stmt | ast.expr)
ENDS = 0.2  # so near to the end of its range an output is pressed against it
NEAR = 2  # lines between two that belong together
WIDE = 5.0  # inputs beyond this saturate units
ORDERED = ("sort", "sorted", "flip", "flipud", "roll", "reversed")
MIXING = ("shuffle", "permutation", "permuted", *ORDERED)


def targets(facts: Facts) -> Iterator[Experiment]:
    """Targets inside the range of the output layer."""
    (low, high), (least, most) = facts.score.outputs, facts.score.targets
    if not np.isfinite([low, high]).all() or facts.meeting.kind != "difference":
        return
    above, below = most > 1.0 and high > 1.0 - ENDS, high <= 1.0
    sigmoid = low > 0.0 and below and (above or (least < 0.0 and low < ENDS))
    tanh = -1.0 <= low < 0.0 and below and (above or (least < -1.0 and low < ENDS - 1.0))
    if not sigmoid and not tanh:
        return
    shift = -least if sigmoid and least < 0 else 0.0
    span = _round_up(max(most + shift, abs(least) if tanh else 0.0))
    places = _target_places(facts)
    if not places or span <= 0:
        return
    first = places[0]
    end = "above 1" if above else "below 0" if sigmoid else "below -1"
    text = _affine(first.text, shift, span)
    yield Experiment(
        "target-outside-range",
        "targets",
        piece_of(facts, first),
        first.text,
        f"`{first.text}` goes from {least:g} to {most:g}, but the output layer gives nothing {end}",
        f"{text} as the target",
        f"learn `{text}`, or give the output layer no activation, with a slope of 1",
        tuple(edit_of(facts, p, f"({_affine(p.text, shift, span)})") for p in places),
        tier=0,
    )


def _target_places(facts: Facts) -> list[Place]:
    """Where the target meets the output, each with its own text."""
    meeting, out = facts.meeting, []
    for twin in dict.fromkeys((meeting.place, *meeting.twins)):
        children = facts.places[twin].children
        still = [child for child in children if child not in facts.moved]
        if len(children) != 2 or len(still) != 1:
            return []
        out.append(facts.places[still[0]])
    return sorted(out, key=lambda place: place.index not in facts.teaching)


def _affine(text: str, shift: float, span: float) -> str:
    plain = (
        text
        if text.replace("_", "a").replace(".", "a").isalnum() or text[-1:] in ")]"
        else f"({text})"
    )
    moved = plain if shift == 0 else f"({plain} + {shift:g})"
    return moved if span == 1 else f"{moved} / {span:g}"


def _round_up(value: float) -> float:
    """The next number with one digit."""
    if value <= 0:
        return 0.0
    size = 10.0 ** math.floor(math.log10(value))
    return math.ceil(value / size - 1e-9) * size


def inputs(facts: Facts) -> Iterator[Experiment]:
    """Inputs of mean 0 and spread 1."""
    wide = [d for d in facts.inputs if float(np.abs(d.table).max(initial=0.0)) > WIDE]
    if not wide:
        return
    first = replace(wide[0], name=_name_in_step(facts, wide[0].name))
    statement = _last_use(facts, first.name)
    piece = line_piece(facts, facts.step.line) if statement is None else facts.text.piece(statement)
    line = _standardising(first)
    experiment = Experiment(
        "unscaled-inputs",
        "inputs",
        piece,
        first.name,
        f"`{first.name}` goes from {first.table.min():.4g} to {first.table.max():.4g}: numbers of this size saturate the hidden units",
        "inputs of mean 0 and spread 1",
        f"scale the inputs: `{line}`" if line else "scale the inputs to mean 0 and spread 1",
        changes=({"do": "inputs", "data": [(list(d.paths), d.axis) for d in wide]},),
        tier=0,
    )
    if statement is not None and len(wide) == 1 and line:
        at = facts.text.starts[(statement.end_lineno or statement.lineno)]
        experiment = replace(experiment, edits=((at, at, line + "\n"),), changes=())
    yield experiment


def _standardising(data: Data) -> str:
    """The statement that scales an array; empty where it would not do."""
    if len(data.paths) > 1 or not data.name.isidentifier():
        return ""
    if (np.ptp(data.table, axis=data.axis) == 0).any():  # a column of ones must stay
        return ""
    name, more = data.name, ""
    if data.table.ndim > 1:
        more = f"axis={data.axis}" + (", keepdims=True" if data.axis else "")
    return f"{name} = ({name} - {name}.mean({more})) / {name}.std({more})"


def _name_in_step(facts: Facts, path: str) -> str:
    """By which name the step reads the data: `x` after `x = years`."""
    names = [path]
    for node in _before_step(facts):
        if isinstance(node.value, ast.Name) and node.value.id == path:
            names += [ast.unparse(target) for target in node.targets]
    inside = {
        n.id
        for n in ast.walk(facts.text.tree)
        if isinstance(n, ast.Name) and n.lineno >= facts.step.line
    }
    return next((name for name in reversed(names) if name in inside), path)


def _last_use(facts: Facts, path: str) -> ast.stmt | None:
    """The last statement at the top of the program, before the training, that makes the data or makes something of them, such as targets."""
    found, made = None, False
    for node in _before_step(facts):
        made |= any(ast.unparse(target) == path for target in node.targets)
        read = any(isinstance(n, ast.Name) and n.id == path for n in ast.walk(node))
        found = node if made and read else found
    return found


def _before_step(facts: Facts) -> list[ast.Assign]:
    nodes = (node for node in facts.text.tree.body if node.lineno < facts.step.line)
    return [node for node in nodes if isinstance(node, ast.Assign)]


def order(facts: Facts) -> Iterator[Experiment]:
    """Leave out a statement that brings data into another order."""
    orders = _orders(facts.text.tree)
    for node in ast.walk(facts.text.tree):
        if not isinstance(node, (ast.Expr, ast.Assign)):
            continue
        calls = [n for n in ast.walk(node) if isinstance(n, ast.Call)]
        names = {ast.unparse(call.func).split(".")[-1] for call in calls}
        if not names & set(MIXING) and not _takes(node, orders):
            continue
        if isinstance(node, ast.Assign) and not _changes_itself(node):
            continue
        piece = facts.text.piece(node)
        yield Experiment(
            "inputs-targets-out-of-step",
            "order",
            piece,
            None,
            f"`{piece.text}` brings inputs and targets out of step",
            f"line {piece.line} left out",
            "bring inputs and targets into the same new order, by one permutation for both",
            ((piece.start, piece.stop, "pass"),),
            tier=2 if names & set(ORDERED) else 1,
        )


def one_order(facts: Facts) -> Iterator[Experiment]:
    """One order for inputs and targets where each has its own, or only one has any."""
    tree = facts.text.tree
    for (one, first), (other, second) in _pairs_near(_shuffles(tree)):
        pieces = (facts.text.piece(one), facts.text.piece(other))
        yield _out_of_step(
            facts,
            other,
            f"`{first}` and `{second}` are shuffled each on its own",
            "both left in order",
            tuple((piece.start, piece.stop, "pass") for piece in pieces),
        )
    orders = _orders(tree)
    for (rows, own), (beside, drawn) in _pairs_near(_taken(tree, orders)):
        if own in orders and own != drawn:
            piece = facts.text.piece(beside.slice)
            new = f"{ast.unparse(beside.value)}[{own}]"
            told = f"`{ast.unparse(rows)}` and `{ast.unparse(beside)}` are in different orders"
            yield _out_of_step(facts, beside, told, f"`{new}`", ((piece.start, piece.stop, own),))
    for node in ast.walk(tree):
        parts = (
            node.value.elts
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple)
            else []
        )
        mixed = [
            n for n in parts if isinstance(n, ast.Subscript) and ast.unparse(n.slice) in orders
        ]
        for plain in (n for n in parts if mixed and isinstance(n, ast.Name)):
            piece, new = facts.text.piece(plain), f"{plain.id}[{ast.unparse(mixed[0].slice)}]"
            told = f"`{ast.unparse(mixed[0])}` and `{plain.id}` are in different orders"
            yield _out_of_step(facts, plain, told, f"`{new}`", ((piece.start, piece.stop, new),))


def _out_of_step(
    facts: Facts,
    node: ast.expr | ast.stmt,
    message: str,
    done: str,
    edits: tuple[tuple[int, int, str], ...],
) -> Experiment:
    return Experiment(
        "inputs-targets-out-of-step",
        "order",
        facts.text.piece(node),
        None,
        message,
        done,
        "bring inputs and targets into the same new order, by one permutation for both",
        edits,
        tier=0,
    )


def _pairs_near(found: list[tuple[N, str]]) -> list[tuple[tuple[N, str], tuple[N, str]]]:
    """Those of which one stands a line or so below the other."""
    return [
        (a, b)
        for a, b in pairwise(found)
        if 0 <= b[0].lineno - a[0].lineno <= NEAR and a[1] != b[1]
    ]


def _shuffles(tree: ast.Module) -> list[tuple[ast.Expr, str]]:
    """Statements that shuffle something in place, and what."""
    found = [n for n in ast.walk(tree) if isinstance(n, ast.Expr) and isinstance(n.value, ast.Call)]
    calls = [(n, n.value) for n in found if isinstance(n.value, ast.Call)]
    named = [(n, call) for n, call in calls if ast.unparse(call.func).endswith("shuffle")]
    rows = [(n, ast.unparse(call.args[0])) for n, call in named if len(call.args) == 1]
    return sorted(rows, key=lambda row: row[0].lineno)


def _taken(tree: ast.Module, orders: set[str]) -> list[tuple[ast.Subscript, str]]:
    """Rows taken in an order, by its name or drawn on the spot."""
    found = [n for n in ast.walk(tree) if isinstance(n, ast.Subscript)]
    rows = [
        (n, ast.unparse(n.slice))
        for n in found
        if ast.unparse(n.slice) in orders or _is_mixing(n.slice)
    ]
    return sorted(rows, key=lambda row: (row[0].lineno, row[0].col_offset))


def _is_mixing(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in MIXING


def slices(facts: Facts) -> Iterator[Experiment]:
    """The same rows of targets as of inputs: `y[:n]` beside `X[i : i + n]`."""
    rows = [
        (n, n.value.id, ast.unparse(n.slice))
        for n in ast.walk(facts.text.tree)
        if isinstance(n, ast.Subscript)
        and isinstance(n.value, ast.Name)
        and isinstance(n.slice, ast.Slice)
        and isinstance(n.ctx, ast.Load)
    ]
    for (one, name, own), (other, beside, wanted) in permutations(rows, 2):
        near = abs(one.lineno - other.lineno) <= NEAR and name != beside
        if not near or own == wanted or len(own) > len(wanted):
            continue
        piece, new = facts.text.piece(one), f"{name}[{wanted}]"
        yield Experiment(
            "inputs-targets-out-of-step",
            "order",
            piece,
            None,
            f"`{piece.text}` and `{ast.unparse(other)}` are other rows",
            f"`{new}`",
            f"take the same rows of both: `{new}`",
            ((piece.start, piece.stop, new),),
            tier=1,
        )


def _orders(tree: ast.Module) -> set[str]:
    """The names of permutations: `order = rng.permutation(n)`."""
    return {
        ast.unparse(target)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func).split(".")[-1] in MIXING
        for target in node.targets
    }


def _takes(node: ast.stmt, orders: set[str]) -> bool:
    """Whether it puts rows into one of these orders: `X = X[order]`."""
    value = getattr(node, "value", None)
    return isinstance(value, ast.Subscript) and ast.unparse(value.slice) in orders


def _changes_itself(node: ast.Assign) -> bool:
    targets = {ast.unparse(target) for target in node.targets}
    return bool(targets & {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)})
