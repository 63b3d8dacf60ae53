"""FANN's libraries for float and double through ctypes: one network, its training rows, one epoch at a time.

Debian: apt install libfann2. Defaults of the library stay: RPROP (its iRPROP-), first weights within 0.1 of zero.
"""

from __future__ import annotations

import ctypes
import platform
from collections.abc import Callable, Sequence
from ctypes.util import find_library
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

FOLDERS = ("/usr/lib", f"/usr/lib/{platform.machine()}-linux-gnu", "/usr/local/lib")
SIGMOID, SIGMOID_SYMMETRIC = 3, 5  # of fann_activationfunc_enum
INCREMENTAL, BATCH = 0, 1  # of fann_train_enum


@dataclass(frozen=True)
class Precision:
    """One of the libraries, and what its fann_type is."""

    library: str
    number: Any

    @property
    def numbers(self) -> Any:
        """A pointer to them."""
        return ctypes.POINTER(self.number)

    @property
    def fill_row(self) -> Any:
        """(row number, inputs, outputs, where the inputs go, where the targets go)."""
        return ctypes.CFUNCTYPE(None, *[ctypes.c_uint] * 3, self.numbers, self.numbers)

    def signatures(self) -> dict[str, tuple[Any, list[Any]]]:
        """function: (result, arguments)."""
        pointer, whole, number = ctypes.c_void_p, ctypes.c_uint, self.number
        return {
            "fann_create_standard_array": (pointer, [whole, pointer]),
            "fann_create_train_from_callback": (pointer, [whole] * 3 + [self.fill_row]),
            "fann_destroy": (None, [pointer]),
            "fann_destroy_train": (None, [pointer]),
            "fann_get_bit_fail": (whole, [pointer]),
            "fann_randomize_weights": (None, [pointer, number, number]),
            "fann_run": (self.numbers, [pointer, self.numbers]),
            "fann_set_activation_function_hidden": (None, [pointer, ctypes.c_int]),
            "fann_set_activation_function_output": (None, [pointer, ctypes.c_int]),
            "fann_set_learning_rate": (None, [pointer, ctypes.c_float]),
            "fann_set_training_algorithm": (None, [pointer, ctypes.c_int]),
            "fann_set_bit_fail_limit": (None, [pointer, number]),
            "fann_train_epoch": (ctypes.c_float, [pointer, pointer]),
        }


DOUBLE = Precision("doublefann", ctypes.c_double)
FLOAT = Precision("floatfann", ctypes.c_float)


class Fann:
    """A FANN network with the rows it is trained on.

    Args:
        sizes: units of each layer.
        hidden: activation of the hidden layers; the output is SIGMOID.
        near: an output this near to its target is right.
        precision: DOUBLE or FLOAT.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        X: np.ndarray,
        Y: np.ndarray,
        *,
        hidden: int = SIGMOID,
        near: float = 0.1,
        seed: int = 0,
        precision: Precision = DOUBLE,
    ) -> None:
        self.library, self.X, self.Y = library(precision), X, Y
        self.precision = precision
        units = (ctypes.c_uint * len(sizes))(*sizes)
        self.network = self.library.fann_create_standard_array(len(sizes), units)
        self.rows = self.library.fann_create_train_from_callback(
            *(len(X), X.shape[1], Y.shape[1]), precision.fill_row(self._fill)
        )
        self.library.fann_set_activation_function_hidden(self.network, hidden)
        self.library.fann_set_activation_function_output(self.network, SIGMOID)
        self.library.fann_set_bit_fail_limit(self.network, near)
        # FANN draws with the C library's rand() and would seed it from the clock.
        ctypes.CDLL(None).srand(seed + 1)  # 0 and 1 mean the same to it
        self.library.fann_randomize_weights(self.network, -0.1, 0.1)

    def epoch(self) -> int:
        """Train for one epoch; how many outputs were not near their target before its update."""
        self.library.fann_train_epoch(self.network, self.rows)
        return int(self.library.fann_get_bit_fail(self.network))

    def predict(self, X: np.ndarray) -> np.ndarray:
        """(n, outputs)."""
        rows = [(self.precision.number * X.shape[1])(*row) for row in X]
        outputs = range(self.Y.shape[1])
        return np.array(
            [[self.library.fann_run(self.network, row)[k] for k in outputs] for row in rows]
        )

    def close(self) -> None:
        """Free what FANN allocated."""
        self.library.fann_destroy_train(self.rows)
        self.library.fann_destroy(self.network)

    def _fill(self, row: int, inputs: int, outputs: int, x: Any, y: Any) -> None:
        for i in range(inputs):
            x[i] = self.X[row, i]
        for k in range(outputs):
            y[k] = self.Y[row, k]


def plain_training(
    sizes: Sequence[int],
    X: np.ndarray,
    Y: np.ndarray,
    epochs: int,
    *,
    incremental: bool,
    precision: Precision,
) -> Callable[[], Callable[[np.ndarray], np.ndarray]]:
    """A training with rate 0.1 after each row or after all, by one of FANN's libraries; what it returns predicts.

    The rows, the network and its first weights are made before.
    """

    def fit() -> Callable[[np.ndarray], np.ndarray]:
        for _ in range(epochs):
            made.library.fann_train_epoch(made.network, made.rows)
        return made.predict

    made = Fann(sizes, X.astype(float), Y.astype(float), precision=precision)
    made.library.fann_set_training_algorithm(made.network, INCREMENTAL if incremental else BATCH)
    made.library.fann_set_learning_rate(made.network, 0.1)
    return fit


@cache
def library(precision: Precision) -> ctypes.CDLL:
    """The shared library with its functions' types.

    Raises:
        SystemExit: it is not installed.
    """
    name = find_library(precision.library)
    if name is None:
        raise SystemExit(
            "this benchmark needs FANN: apt install libfann2 (or your system's name for it)"
        )
    loaded = ctypes.CDLL(name)
    for function, (result, arguments) in precision.signatures().items():
        entry = getattr(loaded, function)
        entry.restype, entry.argtypes = result, arguments
    return loaded


def version() -> str:
    """Its name, with the number where the file's name tells it."""
    start = f"lib{DOUBLE.library}.so."
    files = [path for folder in FOLDERS for path in Path(folder).glob(f"{start}*.*.*")]
    return "FANN " + files[0].name.removeprefix(start) if files else "FANN"
