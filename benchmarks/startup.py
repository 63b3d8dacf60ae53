"""How long does a command take from the shell, beside Python importing NumPy?"""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
from tables import Section, arguments, publish

REPEATS = 20
BASE = "python -c 'import numpy'"
COMMANDS = {
    BASE: ["-c", "import numpy"],
    "backproof --help": ["-m", "backproof", "--help"],
    "backproof train xor": ["-m", "backproof", "train", "xor"],
    "backproof datasets": ["-m", "backproof", "datasets"],
}
CRITERION = "Whole processes, interleaved, standard output to a pipe; medians, and their ratio to the first row."


def seconds(arguments: list[str]) -> float:
    """Wall-clock time of one process."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    given = arguments(__doc__, REPEATS)
    times = {name: [] for name in COMMANDS}
    for _ in range(given.seeds):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    medians = {name: float(np.median(values)) for name, values in times.items()}
    rows = [
        [name, f"{1000 * median:,.0f}", f"{median / medians[BASE]:.2f}"]
        for name, median in medians.items()
    ]
    header = ["command", "milliseconds", "ratio"]
    publish(Section("startup", "From the shell", CRITERION, header, rows), given.whole)


if __name__ == "__main__":
    main()
