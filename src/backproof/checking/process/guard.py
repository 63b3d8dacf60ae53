"""Keeps the files of the person as they are: what the program changes lies in its own folder, a copy.

    guarded_open(...)   `open`; what would be written elsewhere is written into the folder
    watch(...)          every other way to change a file elsewhere is refused

Python's own audit events are watched, so this holds for all of Python, and not for what a library does in C.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Callable
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
MOST_COPIED = 64 << 20  # bytes of a linked file that is copied when it is written to

# event: which of its arguments are paths that it changes, and which is the folder that they are relative to
CHANGES = {
    "os.remove": ((0,), 1),
    "os.rmdir": ((0,), 1),
    "os.mkdir": ((0,), 2),
    "os.rename": ((0, 1), 2),
    "os.link": ((1,), 3),
    "os.symlink": ((1,), 2),
}
# the same, where a link is followed to the file that is changed
CHANGES_TARGET = {
    "os.truncate": ((0,), -1),
    "os.chmod": ((0,), 2),
    "os.chown": ((0,), 3),
    "os.utime": ((0,), 3),
    "os.setxattr": ((0,), -1),
    "os.removexattr": ((0,), -1),
    "sqlite3.connect": ((0,), -1),
}
DEVICES = (os.devnull, "/dev/tty", "/dev/stdout", "/dev/stderr", ":memory:", "")


class Home:
    """The folder in which the program may change what it likes, with what else lies in the check's own place."""

    def __init__(self, folder: str) -> None:
        self.folder = os.path.realpath(folder)
        self.place = os.path.dirname(self.folder) + os.sep

    def holds(self, path: str, *, follow: bool) -> bool:
        """Whether a path leads into it; the last part of the path itself is not followed, unless asked for."""
        if follow:
            return os.path.realpath(path).startswith(self.place)
        parent, name = os.path.split(path.rstrip(os.sep))
        return os.path.join(os.path.realpath(parent or "."), name).startswith(self.place)

    def settle(self, path: str, *, keep: bool) -> None:
        """Put a copy in the place of a link that leads out; an empty place where the content is not kept."""
        if not (os.path.islink(path) and self.holds(path, follow=False)):
            return
        if self.holds(path, follow=True) or os.path.isdir(path):
            return
        target = os.path.realpath(path)
        os.unlink(path)
        if keep and os.path.isfile(target) and os.path.getsize(target) <= MOST_COPIED:
            shutil.copyfile(target, path)


def guarded_open(folder: str) -> Callable[..., Any]:
    """`open`, but what would be written outside the folder is written inside."""
    real, home = open, Home(folder)

    def guarded(file: Any, mode: str = "r", *arguments: Any, **keywords: Any) -> Any:
        if isinstance(file, (str, bytes, os.PathLike)) and set(mode) & set("wax+"):
            path = os.fsdecode(file)
            home.settle(path, keep="w" not in mode)
            if not home.holds(path, follow=True) and path not in DEVICES:
                file = os.path.join(home.folder, os.path.basename(path) or "file")
                home.settle(file, keep="w" not in mode)
        return real(file, mode, *arguments, **keywords)

    return guarded


def watch(folder: str) -> None:
    """Refuse to change files outside the folder, by whatever function; it lasts until the process ends."""
    home = Home(folder)
    busy = False

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal busy
        if busy or not (event == "open" or event in CHANGES or event in CHANGES_TARGET):
            return
        busy = True  # what is done here raises events of its own
        try:
            with contextlib.suppress(TypeError, ValueError, IndexError):
                _check(home, event, arguments)
        finally:
            busy = False

    sys.addaudithook(hook)


def _check(home: Home, event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open":
        path, mode, flags = arguments
        writes = bool(set(mode or "") & set("wax+")) or (mode is None and flags & WRITING)
        if writes and not isinstance(path, int):
            _check_path(home, os.fsdecode(path), follow=True)
        return
    follow = event in CHANGES_TARGET
    places, beside = (CHANGES_TARGET if follow else CHANGES)[event]
    for place in places:
        path = arguments[place]
        if isinstance(path, int):
            continue
        path = os.fsdecode(path)
        folder = arguments[beside] if 0 <= beside < len(arguments) else -1
        if isinstance(folder, int) and folder >= 0 and not os.path.isabs(path):
            path = os.path.join(os.path.realpath(f"/proc/self/fd/{folder}"), path)
        if event == "os.mkdir" and os.path.isdir(path):
            continue  # it will be told that it is there
        _check_path(home, path, follow=follow)


def _check_path(home: Home, path: str, *, follow: bool) -> None:
    if path in DEVICES or path.startswith("file:"):
        return
    if follow:
        home.settle(path, keep=True)
    if not home.holds(path, follow=follow):
        raise PermissionError(
            f"a program under check changes no files outside of the copy of its folder: {path}"
        )
