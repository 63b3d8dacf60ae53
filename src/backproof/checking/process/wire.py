"""Messages between the checker and the processes that run the program: plain data only.

A message is pickled, but what is read back may name no class or function, so that a program under test cannot smuggle one in.
"""

from __future__ import annotations

import io
import os
import pickle
from multiprocessing.connection import Client, Connection
from typing import Any

end = os._exit  # before the program has exchanged it


class _Plain(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name} is no plain data")


def send(connection: Connection, message: Any) -> None:
    """Write one message."""
    connection.send_bytes(pickle.dumps(message, protocol=5))


def tell(connection: Connection, message: Any) -> None:
    """Write one message to the checker; end this process where the checker is gone.

    An error would be the program's to catch, and it might go on for ever.
    """
    try:
        send(connection, message)
    except OSError:
        end(0)


def call(address: str) -> Connection:
    """A connection to the checker; ends this process where the checker is gone."""
    try:
        return Client(address, "AF_UNIX")
    except OSError:
        end(0)
        raise


def receive(connection: Connection) -> Any:
    """Read one message.

    Raises:
        EOFError: the other side is gone.
        pickle.UnpicklingError: the message is more than plain data.
    """
    return _Plain(io.BytesIO(connection.recv_bytes())).load()
