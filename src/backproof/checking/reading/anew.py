"""A changed program, read from the start as the person's own was."""

from __future__ import annotations

from backproof.checking.process.session import Host
from backproof.checking.reading.hints import NO_HINTS, Hints
from backproof.checking.reading.judge import Judgement, judge
from backproof.checking.source.instrument import Instrumented, instrument

Read = tuple[Instrumented, Judgement]

READING = 20.0  # seconds for the run that finds its loops
ENOUGH = 0.25  # seconds of work once one is found: they are mostly where they were
PATIENT = 1.0  # likewise, where that was too little: on a busy machine


def read_anew(host: Host, source: str, known: Hints = NO_HINTS) -> Read | None:
    """Its places and its judgement; None where it is not understood.

    Raises:
        TimedOutError, LostError: as a run does.
    """
    made = instrument(source, host.filename)
    for enough in (ENOUGH, PATIENT):
        scan = host.start("scan", source, enough=enough).answer(READING)
        judged = judge(host, source, made, scan, known)
        if not isinstance(judged, list):
            return made, judged
    return None


def whole_anew(host: Host, source: str) -> Judgement | None:
    """Its judgement, if every update is right; its steps are ended.

    Raises:
        TimedOutError, LostError: as a run does.
    """
    read = read_anew(host, source)
    if read is None:
        return None
    again = read[1]
    again.steps.run.stop()
    return None if again.wrong else again
