"""train(): settle what is open, run one start after another, keep the best.

settle      the data and every setting, checked; what is left open is planned
attempt     one start, from first weights to a stop
train       attempts until one is near enough; the best is returned
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from backproof.arrays import Array
from backproof.engine import engine as engine_called
from backproof.errors import DivergedError, InputError
from backproof.inputs import checked_inputs, checked_targets
from backproof.monitor import Callback, Monitor
from backproof.network import Network
from backproof.optimizers import Optimizer
from backproof.optimizers import optimizer as optimizer_called
from backproof.planning import MAX_SECOND_ORDER_PARAMETERS, NEAR, Plan, plan
from backproof.problem import Problem
from backproof.randomness import Random, checked_seed
from backproof.run import Run
from backproof.schedules import schedule as schedule_called
from backproof.settings import Settings
from backproof.splitting import split_rows

if TYPE_CHECKING:
    import numpy.typing as npt

UPDATES = 40_000  # where the epochs are left open, enough of them for so many updates
FEWEST_EPOCHS, MOST_EPOCHS = 100, 10_000
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
    tolerance: float | None = None,
    early_stopping: bool | None = None,
    validation: float | Sequence[Any] | None = None,
    patience: int = 10,
    restarts: int | None = None,
    seed: int | None = None,
    dtype: npt.DTypeLike | None = None,
    engine: str = "auto",
    callback: Callback | None = None,
    progress: bool = False,
) -> Run:
    """Train a copy of `network`; the one given stays as it is.

    Args:
        X: inputs, (n, inputs).
        y: targets, (n, outputs) or (n,); for softmax also class numbers 0 to outputs - 1, (n,).
        optimizer: "auto" takes what fits the problem and says so in `run.settings.reason`; or "sgd", "adam", "irprop",
            "l-bfgs", "levenberg-marquardt", or one with settings, such as `SGD(0.1, momentum=0.9)`.
        epochs: at most so many passes over the rows for each start (iterations of the second-order methods). Without
            a stopping rule every one of them runs; "auto" has stopping rules of its own. None: enough for about 40,000 updates.
        batch_size: rows to an update. None: 32 for SGD and Adam, all for the others.
        shuffle: new order of the rows in each epoch. None: yes, except that single examples (batch size 1) come in the
            given order; pass True where the rows are sorted.
        schedule: of the learning rate: "constant", "inverse-scaling" (by `power`), "adaptive".
        weight_decay: lambda in mean loss + lambda/2 * (sum of squared weights), biases excepted. None: 0, or what "auto"
            chooses; 0 tells "auto" that the rows are to be met exactly.
        tolerance: stop when the loss has not fallen by more than this for `patience` epochs in a row.
        early_stopping: stop when the validation loss has not fallen for `patience` epochs, and keep the best weights.
        validation: the share of the rows that is held out for that (0.1), or a pair (X, y) of other rows.
        restarts: at most so many more starts from new first weights while some output is further than 0.1 from its
            target; the best is kept.
        seed: of shuffles, splits and restarts (the network's own first weights have theirs). None draws one.
        dtype: "float64" or "float32"; None: the network's.
        engine: "auto" or "reference".
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
    X = checked_inputs(worker, X)
    Y = checked_targets(worker, y, len(X))
    seed = checked_seed(seed)
    chosen = plan(worker, X, Y, weight_decay) if optimizer == "auto" else None
    method = chosen.optimizer if chosen else optimizer_called(optimizer)
    stop_early = _stops_early(early_stopping, validation, chosen)
    (X, Y), held_out = _hold_out(worker, X, Y, validation, stop_early, seed)
    settings = Settings(
        optimizer=method,
        epochs=0,
        batch_size=_batch_size(method, batch_size, len(X), chosen),
        shuffle=False,
        schedule=schedule,
        power=_at_least("power", power, 0),
        weight_decay=_weight_decay(weight_decay, chosen),
        tolerance=None if tolerance is None else _at_least("tolerance", tolerance, 0),
        patience=_whole("patience", patience, 1),
        early_stopping=stop_early,
        aim=chosen.aim if chosen else None,
        starts=_starts(restarts, chosen),
        seed=seed,
        reason=chosen.reason if chosen else "as asked",
    )
    settings = replace(
        settings,
        epochs=_epochs(epochs, settings.batch_size, len(X), chosen),
        shuffle=_shuffles(shuffle, settings.batch_size, len(X)),
    )
    schedule_called(schedule, 1.0)
    _check_method(method, worker)
    problem = Problem(worker, X, Y, settings.weight_decay, engine_called(engine))
    if not progress:
        return _attempts(problem, settings, held_out, callback, began)
    from backproof.progress import ProgressBar

    with ProgressBar(callback) as bar:
        return _attempts(problem, settings, held_out, bar, began)


def _attempts(
    problem: Problem,
    settings: Settings,
    held_out: tuple[Array, Array] | None,
    callback: Callback | None,
    began: float,
) -> Run:
    """One start after another until every output is near its target; the best network of them all."""
    best: tuple[float, Array, str] | None = None
    monitors: list[Monitor] = []
    for start in range(1, settings.starts + 1):
        if start > 1:
            problem.network.draw(Random(settings.seed, start))
        monitors.append(Monitor(problem, settings, held_out, callback, start))
        stopped = _attempt(problem, settings, monitors[-1])
        score = _score(problem, held_out)
        if best is None or score < best[0]:
            best = score, problem.network.parameters.copy(), stopped
        if stopped in BREAKS:
            break
        if settings.starts > 1 and problem.largest_error() <= NEAR:
            break
    assert best is not None
    problem.network.parameters[:] = best[1]
    if stopped not in BREAKS:
        stopped = best[2]
    run = _finished(problem, settings, held_out, monitors, stopped, began)
    if run.stopped == "diverged":
        raise _diverged(run)
    return run


def _attempt(problem: Problem, settings: Settings, monitor: Monitor) -> str:
    """One start: from the network's parameters as they are to a stop."""
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # the monitor sees the loss
            settings.optimizer.fit(problem, settings, monitor)
    except KeyboardInterrupt:
        monitor.stopped = "interrupted"
    if monitor.stopped != "interrupted" and not np.isfinite(_score(problem, None)):
        monitor.stopped = "diverged"
    parameters = problem.network.parameters
    if monitor.stopped == "diverged" or settings.early_stopping:
        parameters[:] = monitor.best
    elif monitor.stopped == "interrupted":
        last, loss = parameters.copy(), _score(problem, monitor.held_out)
        parameters[:] = monitor.best
        if loss < _score(problem, monitor.held_out):
            parameters[:] = last
    return monitor.stopped


def _score(problem: Problem, held_out: tuple[Array, Array] | None) -> float:
    """What the best network has the least of: the validation loss, or else the objective."""
    with np.errstate(over="ignore", invalid="ignore"):
        if held_out is None:
            score = problem.engine.loss(problem.network, problem.X, problem.Y) + problem.penalty()
        else:
            score = problem.engine.loss(problem.network, *held_out)
    return score if np.isfinite(score) else float("inf")


def _finished(
    problem: Problem,
    settings: Settings,
    held_out: tuple[Array, Array] | None,
    monitors: list[Monitor],
    stopped: str,
    began: float,
) -> Run:
    network = problem.network.copy()
    evaluations = problem.gradient_evaluations, problem.loss_evaluations
    return Run(
        network=network,
        loss=_score(problem, None),
        validation_loss=None if held_out is None else _score(problem, held_out),
        largest_error=problem.largest_error(),
        starts=len(monitors),
        stopped=stopped,
        gradient_evaluations=evaluations[0],
        loss_evaluations=evaluations[1],
        seconds=time.perf_counter() - began,
        settings=settings,
        progress=tuple(row for monitor in monitors for row in monitor.history),
    )


def _diverged(run: Run) -> DivergedError:
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


def _stops_early(
    asked: bool | None, validation: float | Sequence[Any] | None, chosen: Plan | None
) -> bool:
    if asked is not None:
        return asked
    return chosen.early_stopping if chosen else validation is not None


def _hold_out(
    network: Network,
    X: Array,
    Y: Array,
    validation: float | Sequence[Any] | None,
    stops_early: bool,
    seed: int,
) -> tuple[tuple[Array, Array], tuple[Array, Array] | None]:
    """The rows to train on and those that are held out."""
    if validation is None:
        if not stops_early:
            return (X, Y), None
        validation = 0.1
    if not isinstance(validation, (int, float, np.number)):
        if len(validation) != 2:
            raise InputError(
                "`validation` must be a share of the rows such as 0.1, or a pair (X, y)"
            )
        other = checked_inputs(network, validation[0])
        return (X, Y), (other, checked_targets(network, validation[1], len(other)))
    kept, held = split_rows(Y, float(validation), seed, "validation")
    return (X[kept], Y[kept]), (X[held], Y[held])


def _batch_size(method: Optimizer, asked: int | None, rows: int, chosen: Plan | None) -> int:
    if asked is None:
        if method.whole_batch:
            return rows
        return min(chosen.batch_size if chosen else 32, rows)
    size = _whole("batch_size", asked, 1)
    if size > rows:
        raise InputError(
            f"`batch_size` is {size}, but there are only {rows} rows to train on; use at most {rows}"
        )
    if method.whole_batch and size != rows:
        raise InputError(
            f"{method.name} needs all {rows} rows at once; leave `batch_size` out, or use sgd or adam"
        )
    return size


def _epochs(asked: int | None, batch_size: int, rows: int, chosen: Plan | None) -> int:
    if asked is not None:
        return _whole("epochs", asked, 1)
    if chosen is not None:
        return chosen.epochs
    updates_per_epoch = -(-rows // batch_size)
    return min(MOST_EPOCHS, max(FEWEST_EPOCHS, UPDATES // updates_per_epoch))


def _shuffles(asked: bool | None, batch_size: int, rows: int) -> bool:
    return 1 < batch_size < rows if asked is None else bool(asked)


def _starts(restarts: int | None, chosen: Plan | None) -> int:
    if restarts is not None:
        return 1 + _whole("restarts", restarts, 0)
    return chosen.starts if chosen else 1


def _weight_decay(asked: float | None, chosen: Plan | None) -> float:
    if asked is not None:
        return _at_least("weight_decay", asked, 0)
    return chosen.weight_decay if chosen else 0.0


def _check_method(method: Optimizer, network: Network) -> None:
    if not method.smooth_only:
        return
    kinked = [row.name for row in network.activations if not row.smooth]
    if kinked:
        raise InputError(
            f"{method.name} needs smooth activations, and {kinked[0]} has a kink; "
            "use tanh or softplus, or the optimiser adam or l-bfgs"
        )
    size = network.parameters.size
    if size > MAX_SECOND_ORDER_PARAMETERS:
        raise InputError(
            f"{method.name} solves a system of {size:,} x {size:,} numbers in each step "
            f"({8 * size**2 / 2**30:,.1f} GiB); it is for at most {MAX_SECOND_ORDER_PARAMETERS:,} parameters: "
            "use adam or l-bfgs, or smaller layers"
        )


def _at_least(name: str, value: Any, least: float, whole: bool = False) -> float:
    number = isinstance(value, (int, float, np.number)) and np.isfinite(value)
    if not number or value < least or (whole and value != int(value)):
        kind = "a whole number" if whole else "a number"
        raise InputError(f"`{name}` is {value!r}; it must be {kind}, {least} or more")
    return float(value)


def _whole(name: str, value: Any, least: int) -> int:
    return int(_at_least(name, value, least, whole=True))
