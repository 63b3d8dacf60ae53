"""What the repair works with: the backward pass of one program, its statements, its names and their shapes.

Scene        all of it
survey(...)  look at the traces and, by moving values, at what influences what
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from backproof.checking.process.trace import Array, Event
from backproof.checking.reading.astray import Mask, astray
from backproof.checking.reading.judge import Judgement
from backproof.checking.reading.measure import Meeting
from backproof.checking.reading.steps import moved_places
from backproof.checking.source.instrument import Instrumented
from backproof.checking.source.places import Loop, Place, Statement

DERIVATIVE = re.compile(
    r"deriv|prime|grad|slope|bend|dsig|dtanh|drelu|_d$|^d_|_der|backward|ableitung|dash", re.I
)
KEPT = re.compile(
    r"""(\w+)(\.[^\W\d]\w*|\[(['"])\w+\3\])+"""
)  # an attribute, or an item by its name, of something or of what is one
APPEND = (".append", ".insert", ".appendleft")
MOST_PROBED = 60
MOST_NAMES = 40


@dataclass(frozen=True)
class Scene:
    """One program's training step, as far as the repair needs it."""

    source: str
    judgement: Judgement
    places: Sequence[Place]
    statements: Sequence[Statement]
    loops: Sequence[Loop]
    shapes: dict[str, tuple[int, ...]]  # text of a value: its shape, at its last occurrence
    scopes: dict[str, dict[str, tuple[int, ...]]]  # the same by scope
    whole: frozenset[str]  # texts of values that are whole numbers, such as counters
    matrices: bool  # whether the program computes with np.matrix
    influence: dict[int, frozenset[str]]  # statement: groups whose move its value changes
    first_at: dict[int, int]  # statement: position of its first event in the trace
    meeting_at: int  # position of the meeting
    activations: tuple[
        str, ...
    ]  # texts of what the forward pass computed by a function of one argument
    functions: tuple[str, ...]  # functions of the program that take one argument
    slopes: tuple[str, ...]  # those that look like derivatives
    pairs: tuple[str, ...]  # functions of two arguments that do
    later: frozenset[str]  # texts of values that only the backward pass has: no activations

    @property
    def wrong(self) -> frozenset[str]:
        """Groups that go wrong."""
        return frozenset(self.judgement.wrong)

    @cached_property
    def value_places(self) -> dict[int, int]:
        """The place of the whole value of each statement that has one."""
        out: dict[int, int] = {}
        for place in self.places:
            if place.statement in self._tuples:
                continue
            kind = self.statements[place.statement].kind if place.statement >= 0 else ""
            assigns = kind in ("Assign", "AugAssign", "AnnAssign")
            whole = bool(place.target) if assigns else kind == "Return"
            if whole and place.kind not in ("store", "IndexStore"):
                out[place.statement] = place.index
        return {**out, **appended(self.places, self.statements)}

    @cached_property
    def _tuples(self) -> set[int]:
        """Statements that return several values, none of which is the whole."""
        inside = {child for place in self.places for child in place.children}
        tops = [
            place.statement
            for place in self.places
            if place.statement >= 0
            and self.statements[place.statement].kind == "Return"
            and place.index not in inside
        ]
        return {statement for statement in tops if tops.count(statement) > 1}

    def statement_of(self, node: ast.stmt) -> Statement | None:
        """What is known of a statement of the program's tree."""
        for statement in self.statements:
            if statement.line == node.lineno and statement.kind == type(node).__name__:
                return statement
        return None

    def index_of(self, node: ast.stmt) -> int:
        """Its index; -1 where there is none."""
        known = self.statement_of(node)
        return -1 if known is None else known.index

    def suspects(self) -> list[int]:
        """Statements of the backward pass, the likeliest to be at fault first."""
        wrong = self.wrong

        def suspicion(statement: int) -> tuple[float, ...]:
            groups = self.influence.get(statement, frozenset())
            spoiled = len(groups & wrong)
            sound = len(groups - wrong)
            return (sound > 0, -spoiled, self.first_at.get(statement, 0))

        return sorted((s for s in self.influence if self.influence[s] & wrong), key=suspicion)

    def carrying(self) -> list[int]:
        """Statements of the backward pass whose value changes with the error, in the order of execution."""
        judgement, meeting = self.judgement, self.judgement.reading.meeting
        if meeting is None or meeting.kind == "index":
            return []
        base, keeper = judgement.steps.base[-1], judgement.steps.keepers[-1]
        moves = [
            (e.place, e.occurrence, (0.1 * (1 + np.abs(e.numbers))).tobytes())
            for e in base.events
            if e.place in (meeting.twins or (meeting.place,)) and e.numbers is not None
        ]
        trace = keeper.probe([{"move": moves, "want": None, "paths": []}])[0]
        if trace is None:
            return []
        moved = {self.places[place].statement for place in moved_places(base, trace)}
        found = [s for s in self.influence if s in moved]
        return sorted(found, key=lambda s: self.first_at.get(s, 0))


def survey(
    source: str,
    judgement: Judgement,
    made: Instrumented,
) -> Scene:
    """Look at the step."""
    places, statements, loops = made.places, made.statements, made.loops
    trace = judgement.steps.base[-1]
    shapes: dict[str, tuple[int, ...]] = {}
    scopes: dict[str, dict[str, tuple[int, ...]]] = {}
    whole: set[str] = set()
    first_at: dict[int, int] = {}
    meeting = judgement.reading.meeting
    meeting_at = -1
    for position, event in enumerate(trace.events):
        place = places[event.place]
        first_at.setdefault(place.statement, position)
        if meeting is not None and event.place == meeting.place and meeting_at < 0:
            meeting_at = position
        if event.kind != "o" and place.kind in ("Name", "Attribute", "Subscript", "store"):
            if event.kind in "inb":
                whole.add(place.text)
            shapes[place.text] = event.shape
            scopes.setdefault(place.scope, {})[place.text] = event.shape
    functions = _unary_functions(source)
    influence = _influence(judgement, places, statements, meeting_at)
    for scope, found in _unseen(source, judgement, places, statements, influence, scopes).items():
        known = {name: shape for name, (shape, _) in found.items()}
        whole.update(n for n, (_, counts) in found.items() if counts and n not in shapes)
        scopes.setdefault(scope, {}).update(known)
        shapes.update({name: shape for name, shape in known.items() if name not in shapes})
    return Scene(
        source=source,
        judgement=judgement,
        places=places,
        statements=statements,
        loops=loops,
        shapes=shapes,
        scopes=scopes,
        whole=frozenset(whole),
        matrices=any(event.kind == "m" for event in trace.events),
        influence=influence,
        first_at=first_at,
        meeting_at=meeting_at,
        activations=_activations(trace.events, places, functions),
        functions=functions,
        slopes=tuple(name for name in functions if DERIVATIVE.search(name)),
        pairs=_pairs(source),
        later=_later(trace.events, places, meeting),
    )


def _later(
    events: Sequence[Event], places: Sequence[Place], meeting: Meeting | None
) -> frozenset[str]:
    """Texts whose last numbers occur, in whatever order, nowhere before the output last met its target."""
    at = [i for i, e in enumerate(events) if meeting and e.place in (meeting.place, *meeting.twins)]
    known: set[bytes] = set()
    last: dict[str, Event] = {}
    for position, event in enumerate(events):
        if event.numbers is None:
            continue
        if at and position < at[-1]:
            known.add(np.sort(event.numbers).tobytes())
        if places[event.place].kind in ("Name", "Attribute", "Subscript", "store"):
            last[places[event.place].text] = event
    return frozenset(
        text
        for text, event in last.items()
        if at and event.numbers is not None and np.sort(event.numbers).tobytes() not in known
    )


def _unseen(
    source: str,
    judgement: Judgement,
    places: Sequence[Place],
    statements: Sequence[Statement],
    influence: dict[int, frozenset[str]],
    scopes: dict[str, dict[str, tuple[int, ...]]],
) -> dict[str, dict[str, tuple[tuple[int, ...], bool]]]:
    """Names that a scope of the backward pass binds and that no statement of the step reads: what a line may have forgotten.

    For each its shape, and whether it is a whole number.
    """
    bound = _bound_names(source)
    wanted: list[tuple[str, list[str], int]] = []
    for index in influence:
        scope = statements[index].scope
        names = sorted(bound.get(scope, set()) | _attributes(scopes, scope))
        names = [name for name in names if name not in scopes.get(scope, {})][:MOST_NAMES]
        plain = statements[index].kind == "Return"
        own = [p.index for p in places if p.statement == index and (p.target or plain)]
        place = own[0] if own else None
        if place is not None and names:
            wanted.append((scope, names, place))
    probes = [
        {"want": [], "paths": [], "evaluate": (p, [*names, *map(_counts, names)], [])}
        for _, names, p in wanted
    ]
    out: dict[str, dict[str, tuple[tuple[int, ...], bool]]] = {}
    traces = judgement.steps.keepers[-1].probe(probes)
    for (scope, names, _), trace in zip(wanted, traces, strict=True):
        kinds = [] if trace is None else trace.kinds
        for name, shape, counts in zip(names, kinds, kinds[len(names) :], strict=False):
            if shape is not None:
                out.setdefault(scope, {})[name] = (tuple(shape), counts == WHOLE)
    return out


WHOLE = (2,)


def _counts(name: str) -> str:
    """An expression whose shape is `WHOLE` where the name is a whole number."""
    return f"[0.0] * (1 + isinstance({name}, int))"


def _attributes(scopes: dict[str, dict[str, tuple[int, ...]]], scope: str) -> set[str]:
    """What other methods of the same class, or other functions beside this one, keep in the things that this one uses: `self.y`, `memo["y"]`."""
    owner, _, method = scope.rpartition(".")
    if not method:
        return set()
    roots = {re.split(r"[.\[]", name)[0] for name in scopes.get(scope, {})} | {"self"}
    return {
        name
        for other, names in scopes.items()
        if other != scope and other.rpartition(".")[0] == owner
        for name in names
        if (kept := KEPT.fullmatch(name)) and kept[1] in roots
    }


def _bound_names(source: str) -> dict[str, set[str]]:
    """The names that each scope binds: arguments, variables of loops, what is assigned to."""
    out: dict[str, set[str]] = {}

    def visit(node: ast.AST, scope: tuple[str, ...]) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            scope = (*scope, node.name)
        if isinstance(node, ast.arg) or (
            isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        ):
            name = node.arg if isinstance(node, ast.arg) else node.id
            out.setdefault(".".join(scope), set()).add(name)
        for child in ast.iter_child_nodes(node):
            visit(child, scope)

    visit(ast.parse(source), ())
    return out


def _unary_functions(source: str) -> tuple[str, ...]:
    """Functions and methods of the program that can be called with one value."""
    out = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and _is_calm(node):
            names = [a.arg for a in node.args.args]
            needed = len(names) - len(node.args.defaults)
            if names[:1] == ["self"]:
                if len(names) >= 2 and needed <= 2:
                    out.append(f"self.{node.name}")
            elif names and needed <= 1:
                out.append(node.name)
        elif isinstance(node, ast.Assign) and isinstance(node.value, (ast.Lambda, ast.Call)):
            target = node.targets[0]
            vectorized = ast.unparse(node.value).startswith(("np.vectorize", "lambda"))
            if isinstance(target, ast.Name) and vectorized:
                out.append(target.id)
    return tuple(dict.fromkeys(out))


def _pairs(source: str) -> tuple[str, ...]:
    """Functions of two arguments that look like derivatives: of a value, and of something that tells which."""
    return tuple(
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
        and len(node.args.args) == 2
        and node.args.args[0].arg != "self"
        and DERIVATIVE.search(node.name)
        and _is_calm(node)
    )


def _is_calm(function: ast.FunctionDef) -> bool:
    """Whether it gives back a value and stores nothing that outlives it."""
    returns = False
    for node in ast.walk(function):
        if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
            return False
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            return False
        returns = returns or (isinstance(node, ast.Return) and node.value is not None)
    return returns


def _activations(
    events: Sequence[Event], places: Sequence[Place], functions: Sequence[str]
) -> tuple[str, ...]:
    """What names the values have that an activation gave."""
    calls = (*functions, "np.tanh", "math.tanh", "np.maximum", "np.exp")
    out: list[str] = []
    for event in events:
        place = places[event.place]
        if place.target and place.augmented == "" and event.kind != "o":
            if (
                (place.kind == "Call" and place.operator in calls)
                or (
                    place.operator == "Div"
                    and place.text.replace(" ", "").startswith(("1/", "1.0/"))
                )
                or (place.operator in JOINING and any(a in _words(place.text) for a in out))
            ):
                out.append(place.target)
    return tuple(dict.fromkeys(out))


JOINING = tuple(
    f"np.{name}" for name in ("hstack", "vstack", "concatenate", "append", "insert", "column_stack")
)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[\w.]+", text))


def appended(places: Sequence[Place], statements: Sequence[Statement]) -> dict[int, int]:
    """For each statement that adds a value to a list: the place of the value."""
    return {
        place.statement: place.children[-1]
        for place in places
        if place.statement >= 0 and statements[place.statement].kind == "Expr"
        if place.operator.endswith(APPEND) and len(place.children) >= 2
    }


def _influence(
    judgement: Judgement,
    places: Sequence[Place],
    statements: Sequence[Statement],
    meeting_at: int,
) -> dict[int, frozenset[str]]:
    """For each statement that runs from the meeting on: the groups whose new values change when its value is moved."""
    steps, reading = judgement.steps, judgement.reading
    paths, wrong = reading.paths, astray(reading, judgement.measured)
    group_of = {path: group for group, members in reading.groups.items() for path in members}
    out: dict[int, set[str]] = {}
    anywhere: dict[int, set[str]] = {}  # groups of which numbers change that are right, too
    numbers = sorted({min(2, len(steps.base) - 1), len(steps.base) - 1})
    elements = _elements(places, statements)
    added = appended(places, statements)
    for number in numbers:
        base, keeper = steps.base[number], steps.keepers[number]
        by_statement: dict[int, list[Event]] = {}
        lists: dict[int, list[Event]] = {}
        for position, event in enumerate(base.events):
            place = places[event.place]
            if position < meeting_at and place.statement not in by_statement:
                continue
            if place.statement in added:
                value = added[place.statement] == event.place
            else:
                value = _is_value(place, statements[place.statement])
            if value and event.numbers is not None:
                by_statement.setdefault(place.statement, []).append(event)
            elif event.place in elements and event.numbers is not None:
                lists.setdefault(place.statement, []).append(event)
        by_statement = {**lists, **by_statement}
        chosen = list(by_statement)[:MOST_PROBED]
        probes = []
        for statement in chosen:
            moves = []
            for e in by_statement[statement]:
                assert e.numbers is not None
                wobble = 1e-3 * (1 + np.abs(e.numbers)) * (1 + 0.37 * np.arange(e.numbers.size) % 1)
                moves.append((e.place, e.occurrence, wobble.tobytes()))
            probes.append({"move": moves, "want": [], "paths": paths})
        for statement, trace in zip(chosen, keeper.probe(probes), strict=True):
            steps.probes += 1
            found, all_found = (d.setdefault(statement, set()) for d in (out, anywhere))
            if trace is None:
                continue
            for path in paths:
                before, after = base.tail.get(path), trace.tail.get(path)
                if before is None or after is None or np.array_equal(before, after):
                    continue
                all_found.add(group_of[path])
                if _differ(before, after, wrong.get(path)):
                    found.add(group_of[path])
    reached = set().union(*out.values())
    for statement, found in out.items():
        found |= anywhere[statement] - reached  # what goes wrong is reached by nothing
    return {statement: frozenset(found) for statement, found in out.items() if found}


def _differ(before: Array, after: Array, counted: Mask | None) -> bool:
    """Whether a weight's new value, which is another, is so in those of its numbers that count."""
    if counted is None or before.shape != after.shape or before.size != counted.size:
        return True
    return not np.array_equal(before[counted], after[counted])


def _elements(places: Sequence[Place], statements: Sequence[Statement]) -> set[int]:
    """The parts of lists and tuples that are returned or assigned: such a value is no array, and cannot be moved as a whole."""
    inside = {child for place in places if place.kind != "List" for child in place.children}
    return {
        place.index
        for place in places
        if place.statement >= 0
        and statements[place.statement].kind in ("Return", "Assign")
        and place.kind not in ("List", "store", "IndexStore")
        and place.index not in inside
    }


def _is_value(place: Place, statement: Statement) -> bool:
    """Whether the place is the whole value of its statement."""
    if statement.kind in ("Assign", "AugAssign", "AnnAssign"):
        return bool(place.target) and place.kind != "store"
    return statement.kind in ("Return", "Expr") and place.kind in (
        "BinOp",
        "Call",
        "UnaryOp",
        "Name",
    )
