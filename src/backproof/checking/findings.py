"""Phase 7: what is at fault as findings: the line, the words, the numbers beside it, the edits."""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import SequenceMatcher

from backproof.checking.process.state import last_name
from backproof.checking.repair.afterwards import home_lines
from backproof.checking.repair.meant import Meant
from backproof.checking.repair.scene import Scene
from backproof.checking.repair.search import Change, Repair
from backproof.checking.repair.text import line_at
from backproof.checking.source.bound import bound_in_loops
from backproof.checking.wording import words
from backproof.diagnostic.finding import Edit, Finding, Row, Span

SHOWN = 6  # numbers in a row
LONGEST = 40  # characters of a line that stands for what it computes
NOT_UPDATED = ("weights-not-updated", "bias-not-updated")
CALLED = {  # kinds of a mistake with words of their own
    "overwritten-pass": "stale-activation",
    "entropy-slope": "loss-mismatch",
    "integer-division": "integer-array",
    "shared-rows": "aliased-array",
    "result-ignored": "rebound-in-function",
    "copy-updated": "rebound-in-function",
    "wrong-order": "wrong-index",
    "other-memory": "wrong-layer-input",
    "missing-term": "missing-factor",
    "repeated-rows": "accumulator-overwritten",
    "sum-overwritten": "accumulator-overwritten",
    "value-added-up": "accumulator-overwritten",
    "squared-memory": "wrong-layer-input",
    "power-of-memory": "wrong-sign",
    "other-root": "wrong-layer-input",
    "other-squares": "wrong-layer-input",
    "other-scale": "wrong-gradient",
    "exchanged-arguments": "wrong-layer-input",
    "exchanged-results": "wrong-layer-input",
    "aliased-before-update": "aliased-array",
    "rounded-output": "wrong-layer-input",
    "wrong-power": "wrong-slope",
    "other-leak": "wrong-slope",
    "other-decay": "wrong-layer-input",
    "penalty-itself": "wrong-slope",
    "all-columns": "wrong-index",
    "bare-sum": "forward-mismatch",
    "bare-product": "forward-mismatch",
}
UPDATE = re.compile(r"\s*[-+]?=")
SUM = re.compile(r"[-+]=")
SUMS = {(False, True): "sum-overwritten", (True, False): "value-added-up"}  # had `+=`, has it
BY_LAW = {
    "ascent": "wrong-sign",
    "momentum": "momentum-sign",
    "growth": "decay-sign",
    "accumulating": "accumulator-not-reset",
}


def of_change(
    source: str,
    file: str,
    scene: Scene,
    change: Change,
    found: Repair,
    numbers: dict[int, Meant],
) -> Finding:
    """A change that mends something: what was wrong at its line."""
    edits = edits_of(source, file, change)
    line = edits[0].start_line if edits else change.candidate.line
    put_in = bool(edits) and edits[0].end_line < line
    if put_in and change.candidate.value:  # two parts of one value in each other's place
        line = next((e.start_line for e in edits if e.end_line >= e.start_line), line)
        put_in = False
    if put_in or change.candidate.code == "update-before-use":  # what the line is for is at fault
        home = home_lines(source.split("\n"), change.before.split("\n"))
        line = home.get(change.candidate.line - 1, change.candidate.line - 1) + 1
    line = min(max(line, 1), source.count("\n") + 1)
    said = at_line(scene, file, _code(scene, change, edits), line)
    if said.code == "wrong-layer-input" and _is_renamed(edits):
        message, advice = words("never-read", said.name or "")
        said = replace(said, message=message, help=advice)
    rows = _beside(scene, line, numbers) or _rows(scene, line)
    if put_in and said.code in NOT_UPDATED:
        name = UPDATE.split(edits[0].after.strip())[0]
        message, advice = words("weights-not-updated", name)
        numbers, rows = {}, ()  # those of the line beside it say nothing
        said = replace(said, name=name, message=message, help=advice)
    return replace(
        said,
        rows=rows,
        rule=numbers[line].rule if line in numbers else "",
        confidence="verified" if found.verified else "plausible",
        edits=edits,
        notes=(*said.notes, *_grown(scene, change)),
    )


def _is_renamed(edits: tuple[Edit, ...]) -> bool:
    """Whether a value is stored under another name, and nothing else is changed."""
    if len(edits) != 1:
        return False
    before, after = (UPDATE.split(side.strip(), 1) for side in (edits[0].before, edits[0].after))
    return before[0] != after[0] and before[1:] == after[1:] != []


def _grown(scene: Scene, change: Change) -> tuple[str, ...]:
    """The shapes of a weight that a step makes larger."""
    reading, steps = scene.judgement.reading, scene.judgement.steps
    for group in change.mended & set(reading.groups):
        for path in reading.groups[group]:
            lost = steps.lost.get(path)
            if lost is not None and lost.shape:
                before = steps.keepers[0].state[path].shape
                return (f"`{path}` has the shape {before} before the step and {lost.shape} after",)
    return ()


def _code(scene: Scene, change: Change, edits: tuple[Edit, ...]) -> str:
    """The kind of mistake: a wrong sign of what a step remembers is called by what it does, a sum by which way it is wrong."""
    if change.candidate.code == "accumulator-overwritten" and edits:
        had, has = (SUM.search(side) is not None for side in (edits[0].before, edits[0].after))
        return SUMS.get((had, has), change.candidate.code)
    laws = scene.judgement.reading.laws
    kinds = {laws[group].kind for group in change.mended if group in laws}
    if change.candidate.code == "wrong-sign" and len(kinds) == 1:
        return BY_LAW.get(kinds.pop(), "wrong-sign")
    return change.candidate.code


def at_line(scene: Scene, file: str, code: str, line: int) -> Finding:
    """What is said of a mistake of some kind at a line."""
    name = name_at(scene, line)
    message, advice = words(spoken(code, name, scene.source), name)
    span = _span(scene.source, file, line)
    return Finding(CALLED.get(code, code), "error", span, name, message, help=advice)


def spoken(code: str, name: str, source: str) -> str:
    """Under which code the words are found: a name may be a loop's, or a function's own."""
    if code == "wrong-index" and name.startswith(("for ", "while ")):
        return "wrong-range"
    in_loop = code == "rebound-in-function" and name in bound_in_loops(source)
    return "rebound-in-loop" if in_loop else code


def of_group(file: str, scene: Scene, group: str) -> Finding:
    """A group of weights that goes wrong beyond doubt, without a change that mends it."""
    law = scene.judgement.reading.laws[group]
    paths = scene.judgement.reading.groups[group]
    lost = [scene.judgement.steps.lost.get(path) for path in paths]
    places = [x.place for x in lost if x is not None and x.place is not None]
    code = BY_LAW.get(law.kind, "wrong-gradient")
    line = update_line(scene, group)
    if law.kind == "still":
        code = "bias-not-updated" if places else "weights-not-updated"
        code = "broadcast-shape" if any(x is not None and x.shape for x in lost) else code
        line = scene.places[places[0]].line if places else _creation_line(scene, group)
    if code == "wrong-gradient":
        line = _first_wrong_line(scene, group)
    message, advice = words(code, group)
    return Finding(
        code=code,
        severity="error",
        span=_span(scene.source, file, line),
        name=group,
        message=message,
        help=advice,
        rows=_rows(scene, line),
        confidence="none",
    )


def of_standing(file: str, scene: Scene, path: str) -> Finding:
    """A weight that no step changes, which may be meant so."""
    message, advice = words("never-updated", path)
    line = _creation_line(scene, path)
    span = _span(scene.source, file, line)
    return Finding("weights-not-updated", "warning", span, path, message, help=advice)


def of_mismatch(file: str, scene: Scene, other: str, losses: frozenset[str]) -> Finding:
    """Updates that are the gradient of another loss than the one shown."""
    meeting = scene.judgement.reading.meeting
    line = scene.places[meeting.place].line if meeting is not None else scene.judgement.loop.line
    shown = " or ".join(sorted(losses))
    message, advice = words("loss-mismatch", "", other=other, shown=shown)
    return Finding(
        "loss-mismatch", "error", _span(scene.source, file, line), None, message, help=advice
    )


def _span(source: str, file: str, line: int) -> Span:
    text = source.split("\n")[line - 1] if line <= source.count("\n") + 1 else ""
    start = len(text) - len(text.lstrip())
    return Span(file, line, start + 1, line, max(len(text.rstrip()), start) + 1)


def name_at(scene: Scene, line: int) -> str:
    """What the statement at a line computes, in the person's own words."""
    for statement in scene.statements:
        if statement.line <= line <= statement.end_line and statement.targets:
            if statement.line == line:
                return ", ".join(statement.targets)
    text = line_at(scene.source, line)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def update_line(scene: Scene, group: str) -> int:
    """The last statement whose value only this group uses."""
    own = [s for s, groups in scene.influence.items() if groups == frozenset({group})]
    candidates = own or [s for s, groups in scene.influence.items() if group in groups]
    if not candidates:
        return _last_stored(scene, group)
    return scene.statements[max(candidates, key=lambda s: scene.first_at.get(s, 0))].line


def _first_wrong_line(scene: Scene, group: str) -> int:
    suspects = [s for s in scene.suspects() if group in scene.influence.get(s, ())]
    return scene.statements[suspects[0]].line if suspects else update_line(scene, group)


def _last_stored(scene: Scene, group: str) -> int:
    """The last line of a step that stores under the group's name."""
    named = [
        s
        for s, position in scene.first_at.items()
        if any(last_name(t) == last_name(group) for t in scene.statements[s].targets)
    ]
    if not named:
        return _creation_line(scene, group)
    return scene.statements[max(named, key=lambda s: scene.first_at[s])].line


def _creation_line(scene: Scene, group: str) -> int:
    last = group.split(".")[-1].split("[")[0]
    for statement in scene.statements:
        if any(t.split(".")[-1].split("[")[0] == last for t in statement.targets):
            return statement.line
    return scene.judgement.loop.line


def _rows(scene: Scene, line: int) -> tuple[Row, ...]:
    """The numbers that the statement computed in the last step."""
    trace = scene.judgement.steps.base[-1]
    for event in trace.events:
        place = scene.places[event.place]
        if place.target and place.kind != "store" and event.numbers is not None:
            if scene.statements[place.statement].line == line:
                numbers = tuple(float(x) for x in event.numbers[:SHOWN])
                return (
                    Row(
                        f"step {len(scene.judgement.steps.base)}, yours",
                        numbers,
                        max(0, event.numbers.size - SHOWN),
                    ),
                )
    return ()


def _beside(scene: Scene, line: int, numbers: dict[int, Meant]) -> tuple[Row, ...]:
    """The numbers of the last step, with the mistake and without it."""
    if line not in numbers:
        return ()
    step, both = len(scene.judgement.steps.base), numbers[line]
    rows = ((f"step {step}, yours", both.yours), (f"step {step}, should be", both.should_be))
    return tuple(
        Row(heading, tuple(float(x) for x in flat[:SHOWN]), max(0, flat.size - SHOWN))
        for heading, flat in rows
    )


def edits_of(source: str, file: str, change: Change) -> tuple[Edit, ...]:
    """The change in lines of the program as it was given."""
    original = source.split("\n")
    before, after = change.before.split("\n"), change.candidate.source.split("\n")
    home = home_lines(original, before)
    out = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        start = home.get(a, len(original))
        length = b - a
        out.append(
            Edit(file, start + 1, start + length, "\n".join(before[a:b]), "\n".join(after[c:d]))
        )
    return tuple(out)
