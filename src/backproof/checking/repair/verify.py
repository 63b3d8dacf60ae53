"""Phase 8o: whether a reading from the start agrees that a change mends, and what it leaves to be mended.

verify(...)     the changed program as it was read, where it has no fault under the same loss
beyond(...)     a change of a weight that counts as none in the mended program
"""

from __future__ import annotations

import re

from backproof.checking.process.session import Host, TimedOutError
from backproof.checking.reading.anew import Read, read_anew
from backproof.checking.reading.hints import Hints
from backproof.checking.reading.judge import Judgement
from backproof.checking.repair.overlooked import overlooked
from backproof.checking.repair.scene import survey
from backproof.checking.repair.text import Candidate
from backproof.checking.repair.trials import ADAPTIVE

SHARE = 0.25  # of the time that is left, for one reading from the start


def verify(host: Host, source: str, judgement: Judgement) -> Read | None:
    """The changed program, read from the start, where it has no fault under the same loss, and no weight less."""
    try:
        with host.within(SHARE * host.left()):
            read = read_anew(host, source, Hints(shown=judgement.shown))
    except TimedOutError:
        return None
    if read is None:
        return None
    _, again = read
    same = judgement.reading.loss is None or again.reading.name in (
        judgement.reading.name,
        "the program's own loss",
    )
    kept = len(again.reading.laws) >= len(judgement.reading.laws)
    kept = kept and (
        bool(ADAPTIVE.search(source) or BENDS.search(source)) or _is_plain(judgement, again)
    )
    if same and kept and not again.wrong and not again.mismatch and again.reading.told > 0:
        return read
    again.steps.run.stop()
    return None


BENDS = re.compile(r"clip|norm\b|max\(|min\(|where\(|minimum|maximum|mask|drop", re.I)  # gradients


def _is_plain(before: Judgement, after: Judgement) -> bool:
    """Whether the groups that went wrong follow the gradient by a law now: without roots or signs no method is adaptive."""
    laws = after.reading.laws
    return all(
        len(laws[group].rates) > 0 or laws[group].kind == "silent"
        for group in before.reading.wrong
        if group in laws
    )


def beyond(host: Host, source: str, read: Read) -> Candidate | None:
    """A weight that does not count as one in the mended program, as where one of several late updates was taken into the loop."""
    made, judgement = read
    found = overlooked(host, survey(source, judgement, made))
    return None if found is None else found.candidate
