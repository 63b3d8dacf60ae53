"""Whole statements moved or deleted, every other line as it was."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from program import Mutant, Program, lines_of


def alone(program: Program, statement: ast.stmt) -> bool:
    """Whether its lines hold nothing else, so that they can be moved."""
    first, last = program.lines[statement.lineno - 1], program.lines[statement.end_lineno - 1]
    before = first.encode()[: statement.col_offset].decode()
    after = last.encode()[statement.end_col_offset :].decode()
    lines = "".join(program.lines[statement.lineno - 1 : statement.end_lineno])
    return (
        not before.strip()
        and re.fullmatch(r"\s*(#.*)?\s*", after) is not None
        and '"""' not in lines
    )


def indent_of(program: Program, statement: ast.AST) -> str:
    line = program.lines[statement.lineno - 1]
    return line[: len(line) - len(line.lstrip())]


def removed(program: Program, statement: ast.stmt) -> list[str]:
    """The lines without a statement; an empty block gets a `pass`."""
    lines = list(program.lines)
    block, _ = program.block_of(statement)
    rest = [f"{indent_of(program, statement)}pass\n"] if len(block) == 1 else []
    lines[statement.lineno - 1 : statement.end_lineno] = rest
    return lines


def moved(
    program: Program,
    statement: ast.stmt,
    before: int,
    indent: str,
    says: str,
    accept: Iterable[int] = (),
) -> Mutant | None:
    """The statement's lines put before another line, which is not inside it.

    Lines to accept are the original's. The mutant's line is where the statement now stands.
    """
    if not alone(program, statement):
        return None
    own = indent_of(program, statement)
    lines = program.lines[statement.lineno - 1 : statement.end_lineno]
    if any(line.strip() and not line.startswith(own) for line in lines):
        return None
    moving = [indent + line.removeprefix(own) if line.strip() else line for line in lines]
    if not moving[-1].endswith("\n"):
        moving[-1] += "\n"
    rest = removed(program, statement)
    lost = len(program.lines) - len(rest)  # so many fewer lines once it is gone
    at = before - 1 if before <= statement.lineno else before - 1 - lost
    source = "".join([*rest[:at], *moving, *rest[at:]])

    def now(line: int) -> int:
        if line in lines_of(statement):
            return line - statement.lineno + at + 1
        gone = line - lost if line > statement.end_lineno else line
        return gone + len(moving) if gone > at else gone

    left = statement.lineno if before > statement.lineno else statement.lineno + len(moving)
    places = {now(line) for line in accept} | {*range(at + 1, at + 1 + len(moving)), left - 1, left}
    return program.changed(source, at + 1, places, says)


def deleted(
    program: Program, statement: ast.stmt, says: str, accept: Iterable[int]
) -> Mutant | None:
    """The program without a statement. Lines to accept are the original's."""
    if not alone(program, statement):
        return None
    rest = removed(program, statement)
    lost = len(program.lines) - len(rest)
    here = {statement.lineno - 1, statement.lineno}
    places = {line - lost if line > statement.end_lineno else line for line in accept}
    return program.changed("".join(rest), statement.lineno, here | places, says)


def first_line(program: Program, statement: ast.stmt) -> str:
    return program.text(statement).split("\n")[0]
