"""explain(): a network, an example or a batch, and the derivation of every gradient as a list of steps.

Nothing is derived before it is asked for, and nothing is rendered before that either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from backproof.derivation.notation import Notation
from backproof.derivation.notation import notation as notation_called
from backproof.derivation.plan import Planned, planned
from backproof.derivation.proof import proof_step
from backproof.derivation.scene import Scene
from backproof.derivation.steps import PARTS, Step
from backproof.errors import InputError, UnknownNameError
from backproof.inputs import checked_inputs, checked_targets
from backproof.network import Network
from backproof.optimizers import SGD, FirstOrder, Optimizer
from backproof.optimizers import optimizer as optimizer_called

LARGEST_BATCH = 1000  # examples; each finite difference passes over all of them
REDUCTIONS = ("mean", "sum")


def explain(
    network: Network,
    X: Any,
    y: Any,
    *,
    only: str | Sequence[str] = (),
    notation: str | Notation = "textbook",
    names: Mapping[str, str] | None = None,
    optimizer: str | Optimizer = "sgd",
    reduction: str = "mean",
    weight_decay: float = 0.0,
    about: str = "",
) -> Derivation:
    """Derive every gradient of `network` on these examples, in symbols and in numbers, and prove each step.

    Args:
        X: one example, (inputs,), or a batch, (n, inputs), as the network takes them.
        y: its target, (outputs,), or (n, outputs); for softmax also class numbers, one or (n,).
        only: keys or parts of the steps to keep, such as "delta2" or "backward"; none: all of them.
        notation: "textbook", "columns" or "answer".
        names: your own names of quantities, such as {"delta2": "d_hidden", "W2": "theta1"}. The inputs are layer 1, and a
            weight bears the number of the layer that it leads into.
        optimizer: of the update; "sgd" (0.1), "adam", "irprop", "l-bfgs", "levenberg-marquardt", or one with settings.
        reduction: "mean" or "sum" of the examples' losses.
        weight_decay: lambda in loss + lambda/2 * (sum of squared weights), biases excepted.
        about: a sentence on where the examples come from, for the first paragraph.

    Returns:
        The derivation: prints as text, shows itself in a notebook, `.to_markdown()` and so on; `.steps` are the data.

    Raises:
        ShapeError: examples that do not fit the network.
        InputError: a batch too large, weights that are not finite, settings that make no sense.
        UnknownNameError: a step, notation or optimiser that there is not.
    """
    if not np.isfinite(network.parameters).all():
        raise InputError("the network has weights that are no finite numbers; train it anew")
    inputs = checked_inputs(network, X)
    targets = checked_targets(network, _as_rows(network, y, len(inputs)), len(inputs))
    chosen = _optimizer(optimizer)
    _check(len(inputs), reduction, weight_decay, chosen)
    scene = Scene(
        network.copy("float64"),
        inputs.astype(np.float64),
        targets.astype(np.float64),
        notation_called(notation).with_names(names or {}, len(network.sizes)),
        reduction,
        float(weight_decay),
        about=about,
    )
    found = Derivation(scene, chosen, (only,) if isinstance(only, str) else tuple(only))
    found.check_only()
    return found


def _optimizer(given: str | Optimizer) -> Optimizer:
    if given == "auto":
        return SGD()
    return optimizer_called(given)


def _as_rows(network: Network, y: Any, rows: int) -> Any:
    """One example's targets as a row."""
    array = np.asarray(y)
    if array.ndim == 0:
        return array.reshape(1)
    outputs = network.sizes[-1]
    return array.reshape(1, -1) if rows == 1 and array.shape == (outputs,) and outputs > 1 else y


def _check(rows: int, reduction: str, decay: float, given: Optimizer) -> None:
    if rows > LARGEST_BATCH:
        raise InputError(
            f"`X` has {rows:,} rows; at most {LARGEST_BATCH:,} can be explained at once: choose some of them"
        )
    if reduction not in REDUCTIONS:
        raise UnknownNameError("a reduction", reduction, REDUCTIONS)
    if reduction == "sum" and rows > 1 and not isinstance(given, FirstOrder):
        raise InputError(
            f"{given.name} trains on the mean of the losses; leave `reduction` at mean"
        )
    if not isinstance(decay, (int, float)) or not 0 <= decay < float("inf"):
        raise InputError(f"`weight_decay` is {decay!r}; it must be a number from 0 upwards")


def _without_names(scene: Scene) -> dict[str, str]:
    """The keys of quantities that a person has named, and what they are called otherwise."""
    own, bare = scene.notation, replace(scene.notation, names={})
    quantities = [
        (kind, layer)
        for layer in range(2, scene.last + 1)
        for kind in ("z", "a", "delta", "W", "b")
    ]
    plain = {own.key(*one): bare.key(*one) for one in quantities}
    return plain | {f"d{named}": f"d{key}" for named, key in plain.items()}


class Derivation:
    """The steps of a derivation, each made when it is asked for.

    Attributes:
        scene: the network, its numbers and the notation.
        optimizer: of the update.
        only: the keys and parts that were asked for; none: all.
    """

    def __init__(self, scene: Scene, given: Optimizer, only: tuple[str, ...] = ()) -> None:
        self.scene, self.optimizer, self.only = scene, given, only
        self._plan = [*planned(scene, given), Planned("proof", "proof", self._proof)]
        self._made: dict[str, Step] = {}
        self._plain = _without_names(scene)

    @property
    def keys(self) -> list[str]:
        """Of all steps, in their order."""
        return [one.key for one in self._plan]

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Those that were asked for."""
        return tuple(self._step(one) for one in self._plan if self._wanted(one))

    def __getitem__(self, key: str) -> Step:
        """The step of this key.

        Raises:
            UnknownNameError: if there is none.
        """
        matching = [one for one in self._plan if one.key == key]
        if not matching:
            raise UnknownNameError("a step", key, self.keys)
        return self._step(matching[0])

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def proved(self) -> bool:
        """Whether every step that was asked for is."""
        return all(step.proved for step in self.steps)

    def check_only(self) -> None:
        """Raise UnknownNameError if a step was asked for that there is not."""
        known = [*self.keys, *PARTS]
        for name in self.only:
            if not any(self._named(one, name) for one in self._plan):
                raise UnknownNameError("a step", name, list(dict.fromkeys(known)))

    def to_text(self, width: int = 80) -> str:
        """For a terminal; formulas in Unicode."""
        return self.render("text", width=width)

    def to_markdown(self) -> str:
        """Markdown with formulas in LaTeX."""
        return self.render("markdown")

    def to_latex(self) -> str:
        """A whole LaTeX document."""
        return self.render("latex")

    def to_html(self) -> str:
        """One page that needs nothing else."""
        return self.render("html")

    def to_json(self) -> str:
        """One object."""
        return self.render("json")

    def _repr_html_(self) -> str:
        from backproof.derivation.html import fragment

        return fragment(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(self.to_text())

    def render(self, form: str, **options: Any) -> str:
        """In any of the formats.

        Raises:
            UnknownNameError: if there is none of that name.
        """
        from backproof.derivation.renderers import renderer

        return renderer(form)(self, **options)

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        sizes = "-".join(map(str, self.scene.network.sizes))
        return f"<Derivation of {sizes}: {len([one for one in self._plan if self._wanted(one)])} steps>"

    def _wanted(self, one: Planned) -> bool:
        return not self.only or any(self._named(one, name) for name in self.only)

    def _named(self, one: Planned, name: str) -> bool:
        """delta2, W2 or dW2, δ2 and backward name steps; capitals do not matter unless they must."""
        keys = {one.key, one.part, self._plain.get(one.key, one.key)}
        if name in keys:
            return True
        wanted = name.replace("δ", "delta").replace("θ", "theta").replace("_", "")
        if wanted not in {*self.keys, *(self._plain.get(key, key) for key in self.keys), *PARTS}:
            keys |= {key.removeprefix("d") if one.part == "backward" else key for key in keys}
            return wanted.lower() in {key.lower() for key in keys}
        return wanted in keys

    def _step(self, one: Planned) -> Step:
        if one.key not in self._made:
            self._made[one.key] = one.make()
        return self._made[one.key]

    def _proof(self) -> Step:
        return proof_step(self.scene, [self._step(one) for one in self._plan if one.key != "proof"])
