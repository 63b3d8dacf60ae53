"""Phase 8a: statements in another place: later, earlier, one level in or out, in a loop of their own.

moved(...)       every such change of the statements at some lines
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import takewhile

from backproof.checking.process.state import last_name, stem
from backproof.checking.repair.scene import Scene
from backproof.checking.repair.stores import is_zero
from backproof.checking.repair.text import Candidate, Text, is_beside


def moved(text: Text, scene: Scene, lines: set[int]) -> Iterator[Candidate]:
    """Every such change of the statements at some lines, and of the loops around them."""
    for node in text.statements():
        if is_beside(text, node):
            continue
        if _is_cut(text, node):
            if node.lineno in lines:
                yield Candidate("extra-cut", node.lineno, text.replaced(node, "pass"), 0.0)
            continue
        simple = isinstance(node, (ast.Assign, ast.AugAssign, ast.Expr))
        loop = isinstance(node, ast.For) and (
            node.lineno in _around(scene, lines) or _is_idle(text, scene, node, lines)
        )
        inside = isinstance(node, ast.If) and bool({n.lineno for n in node.body} & lines)
        if inside or (node.lineno not in lines and _feeds_back(text, node)):
            yield from _levels(text, node)
        if not (simple and node.lineno in lines) and not loop:
            continue
        if isinstance(node, ast.For) and loop:
            yield from _ranges(text, node)
            yield from _turned_round(text, node)
        yield from _moves(text, scene, node)
        yield from _splits(text, node)
        yield from _kept(text, scene, node)
        if simple:
            yield from _at_every_row(text, node)
            yield from _levels(text, node)
            yield from _guarded(text, node)
    yield from _put_off(text, scene)


def _is_cut(text: Text, node: ast.stmt) -> bool:
    """Whether a statement sets some entries to zero, `dh[h <= 0] = 0`: anywhere else it would do nothing."""
    entry = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)
    return entry and isinstance(node, ast.Assign) and is_zero(text.of(node.value))


def _at_every_row(text: Text, node: ast.stmt) -> Iterator[Candidate]:
    """Sums at rows that an array of indices names, where `rows[i] += x` keeps the last of repeated ones only."""
    if not isinstance(node, ast.AugAssign) or not isinstance(node.target, ast.Subscript):
        return
    rows, index, value = node.target.value, node.target.slice, node.value
    if isinstance(node.op, (ast.Add, ast.Sub)) and not isinstance(index, (ast.Constant, ast.Slice)):
        function = "np.add.at" if isinstance(node.op, ast.Add) else "np.subtract.at"
        new = f"{function}({text.of(rows)}, {text.of(index)}, {text.of(value)})"
        yield Candidate("repeated-rows", node.lineno, text.replaced(node, new), 0.5)


def _is_idle(text: Text, scene: Scene, loop: ast.For, lines: set[int]) -> bool:
    """Whether a loop beside some lines is gone through in no round."""
    ran = {scene.statements[index].line for index in scene.first_at if index >= 0}
    beside = {node.lineno for node in text.block(loop)}
    return bool(beside & lines) and not ran & {node.lineno for node in loop.body}


def names_in(node: ast.AST, way: type[ast.expr_context] = ast.Load) -> set[str]:
    """The names that are read, or stored, somewhere in a node."""
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, way)}


def _feeds_back(text: Text, node: ast.stmt) -> bool:
    """Whether a statement right after a loop stores what the loop itself uses: it may belong inside."""
    block = text.block(node)
    here = block.index(node) if isinstance(node, (ast.If, ast.Assign, ast.AugAssign)) else 0
    before = block[here - 1] if here else None
    if not isinstance(before, ast.For):
        return False
    stored = {
        text.of(n)
        for n in ast.walk(node)
        if isinstance(n, (ast.Name, ast.Attribute, ast.Subscript)) and isinstance(n.ctx, ast.Store)
    }
    used = {
        text.of(n)
        for n in ast.walk(before)
        if isinstance(n, (ast.Name, ast.Attribute, ast.Subscript)) and isinstance(n.ctx, ast.Load)
    }
    return bool(stored & used)


def _around(scene: Scene, lines: set[int]) -> set[int]:
    """Heads of loops inside the step that hold a suspect."""
    step = scene.judgement.loop
    return {
        loop.line
        for loop in scene.loops
        if loop.index != step.index
        and any(loop.line <= line <= loop.end_line for line in lines)
        and not (loop.line <= step.line <= loop.end_line and loop.scope == step.scope)
    }


def _is_made_anew(text: Text, scene: Scene, node: ast.stmt) -> bool:
    """Whether a statement computes a value that is no weight, and not from its own old value."""
    if not isinstance(node, ast.Assign):
        return False
    own = text.of(node.targets[0])
    weights = {last_name(path) for path in scene.judgement.reading.paths}
    return last_name(own) not in weights and own not in text.of(node.value)


def _is_used_behind(text: Text, scene: Scene, node: ast.stmt, behind: Sequence[ast.stmt]) -> bool:
    """Whether a statement does something before others of its block: a weight's update does in any case."""
    target: ast.expr | None = node.target if isinstance(node, ast.AugAssign) else None
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        target = node.targets[0]
    if target is None:
        return True
    own = stem(text.of(target))
    weights = {stem(path) for path in scene.judgement.reading.paths}
    return own in weights or any(own in map(stem, names_in(other)) for other in behind)


def _moves(text: Text, scene: Scene, node: ast.stmt) -> Iterator[Candidate]:
    """The statement further down or up in its block: an update after the use of the old weights."""
    block = text.block(node)
    if not text.alone(node) or len(block) < 2:
        return
    here = block.index(node)
    for there in range(len(block)):
        if there in (here, here - 1) and there != len(block) - 1:
            continue
        if there == here:
            continue
        later = there > here
        if later and not _is_used_behind(text, scene, node, block[there + 1 :]):
            continue
        first, last = text.rows(node)
        taken = text.lines[first:last]
        rest = text.lines[:first] + text.lines[last:]
        at = text.rows(block[there])[1] - len(taken) if later else text.rows(block[there])[0]
        source = "\n".join(rest[:at] + taken + rest[at:])
        distance = abs(there - here)
        cost = 0.12 + 0.02 * (len(block) - 1 - there) if later else 1.0 + 0.02 * distance
        updates = later and not _is_made_anew(text, scene, node)
        code = "update-before-use" if updates else "stale-activation"
        yield Candidate(code, _first_store(node) if later else node.lineno, source, cost)


def _ranges(text: Text, node: ast.For) -> Iterator[Candidate]:
    """A loop over more: from the first, to the last, over all of a slice."""
    for child in ast.walk(node.iter):
        options: list[str] = []
        if isinstance(child, ast.Call) and text.of(child.func) == "range":
            ends = [text.of(a) for a in child.args]
            if len(ends) == 1:
                options = [f"range({_inner_end(child.args[0], text)})"]
                options += [f"range({_one_more(ends[0], 1)})"]
            if len(ends) == 2:
                options = [f"range({ends[1]})", f"range({_one_more(ends[0], -1)}, {ends[1]})"]
                options += [f"range({ends[0]}, {_inner_end(child.args[1], text)})"]
                options += [f"range({ends[0]}, {_one_more(ends[1], 1)})", f"range(1, {ends[1]})"]
            if len(ends) == 3 and ends[1:] == ["0", "-1"]:
                options = [f"range({ends[0]}, -1, -1)"]
        if isinstance(child, ast.Subscript) and isinstance(child.slice, ast.Slice):
            options = [text.of(child.value)]
        for option in options:
            if isinstance(child, ast.expr) and option != text.of(child):
                yield Candidate("wrong-index", node.lineno, text.replaced(child, option), 0.65)


def _turned_round(text: Text, node: ast.For) -> Iterator[Candidate]:
    """A loop from the last to the first, or the reverse: a layer's delta needs that of the layer after it."""
    own = text.of(node.iter)
    if isinstance(node.iter, ast.Call) and text.of(node.iter.func) == "reversed":
        option = text.of(node.iter.args[0]) if len(node.iter.args) == 1 else own
    elif isinstance(node.iter, ast.Call) and text.of(node.iter.func) == "range":
        option = f"reversed({own})" if len(node.iter.args) < 3 else own
    else:
        option = f"reversed({own})" if isinstance(node.iter, (ast.Name, ast.Attribute)) else own
    if option != own:
        source = text.replaced(node.iter, option)
        yield Candidate("wrong-order", node.lineno, source, 0.6)


def _one_more(end: str, step: int) -> str:
    """`3` after `2`, and `n + 1` after `n`."""
    return str(int(end) + step) if end.isdigit() else f"{end} {'+' if step > 0 else '-'} 1"


def _inner_end(node: ast.expr, text: Text) -> str:
    """From `n - 1` to `n`."""
    short = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub)
    return text.of(node.left) if short and isinstance(node, ast.BinOp) else text.of(node)


def _kept(text: Text, scene: Scene, node: ast.stmt) -> Iterator[Candidate]:
    """The weights as they were before their update, kept for what still uses them."""
    target: ast.expr | None = node.target if isinstance(node, ast.AugAssign) else None
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
    if not isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)) or not text.alone(node):
        return
    own = text.of(target)
    shape = scene.shapes.get(own)
    block = text.block(node)
    last = block[-1].end_lineno or node.lineno
    first, end = text.rows(node)
    later = text.lines[end:last]
    if shape is None or not any(own in line for line in later):
        return
    stem = "".join(c for c in own.split(".")[-1].split("[")[0] if c.isalnum() or c == "_")
    name = f"old_{stem}"
    copy = own if shape == () else f"{own}.copy()"
    if shape and "np." not in scene.source and "numpy" not in scene.source:
        copy = f"[row[:] for row in {own}]" if len(shape) == 2 else f"{own}[:]"
    indent = text.lines[first][: node.col_offset]
    changed = [line.replace(own, name) for line in later]
    lines = [
        *text.lines[:first],
        f"{indent}{name} = {copy}",
        *text.lines[first:end],
        *changed,
        *text.lines[last:],
    ]
    yield Candidate("update-before-use", node.lineno, "\n".join(lines), 0.3)


def _splits(text: Text, node: ast.stmt) -> Iterator[Candidate]:
    """The last statements of a loop in a loop of their own, after what follows: updates after all deltas are known."""
    if not isinstance(node, ast.For) or not text.alone(node) or len(node.body) < 2:
        return
    block = text.block(node)
    header = text.lines[node.lineno - 1 : node.body[0].lineno - 1]
    end = block[-1].end_lineno or block[-1].lineno
    for cut in range(1, len(node.body)):
        first = node.body[cut].lineno - 1
        last = node.body[-1].end_lineno or node.lineno
        needed = _prepared(text, node.body[:cut], node.body[cut:])
        taken = needed + text.lines[first:last]
        lines = text.lines[:first] + text.lines[last:end] + header + taken + text.lines[end:]
        line = _first_store(node.body[cut])
        yield Candidate("update-before-use", line, "\n".join(lines), 0.08 + 0.02 * cut)


def _first_store(node: ast.stmt) -> int:
    """The line of the first assignment in a statement: in a loop, the update."""
    stores = (ast.Assign, ast.AugAssign)
    return min((n.lineno for n in ast.walk(node) if isinstance(n, stores)), default=node.lineno)


def _prepared(text: Text, before: list[ast.stmt], after: list[ast.stmt]) -> list[str]:
    """The lines that set names which later statements read: `layer = layers[k]`."""
    used = {name for node in after for name in names_in(node)}
    out: list[str] = []
    for node in before:
        plain = isinstance(node, (ast.Assign, ast.If)) and not any(
            isinstance(n, (ast.AugAssign, ast.Attribute, ast.Subscript))
            and isinstance(getattr(n, "ctx", ast.Store()), ast.Store)
            for n in ast.walk(node)
        )
        stored = names_in(node, ast.Store)
        if plain and stored & used and text.alone(node):
            first, last = text.rows(node)
            out += text.lines[first:last]
    return out


def _not_reading(names: set[str], block: list[ast.stmt]) -> list[ast.stmt]:
    """The first statements of a block, up to the one that reads some of the names."""
    return list(takewhile(lambda node: not names_in(node) & names, block))


def _guarded(text: Text, node: ast.stmt) -> Iterator[Candidate]:
    """A product in a loop over the layers, taken in each round but the first: the last layer has a slope of its own."""
    loop = text.parents.get(node)
    own = text.of(node.targets[0]) if isinstance(node, ast.Assign) else ""
    scales = isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Mult)
    if isinstance(node, ast.Assign):
        scales = any(text.of(n) == own for n in ast.walk(node.value) if isinstance(n, ast.expr))
    if not scales or not isinstance(loop, ast.For) or not text.alone(node):
        return
    condition = _after_first(text, loop)
    if condition:
        first, last = text.rows(node)
        indent, deeper = text.indent(node), text.indent(node).removeprefix(text.indent(loop))
        taken = [deeper + line for line in text.lines[first:last]]
        lines = [*text.lines[:first], f"{indent}if {condition}:", *taken, *text.lines[last:]]
        yield Candidate("extra-factor", node.lineno, "\n".join(lines), 0.35)


def _after_first(text: Text, loop: ast.For) -> str:
    """What is true in each round but the first of a loop that runs from the last layer to the first; empty for another loop."""
    items, name = loop.iter, text.of(loop.target)
    if not isinstance(loop.target, ast.Name):
        return ""
    if isinstance(items, ast.Subscript) and text.of(items.slice).replace(" ", "") == "::-1":
        return f"{name} is not {text.of(items.value)}[-1]"
    if not isinstance(items, ast.Call):
        return ""
    function, arguments = text.of(items.func), [text.of(a) for a in items.args]
    if function == "range" and len(arguments) == 3 and arguments[2].startswith("-"):
        return f"{name} != {arguments[0]}"
    if function == "reversed" and len(arguments) == 1:
        inner = items.args[0]
        if not isinstance(inner, ast.Call):
            return f"{name} is not {arguments[0]}[-1]"
        if text.of(inner.func) == "range" and len(inner.args) in (1, 2):
            return f"{name} != {text.of(inner.args[-1])} - 1"
    return ""


def _put_off(text: Text, scene: Scene) -> Iterator[Candidate]:
    """Statements of the step whose values no update uses, as late as their values allow: what they call may overwrite what the backward pass needs."""
    for node in text.statements():
        if not isinstance(node, (ast.Assign, ast.Expr)) or not text.alone(node):
            continue
        index, block = scene.index_of(node), text.block(node)
        calls = any(isinstance(n, ast.Call) for n in ast.walk(node.value))
        loop = text.parents.get(node)
        of_step = (
            isinstance(loop, (ast.For, ast.While)) and loop.lineno == scene.judgement.loop.line
        )
        if not (calls and of_step) or index in scene.influence or block[-1] is node:
            continue
        stored = names_in(node, ast.Store)
        free = _not_reading(stored, block[block.index(node) + 1 :])
        if not free:
            continue
        (first, last), (_, end) = text.rows(node), text.rows(free[-1])
        taken, rest = text.lines[first:last], text.lines[last:end]
        lines = [*text.lines[:first], *rest, *taken, *text.lines[end:]]
        yield Candidate("overwritten-pass", node.lineno, "\n".join(lines), 0.7)


def _loop_of_its_own(text: Text, node: ast.stmt, before: ast.stmt) -> Iterator[Candidate]:
    """The head of a loop that stands above, over what its counter is left over from: `b[k] += d[k]` after the loops over j and k."""
    (first, last), indent = text.rows(node), text.indent(node)
    for loop in ast.walk(before):
        if isinstance(loop, ast.For) and names_in(loop.target, ast.Store) & names_in(node):
            extra = text.indent(loop.body[0]).removeprefix(text.indent(loop))
            head = f"{indent}for {text.of(loop.target)} in {text.of(loop.iter)}:"
            lines = [head, *(extra + line for line in text.lines[first:last])]
            source = "\n".join([*text.lines[:first], *lines, *text.lines[last:]])
            yield Candidate("statement-outside-loop", node.lineno, source, 0.5)


def _levels(text: Text, node: ast.stmt) -> Iterator[Candidate]:
    """The statement one level further in or out."""
    if not text.alone(node):
        return
    block = text.block(node)
    here = block.index(node)
    first, last = text.rows(node)
    rest = text.lines[:first] + text.lines[last:]
    if here > 0 and isinstance(block[here - 1], (ast.For, ast.While)):
        inside = block[here - 1].body[0]  # type: ignore[attr-defined]
        inner = text.moved_in(first, last, node, inside)
        source = "\n".join(text.lines[:first] + inner + text.lines[last:])
        yield Candidate("statement-outside-loop", node.lineno, source, 0.55)
        yield from _loop_of_its_own(text, node, block[here - 1])
        # ... and one loop deeper still
        last_inside = block[here - 1].body[-1]  # type: ignore[attr-defined]
        if isinstance(last_inside, (ast.For, ast.While)):
            inner = text.moved_in(first, last, node, last_inside.body[0])
            source = "\n".join(text.lines[:first] + inner + text.lines[last:])
            yield Candidate("statement-outside-loop", node.lineno, source, 0.6)
    parent = text.parents.get(node)
    if isinstance(parent, (ast.For, ast.While, ast.If)) and len(block) > 1:
        depth = node.col_offset - parent.col_offset
        outer = [line[depth:] for line in text.lines[first:last]]
        end = (parent.end_lineno or parent.lineno) - len(outer)
        yield Candidate(
            "statement-inside-loop", node.lineno, "\n".join(rest[:end] + outer + rest[end:]), 0.6
        )
        before = parent.lineno - 1
        yield Candidate(
            "statement-inside-loop",
            node.lineno,
            "\n".join(rest[:before] + outer + rest[before:]),
            0.8,
        )
