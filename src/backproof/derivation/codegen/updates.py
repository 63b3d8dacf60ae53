"""How a program writes each first-order optimiser and each schedule of the learning rate: two tables.

    UPDATES      what an optimiser remembers of each parameter, and its step
    SCHEDULES    what follows an epoch

A step speaks of one parameter p (a matrix of weights or a vector of biases), its gradient g and what is remembered of it. The
operations and their order are those of `optimizers`: a difference in the last digit would grow wherever a unit sits at a kink.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from backproof.errors import InputError
from backproof.optimizers import SGD, FirstOrder, Optimizer
from backproof.schedules import Adaptive, Constant, InverseScaling, Schedule, schedule

Lines = tuple[tuple[str, str], ...]  # code and the formula beside it


@dataclass(frozen=True)
class Update:
    """One row: the step of an optimiser."""

    settings: dict[str, str]  # that the step uses, and what each is
    step: Lines  # {p}, {g}: a parameter and its gradient; {rate}: the learning rate's name
    memory: dict[str, tuple[str, str]] = field(default_factory=dict)  # name: plural, first value
    before: Lines = ()  # once in each step, before the parameters'
    counter: str = ""  # set to 0 before training
    follows_schedule: bool = True


ZEROS = "np.zeros_like(p)"
RATE = "rate"  # the learning rate's name where it changes
ETA = {"learning_rate": "η"}
MOMENTUM = ETA | {"momentum": "μ, the share of the velocity that stays"}

UPDATES = {
    "sgd": Update(
        ETA,
        (("{p} -= {rate} * {g}", "{p} ← {p} - η ∂L/∂{p}"),),
    ),
    "sgd-momentum": Update(
        MOMENTUM,
        (
            ("v[:] = momentum * v - {rate} * g", "v ← μ v - η g"),
            ("p += v", "p ← p + v"),
        ),
        {"v": ("velocities", ZEROS)},
    ),
    "sgd-nesterov": Update(
        MOMENTUM,
        (
            ("v[:] = momentum * v - {rate} * g", "v ← μ v - η g"),
            ("p += momentum * v - {rate} * g", "p ← p + μ v - η g, Nesterov's look ahead"),
        ),
        {"v": ("velocities", ZEROS)},
    ),
    "adam": Update(
        ETA
        | {
            "beta_1": "β1, of the mean gradient",
            "beta_2": "β2, of the mean squared gradient",
            "epsilon": "ε, so that nothing is divided by 0",
        },
        (
            ("m += (1 - beta_1) * (g - m)", "m ← β1 m + (1 - β1) g"),
            ("v += (1 - beta_2) * (g**2 - v)", "v ← β2 v + (1 - β2) g²"),
            ("p -= corrected * m / (np.sqrt(v) + epsilon)", "p ← p - η' m / (√v + ε)"),
        ),
        {"m": ("first_moments", ZEROS), "v": ("second_moments", ZEROS)},
        (
            ("t += 1", "the count of steps"),
            (
                "corrected = {rate} * (np.sqrt(1 - beta_2**t) / (1 - beta_1**t))",
                "η' = η √(1 - β2ᵗ) / (1 - β1ᵗ)",
            ),
        ),
        counter="t",
    ),
    "irprop": Update(
        {
            "learning_rate": "the first step",
            "grow": "of a step while the gradient keeps its sign",
            "shrink": "of a step where the sign has turned",
            "largest": "step",
            "smallest": "step",
        },
        (
            ("agreement = np.sign(g) * np.sign(last)", "1: the same sign again; -1: it has turned"),
            ("step[agreement > 0] *= grow", "Δ ← grow Δ"),
            ("step[agreement < 0] *= shrink", "Δ ← shrink Δ"),
            ("np.clip(step, smallest, largest, out=step)", ""),
            ("last[:] = np.where(agreement < 0, 0, g)", "where the sign has turned, rest once"),
            ("p -= np.sign(last) * step", "p ← p - sign(g) Δ"),
        ),
        {
            "step": ("steps", "np.full_like(p, learning_rate)"),
            "last": ("lasts", ZEROS),
        },
        follows_schedule=False,
    ),
}


@dataclass(frozen=True)
class AfterEpoch:
    """One row: how the learning rate changes. The names are those of the loop in `program`."""

    settings: dict[str, str] = field(default_factory=dict)
    begin: Lines = ()  # before the loop
    after: Lines = ()  # at the end of each epoch
    running_loss: bool = False  # needs the mean of the losses before each step, `total / len(X)`


BEGIN = ((f"{RATE} = learning_rate", ""),)

SCHEDULES: dict[type[Schedule], AfterEpoch] = {
    Constant: AfterEpoch(),
    InverseScaling: AfterEpoch(
        {"power": "of the schedule"},
        BEGIN,
        (
            (
                "rate = learning_rate / (epoch * len(X) + 1) ** power",
                "η / (examples seen + 1)ᵖᵒʷᵉʳ",
            ),
        ),
    ),
    Adaptive: AfterEpoch(
        {"patience": "epochs in a row that may bring nothing"},
        (*BEGIN, ('best, waited = float("inf"), 0', "")),
        (
            ("if rate > 1e-6:", ""),
            (
                "    waited = waited + 1 if total / len(X) >= best - 1e-4 else 0",
                "epochs that brought nothing",
            ),
            ("    best = min(best, total / len(X))", ""),
            ("    if waited > patience:", ""),
            ("        rate, waited = rate / 5, 0", ""),
        ),
        running_loss=True,
    ),
}


def update_of(method: Optimizer) -> Update:
    """The row of a first-order optimiser.

    Raises:
        InputError: a second-order method, which is no few lines of NumPy.
    """
    if not isinstance(method, FirstOrder):
        raise InputError(
            f"{method.name} is a second-order method, and a plain program has no room for its linear algebra; "
            "choose sgd, adam or irprop, or leave the optimiser out"
        )
    if isinstance(method, SGD) and method.momentum:
        return UPDATES["sgd-nesterov" if method.nesterov else "sgd-momentum"]
    return UPDATES[method.name]


def schedule_of(method: Optimizer, name: str) -> AfterEpoch:
    """The row of a schedule; the constant one's where the optimiser's steps have no learning rate."""
    if not update_of(method).follows_schedule:
        return SCHEDULES[Constant]
    return SCHEDULES[type(schedule(name, 1.0))]
