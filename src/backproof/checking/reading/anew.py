"""A changed program, read from the start as the person's own was."""

from __future__ import annotations

from backproof.checking.process.session import Host
from backproof.checking.reading.judge import Judgement, judge
from backproof.checking.source.instrument import Instrumented, instrument

READING = 20.0  # seconds for the run that finds its loops


def read_anew(host: Host, source: str) -> tuple[Instrumented, Judgement] | None:
    """Its places and its judgement; None where it is not understood.

    Raises:
        TimedOutError, LostError: as a run does.
    """
    made = instrument(source, host.filename)
    scan = host.start("scan", source).answer(READING)
    judged = judge(host, source, made, scan)
    return None if isinstance(judged, list) else (made, judged)
