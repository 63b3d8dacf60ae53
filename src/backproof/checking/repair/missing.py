"""Phase 8d: changes that no other statement suggests.

missing(...)     an update that nobody wrote: put in beside one that is there
other_axes(...)  another axis in the forward pass: the step itself is another then, so that only a new reading can judge it
computed_once(...)  what is computed from weights before the loop, computed in each step
as_floats(...)   integer arrays that cut off what is added to them, made with floating-point numbers
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, compress

import numpy as np

from backproof.checking.process.state import last_name, stem
from backproof.checking.process.trace import Array
from backproof.checking.reading.steps import Steps
from backproof.checking.repair.mirrored import mirrored
from backproof.checking.repair.names import Names
from backproof.checking.repair.outside import after_loop, stored_in
from backproof.checking.repair.rebuilt import MOST_NAMES, SUMS, products, rebuilt, unused
from backproof.checking.repair.reductions import axis_rule
from backproof.checking.repair.scene import Scene
from backproof.checking.repair.screen import Screen
from backproof.checking.repair.spelling import in_words_of
from backproof.checking.repair.stores import creations
from backproof.checking.repair.text import Candidate, Text
from backproof.checking.source.places import Statement

MOST_SINGLES = 12
MOST_ROWS = 60
MOST_INPUTS = 8
EXACT = 1e-9  # relative: a decay is a mere product


# updates that are not there -------------------------------------------------------------------


def missing(scene: Scene, screen: Screen) -> Iterator[Candidate]:
    """For each weight that nothing updates: an update beside another one, from a value that is its derivative."""
    lost = [p for p, found in scene.judgement.steps.lost.items() if found.place is None]
    wanted = {p for p in lost for g in scene.wrong if p in scene.judgement.reading.groups[g]}
    wanted |= _decaying(scene)
    text = Text(scene.source)
    names = {last_name(path) for path in wanted}
    arriving = {p for p, found in scene.judgement.steps.lost.items() if found.place is not None}
    wrong = {p for g in scene.wrong for p in scene.judgement.reading.groups[g]} - arriving
    yield from mirrored(text, {last_name(path) for path in wrong})
    yield from unused(text) if wanted else ()
    yield from (late for late, updated in after_loop(scene, names) if updated & names)
    if _partly_still(scene):
        yield from _rest_of_rows(scene, text)
        yield from _all_but_the_rest(scene, text)
    yield from rebuilt(scene, screen, text)
    seen: set[str] = set()  # an update of one item of a list is one of each
    for node in text.statements() if wanted else ():
        model = _model(scene, text, node)
        if model is None:
            continue
        for path in sorted(wanted):
            ways = (_beside(scene, screen, model, path), _like_it(scene, model, path))
            for candidate in chain.from_iterable(ways):
                if candidate.source not in seen:
                    seen.add(candidate.source)
                    yield candidate


def _decaying(scene: Scene) -> set[str]:
    """Weights of groups that go wrong that a step only makes smaller, all by one factor."""
    reading, measured = scene.judgement.reading, scene.judgement.measured
    out = set()
    for path in (path for group in scene.wrong for path in reading.groups[group]):
        columns = measured.of([path])
        weight, move = measured.weight[:, columns], measured.move[:, columns]
        long = float(np.vdot(weight, weight))
        share = float(np.vdot(weight, move)) / long if long else 0.0
        rest = np.linalg.norm(move - share * weight)
        if -1 < share < 0 and len(columns) > 1 and rest <= EXACT * np.linalg.norm(move):
            out.add(path)
    return out


@dataclass(frozen=True)
class Model:
    """An update that is there: `target -= step`, or `target = target - step`."""

    text: Text
    node: ast.AugAssign | ast.Assign
    known: Statement
    target: ast.expr
    step: ast.expr
    sign: str

    def also(self, name: str, step: str) -> str:
        """The program with one more update after it."""
        node, text = self.node, self.text
        indent = text.lines[node.lineno - 1][: node.col_offset]
        plain = isinstance(node, ast.AugAssign)
        way = f"{self.sign}=" if plain else f"= {name} {self.sign}"
        return text.inserted(node.end_lineno or node.lineno, f"{indent}{name} {way} {step}")


def _model(scene: Scene, text: Text, node: ast.stmt) -> Model | None:
    known = scene.statement_of(node)
    if known is None or known.index not in scene.influence or not text.alone(node):
        return None
    signs: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-"}
    if isinstance(node, ast.AugAssign) and type(node.op) in signs:
        return Model(text, node, known, node.target, node.value, signs[type(node.op)])
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        value, target = node.value, node.targets[0]
        if isinstance(value, ast.BinOp) and type(value.op) in signs:
            if text.of(value.left) == text.of(target):
                return Model(text, node, known, target, value.right, signs[type(value.op)])
    return None


def _beside(scene: Scene, screen: Screen, model: Model, path: str) -> Iterator[Candidate]:
    place = scene.value_places.get(model.known.index)
    names = Names(scene, model.known.scope)
    called = [n for n in names.shapes if n == path or (_names(n, path) and _is_whole(n))]
    called = [n for n in called if n == path] or called
    called = called or [path] * (path.isidentifier() and _is_global(model.text, model.node, path))
    if place is None or not called:
        return
    state = scene.judgement.steps.keepers[0].state[path]
    values = [n for n in names.arrays() if n not in scene.whole][:MOST_NAMES]
    expressions = [form.format(n) for n in values for form in SUMS]
    words = in_words_of(scene.source)
    pairs = [own for p in products(names, state.shape) if (own := words(p)) is not None]
    known = [own for e in expressions if (own := words(e)) is not None]
    expressions = _using(scene, path, known + pairs)
    rate = _rate(model.text, model.step, names)
    downhill = (1.0 if model.sign == "-" else -1.0) * (-1.0 if rate.startswith("-") else 1.0)
    goals = (path, state.group)
    fits = [
        any(screen.goals[h.goal].text in goals and h.factor * downhill > 0 for h in hits)
        for hits in screen.names(place, expressions)
    ]
    if path != state.group and not any(fits):  # each object has its own, in an order of their own
        near = [n for n in scene.scopes.get(model.known.scope, {}) if n in values]
        rows = [words(form.format(n)) for n in near for form in SUMS][:MOST_ROWS]
        fits = [expression in rows for expression in expressions]
    itself = [
        n for n in ast.walk(model.step) if isinstance(n, ast.expr) and model.text.of(n) == called[0]
    ]
    decays = model.text.of(model.target) == called[0] and bool(itself)
    for expression in compress(expressions, fits):
        source = model.also(called[0], f"{rate}{expression}")
        if decays:  # by itself, where its gradient is due
            source = model.text.replaced(itself[0], expression)
        product = expression in pairs or min(state.shape, default=0) > 1
        code = "weights-not-updated" if product else "bias-not-updated"
        yield Candidate(code, model.node.lineno, source, 0.3)


def _is_whole(name: str) -> bool:
    """Whether a name is not that of an item by its number."""
    return name[-1] != "]" or name[-2] in "'\""


def _names(name: str, path: str) -> bool:
    """Whether a name could be that of a tensor, or of an item of it."""
    return last_name(name) == last_name(path)


def _using(scene: Scene, path: str, expressions: list[str]) -> list[str]:
    """Those that use a value that nothing else uses, where the missing update would."""
    lost = scene.judgement.steps.lost.get(path)
    through = () if lost is None else lost.through
    used = re.compile("|".join(rf"(?<![\w.]){re.escape(name)}(?!\w)" for name in through))
    return [e for e in expressions if used.search(e)] if through else expressions


def _like_it(scene: Scene, model: Model, path: str) -> Iterator[Candidate]:
    """The same update for an item of the weight that nothing updates, or for a single number: with a factor less, or with others."""
    tensor = scene.judgement.steps.keepers[0].state[path]
    own = _item(scene, model, path)
    if own is None or own == model.text.of(model.target):
        return
    names = Names(scene, model.known.scope)
    rate = _rate(model.text, model.step, names)
    shorter = list(_without_a_factor(model.text, model.step))
    singles = [n for n, shape in names.shapes.items() if shape == () and n not in scene.whole]
    pairs = [f"{a} * {b}" for a, b in combinations(singles[:MOST_SINGLES], 2)]
    products = [f"{folded}{pair}" for pair in pairs for folded in dict.fromkeys((rate, ""))]
    swapped = list(_with_another_factor(model.text, model.step, names))
    for cost, options in ((0.28, shorter), (0.32, swapped), (0.34, products)):
        for step in _using(scene, path, options):
            code = "weights-not-updated" if cost > 0.3 or not tensor.shape else "bias-not-updated"
            yield Candidate(code, model.node.lineno, model.also(own, step), cost)


def _item(scene: Scene, model: Model, path: str) -> str | None:
    """What the weight, or the item of it that belongs beside the one of the model, is called where the model stands."""
    text, target = model.text, model.target
    called = [n for n in scene.shapes if _names(n, path)]
    called = [n for n in called if n == path] or called
    if isinstance(target, ast.Subscript) and not path.endswith("]"):
        base = next((n.split("[")[0] for n in called), path)
        return f"{base}[{text.of(target.slice)}]"
    return (
        next(iter(called), None) if not scene.judgement.steps.keepers[0].state[path].shape else None
    )


def _with_another_factor(text: Text, value: ast.expr, names: Names) -> Iterator[str]:
    """The step with one of its factors exchanged for another name."""
    for child in ast.walk(value):
        if isinstance(child, (ast.Name, ast.Attribute, ast.Subscript)) and child is not value:
            shape = names.shapes.get(text.of(child))
            for other in names.alike(text.of(child)) if shape is not None else ():
                yield text.within(value, child, other)


def _is_global(text: Text, node: ast.stmt, name: str) -> bool:
    """Whether a statement may assign to a name of the module."""
    above = text.parents.get(node)
    while above is not None and not isinstance(above, ast.FunctionDef):
        above = text.parents.get(above)
    told = ast.walk(above) if above is not None else ()
    return above is None or any(isinstance(n, ast.Global) and name in n.names for n in told)


def _partly_still(scene: Scene) -> bool:
    """Whether some numbers of a group that goes wrong never move, although the loss has to do with them."""
    reading, measured = scene.judgement.reading, scene.judgement.measured
    for group in scene.wrong:
        columns = measured.of(reading.groups[group])
        slopes = np.where(reading.known[:, columns], reading.gradient[:, columns], 0.0)
        moves = measured.move[: len(slopes), columns]
        still = (moves == 0).all(axis=0) & (slopes != 0).any(axis=0)
        if still.any() and not still.all():
            return True
    return False


def _rest_of_rows(scene: Scene, text: Text) -> Iterator[Candidate]:
    """An update of the last number of a row, after the loop that updates the others: a bias, which has no input."""
    for node in text.statements():
        known = scene.statement_of(node)
        loop = text.parents.get(node)
        if not isinstance(node, ast.AugAssign) or not isinstance(node.target, ast.Subscript):
            continue
        if not isinstance(loop, ast.For) or known is None or known.index not in scene.influence:
            continue
        row, middle = (
            text.of(node.target.value),
            text.source[text.span(node.target)[1] : text.span(node.value)[0]],
        )
        for shorter in _without_a_factor(text, node.value):
            indent = text.lines[loop.lineno - 1][: loop.col_offset]
            line = f"{indent}{row}[-1]{middle}{shorter}"
            source = text.inserted(loop.end_lineno or loop.lineno, line)
            yield Candidate("bias-not-updated", node.lineno, source, 0.3)


def _all_but_the_rest(scene: Scene, text: Text) -> Iterator[Candidate]:
    """The updates of a row beside that of its bias: each number by its input, in the loop that reads them."""
    for node in text.statements():
        known = scene.statement_of(node)
        if not isinstance(node, ast.AugAssign) or not isinstance(node.target, ast.Subscript):
            continue
        if known is None or known.index not in scene.influence:
            continue
        row = text.of(node.target.value)
        middle = text.source[text.span(node.target)[1] : text.span(node.value)[0]]
        scope = scene.scopes.get(known.scope, {})
        inputs = [n for n, shape in scope.items() if len(shape) == 1 and n.isidentifier()]
        for loop in text.block(node):
            if not isinstance(loop, ast.For) or not isinstance(loop.target, ast.Name):
                continue
            item, last = f"{row}[{loop.target.id}]", loop.body[-1]
            if item not in text.of(loop) or not text.alone(last):
                continue
            for name in inputs[:MOST_INPUTS]:
                step = f"{text.of(node.value)} * {name}[{loop.target.id}]"
                line = f"{text.indent(last)}{item}{middle}{step}"
                source = text.inserted(last.end_lineno or last.lineno, line)
                yield Candidate("weights-not-updated", node.lineno, source, 0.35)


def _without_a_factor(text: Text, value: ast.expr) -> Iterator[str]:
    factors: list[str] = []
    while isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult):
        factors.insert(0, text.of(value.right))
        value = value.left
    factors.insert(0, text.of(value))
    for left_out in reversed(range(len(factors))):
        rest = [f for i, f in enumerate(factors) if i != left_out]
        if rest:
            yield " * ".join(rest)


def _rate(text: Text, value: ast.expr, names: Names) -> str:
    """The number that the first factors of an update are."""
    factors: list[ast.expr] = []
    while isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Mult, ast.Div)):
        factors.insert(0, value.right)
        value = value.left
    factors.insert(0, value)
    for factor in factors:
        own = text.of(factor)
        plain = factor.operand if isinstance(factor, ast.UnaryOp) else factor
        if isinstance(plain, ast.Constant) or names.shapes.get(text.of(plain)) == ():
            return f"{own} * "
    return ""


# what only a new reading can judge ------------------------------------------------------------


def other_axes(scene: Scene) -> Iterator[Candidate]:
    """Another axis in the forward pass, where that makes another output."""
    text = Text(scene.source)
    options = list(_axes(scene, text))
    moved = _moving(scene, [(place, value) for _, place, value in options])
    yield from (candidate for (candidate, _, _), moves in zip(options, moved, strict=True) if moves)


def _axes(scene: Scene, text: Text) -> Iterator[tuple[Candidate, int | None, str]]:
    """Candidates; for each the place whose value changes, where there is one, and its expression."""
    simple = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Expr)
    nodes = [node for node in text.statements() if isinstance(node, simple)]
    for node in nodes if "exp(" in scene.source else ():
        known = scene.statement_of(node)
        if known is None or known.index in scene.influence or known.index not in scene.first_at:
            continue
        names = Names(scene, known.scope)
        for child in ast.walk(node):
            if isinstance(child, ast.Call) and "axis" in text.of(child):
                for code, new in _other_axis(text, child, names):
                    if node.value is not None and new != text.of(child):
                        candidate = Candidate(code, node.lineno, text.replaced(child, new), 1.0)
                        whole = text.within(node.value, child, new)
                        single = not isinstance(node.value, ast.Tuple)  # of those no place is kept
                        yield (
                            candidate,
                            scene.value_places.get(known.index) if single else None,
                            whole,
                        )


def _moving(scene: Scene, exchanged: Sequence[tuple[int | None, str]]) -> list[bool]:
    """Whether the output is another where one value is exchanged; True where that cannot be tried."""
    meeting, steps = scene.judgement.reading.meeting, scene.judgement.steps
    if meeting is None:
        return [True] * len(exchanged)
    probes = [
        {
            "instead": [(place, value)] if place is not None else [],
            "want": [meeting.output],
            "paths": [],
        }
        for place, value in exchanged
    ]
    base = steps.base[-1].values(meeting.output)
    out = []
    for (place, _), trace in zip(exchanged, steps.keepers[-1].probe(probes), strict=True):
        now = None if trace is None or trace.raised else trace.values(meeting.output)
        out.append(place is None or (now is not None and not _alike(now, base)))
    return out


def _alike(now: Array, before: Array | None) -> bool:
    """Whether two values are the same but for rounding."""
    if before is None or now.size != before.size:
        return False
    return bool(np.allclose(now, before, rtol=1e-9, atol=1e-12))


def computed_once(scene: Scene, others: Collection[str] = ()) -> Iterator[Candidate]:
    """What is computed from weights, or from some other names, before the loop, and never again, computed in each step."""
    text = Text(scene.source)
    weights = set(others) or {stem(group) for group in scene.judgement.reading.groups}
    loop = scene.judgement.loop
    for node in text.statements():
        inside = loop.line <= node.lineno <= loop.end_line
        if isinstance(node, (ast.For, ast.While)) and inside:
            yield from made_once(text, node, weights)


def made_once(
    text: Text, loop: ast.For | ast.While, changing: Collection[str]
) -> Iterator[Candidate]:
    """What stands before a loop, is only read in it, and is made of something that changes, taken to the loop's head."""
    block = text.block(loop)
    read = {n.id for n in ast.walk(loop) if isinstance(n, ast.Name)} - stored_in(loop)
    for before in block[: block.index(loop)]:
        if not isinstance(before, ast.Assign) or not text.alone(before):
            continue
        if any(isinstance(target, ast.Subscript) for target in before.targets):
            continue  # one of many that are filled in
        names = {n.id for t in before.targets for n in ast.walk(t) if isinstance(n, ast.Name)}
        used = _read_by(text, before.value)
        if names and names <= read and used & set(changing) and not names & set(changing):
            yield text.at_head(before, loop)


def _read_by(text: Text, value: ast.expr) -> set[str]:
    """The names that an expression reads, and those that the functions read that it calls by name."""
    used = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)}
    called = [
        node for node in text.tree.body if isinstance(node, ast.FunctionDef) and node.name in used
    ]
    inner = {n.id for f in called for n in ast.walk(f) if isinstance(n, ast.Name)}
    return used | inner


def _other_axis(text: Text, node: ast.Call, names: Names) -> Iterator[tuple[str, str]]:
    for code, new in axis_rule(text, node, names):
        yield code, new
        if "keepdims" not in new:
            yield code, f"{new.rstrip()[:-1]}, keepdims=True)"


# whole numbers --------------------------------------------------------------------------------


def truncated(steps: Steps) -> dict[str, int]:
    """Arrays of whole numbers into which fractions are stored: path, and the place of the value."""
    arrays = {
        stem(path): path
        for keeper in (steps.keepers[0], steps.keepers[-1])
        for path, tensor in keeper.state.items()
        if tensor.shape and tensor.dtype.startswith("int") and tensor.dtype != "int"
    }
    made = (
        steps.places[event.place].target
        for event in steps.base[-1].events
        if event.kind == "n" and event.shape
    )
    arrays |= {name: name for name in made if name and "[" not in name}
    out: dict[str, int] = {}
    if not arrays:
        return out
    for trace in steps.base:
        for event in trace.events:
            place = steps.places[event.place]
            known = arrays.get(stem(place.target)) if "[" in place.target else None
            if known is None or place.kind == "store" or event.numbers is None:
                continue
            if np.any(event.numbers != np.round(event.numbers)):
                out.setdefault(known, event.place)
    return out


def as_floats(source: str, paths: list[str]) -> list[Candidate]:
    """One change after the other: each array is created with floating-point numbers."""
    out: list[Candidate] = []
    for path in paths:
        text = Text(out[-1].source if out else source)
        found = next(creations(text, path), None)
        if found is not None:
            out.append(found)
    return out
