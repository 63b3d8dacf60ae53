"""A derivation as text for 80 columns, formulas in Unicode."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import TYPE_CHECKING

from backproof.arrays import Array
from backproof.derivation.steps import Chain, Form, Numbers, Step, Table
from backproof.derivation.text_math import text_math, two_lines
from backproof.derivation.typeset import Words, shown, small

if TYPE_CHECKING:
    from backproof.derivation.explain import Derivation

INDENT = 4
ROWS, COLUMNS = 6, 6  # of a matrix that is shown in full


def render(derivation: Derivation, width: int = 80) -> str:
    """Every step that was asked for."""
    lines: list[str] = []
    for number, step in enumerate(derivation.steps, start=1):
        front = f"{number}. " if len(derivation.steps) > 1 else ""
        lines.extend(_step(derivation, step, front, width))
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"


def _step(derivation: Derivation, step: Step, front: str, width: int) -> Iterator[str]:
    title = front + sentence(step.title)
    yield title + f"--only {step.key}".rjust(width - len(title))
    yield "─" * width
    yield from wrap(sentence(step.question), width)
    yield ""
    if step.draws_network:
        from backproof.derivation.flow import flow_text

        yield from (f"{' ' * INDENT}{line}" for line in flow_text(derivation.scene))
        yield ""
    for paragraph in step.reason:
        yield from wrap(sentence(paragraph), width)
        yield ""
    for chain in step.chains:
        yield from _chain(chain, width)
        yield ""
    for form in step.forms:
        yield from _form(form, width)
        yield ""
    for numbers in step.numbers:
        yield from _numbers(numbers, width)
    if step.numbers:
        yield ""
    for table in step.tables:
        yield from _table(table, width)
        yield ""
    if step.proofs:
        yield from wrap(proved(step), width)
        yield ""


def sentence(words: Words) -> str:
    """A sentence with its formulas."""
    return "".join(one if isinstance(one, str) else text_math(one) for one in words)


def proved(step: Step) -> str:
    """How the step is proved, in one line."""
    kinds = {proof.kind for proof in step.proofs}
    worst = max(proof.difference for proof in step.proofs)
    how = []
    if "symbolic" in kinds:
        how.append("SymPy: each line minus the one before is 0")
    if "numerical" in kinds:
        again = "measured" if step.part in ("backward", "proof") else "computed in another way"
        how.append(f"{again}: largest difference {small(worst)}")
    return f"{'✓' if step.proved else '✗ NOT PROVED.'} {'; '.join(how)}"


def _chain(chain: Chain, width: int) -> Iterator[str]:
    """The left side once, then a line for each expression with its reason; what needs no reason shares a line."""
    if chain.case:
        yield " " * INDENT + sentence(chain.case) + ":"
    first, *rest = chain.links
    left = " " * INDENT + text_math(first.math).strip()
    under = " " * len(left)
    current, open_ = left, True
    for position, link in enumerate(rest):
        piece = f" = {text_math(link.math).strip()}"
        room = len(current) + len(piece) <= width
        if position and not (open_ and room and not link.reason):
            if current != under:
                yield from _broken(current, len(under) + 3, width)
            current = under
        current += piece
        open_ = not link.reason
        if link.reason:
            yield from _noted(current, sentence(link.reason), len(under) + 3, width)
            current, open_ = under, False
    if current.strip():
        yield from _broken(current, len(under) + 3, width)


def _noted(line: str, reason: str, indent: int, width: int) -> Iterator[str]:
    """A line with its reason at the right margin; in a line of its own where there is no room."""
    *before, last = _broken(line, indent, width)
    yield from before
    if len(last) + 3 + len(reason) <= width:
        yield last + reason.rjust(width - len(last))
        return
    yield last
    yield from (piece.rjust(width) for piece in wrap(reason, width - indent))


def _broken(line: str, indent: int, width: int) -> Iterator[str]:
    """A long formula, broken before a sign that is in as few brackets as possible."""
    while len(line) > width:
        places = [
            n for n in range(indent + 8, width) if line[n : n + 3] in (" + ", " − ", " · ", " ⊙ ")
        ]
        if not places:
            break
        cut = min(places, key=lambda n: (_depth(line, n), line[n + 1] in "·⊙", -n))
        yield line[:cut]
        line = " " * indent + line[cut + 1 :]
    yield line


def _depth(line: str, place: int) -> int:
    """How many brackets are open there."""
    before = line[:place]
    return sum(map(before.count, "([⁽")) - sum(map(before.count, ")]⁾"))


def _form(form: Form, width: int) -> Iterator[str]:
    left = f"{' ' * INDENT}{text_math(form.left).strip()} = "
    top, bottom = two_lines(form.right)
    yield left + top
    if bottom.strip():
        yield " " * len(left) + bottom
    if form.reason:
        yield from wrap(
            sentence(form.reason),
            width,
            initial_indent=" " * len(left),
            subsequent_indent=" " * len(left),
        )


def _numbers(numbers: Numbers, width: int) -> Iterator[str]:
    left = f"{' ' * INDENT}{text_math(numbers.name).strip()} = "
    rows = cells(numbers.array)
    widths = [max(len(line[n]) for line in rows) for n in range(len(rows[0]))]
    middle = (len(rows) - 1) // 2
    for position, line in enumerate(rows):
        body = "  ".join(cell.rjust(size) for cell, size in zip(line, widths, strict=True))
        front = left if position == middle else " " * len(left)
        shape = (
            "" if position != middle else f"   {numbers.array.shape[0]}×{numbers.array.shape[1]}"
        )
        yield f"{front}[ {body} ]{shape}"


def cells(array: Array) -> list[list[str]]:
    """A matrix as texts; the middle of a large one is dots."""
    rows = _some(list(range(array.shape[0])), ROWS)
    columns = _some(list(range(array.shape[1])), COLUMNS)
    return [
        ["⋮" if r is None else "…" if c is None else shown(float(array[r, c])) for c in columns]
        for r in rows
    ]


def _some(places: list[int], most: int) -> list[int | None]:
    if len(places) <= most:
        return list(places)
    return [*places[: most - 2], None, places[-1]]


def _table(table: Table, width: int) -> Iterator[str]:
    rows = [list(table.headings), *([sentence(cell) for cell in line] for line in table.rows)]
    widths = [max(len(line[n]) for line in rows) for n in range(len(rows[0]))]
    last = width - INDENT - sum(widths[:-1]) - 2 * (len(widths) - 1)
    for line in rows:
        pieces = wrap(line[-1], max(last, 20)) or [""]
        front = "  ".join(
            cell.ljust(size) for cell, size in zip(line[:-1], widths[:-1], strict=True)
        )
        for number, piece in enumerate(pieces):
            yield " " * INDENT + (front if number == 0 else " " * len(front)) + "  " + piece
