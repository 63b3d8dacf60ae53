"""Do the NumPy programs of networks train as the engine does, and does `check` have nothing to say about them?

A grid of networks: output and loss, hidden activation, depth, optimiser, batch. Every program runs in an interpreter of its
own; `check` judges a sample of them that is spread over the grid.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from tables import Section, arguments, publish, spread

import backproof as bp
from backproof.activations import ACTIVATIONS
from backproof.derivation.codegen.program import Program, program
from backproof.losses import LOSSES
from backproof.network import Network
from backproof.optimizers import IRprop, Optimizer

CHECKED = 150  # programs
EPOCHS = 400
NEAR = 0.5  # an output this near to its target is on the right side
SECONDS = 240.0  # for one check

OPTIMIZERS = {
    "sgd": bp.SGD(0.3),
    "sgd with momentum": bp.SGD(0.05, momentum=0.8),
    "sgd with Nesterov's momentum": bp.SGD(0.05, momentum=0.8, nesterov=True),
    "adam": bp.Adam(0.02),
    "irprop": IRprop(0.05),
}
CRITERION = (
    "Networks of 1 to 4 layers on the table of AND and OR, with every output activation and loss that go together, every "
    "hidden activation, single examples and all rows at once, "
    f"{EPOCHS} epochs. The difference is the largest of any weight between the program, in an interpreter of its own, "
    "and the reference engine. `backproof check` judges a sample of the programs whose network has learnt its table: every "
    f"output within {NEAR} of its target."
)

# Ends with the program's own weights in a file; the program is as it was written.
KEEP = """
import runpy, sys
import numpy
names = runpy.run_path(sys.argv[1])
numpy.savez(sys.argv[2], **{n: v for n, v in names.items() if n[0] in "Wb" and n[1:].isdigit()})
"""


@dataclass(frozen=True)
class Point:
    """One point of the grid."""

    loss: str
    output: str
    hidden: str
    depth: int
    optimizer: str
    batch_size: int
    checked: bool = False


@dataclass(frozen=True)
class Result:
    """What came of it."""

    point: Point
    difference: float
    learnt: bool
    verdict: str = ""  # empty where it was not checked
    findings: tuple[str, ...] = ()


def points() -> list[Point]:
    """The grid; a network of one layer has no hidden activation."""
    hidden = [row.name for row in ACTIVATIONS.values() if row.elementwise]
    found = []
    for loss, output, name, depth, optimizer, batch in product(
        LOSSES, ACTIVATIONS, hidden, (1, 2, 3, 4), OPTIMIZERS, (1, 4)
    ):
        whole = OPTIMIZERS[optimizer].whole_batch and batch != 4
        if whole or (depth == 1 and name != hidden[0]) or not fits(loss, output):
            continue
        found.append(Point(loss, output, name, depth, optimizer, batch))
    return found


def fits(loss: str, output: str) -> bool:
    try:
        Network([2, 2], output=output, loss=loss, seed=0)
    except bp.BackproofError:
        return False
    return True


def measure(point: Point) -> Result:
    X, y = bp.datasets.load("and")
    _, either = bp.datasets.load("or")
    Y = np.hstack([1 - y, y]) if point.output == "softmax" else np.hstack([y, either])
    network = Network(
        [2, *[4] * (point.depth - 1), 2],
        hidden=point.hidden, output=point.output, loss=point.loss, start="glorot", seed=1,
    )  # fmt: skip
    method: Optimizer = OPTIMIZERS[point.optimizer]
    made = program(network, X, Y, optimizer=method, epochs=EPOCHS, batch_size=point.batch_size)
    try:
        run = bp.train(
            network, X, Y,
            optimizer=method, epochs=EPOCHS, batch_size=point.batch_size, engine="reference",
        )  # fmt: skip
    except bp.BackproofError:  # diverged: nothing to compare
        return Result(point, 0.0, False)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "made.py"
        made.write(path)
        difference = float(np.abs(ended_with(made, path) - run.network.parameters).max())
        learnt = run.largest_error < NEAR
        if not (point.checked and learnt):
            return Result(point, difference, learnt)
        report = bp.check(path, timeout=SECONDS)
    codes = tuple(finding.code for finding in report.findings)
    return Result(point, difference, learnt, report.verdict, codes)


def ended_with(made: Program, path: Path) -> np.ndarray:
    end = path.with_suffix(".end.npz")
    subprocess.run(
        [sys.executable, "-c", KEEP, str(path), str(end)], check=True, capture_output=True
    )
    with np.load(end) as named:
        layers = range(1, len(named) // 2 + 1)
        return np.concatenate([named[f"{n}{i}"].ravel() for i in layers for n in "Wb"])


def row(name: str, results: list[Result]) -> list[object]:
    checked = [result for result in results if result.verdict]
    clear = sum(result.verdict == "correct" and not result.findings for result in checked)
    worst = max(result.difference for result in results)
    learnt = sum(result.learnt for result in results)
    return [name, len(results), f"{worst:.0e}", learnt, len(checked), clear]


def main() -> None:
    given = arguments(__doc__, CHECKED)
    grid = points()
    random = np.random.default_rng(0)
    chosen = set(random.choice(len(grid), min(given.seeds, len(grid)), replace=False).tolist())
    if not given.whole:
        grid = [point for i, point in enumerate(grid) if i in chosen]
        chosen = set(range(len(grid)))
    todo = [Point(**{**vars(point), "checked": i in chosen}) for i, point in enumerate(grid)]
    results = spread(measure, todo, "programs")
    of = {name: [r for r in results if r.point.optimizer == name] for name in OPTIMIZERS}
    rows = [row(name, part) for name, part in of.items() if part]
    unclear = [r for r in results if r.verdict and (r.verdict != "correct" or r.findings)]
    told = Counter((r.verdict, *r.findings) for r in unclear)
    for result in unclear:
        print(result, file=sys.stderr)
    notes = "; ".join(f"{count} times {', '.join(what)}" for what, count in told.most_common())
    section = Section(
        "programs",
        "The NumPy programs",
        CRITERION,
        ["optimiser", "programs", "largest difference", "learnt", "checked", "without a finding"],
        [*rows, row("all", results)],
        f"What `check` said of the others: {notes}." if notes else "",
    )
    publish(section, given.whole)


if __name__ == "__main__":
    main()
