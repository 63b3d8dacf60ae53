"""Phase 4b: how the program first made the numbers of a name: what learns begins with zeros or with draws, what is given does not.

drawn(...)         by what words each name's numbers were drawn at random
begins_blank(...)  whether a name's numbers begin as those of something that learns
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

from backproof.checking.process.state import last_name

NUMBER = re.compile(r"\d+(\.\d+)?")
SIZE = re.compile(
    r"(?<![\w.])[A-Za-z_]\w*(?![\w.(=])"
)  # a name that is not called, nor asked for something
EMPTY = re.compile(r"(\(|[^(,\s])[\s,]*(?:\([\s,]*\))?[\s,]*\)")
ROUNDS = re.compile(r" for \w+ in range\((?:[^()]|\([^()]*\))*\)")
ROWS = re.compile(r"[\s\[\]]|range\(\)")  # lists of lists beside lists
DRAWS = re.compile(r"rand|uniform|normal|gauss|glorot|xavier")
BLANK = re.compile(r"zeros|ones|empty|full")
NOTHING = re.compile(r"[\[( ]*(0|0\.0*)\b(?!\.)")  # `0`, `[0.0] * n`, `[0 for _ in range(n)]`
DECLARED = re.compile(r"None$|(dataclasses\.)?field\(((?!default).)*$")  # of a dataclass
BIAS = re.compile(r"b\d*|.*bias.*|biais\d*|.*threshold.*|schwelle\w*", re.I)


@cache
def drawn(source: str, loosely: bool = False) -> dict[str, str]:
    """By what words, without digits, the numbers of each name were first drawn at random; `loosely` without sizes and their names, too."""
    out: dict[str, str] = {}
    for name, value in _made(source):
        if DRAWS.search(NUMBER.sub("", value)):
            out.setdefault(name, _bare(value) if loosely else NUMBER.sub("", value))
    return out


def _bare(value: str) -> str:
    """`rng.normal(-)` of `rng.normal(-1, 1, (rows, columns))` and of `rng.normal(-1, 1, rows)`; `[[draw()]]` of lists by `for j in range(n)`."""
    words = SIZE.sub("", ROUNDS.sub("", NUMBER.sub("", value)))
    while (less := EMPTY.sub(r"\1)", words)) != words:
        words = less
    return ROWS.sub("", words)


def begins_blank(source: str, path: str) -> bool:
    """Whether all that is ever stored under the name at first is nothing, the same everywhere or drawn; where that cannot be seen, whether it is called a bias."""
    name = last_name(path)
    values = [value for other, value in _made(source) if other == name]
    if not values:
        return BIAS.fullmatch(name) is not None
    return all(_is_blank(value, source) for value in values)


def _is_blank(value: str, source: str) -> bool:
    called = re.match(r"(?:self\.)?(\w+)\(", value)
    if called and called[1] in _functions(source):
        value = _functions(source)[called[1]]
    return bool(DRAWS.search(value) or BLANK.search(value) or NOTHING.match(value))


@cache
def _made(source: str) -> tuple[tuple[str, str], ...]:
    """The names that are assigned to without being used for it, and the text of each value; nothing but a declaration is none."""
    found = _assigned(ast.parse(source))
    return tuple((name, value) for name, value in found if not DECLARED.match(value))


def _assigned(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            value = ast.unparse(node.value)
            for target in node.targets:
                text = ast.unparse(target)
                parts = zip(*map(_items, (target, node.value)), strict=False)
                if isinstance(target, ast.Tuple):
                    yield from ((last_name(a), b) for a, b in parts)
                elif text not in value:
                    yield last_name(text), value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield last_name(ast.unparse(node.target)), ast.unparse(node.value)
        elif isinstance(node, ast.Dict):
            for key, item in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, ast.unparse(item)
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg, ast.unparse(node.value)


def _items(node: ast.expr) -> list[str]:
    return [ast.unparse(e) for e in node.elts] if isinstance(node, (ast.Tuple, ast.List)) else []


@cache
def _functions(source: str) -> dict[str, str]:
    """The text of each function."""
    return {
        node.name: ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
    }
