"""Phases 7 and 8: what is wrong, which lines, and a fix that was run.

diagnose(...)    findings, lines, the fixed source and what became better

Nothing is accused on a doubt: a group of weights that goes wrong counts when a change was found that mends it, when other groups
follow the gradient of the same loss, or when its law is a known mistake (uphill, growing, adding up, standing still).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

import numpy as np

from backproof.checking.process.session import Host
from backproof.checking.reading.intervene import derivatives, named
from backproof.checking.reading.judge import Judgement
from backproof.checking.reading.roles import Reading
from backproof.checking.reading.stale import stale
from backproof.checking.repair.afterwards import home_lines
from backproof.checking.repair.meant import Meant, meant
from backproof.checking.repair.missing import truncated
from backproof.checking.repair.outdated import in_order
from backproof.checking.repair.scene import Scene, survey
from backproof.checking.repair.search import Change, Repair, repair
from backproof.checking.source.places import Loop, Place, Statement
from backproof.checking.wording import words
from backproof.diagnostic.finding import Edit, Finding, Line, Row, Span

ENOUGH_TIME = 8.0  # seconds that must be left for the table of lines
SHOWN = 6  # numbers in a row
ALONG = 0.5  # cosine: moves nearer than this to the way downhill may be a gradient that was bent on purpose
BY_LAW = {
    "ascent": "wrong-sign",
    "momentum": "momentum-sign",
    "growth": "decay-sign",
    "accumulating": "accumulator-not-reset",
}


@dataclass(frozen=True)
class Diagnosis:
    """What was found in a program that was understood."""

    lines: tuple[Line, ...]
    findings: tuple[Finding, ...]
    fixed_source: str | None  # with every verified fix in it
    outcome: tuple[str, ...]
    accused: bool  # whether some gradient is wrong
    doubt: tuple[str, ...] = ()  # why nothing is accused although something does not fit
    judgement: Judgement | None = None  # by which the program is accused


def diagnose(
    host: Host,
    source: str,
    file: str,
    judgement: Judgement,
    places: Sequence[Place],
    statements: Sequence[Statement],
    loops: Sequence[Loop],
) -> Diagnosis:
    """Say which lines are wrong, what they should be, and whether a fix was found."""
    mismatch = judgement.mismatch and not judgement.wrong
    other = judgement.reading.name
    if mismatch:
        judgement = _as_shown(judgement)
    if not judgement.wrong and not truncated(judgement.steps):
        scene = survey(source, judgement, places, statements, loops)
        return _outdated(host, file, scene) or _faultless(host, file, scene)
    judgement, found, scene = _repaired(host, source, judgement, places, statements, loops)
    numbers = meant(scene, found.changes)
    findings = [_of_change(source, file, scene, change, found, numbers) for change in found.changes]
    left = [g for g in judgement.reading.laws if g not in found.right]
    if mismatch and not found.whole:
        findings = [_mismatch(file, scene, other)]
    else:
        sure = _sure(judgement, found)
        if not found.verified and not sure:
            findings = []  # what mends only a part may be chance
        findings += [_of_group(file, scene, group) for group in left if group in sure]
    if not findings and not judgement.wrong:
        return _faultless(host, file, scene)
    if not findings:
        return Diagnosis((), (), None, (), False, _doubt(judgement))
    findings = _with_causes(_in_order(findings, scene))
    bad = frozenset(finding.span.line for finding in findings)
    return Diagnosis(
        _lines(host, file, scene, bad),
        tuple(findings),
        found.source if found.verified else None,
        _outcome(found, judgement),
        True,
        judgement=judgement,
    )


def _faultless(host: Host, file: str, scene: Scene) -> Diagnosis:
    return Diagnosis(_lines(host, file, scene, frozenset()), (), None, (), False)


def _outdated(host: Host, file: str, scene: Scene) -> Diagnosis | None:
    """Updates that are the gradient for another example than their target's."""
    found = stale(scene.judgement, scene.statements)
    mended = None if found is None else in_order(host, scene, found)
    if found is None or mended is None:
        return None
    change = Change(mended, scene.source, frozenset(scene.judgement.reading.laws))
    line, other = mended.line, scene.statements[found.unused].line
    finding = replace(
        _at(scene, file, mended.code, line),
        edits=_edits(scene.source, file, change),
        notes=(
            f"nothing uses the forward pass of line {other}: line {line} runs another one before",
        ),
        confidence="verified",
    )
    return Diagnosis(
        _lines(host, file, scene, frozenset({line})),
        (finding,),
        mended.source,
        ("verified on a copy: with this change every update belongs to its own example",),
        True,
        judgement=scene.judgement,
    )


def _repaired(
    host: Host,
    source: str,
    judgement: Judgement,
    places: Sequence[Place],
    statements: Sequence[Statement],
    loops: Sequence[Loop],
) -> tuple[Judgement, Repair, Scene]:
    """The repair under the loss that is meant; where nothing tells which, under each that is usual, until one can be mended."""
    options = [judgement]
    if not judgement.shown and not judgement.reading.follows:
        usual = [r for r in judgement.others if r.loss is not None and r.loss.usual and r.direct]
        first = [r for r in usual if r.meeting == usual[0].meeting]
        first.sort(key=lambda r: (not _is_explained(r), not r.name.startswith("cross-entropy")))
        options = [replace(judgement, reading=r) for r in first[:3]] or options
    best: tuple[Judgement, Repair, Scene] | None = None
    for option in options:
        found, scene = repair(host, source, option, places, statements, loops)
        if best is None or len(found.right) > len(best[1].right):
            best = option, found, scene
        if found.verified or host.left() < ENOUGH_TIME:
            break
    assert best is not None
    return best


def _is_explained(reading: Reading) -> bool:
    """Whether each group moves by some law, if a wrong one."""
    return all(law.right or law.kind in BY_LAW for law in reading.laws.values())


def _as_shown(judgement: Judgement) -> Judgement:
    """The judgement by the loss that the program shows."""
    shown = [
        r
        for r in judgement.others
        if r.loss is not None and r.loss.name in judgement.shown and r.direct
    ]
    return replace(judgement, reading=shown[0]) if shown else judgement


def _sure(judgement: Judgement, found: Repair) -> set[str]:
    """Groups that may be accused without a fix: the loss is known, and the moves are no gradient in any disguise.

    What only bends the gradient, such as clipping each number, keeps most of its direction.
    """
    reading = judgement.reading
    if not judgement.shown or not (reading.follows or found.changes):
        return set()
    sure = set()
    for group in reading.wrong:
        kind = reading.laws[group].kind
        lost = [judgement.steps.lost.get(path) for path in reading.groups[group]]
        written = any(x is not None and x.place is not None for x in lost)
        strays = kind in ("unexplained", "unsteady") and _along(judgement, group) < ALONG
        if kind == "ascent" or (kind == "still" and written) or strays:
            sure.add(group)
    return sure


def _along(judgement: Judgement, group: str) -> float:
    """The cosine between a group's moves and the way downhill."""
    reading, measured = judgement.reading, judgement.measured
    columns = measured.of(reading.groups[group])
    known = reading.known[:, columns]
    moves = np.where(known, measured.move[: len(known), columns], 0.0)
    downhill = np.where(known, -reading.gradient[:, columns], 0.0)
    size = float(np.linalg.norm(moves) * np.linalg.norm(downhill))
    return float(np.vdot(moves, downhill)) / size if size else 1.0


def _doubt(judgement: Judgement) -> tuple[str, ...]:
    groups = ", ".join(f"`{group}`" for group in judgement.wrong)
    return (
        f"the moves of {groups} are no gradient of {judgement.reading.name}, but no change was found that makes them one",
        "if another loss is meant, name it with --loss; if the output or the target is another, with --prediction and --target",
    )


# findings ---------------------------------------------------------------------------------


def _of_change(
    source: str,
    file: str,
    scene: Scene,
    change: Change,
    found: Repair,
    numbers: dict[int, Meant],
) -> Finding:
    edits = _edits(source, file, change)
    line = edits[0].start_line if edits else change.candidate.line
    if edits and edits[0].end_line < line:  # a line is put in: what it is for is at fault
        home = home_lines(source.split("\n"), change.before.split("\n"))
        line = home.get(change.candidate.line - 1, change.candidate.line - 1) + 1
    line = min(max(line, 1), source.count("\n") + 1)
    return replace(
        _at(scene, file, change.candidate.code, line),
        rows=_beside(scene, line, numbers) or _rows(scene, line),
        rule=numbers[line].rule if line in numbers else "",
        confidence="verified" if found.verified else "plausible",
        edits=edits,
    )


def _at(scene: Scene, file: str, code: str, line: int) -> Finding:
    """What is said of a mistake of some kind at a line."""
    name = _name_at(scene, line)
    message, advice = words(code, name)
    span = _span(scene.source, file, line)
    return Finding(code, "error", span, name, message, help=advice)


def _of_group(file: str, scene: Scene, group: str) -> Finding:
    law = scene.judgement.reading.laws[group]
    paths = scene.judgement.reading.groups[group]
    lost = [scene.judgement.steps.lost.get(path) for path in paths]
    places = [x.place for x in lost if x is not None and x.place is not None]
    code = BY_LAW.get(law.kind, "wrong-gradient")
    line = _update_line(scene, group)
    if law.kind == "still":
        code = "bias-not-updated" if places else "weights-not-updated"
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


def _mismatch(file: str, scene: Scene, other: str) -> Finding:
    meeting = scene.judgement.reading.meeting
    line = scene.places[meeting.place].line if meeting is not None else scene.judgement.loop.line
    shown = " or ".join(sorted(scene.judgement.shown))
    message, advice = words("loss-mismatch", "", other=other, shown=shown)
    return Finding(
        "loss-mismatch", "error", _span(scene.source, file, line), None, message, help=advice
    )


def _span(source: str, file: str, line: int) -> Span:
    text = source.split("\n")[line - 1] if line <= source.count("\n") + 1 else ""
    start = len(text) - len(text.lstrip())
    return Span(file, line, start + 1, line, max(len(text.rstrip()), start) + 1)


def _name_at(scene: Scene, line: int) -> str:
    """What the statement at a line computes, in the person's own words."""
    for statement in scene.statements:
        if statement.line <= line <= statement.end_line and statement.targets:
            if statement.line == line:
                return ", ".join(statement.targets)
    return scene.source.split("\n")[line - 1].strip()[:60]


def _update_line(scene: Scene, group: str) -> int:
    """The last statement whose value only this group uses."""
    own = [s for s, groups in scene.influence.items() if groups == frozenset({group})]
    candidates = own or [s for s, groups in scene.influence.items() if group in groups]
    if not candidates:
        return scene.judgement.loop.line
    return scene.statements[max(candidates, key=lambda s: scene.first_at.get(s, 0))].line


def _first_wrong_line(scene: Scene, group: str) -> int:
    suspects = [s for s in scene.suspects() if group in scene.influence.get(s, ())]
    return scene.statements[suspects[0]].line if suspects else _update_line(scene, group)


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


def _edits(source: str, file: str, change: Change) -> tuple[Edit, ...]:
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


def _in_order(findings: list[Finding], scene: Scene) -> list[Finding]:
    """In the order in which the program executes the lines."""
    at: dict[int, int] = {}
    for statement, position in scene.first_at.items():
        line = scene.statements[statement].line
        at[line] = min(at.get(line, position), position)
    unique: dict[tuple[str, int, str | None], Finding] = {}
    for finding in findings:
        unique.setdefault((finding.code, finding.span.line, finding.name), finding)
    return sorted(unique.values(), key=lambda f: (at.get(f.span.line, f.span.line), f.span.line))


def _with_causes(findings: list[Finding]) -> list[Finding]:
    """One finding for each line: groups that go wrong at the same line say it once."""
    out: dict[int, Finding] = {}
    for finding in findings:
        known = out.get(finding.span.line)
        if known is None or (known.confidence == "none" and finding.confidence != "none"):
            out[finding.span.line] = finding
    return list(out.values())


def _outcome(found: Repair, judgement: Judgement) -> tuple[str, ...]:
    if not found.changes:
        return ()
    total = len(judgement.reading.laws)
    before, after = len(judgement.reading.right), len(found.right)
    steps = judgement.measured.count
    if found.verified:
        return (
            f"verified on a copy: {after} of {total} groups of weights follow the gradient in {steps} of {steps} steps, "
            f"{before} did before; a second reading of the changed program agrees",
        )
    return (
        f"with these changes {after} of {total} groups of weights follow the gradient, {before} did before",
    )


# lines ------------------------------------------------------------------------------------


def _lines(host: Host, file: str, scene: Scene, bad: frozenset[int]) -> tuple[Line, ...]:
    """Every statement of the backward pass that has a name in the language of the chain rule, and every one at fault."""
    judgement = scene.judgement
    symbol = judgement.reading.symbol
    rows: dict[tuple[int, str], Line] = {}
    if host.left() > ENOUGH_TIME and judgement.measured.count > 2:
        numbers = [1, 2]
        units = derivatives(judgement, scene.places, numbers)
        for index in scene.influence:
            statement = scene.statements[index]
            for place in scene.places:
                if place.statement != index or not place.target or place.kind == "store":
                    continue
                values = [judgement.steps.base[n].values(place.index) for n in numbers]
                if not units or any(v is None for v in values):
                    continue
                shape = next(
                    (e.shape for e in judgement.steps.base[1].events if e.place == place.index), ()
                )
                match = named([v for v in values if v is not None], shape, units)
                if match is not None:
                    what = f"{match.factor:.6g} * {symbol}/d({match.unit.text})"
                    what += " transposed" if match.turned else ""
                    rows[statement.line, place.target] = Line(
                        file, statement.line, place.target, what, True, match.difference
                    )
    for group, law in judgement.reading.laws.items():
        line = _update_line(scene, group)
        if law.right and law.rates and line not in bad:
            rate = law.rates[0]
            rows[line, group] = Line(
                file, line, group, f"-{rate:.6g} * {symbol}/d({group})", True, law.residual
            )
    for line in bad:
        name = _name_at(scene, line)
        rows = {key: value for key, value in rows.items() if key[0] != line}
        rows[line, name] = Line(file, line, name, "", False, None)
    return tuple(sorted(rows.values(), key=lambda row: row.line))
