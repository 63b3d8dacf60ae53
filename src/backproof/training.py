"""train(): settle what is open (`settling`), run one start after another, keep the best.

attempt       one start, from first weights to a stop
until_near    starts until one is near enough; best_of: the one to keep
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from backproof.arrays import Array
from backproof.engine import engine as engine_called
from backproof.errors import DivergedError
from backproof.inputs import all_finite
from backproof.monitor import Callback, History, Memory, Monitor
from backproof.network import Network
from backproof.optimizers import Optimizer
from backproof.planning import NEAR
from backproof.problem import Problem
from backproof.randomness import Random
from backproof.run import Outcome, Run
from backproof.settings import Settings
from backproof.settling import Asked, Data, settle

if TYPE_CHECKING:
    import numpy.typing as npt

LOOKED_AT = 100  # rows
BREAKS = ("interrupted", "callback", "diverged")  # after these endings no other start is made


def train(
    network: Network,
    X: Any,
    y: Any,
    *,
    optimizer: str | Optimizer = "auto",
    epochs: int | None = None,
    batch_size: int | None = None,
    shuffle: bool | None = None,
    schedule: str = "constant",
    power: float = 0.5,
    weight_decay: float | None = None,
    dropout: float | Sequence[float] = 0.0,
    tolerance: float | None = None,
    early_stopping: bool | None = None,
    validation: float | Sequence[Any] | None = None,
    patience: int = 10,
    restarts: int | None = None,
    seed: int | None = None,
    weights: Any = None,
    dtype: npt.DTypeLike | None = None,
    engine: str = "auto",
    callback: Callback | None = None,
    progress: bool = False,
) -> Run:
    """Train a copy of `network`; the one given stays as it is.

    Args:
        X: inputs, (n, inputs); one of SciPy's sparse arrays stays sparse.
        y: targets, (n, outputs) or (n,); for softmax also class numbers 0 to outputs - 1, (n,).
        optimizer: "auto" takes what fits the problem and says so in `run.settings.reason`; or "sgd", "adam", "irprop",
            "l-bfgs", "levenberg-marquardt", or one with settings, such as `SGD(0.1, momentum=0.9)`.
        epochs: at most so many passes over the rows for each start (iterations of the second-order methods). Without
            a stopping rule every one of them runs; "auto" has stopping rules of its own. None: enough for about 40,000 updates.
        batch_size: rows to an update. None: 32 for SGD and Adam, all for the others. With a number here, "auto" takes Adam.
        shuffle: new order of the rows in each epoch. None: yes, except that single examples (batch size 1) come in the
            given order; pass True where the rows are sorted.
        schedule: of the learning rate: "constant", "inverse-scaling" (by `power`), "adaptive".
        weight_decay: lambda in mean loss + lambda/2 * (sum of squared weights), biases excepted. None: 0, or what "auto"
            chooses; 0 tells "auto" that the rows are to be met exactly.
        dropout: the share of the hidden units, or of each hidden layer's, that each batch leaves out at random. For SGD
            and Adam.
        tolerance: stop when the loss has not fallen by more than this for `patience` epochs in a row, the outputs tell
            the rows apart at all, and the loss does not fall faster than before: else it is at a saddle, or leaving one.
        early_stopping: stop when the validation loss has not fallen for `patience` epochs, and keep the best weights.
        validation: the share of the rows that is held out for that (0.1), or a pair (X, y) of other rows.
        restarts: at most so many more starts from new first weights while some output is further than 0.1 from its
            target; the best is kept.
        seed: of shuffles, splits and restarts (the network's own first weights have theirs). None draws one.
        weights: how much each row counts beside the others, (n,), 0 or more: its loss is multiplied by its weight over
            their mean. None: all alike.
        dtype: "float64" or "float32"; None: the network's.
        engine: "auto" takes the compiled core where it was built, "reference" the textbook in NumPy; both draw the same
            shuffles and masks from a seed, and agree to rounding.
        callback: called after each epoch with a `Progress`; training stops where it returns True.
        progress: show a progress bar on standard error, or in the notebook.

    Returns:
        The run: trained network, losses, history. Ctrl-C ends it early with the best network so far
        (`run.stopped == "interrupted"`).

    Raises:
        InputError: data or settings that cannot be used.
        DivergedError: the loss left the finite numbers.
    """
    began = time.perf_counter()
    worker = network.copy(dtype)
    asked = Asked(
        optimizer, epochs, batch_size, shuffle, schedule, power, weight_decay, tolerance,
        early_stopping, validation, patience, restarts, seed, weights, dropout,
    )  # fmt: skip  # in the signature's order
    settings, (X, Y, *counts), held_out = settle(worker, X, y, asked)
    problem = Problem(worker, X, Y, settings.weight_decay, engine_called(engine), *counts)
    if not progress:
        return _attempts(problem, settings, held_out, callback, began)
    from backproof.progress import ProgressBar

    with ProgressBar(callback) as bar:
        return _attempts(problem, settings, held_out, bar, began)


def _attempts(
    problem: Problem,
    settings: Settings,
    held_out: Data | None,
    callback: Callback | None,
    began: float,
) -> Run:
    """One start after another until every output is near its target; the best network of them all."""
    tried = until_near(_starts(problem, settings, held_out, callback))
    best = best_of(tried)
    problem.network.parameters[:] = best.parameters
    stopped = tried[-1].stopped if tried[-1].stopped in BREAKS else best.stopped
    run = _finished(problem, settings, held_out, tried, stopped, began)
    if run.stopped == "diverged":
        raise diverged(run)
    return run


def _starts(
    problem: Problem, settings: Settings, held_out: Data | None, callback: Callback | None
) -> Iterator[Attempt]:
    """One start after another; nobody goes on with their memory."""
    for start in range(1, settings.starts + 1):
        made = attempt(problem, settings, Monitor(problem, settings, held_out, callback, start))
        made.memory.forget()
        yield made


@dataclass(frozen=True)
class Attempt:
    """One start, ended."""

    parameters: Array  # as they are kept; where there is one start, the network's own
    score: float  # of them, where there are several: the validation loss, or else the objective
    stopped: str  # a key of `ENDINGS`
    near: bool  # every output is near its target, so that no other start is needed
    progress: History  # a report for each epoch
    memory: Memory  # what a training that goes on from here needs


def attempt(problem: Problem, settings: Settings, monitor: Monitor) -> Attempt:
    """Run the start that `monitor` watches; every one but the first draws new first weights."""
    if monitor.start > 1:
        problem.network.draw(Random(settings.seed, monitor.start))
    stopped = _run(problem, settings, monitor)
    several, parameters = settings.starts > 1, problem.network.parameters
    compared = several or not monitor.history  # or there is no other number
    return Attempt(
        parameters.copy() if several else parameters,
        _score(problem, monitor.held_out) if compared else float("nan"),
        stopped,
        several and problem.largest_error() <= NEAR,
        monitor.history,
        monitor.memory,
    )


def until_near(attempts: Iterable[Attempt]) -> list[Attempt]:
    """The attempts up to the first that needs no other after it."""
    tried: list[Attempt] = []
    for one in attempts:
        tried.append(one)
        if one.near or one.stopped in BREAKS:
            break
    return tried


def best_of(tried: list[Attempt]) -> Attempt:
    """The one with the lowest score; of equals the first."""
    return min(tried, key=lambda one: one.score)


def _run(problem: Problem, settings: Settings, monitor: Monitor) -> str:
    """From the network's parameters as they are to a stop; why it stopped."""
    with np.errstate(over="ignore", invalid="ignore"):  # the monitor sees the loss
        try:
            settings.optimizer.fit(problem, settings, monitor)
        except KeyboardInterrupt:
            monitor.stopped = "interrupted"
        if monitor.stopped != "interrupted" and not _is_finite(problem):
            monitor.stopped = "diverged"
    parameters = problem.network.parameters
    if settings.early_stopping:
        monitor.memory.last = parameters.copy()
    if monitor.stopped == "diverged" or settings.early_stopping:
        parameters[:] = monitor.best
    elif monitor.stopped == "interrupted":
        last, loss = parameters.copy(), _score(problem, monitor.held_out)
        parameters[:] = monitor.best
        if loss < _score(problem, monitor.held_out):
            parameters[:] = last
    return monitor.stopped


def _is_finite(problem: Problem) -> bool:
    """Whether the parameters and the loss of the first rows are finite; the last epoch's loss was."""
    first = tuple(part[:LOOKED_AT] for part in problem.rows)
    loss = problem.engine.loss(problem.network, *first) + problem.penalty()
    return isfinite(loss) and all_finite(problem.network.parameters)


def _score(problem: Problem, held_out: Data | None) -> float:
    """What the best network has the least of: the validation loss, or else the objective."""
    with np.errstate(over="ignore", invalid="ignore"):
        if held_out is None:
            score = problem.engine.loss(problem.network, *problem.rows) + problem.penalty()
        else:
            score = problem.engine.loss(problem.network, *held_out)
    return score if isfinite(score) else float("inf")


def _finished(
    problem: Problem,
    settings: Settings,
    held_out: Data | None,
    tried: list[Attempt],
    stopped: str,
    began: float,
) -> Run:
    network = problem.network.copy()
    evaluations = problem.gradient_evaluations, problem.loss_evaluations
    return Run(
        network=network,
        outcome=Outcome(problem, held_out),
        starts=len(tried),
        stopped=stopped,
        gradient_evaluations=evaluations[0],
        loss_evaluations=evaluations[1],
        seconds=time.perf_counter() - began,
        settings=settings,
        histories=tuple(one.progress for one in tried),
    )


def diverged(run: Run) -> DivergedError:
    """The error for a run whose loss left the finite numbers."""
    rate = run.settings.optimizer.learning_rate
    usual = type(run.settings.optimizer)().learning_rate
    advice = (
        f"try a learning rate of {min(usual, rate / 10):g}, not {rate:g}" if rate else "try adam"
    )
    return DivergedError(
        f"training diverged: the loss was not a finite number in epoch {run.epochs}; {advice}, "
        "or standardise the inputs if their values are large",
        run,
    )
