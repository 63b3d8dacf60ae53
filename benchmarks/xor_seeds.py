"""Does XOR train from every seed? A 2-3-1 network with default settings, 10,000 seeds."""

from __future__ import annotations

import numpy as np
from tables import Section, arguments, publish, spread

import backproof as bp

SEEDS = 10_000
NEAR = 0.1
CRITERION = (
    "`bp.train(bp.Network([2, 3, 1], seed=s), X, y, seed=s)`, everything else left at its default; solved: every output "
    f"within {NEAR} of its target. An evaluation is a pass over the four rows; a Jacobian counts as a gradient. All "
    "counts are over all starts of a run."
)
MEASURED = {
    "starts": "starts",
    "epochs": "epochs",
    "gradient evaluations": "gradient_evaluations",
    "loss evaluations": "loss_evaluations",
}


def train(seed: int) -> tuple[bool, list[float]]:
    """Whether the run solved XOR, and what it took."""
    X, y = bp.datasets.xor()
    run = bp.train(bp.Network([2, 3, 1], seed=seed), X, y, seed=seed)
    solved = bool(np.abs(run.network.predict(X) - y).max() <= NEAR)
    return solved, [float(getattr(run, name)) for name in MEASURED.values()]


def row(name: str, values: np.ndarray) -> list[str]:
    figures = np.median(values), np.mean(values), np.percentile(values, 99), np.max(values)
    return [name, *(f"{figure:,.1f}".removesuffix(".0") for figure in figures)]


def main() -> None:
    given = arguments(__doc__, SEEDS)
    results = spread(train, range(given.seeds), "seeds")
    solved = sum(result[0] for result in results)
    columns = np.array([result[1] for result in results]).T
    first = int((columns[0] == 1).sum())
    section = Section(
        "xor_seeds",
        "XOR from every seed",
        CRITERION,
        ["per run", "median", "mean", "99th percentile", "largest"],
        [row(name, values) for name, values in zip(MEASURED, columns, strict=True)],
        f"**Solved: {solved:,} of {given.seeds:,}**; {first:,} of them in the first start.",
    )
    publish(section, given.whole)


if __name__ == "__main__":
    main()
