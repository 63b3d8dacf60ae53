"""Phase 1, for programs of several files: the person's own modules written out where they are imported.

    Joined        the lines of all files as one program, and where each comes from
    join(...)     from the program's main file

So what another file computes is watched like the rest. A module is left to Python's own import where writing it out would
change what the program does: where two files give one name to different things, for instance.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from backproof.checking.source.lines import changes, with_lines
from backproof.checking.source.syntax import FUNCTIONS
from backproof.errors import InputError

if TYPE_CHECKING:
    from backproof.checking.source.read import Program

MOST_MODULES = 20
LARGEST = 1 << 20  # bytes of a module that is written out

# stands for a module: its names are those of the program
PROXY = """\
class _bp_module:
    def __getattr__(self, name):
        if name in globals():
            return globals()[name]
        raise AttributeError(name)

    def __setattr__(self, name, value):
        globals()[name] = value
""".splitlines()

ONCE = (ast.Import, ast.ImportFrom)


class Origin(NamedTuple):
    """Where a line comes from."""

    module: int
    line: int  # 1-based
    own: bool  # False where the line stands for an import


@dataclass(frozen=True)
class Joined:
    """Several files as one program; the first is the program's own."""

    source: str
    origins: tuple[Origin, ...]  # of each line
    files: tuple[Program, ...]

    def place(self, line: int) -> tuple[str, int]:
        """File and line, of a line of `source`."""
        origin = self.origins[min(max(line, 1), len(self.origins)) - 1]
        return self.files[origin.module].file, origin.line

    def line(self, line: int) -> int:
        """The line of `source` at a line of the program's own file; 0 where there is none."""
        at = Origin(0, line, True)
        return self.origins.index(at) + 1 if at in self.origins else 0

    def with_source(self, source: str) -> dict[str, str]:
        """The texts of the files, with the lines that differ in `source`."""
        old, new = self.source.split("\n"), source.split("\n")
        sources = [file.source.split("\n") for file in self.files]
        lines: list[dict[int, list[str]]] = [
            {} for _ in self.files
        ]  # by the line that they replace
        for a, b, c, d in changes(old, new):
            if old[a:b] == new[c:d]:
                continue
            for origin in self.origins[a:b]:
                lines[origin.module][origin.line] = []
            if a < b:
                lines[self.origins[a].module][self.origins[a].line] = new[c:d]
                continue
            below = a > 0 and self.origins[a - 1].own  # new lines, below one that stays
            at = self.origins[a - 1 if below else a]
            kept = [sources[at.module][at.line - 1]]
            lines[at.module][at.line] = kept + new[c:d] if below else new[c:d] + kept
        out = {}
        for file, own, changed in zip(self.files, sources, lines, strict=True):
            if changed:
                text = [new for n, line in enumerate(own, 1) for new in changed.get(n, [line])]
                out[file.file] = with_lines(file.text, "\n".join(text))
        return out


def join(program: Program, read: Callable[[str, Path], Program]) -> Joined | None:
    """The program with its own modules written out; None where there are none, or it cannot be read.

    Args:
        program: the main file.
        read: gives the program in a file, from its name in reports and its path.
    """
    if program.folder is None or program.path is None:
        return None
    try:
        work = _Writer(program, read)
        work.write(0)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if len(work.files) == 1:
        return None
    return Joined("\n".join(work.lines), tuple(work.origins), tuple(work.files))


@dataclass
class _Writer:
    program: Program
    read: Callable[[str, Path], Program]
    lines: list[str] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    files: list[Program] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)  # at the top: what each is bound by
    fitting: set[str] = field(
        default_factory=set
    )  # modules that can be written out, or are looked at
    written: dict[str, int] = field(default_factory=dict)  # modules, by their dotted names
    proxied: bool = False

    def __post_init__(self) -> None:
        self.files.append(self.program)
        self.names.update(self._bound(ast.parse(self.program.source), "", ""))

    def write(self, number: int, package: str = "") -> None:
        """Write out a file, and in the place of each import the module that it imports."""
        source = self.files[number].source
        tree = ast.parse(source)
        lines = source.split("\n")
        taken = _lines_of_imports(tree)
        guards = _guards(tree) if number else {}
        at = 1
        for node in taken:
            modules = self._modules(node, package)
            if modules is None:
                continue
            self._copy(number, lines, at, node.lineno, guards)
            for name in modules:
                self._write_module(name)
            self._add(number, node.lineno, self._bindings(node))
            at = (node.end_lineno or node.lineno) + 1
        self._copy(number, lines, at, len(lines) + 1, guards)

    def _copy(
        self, number: int, lines: Sequence[str], begin: int, end: int, guards: dict[int, str]
    ) -> None:
        for line in range(begin, end):
            text = guards.get(line, lines[line - 1])
            if number and text.startswith("from __future__"):
                text = "pass"
            self.lines.append(text)
            self.origins.append(Origin(number, line, True))

    def _add(self, number: int, line: int, texts: Sequence[str]) -> None:
        self.lines += texts
        self.origins += [Origin(number, line, False)] * len(texts)

    def _write_module(self, name: str) -> None:
        if name in self.written:
            return
        number = self.written[name] = self._opened(name)
        path = self.files[number].path
        inside = path is not None and path.name == "__init__.py"
        self.write(number, name if inside else name.rpartition(".")[0])

    def _opened(self, name: str) -> int:
        path = self._path(name)
        assert path is not None
        assert self.program.folder is not None
        near = path.relative_to(self.program.folder)
        shown = os.path.join(os.path.dirname(self.program.file), *near.parts)
        self.files.append(self.read(shown, path))
        return len(self.files) - 1

    # which imports ------------------------------------------------------------------------

    def _modules(self, node: ast.Import | ast.ImportFrom, package: str) -> list[str] | None:
        """The modules that take the place of an import, parents first; None where Python's own import has to do it."""
        wanted: list[str] = []
        if isinstance(node, ast.Import):
            for alias in node.names:
                if self._path(alias.name) is not None:
                    if "." in alias.name and alias.asname is None:
                        return None
                    wanted.append(alias.name)
        else:
            name = _absolute(node, package)
            if self._path(name) is not None and not self._has_submodule(name, node):
                wanted.append(name)
        if not wanted:
            return None
        chains = [part for name in wanted for part in _parents(name)]
        modules = [name for name in dict.fromkeys(chains) if self._path(name) is not None]
        return modules if all(self._fits(name) for name in modules) else None

    def _path(self, name: str) -> Path | None:
        """The file of one of the person's own modules."""
        if not name or self.program.folder is None:
            return None
        base = self.program.folder.joinpath(*name.split("."))
        for path in (base / "__init__.py", base.with_name(f"{base.name}.py")):
            if path.is_file() and path != self.program.path and path.stat().st_size <= LARGEST:
                return path
        return None

    def _has_submodule(self, name: str, node: ast.ImportFrom) -> bool:
        return any(self._path(f"{name}.{alias.name}") is not None for alias in node.names)

    def _fits(self, name: str) -> bool:
        """Whether a module can share the names of the program."""
        if name in self.fitting:
            return True
        if len(self.fitting) > MOST_MODULES:
            return False
        path = self._path(name)
        assert path is not None
        try:
            tree = ast.parse(self.read(path.name, path).source)
        except (SyntaxError, InputError):
            return False
        if any(isinstance(node, ast.Name) and node.id == "__file__" for node in ast.walk(tree)):
            return False
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        bound = self._bound(tree, name, package)
        if any(self.names.get(key, value) != value for key, value in bound.items()):
            return False
        self.fitting.add(name)
        before = dict(self.names)
        self.names.update(bound)
        if not self._imports_fit(tree, package):
            self.fitting.discard(name)
            self.names = before
            return False
        return True

    def _imports_fit(self, tree: ast.Module, package: str) -> bool:
        """A relative import works only where it is written out as well."""
        relative = [
            node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level
        ]
        whole = _lines_of_imports(tree)
        return all(node in whole and self._modules(node, package) is not None for node in relative)

    def _bound(self, tree: ast.Module, module: str, package: str) -> dict[str, str]:
        """The names that a file binds at its top, each with what it is bound to: the same import is no conflict."""
        out: dict[str, str] = {}
        for node in tree.body:
            if isinstance(node, ONCE):
                out.update(self._imported(node, package))
            elif not (module and _is_guard(node)):
                out.update(dict.fromkeys(_stored(node), f"{module}:{node.lineno}"))
        return out

    def _imported(
        self, node: ast.Import | ast.ImportFrom, package: str
    ) -> Iterator[tuple[str, str]]:
        """Names that an import binds; those of the person's own modules are bound there."""
        for alias in node.names:
            if isinstance(node, ast.Import):
                yield alias.asname or alias.name.partition(".")[0], f"import {alias.name}"
                continue
            module = _absolute(node, package)
            if self._path(module) is None or alias.asname not in (None, alias.name):
                yield alias.asname or alias.name, f"from {module} import {alias.name}"

    def _bindings(self, node: ast.Import | ast.ImportFrom) -> list[str]:
        """What an import binds, where the names are there already."""
        out = []
        for alias in node.names:
            if isinstance(node, ast.ImportFrom):
                if alias.asname not in (None, alias.name):
                    out.append(f"{alias.asname} = {alias.name}")
            elif self._path(alias.name) is None:
                out.append(ast.unparse(ast.Import([alias])))
            else:
                if not self.proxied:
                    self.proxied = True
                    out += PROXY
                out.append(f"{alias.asname or alias.name} = _bp_module()")
        return out or ["pass"]


def _absolute(node: ast.ImportFrom, package: str) -> str:
    parts = package.split(".") if package else []
    if node.level > len(parts) + (not parts):
        return ""
    above = parts[: len(parts) - node.level + 1] if node.level else []
    return ".".join([*above, *([node.module] if node.module else [])])


def _parents(name: str) -> list[str]:
    """Of a.b.c: a, a.b, a.b.c."""
    parts = name.split(".")
    return [".".join(parts[: i + 1]) for i in range(len(parts))]


def _lines_of_imports(tree: ast.Module) -> list[ast.Import | ast.ImportFrom]:
    """Imports at the top that have their lines for themselves."""
    out = []
    for before, node, after in zip(
        [None, *tree.body], tree.body, [*tree.body[1:], None], strict=False
    ):
        alone = (before is None or (before.end_lineno or 0) < node.lineno) and (
            after is None or after.lineno > (node.end_lineno or node.lineno)
        )
        if isinstance(node, ONCE) and alone:
            out.append(node)
    return out


def _guards(tree: ast.Module) -> dict[int, str]:
    """Lines `if __name__ == "__main__":` of a module, which is not the main one."""
    return {
        node.lineno: "if False:" for node in tree.body if _is_guard(node) and _has_own_line(node)
    }


def _is_guard(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)


def _has_own_line(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and node.body[0].lineno > node.lineno


def _stored(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        yield node.name
        return
    for child in ast.walk(node):
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            yield child.id
