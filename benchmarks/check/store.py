"""Results kept from run to run, one small file each, under the system's folder for temporary files."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(tempfile.gettempdir()) / "backproof-check-benchmark"
JUDGE = ("equivalence.py", "trajectory.py")


def digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def kept(key: str) -> Any:
    """What was kept under a key, or None."""
    try:
        return json.loads((FOLDER / f"{key}.json").read_text())
    except (OSError, ValueError):
        return None


def keep(key: str, value: Any) -> None:
    """Keep a value; whole or not at all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=FOLDER, suffix=".part")
    with os.fdopen(handle, "w") as file:
        json.dump(value, file)
    os.replace(name, FOLDER / f"{key}.json")


def drop() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)


def of_files(paths: list[Path]) -> str:
    return digest(*(path.read_text(encoding="utf-8", errors="replace") for path in sorted(paths)))


@cache
def judge_version() -> str:
    """Changes with the judge."""
    return of_files([Path(__file__).with_name(name) for name in JUDGE])


@cache
def checker_version() -> str:
    """Changes with any file of the package that is checked."""
    root = Path(importlib.util.find_spec("backproof").origin).parent
    return of_files(list(root.rglob("*.py")))
