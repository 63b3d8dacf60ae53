"""How much memory does a training take beyond its data?

Each training is a process of its own. Its peak is read from the system after the training, less what it had before, when the data and every
library were there and a small network had been trained.
"""

from __future__ import annotations

import subprocess
import sys

from tables import Section, arguments, publish

# network, rows, batch size
TRAININGS = [
    ((784, 256, 128, 10), 60_000, 128),
    ((1000, 2000, 2000, 10), 10_000, 128),
    ((64, 128, 10), 100_000, 64),
]
SCRIPT = """
import resource, sys
import numpy as np, backproof as bp
sizes, rows, batch = {0}, {1}, {2}
X = np.random.default_rng(0).random((rows, sizes[0]), np.float32)
Y = np.zeros((rows, sizes[-1]), np.float32)
Y[:, 0] = 1
def train(network, X, Y, batch):
    run = bp.train(network, X, Y, optimizer="adam", epochs=1, batch_size=batch, seed=0)
    return run.stopped
make = lambda sizes: bp.Network(sizes, hidden="relu", output="softmax", seed=0, dtype="float32")
train(make([2, 3, 2]), X[:4, :2], Y[:4, :2], 2)
network = make(sizes)
def held(): return int(open("/proc/self/status").read().split(field)[1].split()[0]) / 1024
field = "VmRSS:"
before = held()
train(network, X, Y, batch)
field = "VmHWM:"
print(held() - before, network.parameters.nbytes / 2**20)
"""


def line(sizes: tuple[int, ...], rows: int, batch: int) -> list[str]:
    """One training, measured."""
    script = SCRIPT.format(list(sizes), rows, batch)
    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    peak, parameters = map(float, answer.stdout.split())
    batches = 2 * batch * sum(sizes) * 4 / 2**20
    limit = 1.5 * 3 * parameters + batches
    shown = "-".join(map(str, sizes))
    return [f"{shown}, {rows:,} rows", f"{parameters:.1f}", f"{peak:.1f}", f"{limit:.1f}"]


def main() -> None:
    """Measure and publish."""
    given = arguments(__doc__, 1)
    section = Section(
        name="memory",
        title="Memory of a training",
        criterion="One epoch of Adam in float32, in MiB beyond the data. Wanted: at most 1.5 times the parameters with the optimiser's state (three "
        "vectors for Adam) and the activations of two batches.",
        header=["network", "parameters", "peak", "wanted"],
        rows=[line(*training) for training in TRAININGS],
        notes="- Shuffling takes 16 to 24 bytes for each row, which is most of it where the rows are many and the network is small.",
    )
    publish(section, given.whole)


if __name__ == "__main__":
    main()
