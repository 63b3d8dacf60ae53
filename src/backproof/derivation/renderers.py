"""The table of formats: each is one function that draws a derivation, in a module of its own."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from backproof.errors import UnknownNameError

# format: module with the function `render(derivation, **options) -> str`; a new format is one row and its module
RENDERERS = {
    "text": "text",
    "markdown": "markdown",
    "latex": "latex",
    "html": "html",
    "json": "json",
}


def renderer(form: str) -> Callable[..., str]:
    """The function that draws this format.

    Raises:
        UnknownNameError: if there is none.
    """
    if form not in RENDERERS:
        raise UnknownNameError("a format", form, RENDERERS)
    draw: Callable[..., str] = import_module(f"backproof.derivation.{RENDERERS[form]}").render
    return draw
