"""The table of learning-rate schedules: what the rate becomes after each epoch.

    constant          the rate stays
    inverse-scaling   rate_0 / (examples seen + 1) ** power
    adaptive          a fifth, each time `patience` epochs in a row brought no improvement, until it is 1e-6 or less

The conventions are scikit-learn's, so that equal settings mean equal steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from backproof.errors import UnknownNameError

FLOOR = 1e-6


@dataclass
class Plateau:
    """Counts the epochs in a row that did not lower the best loss by more than `tolerance`."""

    tolerance: float
    patience: int
    best: float = field(default=float("inf"), init=False)
    count: int = field(default=0, init=False)

    def reached(self, loss: float) -> bool:
        """Take one epoch's loss; True when more than `patience` epochs in a row brought nothing. Then count anew."""
        self.count = self.count + 1 if loss >= self.best - self.tolerance else 0
        self.best = min(self.best, loss)
        if self.count <= self.patience:
            return False
        self.count = 0
        return True


@dataclass
class Constant:
    """The rate stays."""

    rate: float

    def after(self, loss: float, examples_seen: int) -> float:
        """Take one epoch's loss; from now on `rate` is the next epoch's, which is returned."""
        return self.rate

    @property
    def exhausted(self) -> bool:
        """Whether waiting for a lower rate is pointless."""
        return True


@dataclass
class InverseScaling(Constant):
    """rate_0 / (examples seen + 1) ** power."""

    power: float = 0.5

    def __post_init__(self) -> None:
        self._first = self.rate

    def after(self, loss: float, examples_seen: int) -> float:
        """See `Constant`."""
        self.rate = float(self._first / (examples_seen + 1) ** self.power)
        return self.rate


@dataclass
class Adaptive(Constant):
    """A fifth, each time the loss has stopped falling."""

    plateau: Plateau = field(default_factory=lambda: Plateau(1e-4, 10))

    def after(self, loss: float, examples_seen: int) -> float:
        """See `Constant`."""
        if not self.exhausted and self.plateau.reached(loss):
            self.rate /= 5
        return self.rate

    @property
    def exhausted(self) -> bool:
        """Whether the rate has reached its floor."""
        return self.rate <= FLOOR


Schedule = Constant
SCHEDULES: dict[str, Callable[[float, float, Plateau], Schedule]] = {
    "constant": lambda rate, power, plateau: Constant(rate),
    "inverse-scaling": lambda rate, power, plateau: InverseScaling(rate, power),
    "adaptive": lambda rate, power, plateau: Adaptive(rate, plateau),
}


def schedule(
    name: str, rate: float, power: float = 0.5, tolerance: float = 1e-4, patience: int = 10
) -> Schedule:
    """The schedule called `name`, starting from `rate`.

    Raises:
        UnknownNameError: if there is none.
    """
    key = str(name).lower().replace("_", "-").replace(" ", "-")
    if key not in SCHEDULES:
        raise UnknownNameError("a schedule", name, SCHEDULES)
    return SCHEDULES[key](rate, power, Plateau(tolerance, patience))
