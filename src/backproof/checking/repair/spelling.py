"""Phase 8a: NumPy's functions as a program calls them: `np.dot`, `numpy.dot`, or `dot` after `from numpy import dot`.

spelled(candidate, source)    a change that was written with `np`, in the program's own words
in_words_of(source)           the same for single expressions
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from backproof.checking.repair.text import Candidate

CALL = re.compile(r"(?<![\w.])np\.(\w+)")


def spelled(candidate: Candidate, source: str) -> Candidate | None:
    """None where the program has no name for a function that the change needs."""
    words = in_words_of(source)
    whole, value = words(candidate.source), words(candidate.value)
    if whole is None or value is None:
        return None
    same = whole == candidate.source and value == candidate.value
    return candidate if same else replace(candidate, source=whole, value=value)


@cache
def in_words_of(source: str) -> Callable[[str], str | None]:
    """What turns `np.dot` in a text into the program's own name; None for a text with a function that has none."""
    if CALL.search(source) or re.search(r"(?<!\w)np(?!\w)", source):
        return lambda text: text
    module, names = _imported(source)

    def words(text: str) -> str | None:
        wanted = set(CALL.findall(text))
        if module:
            return CALL.sub(rf"{module}.\1", text)
        if not all(name in names or "*" in names for name in wanted):
            return None
        return CALL.sub(lambda found: names.get(found[1], found[1]), text)

    return words


def _imported(source: str) -> tuple[str, dict[str, str]]:
    """The name of NumPy itself, if it has one, and those of its functions that are imported alone."""
    module, names = "", dict[str, str]()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                module = (alias.asname or "numpy") if alias.name == "numpy" else module
        if isinstance(node, ast.ImportFrom) and node.module == "numpy":
            names |= {alias.name: alias.asname or alias.name for alias in node.names}
    return module, names
