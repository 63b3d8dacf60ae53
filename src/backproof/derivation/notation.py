"""The table of notations: which letter stands for what, where its layer and its unit are written, which way examples run.

    textbook    z, a, W, b, δ with the layer above; examples are rows
    columns     the same, examples are columns (Nielsen, 2015)
    answer      L, Z, θ; the bias is the first row of θ, and each layer carries a unit that is always 1

Layers are counted from the inputs, which are layer 1; a weight bears the number of the layer that it leads into, in the
answer's notation that of the layer that it leads out of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from backproof.derivation.typeset import (
    Atom,
    Fence,
    Fraction,
    Math,
    Script,
    Words,
    joined,
    name,
    number,
    row,
    sign,
)
from backproof.errors import InputError, UnknownNameError


@dataclass(frozen=True)
class Notation:
    """One row."""

    title: str
    letters: Mapping[str, str]  # kind of quantity: letter
    plain: Mapping[str, str]  # kind of quantity: how it is typed, for `--only`
    layer_above: bool  # a⁽²⁾, or else a2
    units_below: bool  # a₁, or else a(1)
    columns: bool  # an example is a column, and a weight matrix is (to, from)
    bias_row: bool  # the bias is the weights' first row
    weight_offset: int = 0  # added to the layer that the weights lead into
    names: Mapping[str, str] = field(
        default_factory=dict
    )  # a person's own, such as {"delta2": "d_hidden"}

    def with_names(self, names: Mapping[str, str], layers: int) -> Notation:
        """The same with a person's own names for whole quantities, such as {"delta2": "d_hidden"}.

        Raises:
            UnknownNameError: a quantity that a network of so many layers does not have.
            InputError: a name that is empty or not one line of text.
        """
        known = ["y", "C", "a1"]
        known += [
            f"{kind}{n}" for kind in ("a", "z", "W", "b", "delta") for n in range(2, layers + 1)
        ]
        for quantity, own in names.items():
            if quantity not in known:
                raise UnknownNameError("a quantity", quantity, known)
            if not isinstance(own, str) or not own.strip() or not own.isprintable():
                raise InputError(f"the name of `{quantity}` is {own!r}; it must be a word")
        return replace(self, names=dict(names))

    def math(self, kind: str, layer: int = 0, units: Sequence[Math] = ()) -> Math:
        """A quantity: `kind` is a, z, W, b, delta, y, C; no units is the whole of it."""
        own = self.names.get(f"{kind}{layer}" if layer else kind)
        base: Math = name(own or self.letters[kind])
        places = list(units)
        if self.bias_row and kind == "b":
            places = [number("0"), *places]
        if self.columns and kind != "b":  # (to, from) of weights, (unit, example) of the rest
            places.reverse()
        shown_layer = layer + self.weight_offset * (kind in "Wb")
        above = below = None
        if layer and own is None:
            if self.layer_above:
                above = Fence(number(str(shown_layer)))
            else:
                base = name(f"{self.letters[kind]}{shown_layer}")
        if places and self.units_below:
            below = _listed(places)
        scripted: Math = base if above is below is None else Script(base, below, above)
        if self.units_below or not places:
            return scripted
        return row(scripted, Fence(joined(places, sign(","))))

    def partial(self, top: Math, bottom: Math) -> Math:
        """∂top/∂bottom."""
        return Fraction(row(name("∂"), top), row(name("∂"), bottom))

    def key(self, kind: str, layer: int = 0) -> str:
        """The quantity as it is typed after `--only`."""
        own = self.names.get(f"{kind}{layer}" if layer else kind)
        if own:
            return own
        shown_layer = layer + self.weight_offset * (kind in "Wb")
        return self.plain[kind] + (str(shown_layer) if layer else "")

    def words(self, text: str, **formulas: Math) -> Words:
        """A sentence with the quantities in braces set as formulas: "each unit of {a2}"; `formulas` are other ones."""
        pieces = re.split(r"\{(\w+)\}", text)
        result: list[str | Math] = []
        for position, piece in enumerate(pieces):
            if position % 2:
                result.append(formulas[piece] if piece in formulas else self._named(piece))
            elif piece:
                result.append(piece)
        return tuple(result)

    def _named(self, text: str) -> Math:
        kind, layer, turned = re.fullmatch(r"([A-Za-z]+?)(\d*)(T?)", text).groups()  # type: ignore[union-attr]
        math = self.math(kind, int(layer or 0))
        return transposed(math) if turned else math


def transposed(math: Math) -> Math:
    """With a T above, after the layer if there is one."""
    turn = name("T")
    if isinstance(math, Script) and math.above is not None:
        return Script(math.base, math.below, row(math.above, turn))
    if isinstance(math, Script):
        return Script(math.base, math.below, turn)
    return Script(math, None, turn)


def _listed(places: Sequence[Math]) -> Math:
    """Indices side by side, with commas where one of them is longer than a digit or letter."""
    short = all(isinstance(place, Atom) and len(place.text) == 1 for place in places)
    return row(*places) if short and len(places) > 1 else joined(places, sign(","))


TEXTBOOK = {"a": "a", "z": "z", "W": "W", "b": "b", "delta": "δ", "y": "y", "C": "C"}
TEXTBOOK_KEYS = {**TEXTBOOK, "delta": "delta", "C": "loss"}
ANSWER = {"a": "L", "z": "Z", "W": "θ", "b": "θ", "delta": "δ", "y": "Y", "C": "CE"}

NOTATIONS = {
    "textbook": Notation(
        "z, a, W, b, δ; examples are rows", TEXTBOOK, TEXTBOOK_KEYS, True, True, False, False
    ),
    "columns": Notation(
        "z, a, W, b, δ; examples are columns", TEXTBOOK, TEXTBOOK_KEYS, True, True, True, False
    ),
    "answer": Notation(
        "Z, L, θ, δ; the bias is the first row of θ",
        ANSWER,
        {**ANSWER, "W": "theta", "b": "theta", "delta": "delta", "C": "loss"},
        False,
        False,
        False,
        True,
        weight_offset=-1,
    ),
}


def notation(given: str | Notation) -> Notation:
    """The notation called `given`.

    Raises:
        UnknownNameError: if there is none.
    """
    if isinstance(given, Notation):
        return given
    try:
        return NOTATIONS[given.lower()]
    except KeyError:
        raise UnknownNameError("a notation", given, NOTATIONS) from None
    except AttributeError:
        raise InputError(f"`notation` is {given!r}; known: {', '.join(NOTATIONS)}") from None
