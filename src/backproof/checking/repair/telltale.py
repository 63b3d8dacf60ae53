"""Phase 8o: what is hardly ever meant, whatever the step does: tried before all else, each by a reading from the start.

telltales(...)         all of them, in the order in which they are tried
unshared(text)         V1 = V2 = np.zeros(n): two names of one array, which both are changed in place
aliased(text)          `old = W`, where W is changed in place before `old` is read
as_columns(text, ...)  targets of shape (n,) that meet outputs of shape (n, 1), made (n, 1) where they come from
odd_one_out(text)      W1 -= v1 among W2 += v2, B1 += b1, B2 += b2
odd_axes(text)         `db1 = dZ1.sum(axis=0)` beside `db2 = dZ2.sum(axis=1)`
all_columns(text)      `d[:, y] -= 1`, which takes from whole columns, with a row for each y
slipped_out(text)      w[k] -= step below `for k in w:`, at which k is the last one alone
called_outside(text)   `net.update()` below the loop over the batches in which `net.backward()` is called
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain

from backproof.checking.process.state import last_name
from backproof.checking.reading.created import DRAWS
from backproof.checking.reading.judge import Judgement
from backproof.checking.reading.loss import is_crossed
from backproof.checking.repair.afresh import floored, late_passes, shared_rows
from backproof.checking.repair.at_odds import (
    bare_products,
    bare_returns,
    bare_sums,
    other_axes,
    other_leaks,
    rounded,
)
from backproof.checking.repair.exchanged import exchanged_arguments, exchanged_results
from backproof.checking.repair.moments import exchanged_roots, other_powers
from backproof.checking.repair.outside import moved_in
from backproof.checking.repair.rebound import ignored_results
from backproof.checking.repair.sums import (
    added_to,
    array_of,
    methods_called,
    never_reset,
    overwritten,
    reset_inside,
    zeroing,
)
from backproof.checking.repair.text import Candidate, Text, bracketed
from backproof.checking.source.syntax import LOOPS


def telltales(text: Text, judgement: Judgement) -> Iterator[Candidate]:
    """Changes of a program in whose step something goes wrong."""
    kinds = {law.kind for law in judgement.reading.laws.values()}
    weights = [last_name(group) for group in judgement.reading.groups]
    wrong = [last_name(group) for group in judgement.wrong]
    unexplained = "unexplained" in kinds
    yield from chain(
        floored(text),
        unshared(text),
        never_reset(text, weights),
        aliased(text),
        exchanged_arguments(text),
        exchanged_results(text, wrong),
        shared_rows(text),
        overwritten(text),
        reset_inside(text),
        as_columns(text, _crossed(judgement)),
        all_columns(text),
        bare_sums(text),
        bare_products(text, {*weights, *map(last_name, judgement.steps.changed)}),
        bare_returns(text),
        rounded(text),
        other_leaks(text),
        other_axes(text),
        odd_one_out(text),
        odd_axes(text),
        slipped_out(text),
        called_outside(text),
        zeroing(text) if "accumulating" in kinds else (),
        ignored_results(text),
        exchanged_roots(text) if unexplained else (),
        other_powers(text) if unexplained else (),
        () if judgement.reading.follows else late_passes(text),
    )


def _crossed(judgement: Judgement) -> dict[str, int]:
    """The names of targets each of which meets every output, and the lines where they do."""
    steps = judgement.steps
    met = [r.meeting for r in judgement.others if r.meeting is not None]
    crossed = [m for m in met if m.kind == "difference" and is_crossed(steps, m)]
    return {steps.places[m.target].text: steps.places[m.place].line for m in crossed}


def unshared(text: Text) -> Iterator[Candidate]:
    """Arrays that one statement gives several names, each made on its own."""
    changed = [array_of(text, node.target) for node in added_to(text.tree)]
    for node in text.statements():
        if not isinstance(node, ast.Assign) or len(node.targets) < 2 or not text.alone(node):
            continue
        names = [text.of(target) for target in node.targets]
        made = isinstance(node.value, (ast.Call, ast.List, ast.ListComp, ast.BinOp))
        if made and sum(name in changed for name in names) > 1:
            first, last = text.rows(node)
            value, indent = text.of(node.value), text.indent(node)
            lines = [f"{indent}{name} = {value}" for name in names]
            source = "\n".join([*text.lines[:first], *lines, *text.lines[last:]])
            yield Candidate("aliased-array", node.lineno, source, 0.1)


def aliased(text: Text) -> Iterator[Candidate]:
    """What is to keep an array as it was, a copy."""
    for node in text.statements():
        if not isinstance(node, ast.Assign) or not isinstance(node.value, NAMES):
            continue
        kept, array, block = text.of(node.targets[0]), text.of(node.value), text.block(node)
        later = block[block.index(node) + 1 :]
        changed = [
            i for i, n in enumerate(later) for a in added_to(n) if text.of(a.target) == array
        ]
        read = [i for i, n in enumerate(later) if kept in _reads(text, n)]
        if changed and read and changed[0] < read[-1]:
            source = text.replaced(node.value, f"{array}.copy()")
            yield Candidate("aliased-before-update", node.lineno, source, 0.1)


NAMES = (ast.Name, ast.Attribute)


def _reads(text: Text, node: ast.stmt) -> set[str]:
    return {
        text.of(n) for n in ast.walk(node) if isinstance(n, NAMES) and isinstance(n.ctx, ast.Load)
    }


FEWEST = 3  # updates, of which one is odd


def as_columns(text: Text, names: Mapping[str, int]) -> Iterator[Candidate]:
    """Rows of numbers made columns at the last statement that makes them, where more than one other uses them; told at the lines of `names`, where they meet columns."""
    for node in reversed(text.statements()):
        target = text.of(node.targets[0]) if isinstance(node, ast.Assign) else ""
        if (
            target not in names
            or not isinstance(node, ast.Assign)
            or isinstance(node.value, ast.Tuple)
        ):
            continue
        read = [n for n in ast.walk(text.tree) if isinstance(n, ast.Name) and n.id == target]
        if len({n.lineno for n in read if isinstance(n.ctx, ast.Load)}) > 1:
            new = f"{bracketed(text.of(node.value))}.reshape(-1, 1)"
            yield Candidate("broadcast-shape", names[target], text.replaced(node.value, new), 0.1)


def odd_one_out(text: Text) -> Iterator[Candidate]:
    """Of a block's updates the only one with its sign, with the other."""
    seen: set[int] = set()
    for node in text.statements():
        block = text.block(node)
        if id(block) in seen:
            continue
        seen.add(id(block))
        plus = [n for n in block if isinstance(n, ast.AugAssign) and isinstance(n.op, ast.Add)]
        minus = [n for n in block if isinstance(n, ast.AugAssign) and isinstance(n.op, ast.Sub)]
        for few, many in ((plus, minus), (minus, plus)):
            noise = bool(few) and DRAWS.search(text.of(few[0].value)) is not None
            if len(few) == 1 and len(many) >= FEWEST - 1 and not noise:
                start, stop = text.span(few[0].target)[1], text.span(few[0].value)[0]
                middle = text.source[start:stop].translate(str.maketrans("+-", "-+"))
                source = text.source[:start] + middle + text.source[stop:]
                yield Candidate("wrong-sign", few[0].lineno, source, 0.1)


def odd_axes(text: Text) -> Iterator[Candidate]:
    """Of the sums that a block assigns, one along the axis of the others."""
    seen: set[int] = set()
    for node in text.statements():
        block = text.block(node)
        if id(block) in seen:
            continue
        seen.add(id(block))
        calls = [
            (n.lineno, call)
            for n in block
            if isinstance(n, ast.Assign)
            for call in ast.walk(n.value)
            if isinstance(call, ast.Call) and text.of(call.func).endswith("sum")
        ]
        axes = [(line, k.value) for line, call in calls for k in call.keywords if k.arg == "axis"]
        counts = Counter(text.of(axis) for _, axis in axes)
        for line, axis in axes if len(counts) == 2 else ():
            (other,) = counts.keys() - {text.of(axis)}
            if counts[text.of(axis)] == 1:
                yield Candidate("bias-reduction", line, text.replaced(axis, other), 0.1)


def all_columns(text: Text) -> Iterator[Candidate]:
    """The column of each example taken in its own row alone."""
    for node in text.statements():
        target = node.target if isinstance(node, ast.AugAssign) else None
        index = target.slice if isinstance(target, ast.Subscript) else None
        parts = index.elts if isinstance(index, ast.Tuple) else []
        whole = [part for part in parts if isinstance(part, ast.Slice) and text.of(part) == ":"]
        if len(parts) != 2 or len(whole) != 1 or not isinstance(target, ast.Subscript):
            continue
        labels = text.of(parts[0] if whole[0] is parts[1] else parts[1])
        above = text.parents.get(node)
        counted = isinstance(above, ast.For) and text.of(above.target) == labels
        if labels.isidentifier() and not counted:
            rows = _rows_beside(text, labels) or f"range(len({labels}))"
            yield Candidate("all-columns", node.lineno, text.replaced(whole[0], rows), 0.1)


def _rows_beside(text: Text, labels: str) -> str:
    """`range(n)` of `p[range(n), y]`, somewhere in the program."""
    for node in ast.walk(text.tree):
        if isinstance(node, ast.Tuple) and len(node.elts) == 2:
            calls = [part for part in node.elts if isinstance(part, ast.Call)]
            if len(calls) == 1 and labels in map(text.of, node.elts):
                return text.of(calls[0])
    return ""


def slipped_out(text: Text) -> Iterator[Candidate]:
    """Statements right after a loop that change what its counter names, taken into it."""
    for loop in text.statements():
        block = text.block(loop)
        after = block[block.index(loop) + 1 :][:1]
        if not isinstance(loop, ast.For) or not isinstance(loop.target, ast.Name) or not after:
            continue
        target = getattr(after[0], "target", None) or getattr(after[0], "targets", [None])[0]
        index = target.slice if isinstance(target, ast.Subscript) else None
        if isinstance(index, ast.Name) and index.id == loop.target.id and text.alone(after[0]):
            yield moved_in(text, loop, after, "statement-outside-loop", 0.1)


def called_outside(text: Text) -> Iterator[Candidate]:
    """Calls right below a loop that is inside another, of objects whose other methods the loop calls, taken into it."""
    for loop in text.statements():
        block = text.block(loop)
        after = block[block.index(loop) + 1 :][:1]
        if not isinstance(loop, LOOPS) or not isinstance(text.parents.get(loop), LOOPS):
            continue
        called = {name for node in after for name, _ in methods_called(text, node)}
        over = {text.of(n.iter) for node in after for n in ast.walk(node) if isinstance(n, ast.For)}
        inside = {text.of(n) for p in loop.body for n in ast.walk(p) if isinstance(n, ast.expr)}
        through = text.of(loop.iter) if isinstance(loop, ast.For) else ""
        layers = any(
            name in through for name in over or called
        )  # it goes through these, no batches
        if called and (over or called) <= inside and not layers and text.alone(after[0]):
            yield moved_in(text, loop, after, "statement-outside-loop", 0.1)
