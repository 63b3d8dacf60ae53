"""How often do the classic settings solve XOR? Single examples in order, rate 0.1, 10,000 epochs, 100 seeds."""

from __future__ import annotations

from itertools import product
from math import exp, sqrt

import numpy as np
from tables import Section, arguments, publish, spread

import backproof as bp

SEEDS = 100
EPOCHS = 10_000
RATE = 0.1
CRITERION = (
    "A 2-3-1 network with bias units, sigmoid and cross-entropy; first weights and biases uniform within a quarter of "
    f"Glorot's bound; one example at a time in order, learning rate {RATE}, {EPOCHS:,} epochs, one start. Two criteria: every "
    "output on the right side of 0.5, and every output within 0.1 of its target."
)
NOTE = (
    "The second row is a witness: the same training written out in the script in plain Python floats, with first weights from "
    "NumPy's generator. The starts differ, so the shares agree only as two samples of one probability do."
)
Outputs = list[float]


def backproof(seed: int) -> Outputs:
    """The outputs for the four rows after training with the library."""
    X, y = bp.datasets.xor()
    run = bp.train(
        bp.Network([2, 3, 1], start="answer", seed=seed),
        X,
        y,
        optimizer=bp.SGD(RATE),
        batch_size=1,
        shuffle=False,
        epochs=EPOCHS,
        seed=seed,
    )
    return run.network.predict(X)[:, 0].tolist()


def plain(seed: int) -> Outputs:
    """The same in plain Python: each unit's weights are [w1, w2, bias]; the output's are [v1, v2, v3, bias]."""
    random = np.random.default_rng(seed)
    hidden = random.uniform(-1, 1, (3, 3)) * sqrt(6 / (2 + 3)) / 4
    output = random.uniform(-1, 1, 4) * sqrt(6 / (3 + 1)) / 4
    units, v = hidden.tolist(), output.tolist()
    for _ in range(EPOCHS):
        for x1, x2 in product((0, 1), repeat=2):
            step(units, v, x1, x2)
    return [forward(units, v, x1, x2)[1] for x1, x2 in product((0, 1), repeat=2)]


def forward(
    units: list[list[float]], v: list[float], x1: int, x2: int
) -> tuple[list[float], float]:
    """The hidden outputs and the output."""
    h = [sigmoid(w1 * x1 + w2 * x2 + bias) for w1, w2, bias in units]
    return h, sigmoid(v[0] * h[0] + v[1] * h[1] + v[2] * h[2] + v[3])


def step(units: list[list[float]], v: list[float], x1: int, x2: int) -> None:
    """One gradient step of the cross-entropy on one example, in place."""
    h, a = forward(units, v, x1, x2)
    delta = a - (x1 ^ x2)
    deltas = [delta * v[j] * h[j] * (1 - h[j]) for j in range(3)]
    for j, unit in enumerate(units):
        v[j] -= RATE * delta * h[j]
        unit[0] -= RATE * deltas[j] * x1
        unit[1] -= RATE * deltas[j] * x2
        unit[2] -= RATE * deltas[j]
    v[3] -= RATE * delta


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z))


def shares(name: str, outputs: list[Outputs]) -> list[object]:
    """The table's row: how many of the runs meet each criterion."""
    errors = np.abs(np.array(outputs) - [0, 1, 1, 0]).max(axis=1)
    return [name, len(outputs), int((errors < 0.5).sum()), int((errors <= 0.1).sum())]


def main() -> None:
    given = arguments(__doc__, SEEDS)
    runs = {"backproof": backproof, "plain Python": plain}
    section = Section(
        "answer_run",
        "XOR by the classic settings",
        CRITERION,
        ["program", "seeds", "right side of 0.5", "within 0.1"],
        [shares(name, spread(run, range(given.seeds), name)) for name, run in runs.items()],
        NOTE,
    )
    publish(section, given.whole)


if __name__ == "__main__":
    main()
