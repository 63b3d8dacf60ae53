"""The table of optimisers.

    SGD                   with momentum and Nesterov's form         any batch size
    Adam                  Kingma and Ba (2015)                      any batch size
    IRprop                iRPROP-, Igel and Huesken (2003)          all rows at once
    LBFGS                 SciPy's L-BFGS-B, Zhu et al. (1997)       all rows at once
    LevenbergMarquardt    for cross-entropy: generalised            all rows at once
                          Gauss-Newton, Schraudolph (2002)

An optimiser is its settings; what it remembers from step to step is the state that `begin` makes. First-order methods
are here in full, the loop over epochs is in `descent`; the second-order methods are in `second_order`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import numpy as np

from backproof.arrays import Array
from backproof.errors import InputError, UnknownNameError

if TYPE_CHECKING:
    from backproof.monitor import Monitor
    from backproof.problem import Problem
    from backproof.settings import Settings

State: TypeAlias = list[Array]


def _zeros(parameters: Array) -> Array:
    """As many zeros, which take no memory until somebody writes into them (those of `zeros_like` do)."""
    return np.zeros(parameters.shape, parameters.dtype)


class Optimizer:
    """What every row of the table offers."""

    name: ClassVar[str]
    whole_batch: ClassVar[bool] = False  # only ever sees all rows at once
    smooth_only: ClassVar[bool] = False  # needs activations with a slope everywhere
    learning_rate: float = 0.0

    def fit(self, problem: Problem, settings: Settings, monitor: Monitor) -> None:
        """Move `problem.network` from where it is until the epochs are over or the monitor says stop."""
        raise NotImplementedError

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            low, high, meaning = LIMITS[name]
            if not isinstance(value, (int, float, np.number)) or not low <= value <= high:
                raise InputError(f"`{name}` is {value!r}; {meaning}")


class FirstOrder(Optimizer):
    """Steps along the gradient of one batch after another."""

    def begin(self, parameters: Array) -> State:
        """What the first step remembers."""
        raise NotImplementedError

    def step(self, parameters: Array, gradient: Array, state: State, rate: float) -> None:
        """One update of `parameters` and `state`, in place."""
        raise NotImplementedError

    def fit(self, problem: Problem, settings: Settings, monitor: Monitor) -> None:
        """See `Optimizer`."""
        from backproof.descent import descend

        descend(self, problem, settings, monitor)


@dataclass(frozen=True)
class SGD(FirstOrder):
    """Stochastic gradient descent.

        v = momentum * v - rate * gradient        parameters += v
        Nesterov:                                 parameters += momentum * v - rate * gradient

    The conventions are scikit-learn's: the rate is inside the velocity.
    """

    learning_rate: float = 0.1
    momentum: float = 0.0
    nesterov: bool = False
    name: ClassVar[str] = "sgd"

    def begin(self, parameters: Array) -> State:
        """The velocity."""
        return [_zeros(parameters)] if self.momentum else []

    def step(self, parameters: Array, gradient: Array, state: State, rate: float) -> None:
        """One update, in place."""
        if not self.momentum:
            parameters -= rate * gradient
            return
        (velocity,) = state
        velocity *= self.momentum
        velocity -= rate * gradient
        if self.nesterov:
            parameters += self.momentum * velocity - rate * gradient
        else:
            parameters += velocity


@dataclass(frozen=True)
class Adam(FirstOrder):
    """Adam, Kingma and Ba (2015).

        m = beta_1 m + (1 - beta_1) gradient
        v = beta_2 v + (1 - beta_2) gradient^2
        parameters -= rate * sqrt(1 - beta_2^t) / (1 - beta_1^t) * m / (sqrt(v) + epsilon)

    That is the form at the end of the paper's section 2, which scikit-learn and Keras use. Algorithm 1, PyTorch's form,
    adds its epsilon after the correction of v: epsilon there is epsilon / sqrt(1 - beta_2^t) here.
    """

    learning_rate: float = 0.001
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    name: ClassVar[str] = "adam"

    def begin(self, parameters: Array) -> State:
        """Both moments and the count of steps."""
        return [_zeros(parameters), _zeros(parameters), np.zeros(1)]

    def step(self, parameters: Array, gradient: Array, state: State, rate: float) -> None:
        """One update, in place."""
        m, v, t = state
        t += 1
        m += (1 - self.beta_1) * (gradient - m)
        v += (1 - self.beta_2) * (gradient * gradient - v)
        corrected = rate * float(np.sqrt(1 - self.beta_2 ** t[0]) / (1 - self.beta_1 ** t[0]))
        parameters -= corrected * m / (np.sqrt(v) + self.epsilon)


@dataclass(frozen=True)
class IRprop(FirstOrder):
    """iRPROP-, Igel and Huesken (2003): each parameter has its own step, which only the gradient's sign directs.

    The step grows by `grow` while the sign stays. Where it turns, the step shrinks by `shrink` and the parameter rests
    for one epoch. `learning_rate` is the first step.
    """

    learning_rate: float = 0.1
    grow: float = 1.2
    shrink: float = 0.5
    largest: float = 50.0
    smallest: float = 1e-6
    name: ClassVar[str] = "irprop"
    whole_batch: ClassVar[bool] = True

    def begin(self, parameters: Array) -> State:
        """The steps and the last gradient."""
        return [np.full_like(parameters, self.learning_rate), np.zeros_like(parameters)]

    def step(self, parameters: Array, gradient: Array, state: State, rate: float) -> None:
        """One update, in place."""
        steps, last = state
        agreement = np.sign(gradient) * np.sign(last)  # the product itself could underflow
        steps[agreement > 0] *= self.grow
        steps[agreement < 0] *= self.shrink
        np.clip(steps, self.smallest, self.largest, out=steps)
        last[:] = np.where(agreement < 0, 0, gradient)
        parameters -= np.sign(last) * steps


@dataclass(frozen=True)
class LBFGS(Optimizer):
    """Limited-memory BFGS: SciPy's L-BFGS-B (Zhu, Byrd, Lu and Nocedal, 1997) on the gradient of all rows.

    `memory` is the number of steps that it looks back on. It has converged where no entry of the gradient is above
    `flat`, or where an iteration lowers the loss by no more than `least_fall`, relative to the loss or to 1, whichever
    is larger. `evaluations` of the loss at most, 0: twenty for each iteration.
    """

    memory: int = 10
    flat: float = 1e-10  # zero for every practical purpose
    least_fall: float = float(np.finfo(np.float64).eps)
    evaluations: int = 0
    name: ClassVar[str] = "l-bfgs"
    whole_batch: ClassVar[bool] = True

    def fit(self, problem: Problem, settings: Settings, monitor: Monitor) -> None:
        """See `Optimizer`."""
        from backproof.second_order import lbfgs

        lbfgs(self, problem, settings, monitor)


@dataclass(frozen=True)
class LevenbergMarquardt(Optimizer):
    """Levenberg (1944) and Marquardt (1963).

    Each step solves (G + damping * I) step = -gradient. G is the Gauss-Newton matrix of the squared error, and for
    other losses the generalised one of Schraudolph (2002). `damping` is the first one, relative to G's largest diagonal
    entry.
    """

    damping: float = 0.1
    name: ClassVar[str] = "levenberg-marquardt"
    whole_batch: ClassVar[bool] = True
    smooth_only: ClassVar[bool] = True

    def fit(self, problem: Problem, settings: Settings, monitor: Monitor) -> None:
        """See `Optimizer`."""
        from backproof.second_order import levenberg_marquardt

        levenberg_marquardt(self, problem, settings, monitor)


TINY, HUGE = 1e-300, 1e300
POSITIVE = "it must be above 0"
SHARE = "it must be from 0 to below 1"

# setting: smallest, largest, what is needed
LIMITS: dict[str, tuple[float, float, str]] = {
    "learning_rate": (TINY, HUGE, POSITIVE),
    "momentum": (0, 1 - 1e-15, SHARE),
    "nesterov": (0, 1, "it must be True or False"),
    "beta_1": (0, 1 - 1e-15, SHARE),
    "beta_2": (0, 1 - 1e-15, SHARE),
    "epsilon": (0, HUGE, "it must not be below 0"),
    "grow": (1, HUGE, "it must be at least 1"),
    "shrink": (TINY, 1, "it must be above 0 and at most 1"),
    "largest": (TINY, HUGE, POSITIVE),
    "smallest": (TINY, HUGE, POSITIVE),
    "memory": (1, HUGE, "it must be at least 1"),
    "flat": (0, HUGE, "it must not be below 0"),
    "least_fall": (0, HUGE, "it must not be below 0"),
    "evaluations": (0, HUGE, "it must not be below 0"),
    "damping": (TINY, HUGE, POSITIVE),
}

OPTIMIZERS: dict[str, type[Optimizer]] = {
    row.name: row for row in (SGD, Adam, IRprop, LBFGS, LevenbergMarquardt)
}
ALIASES = {"lbfgs": "l-bfgs", "rprop": "irprop", "lm": "levenberg-marquardt"}


def optimizer(given: str | Optimizer, **settings: Any) -> Optimizer:
    """The optimiser called `given`, with its settings; an optimiser is returned as it is.

    Raises:
        UnknownNameError: if there is none of that name.
        InputError: a setting that it does not have, or a value out of range.
    """
    if isinstance(given, Optimizer):
        return given
    key = str(given).lower().replace("_", "-").replace(" ", "-")
    try:
        row = OPTIMIZERS[ALIASES.get(key, key)]
    except KeyError:
        raise UnknownNameError("an optimiser", given, ["auto", *OPTIMIZERS]) from None
    known = {field.name for field in fields(row)}  # type: ignore[arg-type]  # every row is a dataclass
    foreign = sorted(set(settings) - known)
    if foreign:
        raise InputError(
            f"{row.name} has no `{foreign[0]}`; its settings are {', '.join(sorted(known))}"
        )
    return row(**settings)
