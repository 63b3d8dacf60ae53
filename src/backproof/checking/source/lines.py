"""Phase 1: changed lines put into a text, all other characters of which stay as they are."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher

from backproof.diagnostic.source import split_lines

END = re.compile(r"\r\n|\r|\n")  # of a line, as Python counts them


def with_lines(text: str, source: str) -> str:
    """`text`, whose ends of lines may be any, with the lines of `source`, whose ends are newlines.

    A line that takes another's place takes its end; a new one gets the usual end.
    """
    old, new = split_lines(text), source.split("\n")
    ends = [*END.findall(text), ""]
    usual = Counter(ends[:-1] or ["\n"]).most_common(1)[0][0]
    out: list[str] = []
    for a, b, c, d in changes(old, new):
        for number in range(c, d):
            same = a + number - c
            out += [new[number], (ends[same] if same < b else "") or usual]
    return "".join(out[:-1])  # the last line has no end


def changes(old: list[str], new: list[str]) -> list[tuple[int, int, int, int]]:
    """The blocks old[a:b] and new[c:d] that take each other's place, those that are alike among them."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [(a, b, c, d) for _, a, b, c, d in matcher.get_opcodes()]
