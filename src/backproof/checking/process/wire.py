"""Messages between the checker and the processes that run the program: plain data only.

A message is pickled, but what is read back may name no class or function, so that a program under test cannot smuggle one in.
"""

from __future__ import annotations

import io
import pickle
from multiprocessing.connection import Connection
from typing import Any


class _Plain(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name} is no plain data")


def send(connection: Connection, message: Any) -> None:
    """Write one message."""
    connection.send_bytes(pickle.dumps(message, protocol=5))


def receive(connection: Connection) -> Any:
    """Read one message.

    Raises:
        EOFError: the other side is gone.
        pickle.UnpicklingError: the message is more than plain data.
    """
    return _Plain(io.BytesIO(connection.recv_bytes())).load()
