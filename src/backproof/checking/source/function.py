"""Phase 1, for functions: the program that a function belongs to.

A function of a file means that file. One that was typed in, in a notebook say, becomes a program of its own: what it uses
from the session is written above it, and it is called at the end.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from backproof.errors import InputError

MOST_NUMBERS = 100_000  # of an array that is written out
PLAIN = (bool, int, float, complex, str, bytes, type(None))


def source_of(function: Callable[..., Any]) -> str | Path:
    """The file of a function, or the text of a program that calls it.

    Raises:
        InputError: its text is not at hand, or it cannot be called without being told more.
    """
    function = inspect.unwrap(function)
    function = getattr(function, "__func__", function)
    module = sys.modules.get(getattr(function, "__module__", None) or "")
    file = getattr(module, "__file__", None)
    if file and file.endswith(".py") and os.path.isfile(file):
        return Path(file)
    if not inspect.isfunction(function):
        raise InputError(
            f"`{_name(function)}` has no text to check; needed is a function, a path or a text"
        )
    _check_callable(function)
    return "\n".join(
        [*_Session(function.__globals__).above(function), f"\n\n{function.__name__}()\n"]
    )


def _name(function: object) -> str:
    return str(getattr(function, "__name__", type(function).__name__))


def _check_callable(function: Callable[..., Any]) -> None:
    needed = [
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]
    if needed:
        raise InputError(
            f"`{_name(function)}` needs {', '.join(needed)}; pass a function without arguments that trains, or the whole program as text"
        )


class _Session:
    """The names of an interactive session, as statements."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names
        self.written: set[str] = set()

    def above(self, function: Callable[..., Any]) -> Iterator[str]:
        """The statements that a function needs, and its own text."""
        for name in _used(function):
            if name in self.names and name not in self.written:
                self.written.add(name)
                yield from self._statement(name, self.names[name])
        yield _text(function)

    def _statement(self, name: str, value: Any) -> Iterator[str]:
        if isinstance(value, ModuleType):
            yield f"import {value.__name__} as {name}"
        elif inspect.isfunction(value) and value.__globals__ is self.names:
            yield from self.above(value)
        elif inspect.isclass(value) and value.__module__ == self.names.get("__name__"):
            for method in vars(value).values():
                if inspect.isfunction(method):
                    yield from list(self.above(method))[:-1]
            yield _text(value)
        elif hasattr(value, "__module__") and hasattr(value, "__qualname__"):
            yield f"from {value.__module__} import {value.__qualname__} as {name}"
        else:
            yield f"{name} = {_literal(name, value)}"


def _used(function: Callable[..., Any]) -> list[str]:
    """Global names, those of inner functions too."""
    waiting, names = [function.__code__], list[str]()
    while waiting:
        code = waiting.pop()
        names += code.co_names
        waiting += [constant for constant in code.co_consts if inspect.iscode(constant)]
    return list(dict.fromkeys(names))


def _text(thing: Any) -> str:
    try:
        return inspect.cleandoc("\n" + inspect.getsource(thing))
    except (OSError, TypeError):
        raise InputError(
            f"the text of `{_name(thing)}` is not at hand; pass the program's path or its text"
        ) from None


def _literal(name: str, value: Any) -> str:
    if isinstance(value, np.ndarray) and value.size <= MOST_NUMBERS and value.dtype.kind in "fiub":
        make = "matrix" if isinstance(value, np.matrix) else "array"
        return f'__import__("numpy").{make}({value.tolist()!r}, dtype="{value.dtype}").reshape({value.shape})'
    if isinstance(value, np.generic):
        return f'__import__("numpy").{type(value).__name__}({value.item()!r})'
    if _is_plain(value):
        return repr(value)
    raise InputError(
        f"`{name}` is a {type(value).__name__}, which cannot be written down; pass the whole program as text"
    )


def _is_plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_is_plain(item) for pair in value.items() for item in pair)
    if isinstance(value, (list, tuple, set)):
        return all(map(_is_plain, value))
    return isinstance(value, PLAIN)
