"""The type of every numeric array here, and the two precisions it comes in."""

from __future__ import annotations

from typing import Any, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from backproof.errors import UnknownNameError

Array: TypeAlias = npt.NDArray[np.floating[Any]]

DTYPES = ("float64", "float32")
FAST = (np.dtype(np.float64), np.dtype(np.float32))


def precision(name: Any) -> np.dtype[np.floating[Any]]:
    """The dtype called `name`: float64 or float32, as a string, a NumPy type or a dtype.

    Raises:
        UnknownNameError: for any other.
    """
    try:
        dtype = np.dtype(name)
    except TypeError:
        raise UnknownNameError("a precision", str(name), DTYPES) from None
    if dtype not in FAST and dtype.name not in DTYPES:  # a dtype's name takes some microseconds
        raise UnknownNameError("a precision", dtype.name, DTYPES)
    return cast("np.dtype[np.floating[Any]]", dtype)
