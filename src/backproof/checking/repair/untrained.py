"""Phase 9g: weights that no step changes, in a program that misses its aim, and reaches it once they are updated.

A layer may stay as it was drawn, and that alone is no fault.

untrained(...)    the update, and the shares of starts that reach the aim without and with it
"""

from __future__ import annotations

from dataclasses import replace

from backproof.checking.findings import of_change
from backproof.checking.learning.gathered import meeting_of
from backproof.checking.learning.lab import STARTS, Lab, Trial
from backproof.checking.learning.learn import PROOF
from backproof.checking.process.session import Host
from backproof.checking.reading.forgotten import standing, with_still
from backproof.checking.reading.judge import Judgement
from backproof.checking.repair.meant import meant
from backproof.checking.repair.search import repair
from backproof.checking.source.instrument import Instrumented
from backproof.diagnostic.finding import Finding

ENOUGH = 10.0  # seconds that must be left


def untrained(
    host: Host, source: str, file: str, judgement: Judgement, made: Instrumented, before: str
) -> tuple[Finding, ...]:
    """The findings of the updates that make a program learn; none where none is known to.

    Args:
        host: runs it.
        source: the program, every update of which is right.
        file: of the program.
        judgement: of its updates.
        made: its places.
        before: how many starts reach the aim as it is, in a sentence.
    """
    still = standing(judgement.steps, judgement.reading, by_name=True)
    if not still or host.left() < ENOUGH:
        return ()
    more = with_still(judgement.steps, judgement.measured, judgement.reading, still)
    if more is None:
        return ()
    found, scene = repair(host, source, replace(judgement, measured=more[0], reading=more[1]), made)
    if not (found.verified and found.whole and found.changes) or found.read is None:
        return ()
    places, again = found.read
    meeting = meeting_of(again)
    if meeting is None:
        return ()
    lab = Lab(host, found.source, again, meeting, places.places, places.loops)
    outcomes = lab.results(Trial(start=start) for start in range(STARTS))
    reached = sum(outcome is not None and outcome.reached for outcome in outcomes)
    if reached < PROOF:
        return ()
    numbers = meant(scene, found.changes)
    findings = [of_change(source, file, scene, change, found, numbers) for change in found.changes]
    share = f"{before}; with it updated: {reached} of {STARTS}"
    return tuple(replace(finding, notes=(*finding.notes, share)) for finding in findings)
