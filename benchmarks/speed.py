"""How fast are trainings and predictions, beside every peer?

One core is pinned, every tool has a process of its own, and their runs alternate; the table has medians and ratios.
`python benchmarks/speed.py W1 W2` measures only these.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from speed_work import PREDICTIONS, WORKS
from tables import ONE_THREAD, Section, publish

# work: its peers, and how many times as fast as each `backproof` is to be
NEEDED: dict[str, dict[str, float]] = {
    "W1": {"np.matrix style": 1200, "scikit-learn": 1200, "FANN": 2.2, "FANN float64": 0, "PyTorch": 0, "JAX": 0, "NumPy": 0},
    "W2": {"NumPy": 250, "JAX": 4, "scikit-learn": 0, "PyTorch": 0, "FANN": 0, "FANN float64": 0},
    "W4 iris": {"NumPy": 13, "scikit-learn": 65, "PyTorch": 105, "JAX": 10},
    "W4 wine": {"NumPy": 13, "scikit-learn": 65, "PyTorch": 105, "JAX": 10},
    "W4 breast cancer": {"NumPy": 13, "scikit-learn": 65, "PyTorch": 105, "JAX": 10},
    "W5": {"NumPy": 3.4, "scikit-learn": 11, "PyTorch": 17, "JAX": 0},
    "W6": {"NumPy": 1.2, "JAX": 1.05, "scikit-learn": 2, "PyTorch": 3},
    "W7": {"NumPy": 2.1, "scikit-learn": 5, "PyTorch": 10, "JAX": 0},
    "one row": {"scikit-learn": 20, "PyTorch": 3},
    "100,000 rows": {"scikit-learn": 1.5, "PyTorch": 1.5},
}  # fmt: skip
OURS = {
    "W1": ["backproof", "backproof float64"],
    "W2": ["backproof", "backproof float64"],
    "W5": ["backproof", "backproof float64", "products alone"],
    "W6": ["backproof", "backproof float64", "backproof 2 threads", "products alone"],
    "W7": ["backproof", "backproof float64", "products alone"],
}
UNITS = {"W1": "ns an update", "W2": "ns a step", "one row": "µs"}
FACTORS = {"ns an update": 1e9, "ns a step": 1e9, "µs": 1e6, "ms": 1e3}
FLATTERING = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")  # they make NumPy slow where they are set
WORKER = Path(__file__).with_name("speed_work.py")


def write_rows(folder: Path) -> None:
    """The data, once for all: scikit-learn's, standardised, and three made-up ones."""
    from sklearn import datasets

    random = np.random.default_rng(0)
    for name in ("iris", "wine", "breast_cancer", "digits"):
        X, y = getattr(datasets, f"load_{name}")(return_X_y=True)
        X = X / 16 if name == "digits" else (X - X.mean(0)) / X.std(0)
        np.savez(folder / f"{name}.npz", X=X.astype(np.float32), y=y.astype(np.int64))
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    np.savez(folder / "xor.npz", X=X, y=np.array([0, 1, 1, 0]))
    X = random.random((60_000, 784), np.float32)
    np.savez(folder / "pictures.npz", X=X, y=random.integers(0, 10, 60_000))
    X = random.standard_normal((20_640, 8)).astype(np.float32)
    noise = 0.1 * random.standard_normal(len(X))
    y = np.sin(X @ random.standard_normal(8)) + 0.5 * X[:, 0] * X[:, 1] + noise
    np.savez(folder / "surface.npz", X=X, y=y.astype(np.float32))


def begin(work: str, tool: str, folder: Path) -> subprocess.Popen[str]:
    """The process of one tool, on one core, or on two where it is to use two."""
    environment = {name: value for name, value in os.environ.items() if name not in FLATTERING}
    threads = "2" if "2 threads" in tool else "1"
    environment |= {**ONE_THREAD, "BACKPROOF_THREADS": threads}
    environment["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    cores = sorted(os.sched_getaffinity(0))
    allowed = cores[-2:] if threads == "2" else cores[-1:]
    return subprocess.Popen(
        [sys.executable, str(WORKER), work, tool, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        preexec_fn=lambda: os.sched_setaffinity(0, allowed),
    )


def measured(work: str, repeats: int, folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Every tool's runs of one work, alternating; the first, which loads and warms up, is left out."""
    tools = [*OURS.get(work, ["backproof", "backproof float64"]), *NEEDED[work]]
    processes = {tool: begin(work, tool, folder) for tool in tools}
    answers: dict[str, list[dict[str, Any]]] = {tool: [] for tool in tools}
    for number in range(repeats + 1):
        for tool, process in processes.items():
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write("\n")
            process.stdin.flush()
            line = process.stdout.readline()
            if not line:
                raise SystemExit(f"{tool} ended without an answer for {work}")
            if number:
                answers[tool].append(json.loads(line))
    for process in processes.values():
        process.communicate()
    return answers


def table(work: str, answers: dict[str, list[dict[str, Any]]]) -> list[list[str]]:
    """One line for each tool."""
    medians = {
        tool: statistics.median(one["seconds"] for one in runs) for tool, runs in answers.items()
    }
    unit = UNITS.get(work, "ms")
    lines = []
    for tool, seconds in medians.items():
        pairs = zip(answers["backproof"], answers[tool], strict=True)
        ratio = statistics.median(theirs["seconds"] / ours["seconds"] for ours, theirs in pairs)
        needed = NEEDED[work].get(tool, 0)
        number = answers[tool][-1]["score"]
        lines.append(
            [
                work,
                tool,
                f"{seconds * FACTORS[unit]:,.4g} {unit}",
                f"{ratio:,.2f}",
                f"{needed:,g}" if needed else "",
                "" if number is None else f"{number:.3f}",
            ]
        )
    return lines


NOTES = """- W1: XOR online, 2-3-1, rate 0.1, 30,000 epochs of 4 examples in order; W2: the same as one batch, 100,000 epochs. The slower tools run fewer epochs; the numbers are per update.
- W4: 4-32-3, 13-32-3 and 30-32-1, batches of 32, 100 epochs; W5: digits, 64-128-10, batches of 64, 30 epochs; W6: 60,000 x 784-256-128-10,
  batches of 128, one epoch; W7: 20,640 x 8-64-64-1, tanh, batches of 200, 10 epochs. Adam at 0.001, rows shuffled anew in each epoch.
- Ratio: how many times as long as backproof in float32 it takes, the median over alternating runs. Wanted: what this project asks of itself.
- All in float32, except np.matrix style and where it is said. backproof is called as `bp.train(...)`, with its checks of the rows and a history of the
  loss; scikit-learn keeps a loss curve too; NumPy, PyTorch, JAX and FANN compute no loss here. JAX's compilation is not counted. FANN minimises the squared error, by its libraries for float and double.
- Products alone: no training, but as many multiply-adds as the work's matrix products have, in products of 1,024 x 1,024 by OpenBLAS. What a tool takes beyond that is its
  activations, losses, shuffles and Adam. It is no hard bound: in products of 64 to 512 units backproof's own kernel does 1.1 to 1.15 times as many a second.
- The last column is the share of right classes on the training rows (W7: the mean squared error), so that nobody is fast by not learning. W6's classes are random."""


def main() -> None:
    """Measure and publish."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "works",
        nargs="*",
        default=list(NEEDED),
        help="W1, 'W4 iris', 'one row' ...; all if left out",
    )
    parser.add_argument("--repeats", type=int, default=5, help="runs of each tool; 5")
    given = parser.parse_args()
    unknown = set(given.works) - {*WORKS, *PREDICTIONS}
    if unknown:
        parser.error(f"no such work: {', '.join(sorted(unknown))}")
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        write_rows(Path(folder))
        for work in given.works:
            lines += table(work, measured(work, given.repeats, Path(folder)))
            print(f"{work} done", file=sys.stderr, flush=True)
    section = Section(
        name="speed",
        title="Speed, beside every peer",
        criterion=f"`python benchmarks/speed.py`: one core pinned, alternating runs, medians of {given.repeats}; Linux {platform.release().split('-')[0]}.",
        header=["work", "tool", "time", "ratio", "wanted", "score"],
        rows=lines,
        notes=NOTES,
        texts=2,
        packages=["scikit-learn", "torch", "jax"],
    )
    publish(section, set(given.works) == set(NEEDED))


if __name__ == "__main__":
    main()
