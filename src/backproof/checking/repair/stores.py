"""Phase 8a: where values are kept: sums set back to zero, updates that reach their array, arrays of fractions, copies."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from backproof.checking.process.state import last_name, stem
from backproof.checking.repair.names import Names
from backproof.checking.repair.scene import Scene
from backproof.checking.repair.swaps import OTHER_END
from backproof.checking.repair.text import Candidate, Text, bracketed

MOST_INDICES = 6
NAMED = (ast.Name, ast.Attribute)
TYPE = re.compile(r"(np\.|numpy\.)?(int|float|bool)(_|\d+)?")


def stored(text: Text, scene: Scene) -> Iterator[Candidate]:
    """All of them."""
    yield from _resets(text, scene)
    yield from _targets(text, scene)
    yield from _items(text, scene)
    yield from _copies(text)
    yield from _masked(text, scene)


def _masked(text: Text, scene: Scene) -> Iterator[Candidate]:
    """Numbers of a derivative set to zero where another value is small: `grad[grad <= 0] = 0` where the mask of relu is its own output's."""
    for node in text.statements():
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if not isinstance(target, ast.Subscript) or not isinstance(target.slice, ast.Compare):
            continue
        known = scene.statement_of(node)
        if known is None or scene.first_at.get(known.index, -1) < scene.meeting_at:
            continue
        names, own = Names(scene, known.scope), target.slice.left
        for other in names.instead_of(text.of(own)):
            source = text.replaced(own, other)
            yield Candidate("slope-of-activated-value", node.lineno, source, 0.45)


def _items(text: Text, scene: Scene) -> Iterator[Candidate]:
    """Another item that a value is stored in: the other end, one by the counter of a loop around it, or one that is read elsewhere."""
    for node in text.statements():
        if scene.index_of(node) not in scene.influence:
            continue
        if isinstance(node, ast.AugAssign):
            target: ast.expr | None = node.target
        else:
            target = node.targets[0] if isinstance(node, ast.Assign) else None
        for part in ast.walk(target) if target is not None else ():
            if isinstance(part, ast.Subscript):
                own = text.of(part.slice)
                ends, counters = OTHER_END.get(own, ()), _counters(text, node)
                for other in dict.fromkeys((*ends, *counters, *_read_indices(text, part))):
                    if other != own:
                        source = text.replaced(part.slice, other)
                        yield Candidate("wrong-index", node.lineno, source, 0.5)


def _read_indices(text: Text, item: ast.Subscript) -> list[str]:
    """The indices by which the program reads items of the same name, at the same depth, that are single names or numbers."""
    row = last_name(text.of(item.value)), _depth(item)
    found = [
        text.of(n.slice)
        for n in ast.walk(text.tree)
        if isinstance(n, ast.Subscript)
        and isinstance(n.ctx, ast.Load)
        and isinstance(n.slice, (ast.Name, ast.Constant, ast.UnaryOp))
        and (last_name(text.of(n.value)), _depth(n)) == row
    ]
    return list(dict.fromkeys(found))[:MOST_INDICES]


def _depth(item: ast.expr) -> int:
    return 1 + _depth(item.value) if isinstance(item, ast.Subscript) else 0


def _counters(text: Text, node: ast.stmt) -> list[str]:
    """The names that the loops around a statement count with."""
    out = []
    above = text.parents.get(node)
    while above is not None and not isinstance(above, ast.FunctionDef):
        if isinstance(above, ast.For):
            first = above.target.elts[0] if isinstance(above.target, ast.Tuple) else above.target
            out.append(text.of(first))
        above = text.parents.get(above)
    return [name for name in out if name.isidentifier()]


def _resets(text: Text, scene: Scene) -> Iterator[Candidate]:
    """An accumulator set back to zero: after the update that used it, or at the start of the step."""
    sums = [
        node
        for node in text.statements()
        if isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Add, ast.Sub))
    ]
    targets = dict.fromkeys(text.of(node.target) for node in sums)
    weights = {stem(group) for group in scene.judgement.reading.groups}
    yield from _starts(text, scene, weights)
    yield from _after_use(text, scene, {stem(target) for target in targets} - weights)
    for target in targets:
        if last_name(target) in {last_name(group) for group in scene.judgement.reading.groups}:
            continue  # a weight: to set it to zero would leave it out
        for node in text.statements():
            if not isinstance(node, (ast.AugAssign, ast.Assign)) or not text.alone(node):
                continue
            value = text.of(node.value)
            own = text.of(node.target if isinstance(node, ast.AugAssign) else node.targets[0])
            if target in value and own != target:
                indent = text.lines[node.lineno - 1][: node.col_offset]
                zero = "0.0" if scene.shapes.get(target, ()) == () else f"0.0 * {target}"
                source = text.inserted(node.end_lineno or node.lineno, f"{indent}{target} = {zero}")
                yield Candidate("accumulator-not-reset", node.lineno, source, 0.6)
        for loop in text.statements():
            if isinstance(loop, (ast.For, ast.While)) and text.alone(loop.body[0]):
                indent = text.lines[loop.body[0].lineno - 1][: loop.body[0].col_offset]
                zero = "0.0" if scene.shapes.get(target, ()) == () else f"0.0 * {target}"
                source = text.inserted(loop.body[0].lineno - 1, f"{indent}{target} = {zero}")
                yield Candidate("accumulator-not-reset", loop.lineno, source, 0.9)


def _after_use(text: Text, scene: Scene, sums: set[str]) -> Iterator[Candidate]:
    """An item of a sum, set back to zero at the end of the block in which it was used: `g[k]` of what was added to as `g["w"]`."""
    for node in text.statements():
        if not isinstance(node, (ast.Assign, ast.AugAssign)) or not text.alone(node):
            continue
        last = text.block(node)[-1]
        for part in ast.walk(node.value):
            if isinstance(part, ast.Subscript) and stem(text.of(part)) in sums:
                own = text.of(part)
                zero = "0.0" if scene.shapes.get(own, ()) == () else f"0.0 * {own}"
                line = f"{text.indent(node)}{own} = {zero}"
                source = text.inserted(last.end_lineno or last.lineno, line)
                yield Candidate("accumulator-not-reset", node.lineno, source, 0.65)


def _starts(text: Text, scene: Scene, weights: set[str]) -> Iterator[Candidate]:
    """Statements before a loop that set sums to zero, moved to its head; those of sums that reach a weight."""
    for loop in text.statements():
        if not isinstance(loop, (ast.For, ast.While)) or not text.alone(loop.body[0]):
            continue
        inside = {name for name in _added_up(text, scene, loop) if stem(name) not in weights}
        wanted = [
            node
            for node in _before(text, loop)
            if isinstance(node, ast.Assign)
            and text.alone(node)
            and {text.of(target) for target in node.targets} & inside
            and is_zero(text.of(node.value))
        ]
        if not wanted:
            continue
        indent = text.indent(loop.body[0])
        rows = {row: text.indent(node) for node in wanted for row in range(*text.rows(node))}
        moved = [indent + text.lines[row].removeprefix(rows[row]) for row in sorted(rows)]
        head = loop.body[0].lineno - 1
        lines = [line for n, line in enumerate(text.lines[:head]) if n not in rows]
        source = "\n".join([*lines, *moved, *text.lines[head:]])
        yield Candidate("accumulator-not-reset", wanted[0].lineno, source, 0.4)


def _added_up(text: Text, scene: Scene, loop: ast.stmt) -> set[str]:
    """What a loop adds to, without its indices: `s += x`, `s[i] += x`, `s = [a + b for a, b in zip(s, x)]`."""
    out: set[str] = set()
    for node in ast.walk(loop):
        if not isinstance(node, (ast.Assign, ast.AugAssign)):
            continue
        lists = isinstance(node.value, ast.ListComp)  # of arrays: what they reach is not known
        if not lists and scene.index_of(node) not in scene.influence:
            continue
        if isinstance(node, ast.AugAssign):
            out.add(text.of(node.target).partition("[")[0])
        elif len(node.targets) == 1:
            own = text.of(node.targets[0])
            read = {text.of(n) for n in ast.walk(node.value) if isinstance(n, NAMED)}
            out |= ({own} & read) - ({own} if _is_faded(text, node, own) else set())
    faded = [
        n for n in ast.walk(loop) if isinstance(n, ast.AugAssign) and isinstance(n.op, ast.Mult)
    ]
    return out - {text.of(node.target).partition("[")[0] for node in faded}


def _is_faded(text: Text, node: ast.Assign, own: str) -> bool:
    """Whether only a share of the old value is kept, `v = mu * v - g`, as momentum does: no sum."""
    names = {own}
    for part in ast.walk(node.value):
        if isinstance(part, ast.comprehension):
            zipped = part.iter.args if isinstance(part.iter, ast.Call) else [part.iter]
            targets = (
                part.target.elts
                if isinstance(part.target, ast.Tuple) and len(zipped) > 1
                else [part.target]
            )
            for target, source in zip(targets, zipped, strict=False):
                if text.of(source) == own:
                    names |= {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
    return any(
        isinstance(part, ast.BinOp)
        and isinstance(part.op, ast.Mult)
        and {text.of(part.left), text.of(part.right)} & names
        for part in ast.walk(node.value)
    )


def _before(text: Text, loop: ast.stmt) -> list[ast.stmt]:
    """The statements before a loop in its block, and before the loops around it in theirs."""
    out: list[ast.stmt] = []
    node: ast.AST = loop
    while isinstance(node, (ast.For, ast.While)):
        block = text.block(node)
        out = [*block[: block.index(node)], *out]
        node = text.parents.get(node, text.tree)
    return out


def summed(scene: Scene) -> Iterator[Candidate]:
    """Assignments to what was set to zero before the loop, or is elsewhere in the step, as sums."""
    text = Text(scene.source)
    zeroed = _zeroed_in_step(text, scene)
    for node in text.statements():
        if scene.index_of(node) not in scene.influence or not isinstance(node, ast.Assign):
            continue
        if is_zero(text.of(node.value)):
            continue  # a sum of nothing
        if stem(text.of(node.targets[0])) in zeroed or begins_at_zero(text, node):
            start, stop = text.span(node.targets[0])[1], text.span(node.value)[0]
            middle = text.source[start:stop].replace("=", "+=", 1)
            source = text.source[:start] + middle + text.source[stop:]
            yield Candidate("accumulator-overwritten", node.lineno, source, 0.3)


def _zeroed_in_step(text: Text, scene: Scene) -> set[str]:
    """The names of attributes and items that a step sets to zero."""
    return {
        stem(text.of(target))
        for node in text.statements()
        if isinstance(node, ast.Assign) and is_zero(text.of(node.value))
        for target in node.targets
        if isinstance(target, (ast.Attribute, ast.Subscript))
        and scene.index_of(node) in scene.first_at
    }


def begins_at_zero(text: Text, node: ast.Assign) -> bool:
    """Whether what is assigned to was set to zero before a loop that gives it a value in each round: it is there to be added to."""
    target, above, again = node.targets[0], text.parents.get(node), False
    used = {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
    while isinstance(above, ast.stmt) and not isinstance(above, ast.FunctionDef):
        if isinstance(above, ast.For):
            counted = {n.id for n in ast.walk(above.target) if isinstance(n, ast.Name)}
            again = again or not counted & used
            if again and _is_zeroed(text, stem(text.of(target)), above):
                return True
        above = text.parents.get(above)
    return False


def _is_zeroed(text: Text, name: str, loop: ast.stmt) -> bool:
    """Whether a statement before the loop in its block sets something to zero."""
    block = text.block(loop)
    return any(
        isinstance(before, ast.Assign)
        and any(stem(target) == name and is_zero(value) for target, value in _stored(text, before))
        for before in block[: block.index(loop)]
    )


def _stored(text: Text, node: ast.Assign) -> list[tuple[str, str]]:
    """What an assignment stores, and under which names: one by one where it has several of both."""
    target, value = node.targets[0], node.value
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return [(text.of(a), text.of(b)) for a, b in zip(target.elts, value.elts, strict=False)]
    return [(text.of(target), text.of(value)) for target in node.targets]


def is_zero(value: str) -> bool:
    """Whether the text makes zeros."""
    return "zeros" in value or value.replace("[", "").startswith(("0", "[0"))


def _targets(text: Text, scene: Scene) -> Iterator[Candidate]:
    """A new value stored under the wrong name, or lost when the function ends."""
    lost = scene.judgement.steps.lost
    for path, found in lost.items():
        if found.place is None:
            continue
        code = "bias-not-updated" if stem(path).startswith("b") else "weights-not-updated"
        place = scene.places[found.place]
        statement = scene.statements[place.statement]
        for node in text.statements():
            if node.lineno != statement.line or not isinstance(node, ast.Assign):
                continue
            value = node.value
            if isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Sub, ast.Add)):
                old = text.of(value.left)
                sign = "-=" if isinstance(value.op, ast.Sub) else "+="
                if text.of(node.targets[0]) != old:
                    yield Candidate(code, node.lineno, text.replaced(node.targets[0], old), 0.1)
                change = text.of(value.right)
                yield Candidate(
                    "rebound-in-function",
                    node.lineno,
                    text.replaced(node, f"{old} {sign} {change}"),
                    0.2,
                )
        if found.dtype.startswith("int"):
            yield from creations(text, path)
    if lost:
        whole = text
        for _ in range(len(lost)):
            changed = _all_in_place(whole, scene)
            if changed is None:
                break
            whole = changed
        if whole is not text:
            first = min(
                (scene.places[f.place].line for f in lost.values() if f.place is not None),
                default=1,
            )
            yield Candidate("rebound-in-function", first, whole.source, 0.05)


def _all_in_place(text: Text, scene: Scene) -> Text | None:
    """The next `w = w - change` of a lost update, written in place."""
    wanted = {
        scene.statements[scene.places[f.place].statement].line
        for f in scene.judgement.steps.lost.values()
        if f.place is not None
    }
    for node in text.statements():
        if node.lineno in wanted and isinstance(node, ast.Assign):
            value, target = node.value, text.of(node.targets[0])
            if isinstance(value, ast.BinOp) and text.of(value.left) == target:
                if isinstance(value.op, (ast.Sub, ast.Add)):
                    sign = "-=" if isinstance(value.op, ast.Sub) else "+="
                    return Text(text.replaced(node, f"{target} {sign} {text.of(value.right)}"))
    return None


def creations(text: Text, path: str) -> Iterator[Candidate]:
    """The array created with floating-point numbers."""
    name = path.split(".")[-1].split("[")[0]
    for node in text.statements():
        if isinstance(node, ast.Assign) and text.of(node.targets[0]).split(".")[-1] == name:
            yield from with_fractions(text, node, node.value)


def with_fractions(text: Text, node: ast.stmt, value: ast.expr) -> Iterator[Candidate]:
    """An array's value made of floating-point numbers: by the type that is written there, or else by another one."""

    def made(old: ast.expr, new: str, cost: float) -> Candidate:
        return Candidate("integer-array", node.lineno, text.replaced(old, new), cost)

    kind = written_type(text, value)
    if kind is not None:
        yield made(kind, "float", 0.05)
        return
    yield made(value, f"{bracketed(text.of(value))}.astype(float)", 0.1)
    if isinstance(value, ast.Call):
        yield made(value, f"{text.of(value)[:-1]}, dtype=float)", 0.15)


def written_type(text: Text, value: ast.expr) -> ast.expr | None:
    """The type that the creation of an array names: `zeros(n, dtype=int)`, `zeros(n, int)`."""
    if not isinstance(value, ast.Call):
        return None
    named = [keyword.value for keyword in value.keywords if keyword.arg == "dtype"]
    second = [a for a in value.args[1:2] if TYPE.fullmatch(text.of(a))]
    return next(iter([*named, *second]), None)


def _copies(text: Text) -> Iterator[Candidate]:
    """A second name for an array that changes, made a copy."""
    for node in text.statements():
        if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Name, ast.Attribute)):
            own = text.of(node.value)
            yield Candidate(
                "aliased-array", node.lineno, text.replaced(node.value, f"{own}.copy()"), 0.5
            )
