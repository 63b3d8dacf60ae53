"""What is known of a program that misses its aim, and what an experiment is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backproof.checking.learning.aim import Score
from backproof.checking.learning.biases import Missing
from backproof.checking.learning.effects import Begin, Effect
from backproof.checking.learning.lab import Change
from backproof.checking.process.session import Tensor
from backproof.checking.process.state import stem
from backproof.checking.process.trace import Array
from backproof.checking.reading.measure import Meeting
from backproof.checking.source.literals import Piece, Replacement, Source
from backproof.checking.source.places import Loop, Place


@dataclass(frozen=True)
class Experiment:
    """One thing done otherwise."""

    code: str  # of the mistake that it shows if it helps
    family: str  # two of one family are never combined
    piece: Piece  # where the thing is set
    name: str | None  # what it is called
    message: str  # the fact, if it helps
    done: str  # what was done, after "with"
    help: str
    edits: tuple[Replacement, ...] = ()
    changes: tuple[Change, ...] = ()
    factor: float = 1.0  # on every rate
    tier: int = (
        1  # 0: something speaks for it; 1: a usual cause; 2: a rare one, or a slow experiment
    )


@dataclass(frozen=True)
class Data:
    """Numbers that a layer takes in."""

    name: str
    paths: tuple[str, ...]  # one, or one for each example
    table: Array
    axis: int  # of the examples


@dataclass(frozen=True)
class Idle:
    """Units that give the same for every example."""

    code: str  # dead-units or saturated-units
    place: int
    message: str


@dataclass(frozen=True)
class Facts:
    """What is known of a program that misses its aim."""

    text: Source
    places: Sequence[Place]
    loops: Sequence[Loop]
    step: Loop
    around: Sequence[int]  # loops around the step, the innermost first
    meeting: Meeting
    groups: dict[str, list[str]]  # of weights
    tensors: dict[str, Tensor]  # at the head of the first step
    begin: Begin
    effects: Sequence[Effect]
    moved: frozenset[int]  # places that move with the weights
    teaching: frozenset[int]  # places of a target that the weights follow when it is moved
    inputs: Sequence[Data]
    score: Score  # of the program as it is
    biases: Sequence[Missing]  # layers without a bias
    assigned: frozenset[str]  # last names of what the step adds to
    idle: Idle | None

    @property
    def weights(self) -> dict[str, Tensor]:
        """Tensors of weights, by path."""
        paths = [path for paths in self.groups.values() for path in paths]
        return {path: self.tensors[path] for path in paths if path in self.tensors}

    @property
    def trained(self) -> dict[str, Tensor]:
        """Weights, and what else the step adds to, though it may add nothing."""
        more = {
            path: tensor
            for path, tensor in self.tensors.items()
            if stem(path) in self.assigned and tensor.writable and tensor.dtype[:5] == "float"
        }
        return {**self.weights, **more}
