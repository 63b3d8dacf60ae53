"""Mistakes of memory: an update that is lost, a name for a copy, whole numbers for fractions."""

from __future__ import annotations

import ast
import re

from expressions import NAMES, Mutants, called
from moves import deleted
from program import Program, identity, lines_of, targets_of


def not_updated(program: Program) -> Mutants:
    """A bias, or another weight, whose update is missing or stored under another name."""
    updates = [s for s in program.statements if program.is_update(s)]
    for statement in updates:
        target = targets_of(statement)[0]
        name = identity(target)
        siblings = [line for s in updates for line in lines_of(s)]
        if isinstance(target, ast.Name) and isinstance(statement, ast.Assign):
            new = f"d{name}" if f"d{name}" in program.backward_names else f"new_{name}"
            yield program.mutant(statement, [(program.span(target), new)], f"stored in {new}")
        elsewhere = [
            n.lineno for n in ast.walk(program.tree) if isinstance(n, NAMES) and identity(n) == name
        ]
        yield deleted(
            program, statement, f"{program.text(statement)} is missing", siblings + elsewhere
        )


def rebound(program: Program) -> Mutants:
    """An array changed in place becomes a new array under a name that nobody else sees."""
    for statement in program.statements:
        targets = targets_of(statement)
        target = targets[0] if targets else None
        whole = isinstance(target, ast.Subscript) and program.text(target.slice) == ":"
        name = target.value if whole else target
        inside = program.function_of(statement) != "<module>" or program.enclosing_loop(statement)
        if not isinstance(name, ast.Name) or not inside:
            continue
        text, value = name.id, program.atom(statement.value)
        span = program.span(statement)
        if isinstance(statement, ast.AugAssign) and isinstance(statement.op, (ast.Add, ast.Sub)):
            sign = "+" if isinstance(statement.op, ast.Add) else "-"
            new = f"{text} = {text} {sign} {value}"
        elif whole and isinstance(statement, ast.Assign):
            new = f"{text} = {program.text(statement.value)}"
        else:
            continue
        yield program.mutant(statement, [(span, new)], f"{new}: a new array")


def copy_removed(program: Program) -> Mutants:
    """A second name for an array or a list where a copy is due."""
    for node in ast.walk(program.tree):
        copied = None
        if called(node) in ("copy", "deepcopy"):
            copied = node.args[0] if node.args else node.func.value
        elif called(node) in ("list", "array", "matrix") and len(node.args) == 1:
            copied = node.args[0]
        if isinstance(copied, (ast.Name, ast.Attribute, ast.Subscript)):
            new = program.text(copied)
            yield program.put(node, new, f"no copy of {new}", program.update_lines)
    for node in ast.walk(program.tree):  # [[0] * n for _ in range(m)]: m names of one row
        rows = isinstance(node, ast.ListComp) and len(node.generators) == 1
        rows = rows and isinstance(node.elt, (ast.BinOp, ast.ListComp, ast.List))
        if rows and called(node.generators[0].iter) == "range":
            times = node.generators[0].iter.args[-1]
            new = f"[{program.text(node.elt)}] * {program.atom(times)}"
            yield program.put(node, new, "one row under many names", program.update_lines)


def integer_arrays(program: Program) -> Mutants:
    """Whole numbers where fractions are stored."""
    for node in ast.walk(program.tree):
        if not isinstance(node, ast.Call) or called(node) not in (
            "zeros",
            "ones",
            "zeros_like",
            "array",
        ):
            continue
        statement = program.statement_of(node)
        text = program.text(node)
        if "float" in text:
            new = re.sub(r"dtype\s*=\s*float", "dtype=int", text)
        elif called(node) in ("zeros", "ones", "zeros_like"):
            new = f"{text[:-1]}, dtype=int)"
        else:
            continue
        names = {identity(t) for t in targets_of(statement)}
        accept = [
            line
            for s in ast.walk(program.tree)
            if isinstance(s, ast.stmt) and names & {identity(t) for t in targets_of(s)}
            for line in lines_of(s)
        ]
        yield program.put(node, new, new, accept)
    for statement in program.statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
                begin, end = program.outer(node.left)[1], program.outer(node.right)[0]
                at = begin + program.source[begin:end].index("/")
                yield program.mutant(statement, [((at, at + 1), "//")], "// in place of /")
