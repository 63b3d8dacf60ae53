"""Golden files: what a program is expected to say, word for word, under `tests/golden`.

`BACKPROOF_REFRESH=1 pytest` writes them anew; the difference is then to be read before it is kept.
"""

from __future__ import annotations

import os
from difflib import unified_diff
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"
SWITCH = "BACKPROOF_REFRESH"


def check_golden(path: str, text: str) -> None:
    """Fail unless `text` is what the file at `path`, from the folder of golden files, holds to the character."""
    file = FOLDER / path
    if os.environ.get(SWITCH) == "1":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    expected = file.read_bytes().decode() if file.exists() else ""
    if text != expected:
        sides = (expected.split("\n"), text.split("\n"))
        lines = unified_diff(*sides, "expected", "got", lineterm="")
        raise AssertionError("\n".join([f"{path}; {SWITCH}=1 writes it anew", *lines]))
