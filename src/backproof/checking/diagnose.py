"""Phases 7 and 8: what is wrong, which lines, and a fix that was run.

diagnose(...)    findings, lines, the fixed source and what became better

Nothing is accused on a doubt: a group of weights that goes wrong counts when a change was found that mends it, when other groups
follow the gradient of the same loss, or when its law is a known mistake (uphill, growing, adding up, standing still).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, islice

from backproof.checking.certain import certain, meets_again
from backproof.checking.findings import (
    BY_LAW,
    at_line,
    edits_of,
    name_at,
    of_change,
    of_group,
    of_mismatch,
    of_standing,
    spoken,
)
from backproof.checking.notes import burst
from backproof.checking.process.session import Host
from backproof.checking.process.state import last_name
from backproof.checking.reading.anew import Read
from backproof.checking.reading.constraints import rests
from backproof.checking.reading.forgotten import standing
from backproof.checking.reading.hypotheses import CLASSES, HYPOTHESES
from backproof.checking.reading.judge import Judgement
from backproof.checking.reading.roles import Reading
from backproof.checking.reading.stale import stale
from backproof.checking.repair.afresh import (
    Afresh,
    afresh,
    first_whole,
    shared_rows,
)
from backproof.checking.repair.aimed import aimed
from backproof.checking.repair.leftover import leftover
from backproof.checking.repair.meant import meant
from backproof.checking.repair.missing import truncated
from backproof.checking.repair.moments import moments
from backproof.checking.repair.outdated import in_order
from backproof.checking.repair.overlooked import overlooked
from backproof.checking.repair.products import MEANT
from backproof.checking.repair.scene import Scene, survey
from backproof.checking.repair.search import Change, Repair, repair
from backproof.checking.repair.sums import reset_outside
from backproof.checking.repair.telltale import telltales
from backproof.checking.repair.text import Candidate, Text, target_at
from backproof.checking.repair.unbroken import unbroken
from backproof.checking.source.instrument import Instrumented
from backproof.checking.table import ENOUGH_TIME, at_home, lines_of
from backproof.checking.wording import words
from backproof.diagnostic.finding import Finding, Line

MOST_TELLTALE = 6  # changes that are tried before all others
IN_TURN = (
    "stale-activation",
    "update-before-use",
)  # of what a second pass may have computed anew on purpose
MOST_MOMENTS = 6  # changes of what an adaptive method remembers


@dataclass(frozen=True)
class Diagnosis:
    """What was found in a program that was understood."""

    lines: tuple[Line, ...]
    findings: tuple[Finding, ...]
    fixed_source: str | None  # with every verified fix in it
    outcome: tuple[str, ...]
    accused: bool  # whether some gradient is wrong
    doubt: tuple[str, ...] = ()  # why nothing is accused although something does not fit
    judgement: Judgement | None = None  # by which it is called so, where that is another
    read: Read | None = None  # the fixed program as it was read, its steps still open


def diagnose(
    host: Host,
    source: str,
    file: str,
    judgement: Judgement,
    made: Instrumented,
) -> Diagnosis:
    """Say which lines are wrong, what they should be, and whether a fix was found."""
    if judgement.rival is not None:
        return Diagnosis((), (), None, (), False, _by_two(judgement, judgement.rival))
    mended = (
        _rooted(host, source, file, judgement)
        or _telltale(host, source, file, judgement)
        or _remembered(host, source, file, judgement)
    )
    if mended is not None:
        return mended
    mismatch = judgement.mismatch and not judgement.wrong
    name = judgement.reading.name
    if mismatch:
        judgement = _as_shown(judgement)
    if not judgement.wrong and not truncated(judgement.steps):
        scene = survey(source, judgement, made)
        return _behind(host, file, scene) or _faultless(host, file, scene)
    judgement, found, scene = _repaired(host, source, judgement, made)
    perhaps = _perhaps(judgement, found)
    if perhaps is not None:
        doubt = _unless_meant(judgement, perhaps)
        return Diagnosis((), (), None, (), False, doubt, judgement=judgement)
    numbers = meant(scene, [c for c in found.changes if c.mended or c.value])
    findings = [of_change(source, file, scene, change, found, numbers) for change in found.changes]
    left = [g for g in judgement.reading.laws if g not in found.right]
    if mismatch and not found.whole:
        findings = [of_mismatch(file, scene, name, judgement.shown)]
    else:
        sure = certain(judgement, found)
        if not found.verified and not sure:
            findings = []  # what mends only a part may be chance
        findings += [of_group(file, scene, group) for group in left if group in sure]
    if not findings and not judgement.wrong:
        return _faultless(host, file, scene)
    if not findings and judgement.without is not None and not judgement.without.wrong:
        return _left_still(host, file, scene, judgement.without)
    if not findings:
        doubtful = Diagnosis((), (), None, (), False, _doubt(judgement))
        return _overlooked(host, file, scene) or doubtful
    findings = _with_causes(_in_order(findings, scene))
    if mismatch and found.whole:
        findings[0] = replace(findings[0], notes=(*findings[0].notes, _other_way(name)))
    bad = frozenset(finding.span.line for finding in findings)
    return Diagnosis(
        lines_of(host, file, scene, bad),
        tuple(findings),
        found.source if found.verified else None,
        _outcome(found, judgement),
        True,
        judgement=judgement,
        read=found.read,
    )


def _perhaps(judgement: Judgement, found: Repair) -> Candidate | None:
    """A change that mends, and leaves out what may be meant."""
    resting = rests(judgement.measured, judgement.reading) if found.changes else set()
    meant = (*MEANT, *IN_TURN) if found.changes and meets_again(judgement) else MEANT
    changes = (change.candidate for change in found.changes)
    return next((c for c in changes if c.code in meant or c.statement in resting), None)


def _left_still(host: Host, file: str, scene: Scene, without: Judgement) -> Diagnosis:
    """Faultless but for weights that no step changes: that is told, and may be meant."""
    told = _faultless(host, file, replace(scene, judgement=without))
    named = {finding.name for finding in told.findings}
    still = set(scene.judgement.reading.paths) - set(without.reading.paths) - named
    more = tuple(of_standing(file, scene, path) for path in sorted(still))
    return replace(told, findings=(*told.findings, *more), judgement=without)


def _rooted(host: Host, source: str, file: str, judgement: Judgement) -> Diagnosis | None:
    """The root of a sum of squares that is negative: the line that made it so, with another sign."""
    fault, places = judgement.broken, judgement.steps.places
    found = None if fault is None else unbroken(host, source, places[fault.memory])
    if fault is None or found is None:
        return None
    judgement.steps.run.stop()
    return _read_anew(host, source, file, found, "negative-squares", (fault.told(places),))


def _telltale(host: Host, source: str, file: str, judgement: Judgement) -> Diagnosis | None:
    """What is hardly ever meant in a step that goes wrong, or that follows its gradient by no simple law."""
    text, laws = Text(source), judgement.reading.laws.values()
    loose = any(law.kind == "descent" and not law.rates for law in laws)
    wrong = judgement.wrong or judgement.bursts
    if not wrong and not loose:
        return None
    ways = telltales(text, judgement) if wrong else iter(())
    options = islice(chain(ways, reset_outside(text)), MOST_TELLTALE)
    found = first_whole(host, options, wrong=judgement.wrong)
    if found is None:
        return None
    simple = all(law.rates or law.kind == "silent" for law in found.judgement.reading.laws.values())
    if not wrong and not simple:
        found.judgement.steps.run.stop()
        return None
    judgement.steps.run.stop()
    return _read_anew(host, source, file, found)


def _remembered(host: Host, source: str, file: str, judgement: Judgement) -> Diagnosis | None:
    """Numbers that grow beyond all measure by what an adaptive method remembers."""
    steps = judgement.steps
    heads = [head for trace in steps.base[:1] for head in trace.heads]
    shapes = {steps.places[place].text: shape for place, _, _, shape, _ in heads}
    ways = moments(Text(source), shapes) if judgement.bursts else iter(())
    found = first_whole(host, islice(ways, MOST_MOMENTS))
    if found is None or found.judgement.bursts:
        return None
    judgement.steps.run.stop()
    return _read_anew(host, source, file, found, notes=(burst(judgement),))


def begun_anew(
    host: Host, source: str, file: str, printed: str, before: Judgement | None = None
) -> Diagnosis | None:
    """A change after which the program is another, and right: where it is not understood as it stands, or not mended."""
    found = afresh(host, source, printed, before)
    return None if found is None else _read_anew(host, source, file, found)


def _read_anew(
    host: Host, source: str, file: str, found: Afresh, said: str = "", notes: tuple[str, ...] = ()
) -> Diagnosis:
    """A change that a reading from the start confirms, told in the lines of the program as it was given."""
    candidate, again = found.candidate, found.judgement
    line = candidate.line
    after = survey(candidate.source, again, found.made)
    before = replace(after, source=source, statements=[])  # whose lines are the changed program's
    name = target_at(source, line)
    message, advice = words(said or spoken(candidate.code, name, source), name)
    finding = replace(
        at_line(before, file, candidate.code, line),
        name=name,
        message=message,
        help=advice,
        edits=edits_of(source, file, Change(candidate, source, frozenset())),
        notes=notes,
        confidence="verified",
    )
    known = at_home(lines_of(host, file, after, frozenset()), source, candidate.source)
    rows = [row for row in known if row.line != line]
    rows.append(Line(file, line, name or name_at(before, line), "", False, None))
    return Diagnosis(
        tuple(sorted(rows, key=lambda row: row.line)),
        (finding,),
        candidate.source,
        (f"verified on a copy: {RIGHT}",),
        True,
        judgement=again,
        read=(found.made, again),
    )


RIGHT = "with this change every update follows the gradient, in a reading from the start"


def _other_way(other: str) -> str:
    return (
        f"as it stands, every update is the gradient of {other}: if that is the loss you mean, "
        "the program is right as it is, and what it shows is another number"
    )


def _faultless(host: Host, file: str, scene: Scene) -> Diagnosis:
    judgement = scene.judgement
    found = [of_standing(file, scene, p) for p in standing(judgement.steps, judgement.reading)]
    if judgement.perhaps_mismatch:
        other = of_mismatch(file, scene, judgement.reading.name, judgement.glimpsed)
        found.append(replace(other, severity="warning"))
    return Diagnosis(lines_of(host, file, scene, frozenset()), tuple(found), None, (), False)


def _behind(host: Host, file: str, scene: Scene) -> Diagnosis | None:
    """What is at fault although every law is faultless, if anything is."""
    return (
        _outdated(host, file, scene)
        or _overlooked(host, file, scene)
        or _shared(host, file, scene)
        or _aimed(host, file, scene)
        or _leftover(host, file, scene)
    )


def _shared(host: Host, file: str, scene: Scene) -> Diagnosis | None:
    """Weights of many units that are one row under many names."""
    weights = {last_name(path) for path in scene.judgement.reading.paths}
    rows = [
        c
        for c in shared_rows(Text(scene.source))
        if last_name(target_at(scene.source, c.line)) in weights
    ]
    found = first_whole(host, iter(rows))
    return None if found is None else _read_anew(host, scene.source, file, found)


def _outdated(host: Host, file: str, scene: Scene) -> Diagnosis | None:
    """Updates that are the gradient for another example than their target's."""
    found = stale(scene.judgement, scene.statements)
    mended = None if found is None else in_order(host, scene, found)
    if found is None or mended is None:
        return None
    other = scene.statements[found.unused].line
    return _mended(
        host,
        file,
        scene,
        mended,
        f"nothing uses the forward pass of line {other}: line {mended.line} runs another one before",
        "verified on a copy: with this change every update belongs to its own example",
    )


def _overlooked(host: Host, file: str, scene: Scene) -> Diagnosis | None:
    """A weight that does not count as one."""
    found = overlooked(host, scene)
    if found is None:
        return None
    more = (
        "one weight more follows" if found.weights < 2 else f"{found.weights} weights more follow"
    )
    outcome = (
        f"verified on a copy: with this change {more} the gradient, in a reading from the start"
    )
    return _mended(host, file, scene, found.candidate, found.note, outcome)


def _aimed(host: Host, file: str, scene: Scene) -> Diagnosis | None:
    """Updates that are right for the target of another example or unit."""
    found = aimed(host, scene)
    if found is None:
        return None
    candidate, own = found
    note = f"as it stands, the updates lower another number than `{own}`"
    outcome = f"verified on a copy: with this change every update follows the gradient of `{own}`"
    return _mended(host, file, scene, candidate, note, outcome)


def _leftover(host: Host, file: str, scene: Scene) -> Diagnosis | None:
    """Updates after a loop that see only its last round."""
    found = leftover(host, scene)
    if found is None:
        return None
    note = "the loop before it computes the same for other rows, and nothing of that reaches any weight"
    return _mended(host, file, scene, found, note, f"verified on a copy: {RIGHT}")


def _mended(
    host: Host, file: str, scene: Scene, mended: Candidate, note: str, outcome: str
) -> Diagnosis:
    """One change, verified already, in a program whose laws are faultless."""
    change = Change(mended, scene.source, frozenset(scene.judgement.reading.laws))
    finding = replace(
        at_line(scene, file, mended.code, mended.line),
        edits=edits_of(scene.source, file, change),
        notes=(note,),
        confidence="verified",
    )
    return Diagnosis(
        lines_of(host, file, scene, frozenset({mended.line})),
        (finding,),
        mended.source,
        (outcome,),
        True,
        judgement=scene.judgement,
    )


def _repaired(
    host: Host,
    source: str,
    judgement: Judgement,
    made: Instrumented,
) -> tuple[Judgement, Repair, Scene]:
    """The repair under the loss that is meant; where nothing tells which, under each that is usual, until one can be mended."""
    options = [judgement]
    shown = judgement.shown or judgement.glimpsed
    if len(judgement.shown) != 1 and not judgement.reading.follows:
        usual = [r for r in judgement.others if r.loss is not None and r.loss.usual and r.direct]
        usual = [r for r in usual if not shown or r.name in shown]
        meeting = judgement.reading.meeting or (usual[0].meeting if usual else None)
        first = [r for r in usual if r.meeting == meeting]
        likely = (CLASSES.name, *(h.name for h in HYPOTHESES if h.name.startswith("cross-entropy")))
        first.sort(key=lambda r: (not _is_explained(r), (*likely, r.name).index(r.name)))
        options = [replace(judgement, reading=r) for r in first[:3]] or options
    best: tuple[Judgement, Repair, Scene] | None = None
    for option in options:
        found, scene = repair(host, source, option, made)
        if best is None or _worth(found) > _worth(best[1]):
            best = option, found, scene
        if (found.verified and len(found.changes) < 2) or host.left() < ENOUGH_TIME:
            break
    assert best is not None
    return best


def _worth(found: Repair) -> tuple[bool, int, int]:
    """A verified repair before all others, then more groups right, then fewer changes: a person makes one mistake rather than two."""
    return found.verified, len(found.right), -len(found.changes)


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


def _doubt(judgement: Judgement) -> tuple[str, ...]:
    groups = ", ".join(f"`{group}`" for group in judgement.wrong)
    return (
        f"the moves of {groups} are no gradient of {judgement.reading.name}, but no change was found that makes them one",
        "if another loss is meant, name it with --loss; if the output or the target is another, with --prediction and --target",
    )


def _unless_meant(judgement: Judgement, without: Candidate) -> tuple[str, ...]:
    line = without.source.split("\n")[without.line - 1].strip()
    name = judgement.reading.name
    with_it = (
        f"with `{line}` in line {without.line} every update would follow the gradient of the {name}"
    )
    if without.code in IN_TURN:
        return (
            f"with line {without.line} before the updates every one would follow the gradient of the {name} at the head of the step",
            "the step runs a second pass: where weights are meant to be trained in turn, each by a pass of its own, nothing is wrong",
        )
    if without.code == "extra-cut":
        return (
            f"without line {without.line} every update would follow the gradient of the {name}",
            "if the entries that it sets to zero are to count for nothing, nothing is wrong",
        )
    if without.code != "extra-term":
        return (
            with_it,
            "if what stands there keeps the weights within bounds, nothing is wrong",
        )
    return (
        f"{with_it}, which has no part in what the line adds",
        "if the loss has such a term, nothing is wrong: compute the whole loss in each step, and it will be compared with that",
    )


def _by_two(judgement: Judgement, other: Reading) -> tuple[str, ...]:
    groups = ", ".join(f"`{group}`" for group in judgement.wrong)
    return (
        f"two outputs meet two targets, by {judgement.reading.name} and {other.name}, and the moves of {groups} are no sum of both losses' gradients",
        "where such weights go wrong, no line is told: --weights names those that one output alone uses",
    )


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
    total = len(found.right | set(judgement.reading.laws))
    before, after = len(judgement.reading.right), len(found.right)
    steps = judgement.measured.count
    told = f"{steps} of {steps} steps" if steps > 1 else "the first step"
    if found.verified:
        return (
            f"verified on a copy: {after} of {total} groups of weights follow the gradient in {told}, "
            f"{before} did before; a second reading of the changed program agrees",
        )
    return (
        f"with these changes {after} of {total} groups of weights follow the gradient, {before} did before",
    )
