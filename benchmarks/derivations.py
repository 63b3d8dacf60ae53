"""Does every derivation hold: each activation x output and loss x depth 1 to 4 x batch 1 and 5, and how long does it take?"""

from __future__ import annotations

import time
from itertools import product

import numpy as np
from tables import Section, arguments, publish, spread

SEEDS = 1
PAIRS = (
    ("squared-error", "identity"),
    ("squared-error", "sigmoid"),
    ("squared-error", "tanh"),
    ("squared-error", "relu"),
    ("squared-error", "leaky-relu"),
    ("squared-error", "softplus"),
    ("squared-error", "softmax"),
    ("binary-cross-entropy", "sigmoid"),
    ("binary-cross-entropy", "softmax"),
    ("categorical-cross-entropy", "softmax"),
)
HIDDEN = ("identity", "sigmoid", "tanh", "relu", "leaky-relu", "softplus")
DEPTHS = (1, 2, 3, 4)
BATCHES = (1, 5)
NOTATIONS = ("textbook", "columns", "answer")
SIZES = {1: [3, 2], 2: [2, 3, 2], 3: [2, 3, 2, 3], 4: [2, 3, 2, 3, 2]}
CRITERION = (
    "Every step of every derivation: chains and matrix formulas line by line at three points and beside finite differences "
    "(relative, at most 1e-6), local derivatives by SymPy. Batches of 1 and 5; depth 1 has no hidden activation, so it counts "
    "once; the textbook's notation at every depth, the other two at depth 2."
)
NOTES = "`worst` is the largest difference of any proof; `seconds` the median of a whole derivation, its proofs included, not its drawing."


def examples(network, rows: int, seed: int):
    """Random parameters, inputs and targets that the loss accepts."""
    random = np.random.default_rng(seed)
    network.parameters[:] = random.uniform(-1, 1, network.parameters.size)
    X = random.uniform(-2, 2, (rows, network.sizes[0]))
    Y = random.dirichlet(np.ones(network.sizes[-1]), rows)
    return X, Y


def derived(case: tuple) -> tuple:
    """Pair, steps, proofs, failures, largest difference, seconds."""
    import backproof as bp

    (loss, output), hidden, depth, rows, notation, seed = case
    network = bp.Network(SIZES[depth], hidden=hidden, output=output, loss=loss, seed=seed)
    began = time.perf_counter()
    found = bp.explain(network, *examples(network, rows, seed), notation=notation)
    proofs = [proof for step in found for proof in step.proofs]
    seconds = time.perf_counter() - began
    worst = max(proof.difference for proof in proofs)
    failed = sum(not proof.holds for proof in proofs)
    return (loss, output), len(found.steps), len(proofs), failed, worst, seconds


def cases(seeds: int) -> list[tuple]:
    grid = product(PAIRS, HIDDEN, DEPTHS, BATCHES, NOTATIONS, range(seeds))
    return [case for case in grid if _is_new(*case[1:5])]


def _is_new(hidden: str, depth: int, rows: int, notation: str) -> bool:
    """Without a hidden layer its activation makes no difference; the other notations are tried at depth 2."""
    return (depth > 1 or hidden == HIDDEN[0]) and (notation == NOTATIONS[0] or depth == 2)


def main() -> None:
    given = arguments(__doc__, SEEDS)
    results = spread(derived, cases(given.seeds), "derivations")
    rows = []
    for pair in PAIRS:
        mine = [result for result in results if result[0] == pair]
        steps, proofs, failed = (sum(result[n] for result in mine) for n in (1, 2, 3))
        worst = max(result[4] for result in mine)
        seconds = float(np.median([result[5] for result in mine]))
        rows.append(
            [
                *pair,
                f"{len(mine):,}",
                f"{steps:,}",
                f"{proofs:,}",
                f"{failed}",
                f"{worst:.0e}",
                f"{seconds:.2f}",
            ]
        )
    header = ["loss", "output", "networks", "steps", "proofs", "failed", "worst", "seconds"]
    section = Section(
        "derivations", "Derivations", CRITERION, header, rows, NOTES, texts=2, packages=["sympy"]
    )
    publish(section, given.whole)


if __name__ == "__main__":
    main()
