"""Several starts, one after another or side by side; the result is the same.

Task        everything that a start needs; prepared: its rows and settings
attempts    the starts that were made
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from joblib import Parallel, delayed, effective_n_jobs

from backproof.engine import engine
from backproof.estimators.rows import Rows, merged
from backproof.estimators.watching import Score, ScoreMonitor
from backproof.monitor import Callback, Memory
from backproof.network import Network
from backproof.problem import Problem
from backproof.settings import Settings
from backproof.settling import Data
from backproof.training import Attempt, attempt, until_near


@dataclass(frozen=True)
class Task:
    """Everything that a start needs, so that it can be made anywhere."""

    network: Network  # its weights are the first start's, and are left as they are
    data: Data
    held_out: Data | None
    settings: Settings
    engine: str
    score: Score
    tol: float
    callback: Callback | None
    memory: Memory | None  # of an earlier training that this one goes on with
    examples: int = 0  # seen before

    def start(self, number: int) -> Attempt:
        """Make one start, counted from 1."""
        (X, Y, *weights), settings = self.data, self.settings
        network = self.network.copy(Y.dtype)
        problem = Problem(network, X, Y, settings.weight_decay, engine(self.engine), *weights)
        monitor = ScoreMonitor(
            self.score,
            self.tol,
            problem,
            settings,
            self.held_out,
            self.callback,
            number,
            self.memory,
        )
        monitor.memory.examples = self.examples
        return attempt(problem, settings, monitor)


def prepared(
    rows: Rows, held_out: Rows | None, settings: Settings
) -> tuple[Data, Data | None, Settings]:
    """The rows as the optimiser takes them.

    The methods that see all rows at once work in float64: each of their steps follows from small differences.
    """
    if settings.optimizer.whole_batch:
        rows = merged(rows.in_precision("float64"))
        held_out = None if held_out is None else held_out.in_precision("float64")
        settings = replace(settings, batch_size=len(rows.Y))
    return rows.data, None if held_out is None else held_out.data, settings


def attempts(task: Task, n_jobs: int | None) -> list[Attempt]:
    """The starts up to the first that needs no other after it."""
    workers = 1 if n_jobs is None or task.settings.starts == 1 else effective_n_jobs(n_jobs)
    numbers = range(1, task.settings.starts + 1)
    if workers == 1:
        return until_near(map(task.start, numbers))
    return until_near(_side_by_side(task, numbers, workers))


def _side_by_side(task: Task, numbers: range, workers: int) -> Iterator[Attempt]:
    """As many starts at once as there are workers, in their order. A callback is this process's own."""
    require = None if task.callback is None else "sharedmem"
    with Parallel(n_jobs=workers, require=require) as parallel:
        for begin in range(0, len(numbers), workers):
            group = numbers[begin : begin + workers]
            yield from parallel(delayed(task.start)(number) for number in group)
