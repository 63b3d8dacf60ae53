"""Files are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from backproof.errors import InputError


def write_whole(path: str | Path, content: bytes) -> None:
    """Write `content` to `path`: into a temporary file beside it, which then takes its name.

    Raises:
        InputError: the folder is missing or cannot be written to.
    """
    target = Path(path)
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise InputError(
            f"cannot write `{target}`: {error.strerror}; choose another folder"
        ) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o666 & ~_umask())  # mkstemp's files are private, a result need not be
        os.replace(temporary, target)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise InputError(f"cannot write `{target}`: {error.strerror}") from None
        raise


def check_target(path: str | Path, endings: Sequence[str]) -> None:
    """Raise InputError now if `path` could not be written later: another ending, a missing folder, a folder's name."""
    target = Path(path)
    if target.suffix.lower() not in endings:
        raise InputError(f"`{target}` must end with {' or '.join(endings)}")
    if not target.parent.is_dir():
        raise InputError(
            f"there is no folder `{target.parent}` to write `{target.name}` into; create it first"
        )
    if target.is_dir():
        raise InputError(f"`{target}` is a folder; name a file")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
