"""Phase 8f: weights that do not count as ones, so that the updates of all others may be right.

Their new value is the step alone, `W =- step`, or it starts from another array, `W2 = W1 - rate * slope`, and keeps nothing of its own; or what they are used for is
computed before the loop, and no step depends on them; or their update stands after the loop; or it changes only the name that a
loop gives to a number of a list; or an array of integers on the way cuts it off. All can be meant so: they count only where the
program is whole, with one weight more, once the value starts from itself, or the statement is taken into the loop, or the number
stored in its list, or the array made for fractions.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice

from backproof.checking.process.session import Host
from backproof.checking.process.state import last_name
from backproof.checking.reading.anew import whole_anew
from backproof.checking.reading.judge import Judgement
from backproof.checking.reading.weights import KEPT
from backproof.checking.repair.afresh import floored, whole_numbers
from backproof.checking.repair.forward import idle
from backproof.checking.repair.items import items_of_lists
from backproof.checking.repair.missing import computed_once
from backproof.checking.repair.outside import after_loop
from backproof.checking.repair.scene import Scene
from backproof.checking.repair.text import Candidate, Text, target_at

MOST = 4  # changes that are tried


@dataclass(frozen=True)
class Overlooked:
    """The change after which a number counts as a weight, and what gave it away."""

    candidate: Candidate
    note: str
    weights: int = 1  # so many


def overlooked(host: Host, scene: Scene) -> Overlooked | None:
    """The first such change that a reading from the start confirms; None where there is no such weight."""
    fresh, unused = _set_anew(scene.judgement), idle(scene.judgement)
    based = (
        (
            Overlooked(candidate, "after each step nothing is left of the value it had before"),
            {name},
        )
        for candidate, name in _own_base(scene, fresh)
    )
    typed = (
        (Overlooked(candidate, "`=-` stores the step, turned; `-=` takes it away"), {name})
        for candidate, name in _typed(scene)
    )
    once = (
        (Overlooked(candidate, f"no step depends on `{name}`, which each step changes"), {name})
        for name in sorted(unused)
        for candidate in computed_once(scene, {name})
    )
    late = (
        (Overlooked(candidate, "it runs once, when the loop is over"), names)
        for candidate, names in after_loop(scene)
    )
    named = (
        (Overlooked(candidate, f"the loop gives the numbers of `{name}` a name"), {name})
        for candidate, name in items_of_lists(Text(scene.source))
    )
    nameless: frozenset[str] = frozenset()
    cut = (
        (
            Overlooked(
                candidate, f"`{name}` holds whole numbers, and cuts off what is stored in it"
            ),
            nameless,
        )
        for candidate, name in _cut_off(scene)
    )
    floors = (
        (
            Overlooked(candidate, "`//` cuts off fractions: with it, nothing moves some numbers"),
            nameless,
        )
        for candidate in floored(Text(scene.source))
    )
    options: Iterator[tuple[Overlooked, Collection[str]]] = chain(
        typed, based, once, late, named, cut, floors
    )
    for found, names in islice(options, MOST):
        if _is_whole(host, found.candidate.source, scene, names):
            return replace(found, weights=max(len(names), 1))
    return None


def _set_anew(judgement: Judgement) -> set[str]:
    """The names of numbers that move the output, that a step changes, and of whose old value nothing is left."""
    steps, meeting = judgement.steps, judgement.reading.meeting
    if meeting is None:
        return set()
    depends = steps.dependency.events.get(meeting.output, frozenset())
    return {
        last_name(path)
        for path, tensor in steps.changed.items()
        if tensor.group in depends
        and tensor.group not in judgement.reading.groups
        and abs(steps.dependency.slopes.get(path, 0.0)) < KEPT[0]
    }


def _typed(scene: Scene) -> Iterator[tuple[Candidate, str]]:
    """`w =- step` and `w =+ step`, and their names."""
    text = Text(scene.source)
    for node in text.statements():
        if not isinstance(node, ast.Assign) or _is_sum(node.value):
            continue
        start, (first, last) = text.span(node.targets[-1])[1], text.span(node.value)
        sign = TYPED.fullmatch(text.source[start : first + 1])
        if sign is not None:
            step = text.source[first + 1 : last].lstrip()
            source = f"{text.source[:start]} {sign[1]}= {step}{text.source[last:]}"
            name = last_name(text.of(node.targets[-1]))
            yield Candidate("accumulator-overwritten", node.lineno, source, 0.1), name


def _is_sum(value: ast.expr) -> bool:
    return isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Add, ast.Sub))


TYPED = re.compile(r"\s*=([-+])")


def _own_base(scene: Scene, fresh: set[str]) -> Iterator[tuple[Candidate, str]]:
    """Assignments of such a name whose sum or difference begins with another weight, and its name."""
    weights = fresh | {last_name(group) for group in scene.judgement.reading.groups}
    text = Text(scene.source)
    for node in text.statements() if fresh else ():
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        target = text.of(node.targets[0])
        first = _first_term(node.value)
        if (
            first is None
            or last_name(target) not in fresh
            or scene.index_of(node) not in scene.first_at
        ):
            continue
        other = text.of(first)
        if other != target and last_name(other) in weights:
            source = text.replaced(first, target)
            yield Candidate("another-weight-updated", node.lineno, source, 0.3), last_name(target)


def _cut_off(scene: Scene) -> Iterator[tuple[Candidate, str]]:
    """Arrays for whole numbers that a step stores in, made for fractions, and their names."""
    text = Text(scene.source)
    stored = {
        last_name(text.of(target))
        for node in text.statements()
        if isinstance(node, (ast.Assign, ast.AugAssign)) and scene.index_of(node) in scene.first_at
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Subscript) or isinstance(node, ast.AugAssign)
    }
    for candidate in whole_numbers(text):
        name = last_name(target_at(scene.source, candidate.line))
        if name in stored:
            yield candidate, name


def _first_term(value: ast.expr) -> ast.expr | None:
    """`a` of `a - b + c`."""
    if not isinstance(value, ast.BinOp) or not isinstance(value.op, (ast.Sub, ast.Add)):
        return None
    while isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Sub, ast.Add)):
        value = value.left
    return value if isinstance(value, (ast.Name, ast.Attribute, ast.Subscript)) else None


def _is_whole(host: Host, source: str, scene: Scene, names: Collection[str]) -> bool:
    """Whether a reading from the start finds every update right, and the weights among them; any that is new where they have no name."""
    again = whole_anew(host, source)
    if again is None:
        return False
    laws, before = again.reading.laws, scene.judgement.reading.laws
    moving = [group for group, law in laws.items() if law.kind != "silent"]
    joined = {last_name(group) for group in moving} >= set(names)
    return (
        (joined if names else bool(set(moving) - set(before)))
        and again.reading.name == scene.judgement.reading.name
        and set(laws) > set(before)
    )
