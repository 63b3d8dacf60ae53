"""What the inputs and outputs are called in every panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backproof.errors import InputError
from backproof.network import Network

LONGEST = 18  # characters; the rest of a name becomes an ellipsis

_LETTERS = {"inputs": "x", "outputs": "y"}
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True)
class Names:
    """One name for each input and each output of a network."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def names_of(
    network: Network, inputs: Sequence[str] | None = None, outputs: Sequence[str] | None = None
) -> Names:
    """The names given, or x₁, x₂, ... and y₁, y₂, ...

    Raises:
        InputError: one name for each input and each output is needed.
    """
    return Names(
        _names("inputs", inputs, network.sizes[0]), _names("outputs", outputs, network.sizes[-1])
    )


def _names(what: str, given: Sequence[str] | None, count: int) -> tuple[str, ...]:
    if given is None:
        numbers = [str(index).translate(_SUBSCRIPTS) for index in range(1, count + 1)]
        return tuple(_LETTERS[what] + index for index in numbers)
    if isinstance(given, str) or len(given) != count:
        held = "one text" if isinstance(given, str) else f"{len(given)} names"
        raise InputError(
            f"`{what}` is {held}; this network has {count} {what}: list a name for each"
        )
    return tuple(_shortened(str(name)) for name in given)


def _shortened(name: str) -> str:
    line = " ".join(name.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"
