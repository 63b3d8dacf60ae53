"""The derivation of a person's own network: its numbers, its names, and at each step the line that computes it.

explain_program(program)    run it as `check` does, find its layers, derive
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from os.path import basename
from typing import Any

import numpy as np

from backproof.arrays import Array
from backproof.checking.check import Check
from backproof.checking.process.session import Limits
from backproof.checking.reading.hints import Hints
from backproof.checking.reading.judge import Judgement
from backproof.checking.source.read import Program, program_of
from backproof.derivation.explain import LARGEST_BATCH, Derivation
from backproof.derivation.notation import NOTATIONS, Notation
from backproof.derivation.scene import Scene
from backproof.errors import InputError
from backproof.network import Network
from backproof.optimizers import SGD, Optimizer, optimizer
from backproof.recognition.layers import Layer, layers_of
from backproof.recognition.own import Own, OwnDerivation
from backproof.recognition.seen import Step, steps_of

LOSSES = {
    "squared error": "squared-error",
    "cross-entropy": "cross-entropy",
    "cross-entropy over classes": "cross-entropy",
}


def explain_program(
    program: str | bytes | os.PathLike[str] | Callable[..., Any] | Program,
    *,
    only: str | Sequence[str] = (),
    notation: str | Notation | None = None,
    names: Mapping[str, str] | None = None,
    optimizer: str | Optimizer | None = None,
    timeout: float = 60.0,
    memory: int = 2048,
) -> Derivation:
    """Derive every gradient of the network that a program writes out by hand, in the program's names.

    The program is run as `check` runs it. What it multiplies and adds up is compared with layers of every kind that backproof
    knows; the derivation is then that of this network at the program's own weights and examples, in its first training step whose
    inputs are not all 0.

    Args:
        program: the path of a Python file or notebook, a program's text, or a function.
        only, notation, names: as of `explain`; the notation left open is the one whose matrices lie as the program's.
        optimizer: of the update; None: plain descent with the rate that the program was seen to follow.
        timeout: seconds for running the program.
        memory: MiB that it may use.

    Raises:
        InputError: there is no such program; it is not understood; its network is not one of fully connected layers.
        UnknownNameError: a step, notation or optimiser that there is not.
    """
    given = program_of(program)
    check = Check(given, Limits(timeout, memory, 256), Hints())
    found = check.understood(lambda judged: _Found.of(given, judged))
    if not isinstance(found, _Found):
        raise InputError(f"`{given.file}` {found}")
    return found.derivation(only, notation, names or {}, optimizer)


@dataclass(frozen=True)
class _Found:
    """A program's network, and all that one training step computed."""

    program: Program
    judged: Judgement
    step: Step
    layers: list[Layer]

    @classmethod
    def of(cls, program: Program, judged: Judgement) -> _Found | str:
        """A sentence where there is none."""
        if judged.reading.name not in LOSSES:
            return f"minimises {judged.reading.name}, which no derivation is written for; `backproof check` judges its lines all the same"
        found: _Found | None = None
        for step in steps_of(judged):
            layers = layers_of(step)
            if layers is None:
                break
            found = found or cls(program, judged, step, layers)
            if layers[0].inputs.any():  # else the first weights have no gradient
                return cls(program, judged, step, layers)
        if found is None:
            return (
                "computes something else than fully connected layers of the activations that backproof knows, "
                "so that it cannot be written out; `backproof check` judges its lines all the same"
            )
        return found

    def derivation(
        self,
        only: str | Sequence[str],
        notation: str | Notation | None,
        names: Mapping[str, str],
        given: str | Optimizer | None,
    ) -> Derivation:
        """In the program's names."""
        from backproof.derivation.notation import notation as notation_called

        X = self.layers[0].inputs
        if len(X) > LARGEST_BATCH:
            raise InputError(
                f"`{self.program.file}` takes {len(X):,} examples at once; at most {LARGEST_BATCH:,} can be explained"
            )
        chosen = notation_called(notation) if notation is not None else self._notation()
        scene = Scene(self._network(), X, self._targets(), chosen, "sum", about=self._about())
        reduction = "mean" if self._takes_means(scene) else "sum"
        scene = replace(scene, reduction=reduction)
        told = Own(self.step, self.program, self.judged, scene)
        own = {**told.names(self.layers), **names}
        scene = replace(scene, notation=chosen.with_names(own, len(self.layers) + 1))
        way = self._rate(scene) if given is None else optimizer(given)
        wanted = (only,) if isinstance(only, str) else tuple(only)
        derivation = OwnDerivation(scene, way, wanted, told)
        derivation.check_only()
        return derivation

    def _notation(self) -> Notation:
        columns = sum(layer.columns for layer in self.layers) * 2 > len(self.layers)
        if not columns and all(layer.bias_row == "first" for layer in self.layers):
            return NOTATIONS["answer"]
        return NOTATIONS["columns" if columns else "textbook"]

    def _network(self) -> Network:
        network = Network(
            [len(self.layers[0].weights), *(len(layer.biases) for layer in self.layers)],
            hidden=[layer.activation.name for layer in self.layers[:-1]] or "sigmoid",
            output=self.layers[-1].activation.name,
            loss=LOSSES[self.judged.reading.name],
            seed=0,
        )
        for made, own in zip(network.layers, self.layers, strict=True):
            made.weights[:], made.biases[:] = own.weights, own.biases
        return network

    def _targets(self) -> Array:
        """In rows, as the output."""
        rows, units = len(self.layers[0].inputs), len(self.layers[-1].biases)
        flat = self.step.target
        output = self._network().predict(self.layers[0].inputs)
        meeting, trace = self.judged.reading.meeting, self.judged.steps.base[self.step.number]
        values = None if meeting is None else trace.values(meeting.output)
        turned = values is not None and not np.allclose(values, output.ravel())
        return flat.reshape(units, rows).T if turned else flat.reshape(rows, units)

    def _takes_means(self, scene: Scene) -> bool:
        """Whether some gradient that the program computes is that of the mean over the batch."""
        rows = len(scene.X)
        truth = scene.here.gradient("W", scene.last) / rows
        return rows > 1 and any(
            one.table.shape == truth.shape
            and np.allclose(np.abs(one.table), np.abs(truth), 1e-7, 0)
            for one in self.step.seen
        )

    def _rate(self, scene: Scene) -> Optimizer:
        """Plain descent as the program was seen to do it."""
        laws = [law for law in self.judged.reading.laws.values() if law.right and law.rates]
        if not laws:
            return SGD()
        rate = laws[0].rates[0] * (len(scene.X) if scene.reduction == "mean" else 1)
        return SGD(float(f"{rate:.6g}"), momentum=min(max(laws[0].momentum, 0.0), 0.999))

    def _about(self) -> str:
        rows = len(self.layers[0].inputs)
        numbers = "example" if rows == 1 else f"{rows} examples"
        moved = (
            ", its weights moved a little to a point where all can be seen"
            if self.judged.steps.jitter
            else ""
        )
        bare = [str(n) for n, layer in enumerate(self.layers, 2) if not layer.has_bias]
        zero = f" It has no biases in layer {', '.join(bare)}: there they are 0." if bare else ""
        return (
            f"The network is that of {basename(self.program.file)}, found in what it computes; the numbers are the weights and the "
            f"{numbers} of training step {self.step.number + 1}{moved}.{zero} Every derivative is derived anew: a mistake of the program is not in it."
        )
