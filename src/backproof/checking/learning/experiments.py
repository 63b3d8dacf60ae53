"""Phase 9e: counter-experiments: what a program that misses its aim may do otherwise. One table.

proposals(facts)    experiments, the likeliest first; each changes one thing
both(a, b)          two of them at once

An experiment is an edit of the text where the place that sets the thing can be found, else a change on the way (`full.CHANGES`).
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from backproof.checking.learning.aim import Score
from backproof.checking.learning.bias_edit import bias_edits
from backproof.checking.learning.biases import Missing
from backproof.checking.learning.effects import Begin, Effect
from backproof.checking.learning.lab import Change
from backproof.checking.learning.shrinking import shrinking
from backproof.checking.process.session import Array, Tensor
from backproof.checking.process.state import stem
from backproof.checking.reading.measure import Meeting
from backproof.checking.source.literals import (
    Literal,
    Piece,
    Replacement,
    Source,
    number,
    settings_of,
)
from backproof.checking.source.places import Loop, Place

UP, DOWN = (10.0, 100.0), (0.1, 0.01)  # factors on the rate
WILD = -5.0  # share of the variance: outputs far beyond their targets
NEAR_END = 0.02  # of the range of the targets
ENDS = 0.2  # so near to the end of its range an output is pressed against it
ALIKE = ("zero-start", "symmetric-start")
NEAR = 1e-4  # relative, of factors
WIDE = 5.0  # inputs beyond this saturate units
MOST_UNITS = 64
EPOCHS = 10
SMALL_START, LARGE_START = 0.2, 4.0  # of the usual radius


@dataclass(frozen=True)
class Experiment:
    """One thing done otherwise."""

    code: str  # of the mistake that it shows if it helps
    family: str  # two of one family are never combined
    piece: Piece  # where the thing is set
    name: str | None  # what it is called
    message: str  # the fact, if it helps
    done: str  # what was done, after "with"
    help: str
    edits: tuple[Replacement, ...] = ()
    changes: tuple[Change, ...] = ()
    factor: float = 1.0  # on every rate
    tier: int = (
        1  # 0: something speaks for it; 1: a usual cause; 2: a rare one, or a slow experiment
    )


@dataclass(frozen=True)
class Data:
    """Numbers that a layer takes in."""

    name: str
    paths: tuple[str, ...]  # one, or one for each example
    table: Array
    axis: int  # of the examples


@dataclass(frozen=True)
class Idle:
    """Units that give the same for every example."""

    code: str  # dead-units or saturated-units
    place: int
    message: str


@dataclass(frozen=True)
class Facts:
    """What is known of a program that misses its aim."""

    text: Source
    places: Sequence[Place]
    loops: Sequence[Loop]
    step: Loop
    around: Sequence[int]  # loops around the step, the innermost first
    meeting: Meeting
    groups: dict[str, list[str]]  # of weights
    tensors: dict[str, Tensor]  # at the head of the first step
    begin: Begin
    effects: Sequence[Effect]
    moved: frozenset[int]  # places that move with the weights
    teaching: frozenset[int]  # places of a target that the weights follow when it is moved
    inputs: Sequence[Data]
    score: Score  # of the program as it is
    biases: Sequence[Missing]  # layers without a bias
    assigned: frozenset[str]  # last names of what the step adds to
    idle: Idle | None

    @property
    def weights(self) -> dict[str, Tensor]:
        """Tensors of weights, by path."""
        paths = [path for paths in self.groups.values() for path in paths]
        return {path: self.tensors[path] for path in paths if path in self.tensors}

    @property
    def trained(self) -> dict[str, Tensor]:
        """Weights, and what else the step adds to, though it may add nothing."""
        more = {
            path: tensor
            for path, tensor in self.tensors.items()
            if stem(path) in self.assigned and tensor.writable and tensor.dtype[:5] == "float"
        }
        return {**self.weights, **more}


def proposals(facts: Facts) -> list[Experiment]:
    """All experiments that make sense, the likeliest first."""
    found = [experiment for propose in TABLE for experiment in propose(facts)]
    return sorted(found, key=lambda experiment: experiment.tier)


def both(a: Experiment, b: Experiment) -> tuple[tuple[Replacement, ...], tuple[Change, ...]]:
    """The edits and changes of two experiments together."""
    factor = a.factor * b.factor
    changes = [
        {**change, "rate": change["rate"] * factor} if "rate" in change else change
        for change in (*a.changes, *b.changes)
    ]
    return tuple(sorted({*a.edits, *b.edits})), tuple(changes)


def overlap(a: Experiment, b: Experiment) -> bool:
    """Whether they cannot be combined."""
    if a.family == b.family:
        return True
    return any(
        i < m and k < j for i, j, _ in a.edits for k, m, _ in b.edits if (i, j) != (k, m)
    ) or any(i == k and j == m for i, j, _ in a.edits for k, m, _ in b.edits if i < j)


# the rate ---------------------------------------------------------------------------------


def _rates(facts: Facts) -> Iterator[Experiment]:
    first, second = (DOWN, UP) if _is_loud(facts.score) else (UP, DOWN)
    for tier, factors in ((1, first), (2, second)):
        for factor in factors:
            yield rate(facts, factor, tier)


def _is_loud(score: Score) -> bool:
    """Whether the outputs are out of bounds, or all at the ends of their range: steps that were too long."""
    if not math.isfinite(score.value) or score.value < WILD:
        return True
    low, high = score.targets
    near = NEAR_END * (high - low)
    ends = [min(abs(output - low), abs(output - high)) for output in score.outputs]
    return score.kind == "classes" and max(ends) < near


def _shrinking(facts: Facts) -> Iterator[Experiment]:
    """The rate as it is at first, all the time."""
    for piece, name, literal in shrinking(facts.text):
        own = literal.piece
        yield Experiment(
            "learning-rate-too-small",
            "decay",
            piece,
            name,
            f"`{name}` shrinks too fast, by the factor {own.text} again and again",
            "1.0 instead of " + own.text,
            "take a factor nearer to 1, or apply it less often",
            ((own.start, own.stop, "1.0"),),
            tier=0,
        )


def rate(facts: Facts, factor: float, tier: int = 1) -> Experiment:
    """Another learning rate."""
    word = "small" if factor > 1 else "large"
    base = Experiment(
        f"learning-rate-too-{word}",
        "rate",
        _line_piece(facts, facts.step.line),
        None,
        f"the steps are too {'short' if factor > 1 else 'long'}",
        f"each step {factor:g} times as long",
        f"multiply each step by {factor:g}",
        changes=({"do": "rate", "paths": sorted(facts.weights), "factor": factor},),
        factor=factor,
        tier=tier,
    )
    chosen = rate_literals(facts)
    if not chosen:
        return base
    first = chosen[0]
    new = _scaled(first, factor)[2]
    return replace(
        base,
        piece=first.piece,
        name=first.name or None,
        message=f"{_called(first, 'the learning rate')} is too {word}",
        done=_instead(first, new),
        help=f"take {new}",
        edits=tuple(_scaled(literal, factor) for literal in chosen),
        changes=(),
    )


def rate_literals(facts: Facts) -> list[Literal]:
    """The literals that scale the first step and nothing before it; together they scale every weight's."""
    paths = {p for e in facts.effects for p in e.moves}
    scaling = [(e, _scaled_paths(e)) for e in facts.effects if not e.shapes and _scaled_paths(e)]
    scaling.sort(key=lambda row: (row[0].touched, not row[0].literal.likely_rate))
    out, covered = [], set[str]()
    for effect, scaled in scaling:
        if scaled - covered and not scaled & covered:
            out.append(effect.literal)
            covered |= scaled
    return out if covered >= paths and paths else []


def _scaled_paths(effect: Effect) -> set[str]:
    """Paths whose first move is multiplied as the literal is; none where it does anything else to the first step."""
    out = set()
    for path, factor in effect.moves.items():
        if path not in effect.still:
            return set()
        if math.isclose(factor, effect.factor, rel_tol=NEAR):
            out.add(path)
        elif not math.isclose(factor, 1.0, rel_tol=NEAR):
            return set()
    return out


def _scaled(literal: Literal, factor: float) -> Replacement:
    value = literal.value * factor
    whole = literal.whole and value == int(value)
    return (literal.piece.start, literal.piece.stop, number(value, whole))


# the start --------------------------------------------------------------------------------


def _starts(facts: Facts) -> Iterator[Experiment]:
    code, message = _symptom(facts)
    radii = {path: _radius(tensor.shape) for path, tensor in facts.trained.items()}
    set_at = _start_literals(facts) if code else []
    piece, name = _creation(facts, set_at)
    tier = 0 if code in ALIKE else 1 if code else 2
    if not code and facts.idle is not None:
        code, message, tier = facts.idle.code, facts.idle.message, 0
        piece = _piece_of(facts, facts.places[facts.idle.place])
    base = Experiment(
        code or "does-not-learn",
        "start",
        piece,
        name,
        message or f"the first weights{_of(name)} do not lead to the aim",
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
    weights = facts.weights if any(map(_is_matrix, facts.weights.values())) else facts.trained
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
            (x.piece.start, x.piece.stop, _nice(x.value * 0.7 / size)) for x, size in set_at if size
        )
        first = set_at[0][0]
        yield replace(
            base,
            done=_instead(first, edits[0][2]),
            help=f"take {edits[0][2]}",
            edits=edits,
            changes=(),
        )
    elif base.code in ALIKE:
        made = tuple(_constant_arrays(facts))
        if not made and set_at:
            draw, extra = _drawing(facts.text)
            made = (*extra, *((x.piece.start, x.piece.stop, draw) for x, _ in set_at))
        if made:
            yield replace(base, edits=made, changes=())


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
    names = {stem(path) for path, t in facts.weights.items() if len(t.shape) == 2}
    names -= {stem(path) for path in facts.weights if stem(path).lower()[:1] == "b"}
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
    names = [stem(path) for path in facts.weights]
    found: list[tuple[int, ast.stmt]] = []
    for node in ast.walk(facts.text.tree):
        if isinstance(node, ast.Assign):
            target = ast.unparse(node.targets[0]).split(".")[-1].split("[")[0]
            if target in names and node.lineno < facts.step.line + 10_000:
                found.append((node.lineno, node))
    if not found:
        return _line_piece(facts, facts.step.line), _first_name(facts)
    node = min(found, key=lambda row: row[0])[1]
    return facts.text.piece(node), _first_name(facts)


def _first_name(facts: Facts) -> str | None:
    return next((path.split("[")[0] for path in facts.weights), None)


# targets and inputs -----------------------------------------------------------------------


def _targets(facts: Facts) -> Iterator[Experiment]:
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
        _piece_of(facts, first),
        first.text,
        f"`{first.text}` goes from {least:g} to {most:g}, but the output layer gives nothing {end}",
        f"{text} as the target",
        f"learn `{text}`, or give the output layer no activation, with a slope of 1",
        tuple(_edit_of(facts, p, f"({_affine(p.text, shift, span)})") for p in places),
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


def _inputs(facts: Facts) -> Iterator[Experiment]:
    wide = [d for d in facts.inputs if float(np.abs(d.table).max(initial=0.0)) > WIDE]
    if not wide:
        return
    first = wide[0]
    statement = _last_assignment(facts, first.name)
    piece = (
        _line_piece(facts, facts.step.line) if statement is None else facts.text.piece(statement)
    )
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


def _last_assignment(facts: Facts, path: str) -> ast.stmt | None:
    """The last statement at the top of the program that makes the data."""
    found = None
    for node in facts.text.tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if any(ast.unparse(target) == path for target in targets) and node.lineno < facts.step.line:
            found = node
    return found


# size and bias ----------------------------------------------------------------------------


def _units(facts: Facts) -> Iterator[Experiment]:
    for effect in facts.effects:
        literal = effect.literal
        if not literal.whole or not effect.shapes or effect.output or literal.value > MOST_UNITS:
            continue
        now = int(literal.value)
        new = max(3 * now, now + 4)
        yield Experiment(
            "too-few-units",
            "units",
            literal.piece,
            literal.name or None,
            f"{now} hidden unit{'s' if now != 1 else ''} {'are' if now != 1 else 'is'} too few for this task",
            _instead(literal, str(new)),
            f"take {new}",
            ((literal.piece.start, literal.piece.stop, str(new)),),
        )


def _biases(facts: Facts) -> Iterator[Experiment]:
    for layers in _together(facts.biases):
        first = facts.places[layers[0].product]
        names = " and ".join(f"`{layer.weights}`" for layer in layers)
        base = Experiment(
            "missing-bias",
            "bias",
            _piece_of(facts, first),
            layers[0].weights,
            f"nothing is added to `{first.text}`: the layer of {names} has no bias",
            f"a bias in the layer of {names}",
            f"add a bias to `{first.text}`, and move it by the delta of that layer",
            changes=tuple(_bias(layer) for layer in layers),
        )
        edits = [bias_edits(facts.text, facts.places, layer) for layer in layers]
        if all(edits):
            merged = tuple(edit for some in edits for edit in some)
            base = replace(base, edits=merged, changes=())
        yield base


def _bias(layer: Missing) -> Change:
    return {
        "do": "bias",
        "places": [layer.product, layer.delta],
        "axis": layer.axis,
        "turned": layer.turned,
        "rate": layer.rate,
    }


def _together(layers: Sequence[Missing]) -> list[list[Missing]]:
    return [[layer] for layer in layers] + ([list(layers)] if len(layers) > 1 else [])


# epochs and order -------------------------------------------------------------------------


def _epochs(facts: Facts) -> Iterator[Experiment]:
    for index in (*facts.around, facts.step.index):
        loop = facts.loops[index]
        node = _loop_node(facts.text, loop)
        if node is None:
            continue
        limit = node.iter if isinstance(node, ast.For) else node.test
        counts = [x for x in settings_of(facts.text, limit) if x.whole and x.value >= 10]
        if not counts:
            continue
        first = max(counts, key=lambda literal: literal.value)
        edit = _scaled(first, EPOCHS)
        yield Experiment(
            "too-few-epochs",
            "epochs",
            first.piece,
            first.name or None,
            f"{first.piece.text} rounds are too few",
            _instead(first, edit[2]),
            f"take {edit[2]}",
            (edit,),
            tier=2,
        )
        return


def _loop_node(text: Source, loop: Loop) -> ast.For | ast.While | None:
    return next(
        (
            node
            for node in ast.walk(text.tree)
            if isinstance(node, (ast.For, ast.While))
            and (node.lineno, node.end_lineno) == (loop.line, loop.end_line)
        ),
        None,
    )


ORDERED = ("sort", "sorted", "flip", "flipud", "roll", "reversed")
CONSTANT = ("zeros", "ones", "full")
MIXING = ("shuffle", "permutation", "permuted", *ORDERED)


def _order(facts: Facts) -> Iterator[Experiment]:
    """Leave out a statement that brings data into another order."""
    for node in ast.walk(facts.text.tree):
        if not isinstance(node, (ast.Expr, ast.Assign)):
            continue
        calls = [n for n in ast.walk(node) if isinstance(n, ast.Call)]
        names = {ast.unparse(call.func).split(".")[-1] for call in calls}
        if not names & set(MIXING):
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


def _changes_itself(node: ast.Assign) -> bool:
    targets = {ast.unparse(target) for target in node.targets}
    return bool(targets & {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)})


# words and pieces -------------------------------------------------------------------------


def _called(literal: Literal, what: str) -> str:
    text = literal.piece.text
    return f"{what} `{literal.name} = {text}`" if literal.alone else f"{what} {text}"


def _instead(literal: Literal, new: str) -> str:
    """Another number in the place of one."""
    text = literal.piece.text
    return (
        f"`{literal.name} = {new}` instead of {text}"
        if literal.alone
        else f"{new} instead of {text}"
    )


def _of(name: str | None) -> str:
    return "" if name is None else f" of `{name}`"


def _nice(value: float) -> str:
    """A number with one digit."""
    if value <= 0:
        return "1"
    size = 10.0 ** math.floor(math.log10(value))
    return f"{max(round(value / size), 1) * size:.6g}"


def _line_piece(facts: Facts, line: int) -> Piece:
    words = facts.text.lines[line - 1]
    column = len(words) - len(words.lstrip())
    start = facts.text.starts[line - 1]
    return Piece(start + column, start + len(words), words.strip(), line, column, line, len(words))


def _piece_of(facts: Facts, place: Place) -> Piece:
    starts = facts.text.starts
    return Piece(
        starts[place.line - 1] + place.column,
        starts[place.end_line - 1] + place.end_column,
        place.text,
        place.line,
        place.column,
        place.end_line,
        place.end_column,
    )


def _edit_of(facts: Facts, place: Place, new: str) -> Replacement:
    piece = _piece_of(facts, place)
    return (piece.start, piece.stop, new)


TABLE: tuple[Callable[[Facts], Iterator[Experiment]], ...] = (
    _targets,
    _inputs,
    _starts,
    _shrinking,
    _rates,
    _biases,
    _units,
    _order,
    _epochs,
)
