"""Which tool solves parity and the encoder, and at what cost? 100 seeds, beside scikit-learn and FANN."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count

import fann
import numpy as np
from sklearn.neural_network import MLPClassifier
from tables import Section, arguments, publish, spread

import backproof as bp

SEEDS = 100
NEAR = 0.1
START_CAP = 5_000  # gradient evaluations of one start
TOTAL_CAP = 10_000  # of all starts of a seed
SLOW = (
    5  # of tools that mostly use up the caps, one seed of so many is run: they would take an hour
)

CRITERION = (
    f"Solved: every output within {NEAR} of its target, 0 or 1. A gradient evaluation is one pass over all rows that gives a "
    "gradient (each tool takes all rows as one batch); a Jacobian of Levenberg-Marquardt counts as one for each output. "
    f"One start may take {START_CAP:,}; with restarts a seed may take {TOTAL_CAP:,} in all, and a start ends early only where "
    "its method has converged. The median is over the solved seeds, the cost is the evaluations of all seeds, solved or not, "
    "divided by the number of solved seeds."
)
NOTES = f"""\
- backproof `auto` makes its own restarts, with every setting at its default; it goes on until every output is within 0.005, and pays for that.
- The other rows of backproof stop at a loss that implies the criterion, scikit-learn and FANN as soon as the criterion holds.
- "sigmoid" and "tanh" name the hidden layer; the output is a sigmoid. The loss is cross-entropy, FANN's is its default (tanh error function).
- scikit-learn: `MLPClassifier` with its defaults (`alpha=1e-4`, `learning_rate_init=0.001`, momentum 0.9), except that adam and sgd don't stop on a
  plateau (`n_iter_no_change`) before the cap is reached. They are run from every {SLOW}th seed.
- The caps decide the rows of scikit-learn's adam and of FANN and irprop from parity-4 on: there larger caps would probably find more.
- FANN: its defaults (RPROP, first weights within 0.1 of zero), `fann_train_epoch` until the criterion holds."""

Attempt = tuple[bool, float]  # solved; gradient evaluations


@dataclass(frozen=True)
class Problem:
    """A truth table and the network for it."""

    name: str
    dataset: str
    hidden: int

    @property
    def data(self) -> tuple[np.ndarray, np.ndarray]:
        return bp.datasets.load(self.dataset)

    @property
    def sizes(self) -> list[int]:
        X, Y = self.data
        return [X.shape[1], self.hidden, Y.shape[1]]


@dataclass(frozen=True)
class Tool:
    """How a tool makes one start, and whether it makes its own restarts."""

    name: str
    start: Callable[[Problem, int, int], Attempt]  # (problem, seed, evaluations at most)
    restarts: Callable[[Problem, int], Attempt] | None = None
    share: int = 1  # one seed of so many is run


PROBLEMS = [
    Problem("XOR, 2-3-1", "xor", 3),
    *(Problem(f"parity-{n}, {n}-{n}-1", f"parity-{n}", n) for n in range(3, 7)),
    Problem("encoder-8, 8-3-8", "encoder-8", 3),
]


def auto(
    problem: Problem, seed: int, cap: int = 0, *, hidden: str, restarts: int | None
) -> Attempt:
    """Library defaults: nothing asked for but the network."""
    X, Y = problem.data
    network = bp.Network(problem.sizes, hidden=hidden, seed=seed)
    run = bp.train(network, X, Y, seed=seed, restarts=restarts)
    return is_solved(run.network.predict(X), Y), run.gradient_evaluations


def single_method(problem: Problem, seed: int, cap: int, *, optimizer: str) -> Attempt:
    """One start of one of backproof's methods."""
    X, Y = problem.data
    # A row's loss is the sum of its outputs' -log(1 - error): at most this in total, and no error exceeds NEAR.
    enough = -np.log(1 - NEAR) / len(X)
    run = bp.train(
        bp.Network(problem.sizes, seed=seed),
        X,
        Y,
        optimizer=optimizer,
        epochs=cap,
        callback=lambda progress: progress.loss <= enough,
        seed=seed,
    )
    return is_solved(run.network.predict(X), Y), run.gradient_evaluations


class SolvedError(Exception):
    """Ends scikit-learn's training."""


class CountingMLP(MLPClassifier):
    """scikit-learn's network, counting gradients and stopping as soon as the criterion holds."""

    gradients = 0

    def _backprop(self, X, y, sample_weight, activations, *rest):  # scikit-learn's signature
        result = super()._backprop(X, y, sample_weight, activations, *rest)
        self.gradients += 1
        if is_solved(activations[-1], y):
            raise SolvedError
        return result


def scikit(problem: Problem, seed: int, cap: int, *, solver: str, hidden: str) -> Attempt:
    """One start of scikit-learn's network."""
    X, Y = problem.data
    network = CountingMLP(
        (problem.hidden,), hidden, solver=solver, max_iter=cap, max_fun=cap, n_iter_no_change=cap,
        random_state=seed,
    )  # fmt: skip
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says that it hasn't converged
            network.fit(X, Y if Y.shape[1] > 1 else Y[:, 0])
    except SolvedError:
        return True, network.gradients
    return False, network.gradients


def fann_rprop(problem: Problem, seed: int, cap: int, *, hidden: int) -> Attempt:
    """One start of FANN."""
    network = fann.Fann(problem.sizes, *problem.data, hidden=hidden, near=NEAR, seed=seed)
    used = next((epoch for epoch in range(1, cap + 1) if network.epoch() == 0), None)
    network.close()
    return used is not None, used or cap


def is_solved(outputs: np.ndarray, targets: np.ndarray) -> bool:
    return bool(np.abs(outputs - targets).max() <= NEAR)


def backproof_auto(hidden: str) -> Tool:
    one = partial(auto, hidden=hidden, restarts=0)
    return Tool(f"backproof auto, {hidden}", one, partial(auto, hidden=hidden, restarts=None))


TOOLS = [
    backproof_auto("sigmoid"),
    backproof_auto("tanh"),
    *(
        Tool(f"backproof {name}, sigmoid", partial(single_method, optimizer=name))
        for name in ("l-bfgs", "irprop")
    ),
    *(
        Tool(
            f"scikit-learn {solver}, {said}",
            partial(scikit, solver=solver, hidden=hidden),
            share=share,
        )
        for solver, share in (("lbfgs", 1), ("adam", SLOW), ("sgd", SLOW))
        for said, hidden in (("sigmoid", "logistic"), ("tanh", "tanh"))
    ),
    Tool("FANN RPROP, sigmoid", partial(fann_rprop, hidden=fann.SIGMOID)),
    Tool("FANN RPROP, tanh", partial(fann_rprop, hidden=fann.SIGMOID_SYMMETRIC)),
]

Job = tuple[int, int, int]  # number of the problem, of the tool, of the seed


def both(job: Job) -> tuple[Attempt, Attempt]:
    """What one seed comes to with one start and with restarts."""
    problem, tool, seed = PROBLEMS[job[0]], TOOLS[job[1]], job[2]
    if tool.restarts:
        solved, used = tool.restarts(problem, seed)
        return tool.start(problem, seed, START_CAP), (solved and used <= TOTAL_CAP, used)
    attempts = list(starts(problem, tool, seed))
    return attempts[0], (attempts[-1][0], sum(used for _, used in attempts))


def starts(problem: Problem, tool: Tool, seed: int) -> Iterator[Attempt]:
    """One start after another, each from its own seed, until one has solved it or the total is used up."""
    left, solved = TOTAL_CAP, False
    for number in count():
        if solved or left <= 0:
            return
        cap = min(START_CAP, left)
        done, used = tool.start(problem, 1_000 * seed + number, cap)
        solved = done and used <= cap  # an iteration of L-BFGS may end beyond it
        left -= round(used)
        yield solved, used


def cells(attempts: list[Attempt], cost: bool) -> list[str]:
    """Share solved, median and, if asked, cost."""
    solved = [used for done, used in attempts if done]
    total = sum(used for _, used in attempts)
    shown = [f"{len(solved)}/{len(attempts)}", f"{np.median(solved):,.0f}" if solved else "-"]
    return shown + [f"{total / len(solved):,.0f}" if solved else "-"] * cost


def main() -> None:
    given = arguments(__doc__, SEEDS)
    kinds = [(p, t) for p in range(len(PROBLEMS)) for t in range(len(TOOLS))]
    jobs = [(p, t, s) for p, t in kinds for s in range(0, given.seeds, TOOLS[t].share)]
    results = dict(zip(jobs, spread(both, jobs, "runs"), strict=True))
    rows = []
    for p, t in kinds:
        one, many = zip(*(done for job, done in results.items() if job[:2] == (p, t)), strict=True)
        rows.append([PROBLEMS[p].name, TOOLS[t].name, *cells(one, False), *cells(many, True)])
    section = Section(
        "parity_encoder",
        "Parity and the encoder, beside scikit-learn and FANN",
        CRITERION,
        ["problem", "tool", "one start", "median", "with restarts", "median", "cost"],
        rows,
        NOTES,
        texts=2,
        packages=["scipy", "scikit-learn", fann.version()],
    )
    publish(section, given.whole)


if __name__ == "__main__":
    main()
