"""Phase 8a: changes that could mend a program, each the inverse of a mistake that people make.

candidates(scene)    edited sources, the likeliest first; each changes one statement, or moves one
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from backproof.checking.repair.kept import kept
from backproof.checking.repair.likely import weighed
from backproof.checking.repair.names import Names
from backproof.checking.repair.rules import EXPRESSION_RULES
from backproof.checking.repair.scene import APPEND, Scene
from backproof.checking.repair.slope_rules import RECTIFIES
from backproof.checking.repair.spelling import spelled
from backproof.checking.repair.statements import moved
from backproof.checking.repair.stores import is_zero, stored
from backproof.checking.repair.swaps import swap_code
from backproof.checking.repair.text import Candidate, Text, Valued, is_beside, wrapped
from backproof.checking.repair.unread import unread
from backproof.checking.repair.values import whole_value
from backproof.checking.source.places import Statement

SAME_MISTAKE = 0.35  # how much likelier a mistake is that was found elsewhere in the program


def candidates(scene: Scene, found: tuple[str, ...] = ()) -> list[Candidate]:
    """All changes, the likeliest first, each source once.

    Args:
        scene: the program.
        found: codes of mistakes that were found in it already.
    """
    text = Text(scene.source)
    by_line: dict[int, list[ast.stmt]] = {}
    for node in text.statements():
        by_line.setdefault(node.lineno, []).append(node)
    out: list[Candidate] = []
    suspects = scene.suspects()
    for order, index in enumerate(suspects):
        known = scene.statements[index]
        for node in by_line.get(known.line, []):
            if type(node).__name__ == known.kind and not is_beside(text, node):
                out.extend(_of_statement(text, scene, node, known, 0.15 * order))
    out.extend(moved(text, scene, {scene.statements[i].line for i in suspects}))
    out.extend(kept(text, scene))
    out.extend(stored(text, scene))
    out.extend(unread(text, scene))
    out.extend(_of_helpers(text, scene))
    out.extend(_of_lists(text, scene))
    unique: dict[str, Candidate] = {}
    out = weighed(text, scene, out)
    out = [replace(c, cost=c.cost * SAME_MISTAKE) if c.code in found else c for c in out]
    for made in sorted(out, key=lambda c: c.cost):
        candidate = spelled(made, scene.source)
        if candidate is not None and candidate.source != scene.source:
            unique.setdefault(candidate.source, candidate)
    return list(unique.values())


def _of_statement(
    text: Text, scene: Scene, node: ast.stmt, known: Statement, base: float
) -> Iterator[Candidate]:
    value = getattr(node, "value", None)
    for code, source, cost, new in _signs(text, node):
        yield Candidate(code, node.lineno, source, base + cost, known.index if new else -1, new)
    if value is None:
        return
    if isinstance(value, ast.Call) and text.of(value.func).endswith(APPEND) and value.args:
        value = value.args[-1]
    names = Names(scene, known.scope, next(iter(known.targets), ""))
    valued = Valued(text, node, value, known.index, base)
    for candidate in chain(_of_parts(valued, names), whole_value(valued, names)):
        if not _scales_itself(valued, candidate.value, names):
            yield candidate


def _scales_itself(valued: Valued, new: str, names: Names) -> bool:
    """Whether a change would add a multiple of a gradient to itself: `dW += rate * dW` for `dW += rate * W`."""
    if not isinstance(valued.node, ast.AugAssign):
        return False
    own = valued.text.of(valued.node.target)
    words = re.compile(rf"(?<![\w.]){re.escape(own)}(?!\w)")
    before = words.search(valued.text.of(valued.value))
    return not names.is_weight(own) and before is None and words.search(new) is not None


def _of_parts(valued: Valued, names: Names) -> Iterator[Candidate]:
    choices = [n for n in ast.walk(valued.value) if isinstance(n, ast.IfExp)]
    asked = {n for choice in choices for n in ast.walk(choice.test)}  # no part of the value
    for child in ast.walk(valued.value):
        if isinstance(child, ast.expr) and not isinstance(child, ast.Constant):
            if child in asked:
                continue
            extra = 0.0 if child is valued.value else 0.05
            for rule, cost in EXPRESSION_RULES:
                for code, new in rule(valued.text, child, names):
                    fitting = wrapped(valued.text, child, new)
                    yield valued.part(code, child, fitting, cost + extra)


def _signs(text: Text, node: ast.stmt) -> Iterator[tuple[str, str, float, str]]:
    """Code, source, cost, and the value that would do the same where one would."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Add, ast.Sub)):
        start, stop = text.span(node.target)[1], text.span(node.value)[0]
        middle = text.source[start:stop]
        swapped = middle.replace("+=", "-=") if "+=" in middle else middle.replace("-=", "+=")
        own, target = text.of(node.value), text.of(node.target)
        yield "wrong-sign", text.source[:start] + swapped + text.source[stop:], 0.2, f"-({own})"
        plain = middle.replace("+=", "=").replace("-=", "=")
        source = text.source[:start] + plain + text.source[stop:]
        sign = "-" if isinstance(node.op, ast.Add) else "+"
        yield "accumulator-not-reset", source, 1.2, f"({own}) {sign} {target}"
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        start, stop = text.span(node.targets[0])[1], text.span(node.value)[0]
        middle = text.source[start:stop]
        for sign in () if is_zero(text.of(node.value)) else ("+=", "-="):
            new = middle.replace("=", sign, 1)
            yield "accumulator-overwritten", text.source[:start] + new + text.source[stop:], 0.7, ""
        value = node.value
        if isinstance(value, ast.UnaryOp):  # w =- rate * g
            inner = text.of(value.operand)
            yield (
                "accumulator-overwritten",
                text.source[:start] + " -= " + inner + text.source[text.span(value)[1] :],
                0.6,
                "",
            )


def _of_helpers(text: Text, scene: Scene) -> Iterator[Candidate]:
    """Changes inside the program's small functions: a slope's formula, a softmax's axis."""
    for node in text.statements():
        if not isinstance(node, ast.Return) or node.value is None:
            continue
        owner = text.parents.get(node)
        while owner is not None and not isinstance(owner, ast.FunctionDef):
            owner = text.parents.get(owner)
        if owner is None or len(owner.body) > 6:
            continue
        names = Names(scene, owner.name)
        for statement in owner.body:
            value = getattr(statement, "value", None)
            if value is not None:
                index = scene.index_of(statement)
                yield from _of_parts(Valued(text, statement, value, index, 0.5), names)
        whole = Valued(text, node, node.value, scene.index_of(node), 0.0)
        for argument in _arguments(text, owner, node.value):
            for formula in (
                f"{argument} * (1 - {argument})",
                f"1 - {argument} ** 2",
                *(
                    f"{f}({argument}) * (1 - {f}({argument}))"
                    for f in scene.functions[:4]
                    if f != owner.name and not f.startswith("self.__")
                ),
                *((f"1.0 * ({argument} > 0)",) if RECTIFIES.search(text.source) else ()),
                "1.0",
            ):
                yield whole.to("wrong-slope", formula, 0.6)


def _arguments(text: Text, owner: ast.FunctionDef, value: ast.expr) -> list[str]:
    """What a slope may be taken of: the function's argument; where a method has none, what it uses of its own object."""
    names = [argument.arg for argument in owner.args.args if argument.arg != "self"]
    used = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)}
    if names or not owner.args.args:
        return ([name for name in names if name in used] or names)[-1:]
    own = [text.of(n) for n in ast.walk(value) if isinstance(n, ast.Attribute)]
    return [name for name in dict.fromkeys(own) if name.startswith("self.")][:2]


def _of_lists(text: Text, scene: Scene) -> Iterator[Candidate]:
    """Another value in a list of gradients: one that is not in it, and that has the shape of a weight that goes wrong."""
    reading, state = scene.judgement.reading, scene.judgement.steps.keepers[0].state
    wrong = {state[p].shape for g in scene.wrong for p in reading.groups[g] if p in state}
    for node in text.statements():
        value = getattr(node, "value", None)
        known = scene.statement_of(node)
        if not isinstance(value, (ast.List, ast.Tuple, ast.Dict)) or known is None:
            continue
        if scene.first_at.get(known.index, -1) < scene.meeting_at:
            continue
        inside = value.values if isinstance(value, ast.Dict) else value.elts
        there = {text.of(element) for element in inside}
        visible = scene.scopes.get(known.scope, {})
        for element in inside:
            if not isinstance(element, (ast.Name, ast.Attribute, ast.Subscript)):
                continue
            for other, shape in visible.items():
                if shape in wrong and other not in there and not other.endswith(".T"):
                    source = text.replaced(element, other)
                    code = swap_code(text.of(element), other)
                    yield Candidate(code, node.lineno, source, 0.4)
