"""What a person may tell the checker about a program that it does not understand by itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from backproof.checking.reading.hypotheses import HYPOTHESES, Hypothesis
from backproof.checking.source.places import Loop, Place
from backproof.errors import InputError, UnknownNameError

# other names of the losses that the checker knows
ALIASES = {
    "mse": "squared error",
    "sse": "squared error",
    "squared-error": "squared error",
    "mean squared error": "squared error",
    "bce": "cross-entropy",
    "binary cross-entropy": "cross-entropy",
    "log-loss": "cross-entropy",
    "softmax": "cross-entropy over classes",
    "categorical cross-entropy": "cross-entropy over classes",
    "mae": "absolute error",
    "absolute-error": "absolute error",
    "poisson": "Poisson",
}


@dataclass(frozen=True)
class Hints:
    """Each is left empty where nothing is known.

    Attributes:
        prediction, target: texts of expressions as they stand in the program.
        loss: a name of `HYPOTHESES`, one of `ALIASES`, or a variable of the program.
        weights: names of variables; all others are taken for no weights.
        step: the line at which a training step begins, or one inside its loop.
        shown: names of the losses that the program computes or prints: known from a reading before, not from the person.
    """

    prediction: str = ""
    target: str = ""
    loss: str = ""
    weights: tuple[str, ...] = ()
    step: int | None = None
    shown: frozenset[str] | None = None

    def __bool__(self) -> bool:
        return self != Hints()

    def check(
        self, places: Sequence[Place], loops: Sequence[Loop], shown: Callable[[int], str]
    ) -> None:
        """Refuse what the program does not have.

        Args:
            places, loops: of the program.
            shown: a line in words.

        Raises:
            InputError: a line outside every loop, an expression or a name that does not occur.
        """
        if self.step is not None and not self.loops(loops):
            lines = "; ".join(shown(loop.line) for loop in loops)
            known = f"loops begin at {lines}" if loops else "the program has none"
            raise InputError(f"--step: no loop is at {shown(self.step)}; {known}")
        for option, text in (("--prediction", self.prediction), ("--target", self.target)):
            if text and not any(_means(text, place) for place in places):
                raise InputError(
                    f"{option} `{text}` does not occur in the program; give it as it stands there"
                )
        if self.loss and self.hypothesis is None and not self.own_loss(places):
            raise UnknownNameError(
                "a loss, nor a variable of the program",
                self.loss,
                [row.name for row in HYPOTHESES],
            )
        names = {name for place in places for name in (*place.loads, place.text, place.target)}
        for weight in self.weights:
            if not any(_last(weight) in (name, _last(name)) for name in names):
                raise InputError(f"--weights: `{weight}` does not occur in the program")

    def loops(self, loops: Sequence[Loop]) -> list[int]:
        """The loop that a step's line is in, the innermost; none without a hint."""
        if self.step is None:
            return []
        around = [loop for loop in loops if loop.line <= self.step <= loop.end_line]
        inner = sorted(around, key=lambda loop: (loop.end_line - loop.line, -loop.line))
        return [loop.index for loop in inner[:1]]

    @property
    def hypothesis(self) -> Hypothesis | None:
        """The loss of the table that is meant."""
        name = self.loss.strip().lower().replace("_", "-")
        name = ALIASES.get(name, ALIASES.get(name.replace("-", " "), name))
        names = (name, name.replace("-", " "))
        return next(
            (row for row in HYPOTHESES if row.name in names or row.name.lower() in names), None
        )

    def own_loss(self, places: Sequence[Place]) -> list[int]:
        """Places whose value is the loss that is meant, where it is one of the program's own."""
        if not self.loss or self.hypothesis is not None:
            return []
        return [place.index for place in places if _means(self.loss, place)]

    def is_loss(self, loss: Hypothesis | None, own: int | None, places: Sequence[Place]) -> bool:
        """Whether a reading with this loss, or with the program's own at this place, can be meant."""
        if not self.loss:
            return True
        if self.hypothesis is not None:
            return loss is not None and loss.name == self.hypothesis.name
        return own is not None and own in self.own_loss(places)

    def is_output(self, place: Place) -> bool:
        """Whether a place can be the prediction."""
        return not self.prediction or _means(self.prediction, place)

    def is_target(self, place: Place) -> bool:
        """Whether a place can be the target."""
        return not self.target or _means(self.target, place)

    def is_weight(self, group: str) -> bool:
        """Whether a group of numbers can be weights: `net.hidden[].w`, by its whole name or the last part of it."""
        return not self.weights or any(
            _plain(weight) in (_plain(group), _plain(group).rpartition(".")[2])
            or _plain(group).startswith((_plain(weight) + ".", _plain(weight) + "["))
            for weight in self.weights
        )


NO_HINTS = Hints()


def names_in(text: str) -> tuple[str, ...]:
    """Names that a comma separates."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _means(text: str, place: Place) -> bool:
    """Whether a place is the expression, or the value of the variable, that a hint names."""
    wanted = normal(text)
    return wanted in (normal(place.text), normal(place.target))


@lru_cache(maxsize=20_000)
def normal(text: str) -> str:
    """An expression as Python itself would write it, so that blanks and brackets make no difference."""
    try:
        return ast.unparse(ast.parse(text.strip(), mode="eval"))
    except (SyntaxError, ValueError):
        return text.strip()


def _plain(name: str) -> str:
    """A path without indices of lists, `net.hidden[].w`; both kinds of quotes are one."""
    return re.sub(r"\[(?!')[^\]]*\]", "[]", name.strip().replace('"', "'"))


def _last(name: str) -> str:
    return name.rpartition(".")[2].partition("[")[0]
