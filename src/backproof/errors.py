"""The exceptions that backproof raises: each message says what was given, what is needed and what to do.

BackproofError
    InputError        the data or a setting cannot be used (also a ValueError)
        ShapeError    an array does not fit the network
        UnknownNameError   a name that no table has; the message shows the nearest ones
    ModelError        a model file cannot be read or does not fit the table (also a ValueError)
    DivergedError     training left the finite numbers; carries the run up to there
    MissingPackageError    an optional package is needed for this (also an ImportError)
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backproof.run import Run

SHORT = 4  # names


class BackproofError(Exception):
    """The root of every exception that backproof raises on purpose."""


class InputError(BackproofError, ValueError):
    """The data or a setting cannot be used as it is."""


class ShapeError(InputError):
    """An array's shape does not fit the network."""


class UnknownNameError(InputError):
    """A name that the table in question does not have."""

    def __init__(self, kind: str, given: str, known: Iterable[str]) -> None:
        names = list(known)
        near = get_close_matches(str(given).lower(), names, n=3, cutoff=0.5)
        # A short list is shown whole; of a long one the nearest will do.
        shown = near if near and len(names) > SHORT else names
        more = f" and {len(shown) - SHORT} more" if len(shown) > 2 * SHORT else ""
        listed = ", ".join(shown[:SHORT] if more else shown) + more
        hint = f"{'the nearest' if shown is near else 'known'}: {listed}"
        super().__init__(f"`{given}` is not {kind}; {hint}")


class ModelError(BackproofError, ValueError):
    """A model file is damaged, of another kind, or does not fit the table."""


class DivergedError(BackproofError, ArithmeticError):
    """Training left the finite numbers.

    Attributes:
        run: the run up to that epoch, with the best network seen before it.
    """

    def __init__(self, message: str, run: Run) -> None:
        super().__init__(message)
        self.run = run


class MissingPackageError(BackproofError, ImportError):
    """An optional package is not installed."""
