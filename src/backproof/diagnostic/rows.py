"""Numbers side by side, with as few digits as tell them apart.

step 6, yours      [-0.0569 -0.0569 -0.0569 -0.0569]
step 6, should be  [-0.0153 -0.0441 -0.0060 -0.0323]  and 12 more numbers
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, combinations
from math import floor, isfinite, log10

from backproof.diagnostic.finding import Row
from backproof.diagnostic.layout import columns, harmless, padded, wrap
from backproof.diagnostic.words import counted

DIGITS = range(3, 10)  # significant, of each row's largest number
FIXED = range(-4, 6)  # exponents of ten that need no `e`
FURTHEST = 6  # between the exponents of two rows that need none
NEGLIGIBLE = 1e-4  # of its row's largest number; may be shown as 0
MOST_WHOLE = 1e6  # from here on whole numbers are long


def draw_rows(rows: Sequence[Row], room: int) -> list[str]:
    """Rows in lines of at most `room` columns."""
    texts = aligned(rows)
    headings = [" ".join(harmless(row.heading).split()) for row in rows]
    heading = max(map(columns, headings), default=0)
    widest = max((len(" ".join(words)) + 2 for words in texts), default=0)
    above = heading + 2 + widest > room  # headings too wide to stand beside their numbers
    indent = 2 if above else heading + 2
    lines = []
    for row, name, words in zip(rows, headings, texts, strict=True):
        first, *others = _bracketed(words, row.more, room - indent)
        if above:
            lines += [*wrap(name, room), "  " + first]
        else:
            lines.append(padded(name, indent) + first)
        lines += [" " * indent + line for line in others]
    return lines


def aligned(rows: Sequence[Row]) -> list[list[str]]:
    """Each row's numbers as texts, those below each other equally wide."""
    texts = number_texts(rows)
    longest = max(map(len, texts), default=0)
    widths = [max(len(row[i]) for row in texts if i < len(row)) for i in range(longest)]
    return [[text.rjust(widths[i]) for i, text in enumerate(row)] for row in texts]


def number_texts(rows: Sequence[Row]) -> list[list[str]]:
    """All numbers in one format: the shortest in which rows that differ look different."""
    texts: list[list[str]] = []
    for digits in DIGITS:
        form = _format([row.numbers for row in rows], digits)
        texts = [[_text(number, form) for number in row.numbers] for row in rows]
        pairs = zip(combinations(rows, 2), combinations(texts, 2), strict=True)
        if all(a != b for (one, other), (a, b) in pairs if one.numbers != other.numbers):
            break
    return texts


def _format(rows: Iterable[Sequence[float]], digits: int) -> str:
    """Fixed decimals where the rows are of like size, else exponents."""
    rows = [[abs(number) for number in row if isfinite(number) and number] for row in rows]
    rows = [row for row in rows if row]
    if all(size.is_integer() and size < MOST_WHOLE for size in chain(*rows)):
        return ".0f"
    tops = [_exponent(max(row)) for row in rows]
    low, high = min(tops), max(tops)
    if low in FIXED and high in FIXED and high - low <= FURTHEST:
        kept = [_exponent(size) for row in rows for size in row if size >= NEGLIGIBLE * max(row)]
        return f".{max(digits - 1 - low, -min(kept), 0)}f"
    return f".{digits - 1}e"


def _exponent(size: float) -> int:
    return floor(log10(size))


def _text(number: float, form: str) -> str:
    text = format(number, form)
    return text.lstrip("-") if float(text) == 0 else text


def _bracketed(words: Sequence[str], more: int, room: int) -> list[str]:
    """`[...]  and 12 more numbers`, in as many lines as it needs."""
    widest = max(map(len, words), default=0)
    each = max((room - 1) // (widest + 1), 1)
    chunks = [" ".join(words[i : i + each]) for i in range(0, len(words), each)] or [""]
    lines = [(" " if i else "[") + chunk for i, chunk in enumerate(chunks)]
    lines[-1] += "]"
    tail = f"and {counted(more, 'more number')}" if more else ""
    if tail and len(lines[-1]) + 2 + len(tail) <= room:
        lines[-1] += f"  {tail}"
        return lines
    return lines + (wrap(tail, room) if tail else [])
