"""Phase 8h: changes after which another step, or other weights, are found: only a reading from the start judges them.

    a // b                   a / b                  fractions are cut off
    zeros(n, dtype=int)      zeros(n)               likewise, in an array that takes gradients
    [[0.1, 0.2]] * n         [[0.1, 0.2] for ...]   one row under many names
    w = old - step           w[:] = old - step      in a function that only meant to change what is outside, or what it is given
    update(w, grads)         w = update(w, grads)   a result that nobody keeps
    for ...: ...; w -= step  for ...: ...; w -= step  updates that stand after the loop
    p = w.copy(); p -= step  p = w; p -= step       a copy that nobody keeps
    p = f(w); for ...: p     for ...: p = f(w)      computed once, before anything has changed
    for ...: ...; return     for ...: ...           a function that ends in its loop's first round
                             return
    squares += g * g.T       squares += g * g       no square, so that it can be negative
    step / sqrt(mean)        step / sqrt(squares)   the root of what may be negative
    squares += dot(g, g)     squares += g * g       likewise
    outs[0] - target         outs[-1] - target      the first of a list, which is the input
    for w in ws: w -= step   ws[i] -= step          a number of a list, under the loop's name for it
    learn(a, y); forward(x)  forward(x); learn(...) at the end of a function that reads what it overwrites

afresh(...)     the first such change that makes every update right, where the program as it stands is not understood or goes wrong
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import TypeGuard

from backproof.checking.process.session import Host
from backproof.checking.reading.anew import READING
from backproof.checking.reading.judge import Judgement, judge
from backproof.checking.repair.items import items_of_lists
from backproof.checking.repair.missing import made_once
from backproof.checking.repair.moments import other_roots
from backproof.checking.repair.outside import left_behind
from backproof.checking.repair.products import factors
from backproof.checking.repair.rebound import (
    copied,
    copied_in_lists,
    ignored_results,
    rebound,
    rebound_arguments,
    stored_names,
)
from backproof.checking.repair.stores import with_fractions, written_type
from backproof.checking.repair.sums import reset_inside
from backproof.checking.repair.swaps import filled_lists
from backproof.checking.repair.text import Candidate, Text
from backproof.checking.source.instrument import Instrumented, instrument
from backproof.checking.source.syntax import FUNCTIONS, LOOPS

MOST = 10  # changes that are tried
ENOUGH = 6.0  # seconds that must be left for one
WHOLE = ("len", "int", "round", "range")  # calls whose numbers have no fractions


@dataclass(frozen=True)
class Afresh:
    """The change, and the program with it as it was read."""

    candidate: Candidate
    made: Instrumented
    judgement: Judgement


def afresh(host: Host, source: str, printed: str, before: Judgement | None = None) -> Afresh | None:
    """The first change after which every update is right; None where there is none, or no time.

    Args:
        host: runs them.
        source: the program.
        printed: what it prints as it stands: a change after which it prints the same mends nothing.
        before: how it was read as it stands, if it was.
    """
    text = Text(source)
    stands = before is not None and before.reading.follows  # where an update is right, it stays
    ways = (way(text) for way in WAYS if not (stands and way in MOVING))
    wrong = () if before is None else before.wrong
    return first_whole(host, islice(chain.from_iterable(ways), MOST), printed, wrong)


def first_whole(
    host: Host, options: Iterator[Candidate], printed: str = "", wrong: Collection[str] = ()
) -> Afresh | None:
    """The first changed program whose updates are all right, of what was wrong too, and which prints something else."""
    for candidate in options:
        if host.left() < ENOUGH:
            return None
        scan = host.start("scan", candidate.source).answer(READING)
        if scan["error"] is not None or _is_same(scan["printed"], printed):
            continue
        made = instrument(candidate.source, host.filename)
        again = judge(host, candidate.source, made, scan)
        if isinstance(again, list):
            continue
        follows = set(again.reading.follows)
        mended = not again.wrong and (follows.intersection(wrong) if wrong else follows)
        if mended and not again.mismatch:
            return Afresh(candidate, made, again)
        again.steps.run.stop()
    return None


def _is_same(one: str, other: str) -> bool:
    """Whether two programs print the same, as far as both came."""
    common = min(len(one), len(other))
    return common > 0 and one[:common] == other[:common]


def floored(text: Text) -> Iterator[Candidate]:
    """Divisions whose fractions are cut off; not those of indices and counts."""
    for node in text.statements():
        for child in _own(node):
            if isinstance(child, ast.BinOp) and isinstance(child.op, ast.FloorDiv):
                if not _counts(text, child):
                    start, stop = text.span(child.left)[1], text.span(child.right)[0]
                    middle = text.source[start:stop].replace("//", "/", 1)
                    source = text.source[:start] + middle + text.source[stop:]
                    yield Candidate("integer-division", node.lineno, source, 0.1)


def _own(node: ast.stmt) -> Iterator[ast.AST]:
    """The parts of a statement that are no statements."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.stmt):
            yield from ast.walk(child)


def _counts(text: Text, node: ast.expr) -> bool:
    """Whether it stands in an index, a range or a remainder's company."""
    above = text.parents.get(node)
    while above is not None and not isinstance(above, ast.stmt):
        called = isinstance(above, ast.Call) and text.of(above.func) in WHOLE
        if called or isinstance(above, (ast.Slice, ast.Subscript)):
            return True
        above = text.parents.get(above)
    return False


def whole_numbers(text: Text) -> Iterator[Candidate]:
    """Arrays that are created for whole numbers, with fractions."""
    filled = _filled(text)
    for node in text.statements():
        value = getattr(node, "value", None)
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or not isinstance(value, ast.Call):
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        kind = written_type(text, value)
        whole = kind is not None and "int" in text.of(kind)
        if text.of(target) in filled and kind is None:
            written = text.of(value.func).endswith(".array") and _all_whole(value.args)
            whole = written or _is_drawn_whole(text, value)
        if whole:
            yield next(with_fractions(text, node, value))


def _filled(text: Text) -> set[str]:
    """What something is added to, number by number or in place."""
    out = set()
    for node in text.statements():
        if isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Add, ast.Sub)):
            target: ast.expr = node.target
            while isinstance(target, ast.Subscript):
                target = target.value
            out.add(text.of(target))
    return out


def _is_drawn_whole(text: Text, value: ast.Call) -> bool:
    return text.of(value.func).endswith(("randint", "integers"))


def _all_whole(values: list[ast.expr]) -> bool:
    """Whether an array is made of whole numbers, each written out."""
    constants = [n for value in values for n in ast.walk(value) if isinstance(n, ast.Constant)]
    plain = (ast.List, ast.Tuple, ast.Constant, ast.UnaryOp, ast.USub, ast.Load)
    known = all(isinstance(n, plain) for value in values for n in ast.walk(value))
    return known and bool(constants) and all(isinstance(n.value, int) for n in constants)


def shared_rows(text: Text) -> Iterator[Candidate]:
    """Lists with one and the same list in them many times: all of them, then each."""
    found = [
        (node.lineno, child, f"[{text.of(row)} for _ in range({text.of(child.right)})]")
        for node in text.statements()
        for child in _own(node)
        if isinstance(child, ast.BinOp) and isinstance(child.op, ast.Mult)
        for row in ([child.left.elts[0]] if _is_single(child.left) else [])
        if isinstance(row, (ast.List, ast.ListComp, ast.BinOp)) or _is_array(text, row)
    ]
    if len(found) > 1:
        changed = text.all_replaced([(child, new) for _, child, new in found])
        yield Candidate("shared-rows", found[0][0], changed, 0.1)
    for line, child, new in found:
        yield Candidate("shared-rows", line, text.replaced(child, new), 0.1)


def _is_array(text: Text, node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and text.of(node.func).startswith(("np.", "numpy."))


def _is_single(node: ast.expr) -> TypeGuard[ast.List]:
    return isinstance(node, ast.List) and len(node.elts) == 1


def early_ends(text: Text) -> Iterator[Candidate]:
    """A function that ends at the end of its loop's first round."""
    for node in text.statements():
        loop = text.parents.get(node)
        if isinstance(node, ast.Return) and isinstance(loop, LOOPS) and text.alone(node):
            if loop.body[-1] is node and len(loop.body) > 1 and not loop.orelse:
                first, last = text.rows(node)
                depth = len(text.indent(node)) - len(text.indent(loop))
                out = [line[depth:] for line in text.lines[first:last]]
                source = "\n".join([*text.lines[:first], *out, *text.lines[last:]])
                yield Candidate("statement-inside-loop", node.lineno, source, 0.1)


def crossed_squares(text: Text) -> Iterator[Candidate]:
    """A product of something with its own transpose, number by number."""
    for node in text.statements():
        for child in _own(node):
            if not isinstance(child, ast.BinOp) or not isinstance(child.op, ast.Mult):
                continue
            one, two = text.of(child.left), text.of(child.right)
            if one != two and one.removesuffix(".T") == two.removesuffix(".T"):
                plain = one.removesuffix(".T")
                source = text.replaced(child, f"{plain} * {plain}")
                yield Candidate("needless-transpose", node.lineno, source, 0.1)


def dotted_squares(text: Text) -> Iterator[Candidate]:
    """A matrix product of something with itself, in a sum that a root is taken of."""
    for node in text.statements():
        target = text.of(node.target) if isinstance(node, ast.AugAssign) else ""
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = text.of(node.targets[0])
        if not target or not re.search(rf"sqrt\([^\n]*{re.escape(target)}", text.source):
            continue
        for child in _own(node):
            if not isinstance(child, ast.expr):
                continue
            both = factors(text, child)
            if both and both[0] == both[1] and not _is_times(child):
                source = text.replaced(child, f"{both[0]} * {both[0]}")
                yield Candidate("matrix-product-for-elementwise", node.lineno, source, 0.1)


def _is_times(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult)


def first_for_last(text: Text) -> Iterator[Candidate]:
    """The first of a list that is filled on the way in a difference, where the last may be meant."""
    filled = filled_lists(text.tree)
    for node in text.statements():
        for child in _own(node):
            if not isinstance(child, ast.BinOp) or not isinstance(child.op, ast.Sub):
                continue
            for side in (child.left, child.right):
                listed = isinstance(side, ast.Subscript) and text.of(side.value) in filled
                if isinstance(side, ast.Subscript) and listed and text.of(side.slice) == "0":
                    source = text.replaced(side.slice, "-1")
                    yield Candidate("wrong-index", node.lineno, source, 0.1)


def once(text: Text) -> Iterator[Candidate]:
    """What a loop only reads, and what is made of something that the loop changes, computed at the loop's head."""
    for loop in text.statements():
        if isinstance(loop, (ast.For, ast.While)):
            yield from made_once(text, loop, stored_names(loop))


def named_items(text: Text) -> Iterator[Candidate]:
    """Numbers of a list that a loop changes by its own name for them."""
    yield from (candidate for candidate, _ in items_of_lists(text))


def late_passes(text: Text) -> Iterator[Candidate]:
    """A call at the end of a function that stores what the function has read before: the pass for an example after its use.

    The function reads what is passed as well: else it may be the next example, whose turn comes with the next call.
    """
    for function in text.statements():
        if not isinstance(function, FUNCTIONS) or len(function.body) < 2:
            continue
        call = function.body[-1]
        body = [n for n in function.body[:-1] if not isinstance(n, (ast.Global, ast.Nonlocal))]
        if not isinstance(call, ast.Expr) or not isinstance(call.value, ast.Call) or not body:
            continue
        read, given = _read(text, body), {text.of(argument) for argument in call.value.args}
        if _kept_by(text, call.value) & read and given & read and text.alone(call):
            (first, last), start = text.rows(call), text.rows(body[0])[0]
            kept, taken = text.lines[start:first], text.lines[first:last]
            lines = [*text.lines[:start], *taken, *kept, *text.lines[last:]]
            yield Candidate("stale-activation", call.lineno, "\n".join(lines), 0.1)


def _kept_by(text: Text, call: ast.Call) -> set[str]:
    """What a function of the program stores beyond its end: global names, and attributes of its object."""
    name = text.of(call.func).removeprefix("self.")
    called = [n for n in text.statements() if isinstance(n, FUNCTIONS) and n.name == name]
    out: set[str] = set()
    for function in called:
        told = {name for n in ast.walk(function) if isinstance(n, ast.Global) for name in n.names}
        out |= stored_names(function) & told
        out |= {
            text.of(n)
            for n in ast.walk(function)
            if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)
        }
    return out


def _read(text: Text, body: list[ast.stmt]) -> set[str]:
    return {
        text.of(n)
        for node in body
        for n in ast.walk(node)
        if isinstance(n, (ast.Name, ast.Attribute)) and isinstance(n.ctx, ast.Load)
    }


WAYS = (
    floored,
    copied,
    copied_in_lists,
    reset_inside,
    left_behind,
    whole_numbers,
    shared_rows,
    crossed_squares,
    other_roots,
    dotted_squares,
    early_ends,
    rebound,
    rebound_arguments,
    ignored_results,
    named_items,
    once,
    first_for_last,
    late_passes,
)
MOVING = (left_behind,)  # which take updates elsewhere
