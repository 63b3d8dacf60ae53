"""`python -m backproof.checking.mistakes [FOLDER]` writes the catalogue's pages, by default into docs/mistakes."""

from __future__ import annotations

import sys
from pathlib import Path

from backproof.checking.mistakes.pages import files
from backproof.files import write_whole

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/mistakes")
folder.mkdir(parents=True, exist_ok=True)
for name, content in files().items():
    write_whole(folder / name, content.encode())
