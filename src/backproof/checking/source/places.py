"""What the checker knows of a program's text: its places and loops, each with an exact span.

Place    an expression (or a store) that a hook watches
Loop     a loop whose iterations are marked
Columns count characters from 0 here, as slices do.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """One watched expression or store."""

    index: int
    kind: str  # the syntax node: BinOp, Call, Name, Attribute, Subscript, ..., or store
    line: int  # 1-based
    column: int
    end_line: int
    end_column: int
    text: str
    statement: int  # index of the statement it stands in
    scope: str  # dotted name of the function, empty at the top
    operator: str = ""  # of a BinOp: Sub, Mult, ...; of a Call: the callee's text
    children: tuple[int, ...] = ()  # operands: places directly below
    target: str = ""  # of the value of an assignment: the text of what it is assigned to
    augmented: str = ""  # of the value of an augmented assignment: its operator
    loads: tuple[str, ...] = ()  # names that it reads


@dataclass(frozen=True)
class Loop:
    """One loop statement."""

    index: int
    line: int
    end_line: int
    scope: str
    kind: str  # For, While or function


@dataclass(frozen=True)
class Statement:
    """One simple statement, with its whole lines."""

    index: int
    line: int
    end_line: int
    scope: str
    kind: str
    targets: tuple[str, ...]
    loops: tuple[int, ...]  # enclosing loops in the same function, outermost first
