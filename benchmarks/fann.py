"""FANN's double-precision library through ctypes: one network, its training rows, one epoch at a time.

Debian: apt install libfann2. Defaults of the library stay: RPROP (its iRPROP-), first weights within 0.1 of zero.
"""

from __future__ import annotations

import ctypes
import platform
from collections.abc import Callable, Sequence
from ctypes.util import find_library
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

FILE = "libdoublefann.so"
FOLDERS = ("/usr/lib", f"/usr/lib/{platform.machine()}-linux-gnu", "/usr/local/lib")
SIGMOID, SIGMOID_SYMMETRIC = 3, 5  # of fann_activationfunc_enum
INCREMENTAL, BATCH = 0, 1  # of fann_train_enum
Doubles = ctypes.POINTER(ctypes.c_double)
FillRow = ctypes.CFUNCTYPE(
    None, ctypes.c_uint, ctypes.c_uint, ctypes.c_uint, Doubles, Doubles
)  # (row number, inputs, outputs, where the inputs go, where the targets go)

# function: (result, arguments); fann_type is double
SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "fann_create_standard_array": (ctypes.c_void_p, [ctypes.c_uint, ctypes.c_void_p]),
    "fann_create_train_from_callback": (ctypes.c_void_p, [ctypes.c_uint] * 3 + [FillRow]),
    "fann_destroy": (None, [ctypes.c_void_p]),
    "fann_destroy_train": (None, [ctypes.c_void_p]),
    "fann_get_bit_fail": (ctypes.c_uint, [ctypes.c_void_p]),
    "fann_randomize_weights": (None, [ctypes.c_void_p, ctypes.c_double, ctypes.c_double]),
    "fann_run": (Doubles, [ctypes.c_void_p, Doubles]),
    "fann_set_activation_function_hidden": (None, [ctypes.c_void_p, ctypes.c_int]),
    "fann_set_activation_function_output": (None, [ctypes.c_void_p, ctypes.c_int]),
    "fann_set_learning_rate": (None, [ctypes.c_void_p, ctypes.c_float]),
    "fann_set_training_algorithm": (None, [ctypes.c_void_p, ctypes.c_int]),
    "fann_set_bit_fail_limit": (None, [ctypes.c_void_p, ctypes.c_double]),
    "fann_train_epoch": (ctypes.c_float, [ctypes.c_void_p, ctypes.c_void_p]),
}


class Fann:
    """A FANN network with the rows it is trained on.

    Args:
        sizes: units of each layer.
        hidden: activation of the hidden layers; the output is SIGMOID.
        near: an output this near to its target is right.
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
    ) -> None:
        self.library, self.X, self.Y = library(), X, Y
        units = (ctypes.c_uint * len(sizes))(*sizes)
        self.network = self.library.fann_create_standard_array(len(sizes), units)
        self.rows = self.library.fann_create_train_from_callback(
            *(len(X), X.shape[1], Y.shape[1]), FillRow(self._fill)
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
        rows = [(ctypes.c_double * X.shape[1])(*row) for row in X]
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
    sizes: Sequence[int], X: np.ndarray, Y: np.ndarray, epochs: int, *, incremental: bool
) -> Callable[[], Callable[[np.ndarray], np.ndarray]]:
    """A training with rate 0.1 after each row or after all, by FANN's double-precision library; what it returns predicts.

    The rows, the network and its first weights are made before.
    """

    def fit() -> Callable[[np.ndarray], np.ndarray]:
        for _ in range(epochs):
            made.library.fann_train_epoch(made.network, made.rows)
        return made.predict

    made = Fann(sizes, X.astype(float), Y.astype(float))
    made.library.fann_set_training_algorithm(made.network, INCREMENTAL if incremental else BATCH)
    made.library.fann_set_learning_rate(made.network, 0.1)
    return fit


@cache
def library() -> ctypes.CDLL:
    """The shared library with its functions' types.

    Raises:
        SystemExit: it is not installed.
    """
    name = find_library("doublefann")
    if name is None:
        raise SystemExit(
            "this benchmark needs FANN: apt install libfann2 (or your system's name for it)"
        )
    loaded = ctypes.CDLL(name)
    for function, (result, arguments) in SIGNATURES.items():
        entry = getattr(loaded, function)
        entry.restype, entry.argtypes = result, arguments
    return loaded


def version() -> str:
    """Its name, with the number where the file's name tells it."""
    files = [path for folder in FOLDERS for path in Path(folder).glob(f"{FILE}.*.*.*")]
    return "FANN " + files[0].name.removeprefix(f"{FILE}.") if files else "FANN"
