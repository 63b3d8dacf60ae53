"""The command under test: run it on one text, and read its answer."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import store

SECONDS = 600  # then it is stopped
COMMAND = [sys.executable, "-m", "backproof", "check"]
EXITS = {"correct": 0, "wrong-gradient": 1, "does-not-learn": 1}  # of the others: 2
ACCUSING = ("wrong-gradient", "does-not-learn")


@dataclass(frozen=True)
class Answer:
    """What the command said of one program."""

    verdict: str  # its own word, or "broken": no answer that can be read
    findings: list[dict[str, Any]] = field(default_factory=list)
    fixed_source: str | None = None
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)  # broken promises of the command itself

    @property
    def accuses(self) -> bool:
        return self.verdict in ACCUSING or any(f["severity"] == "error" for f in self.findings)

    @property
    def first(self) -> dict[str, Any] | None:
        """The first error."""
        return next((f for f in self.findings if f["severity"] == "error"), None)


def checked(name: str, source: str) -> Answer:
    """The command's answer, kept from run to run until the package changes."""
    key = store.digest("checked", store.checker_version(), source)
    known = store.kept(key)
    if known is None:
        known = asdict(check(name, source))
        if known["verdict"] != "broken":
            store.keep(key, known)
    return Answer(**known)


def check(name: str, source: str) -> Answer:
    """Run the command on a file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.py"
        path.write_text(source, encoding="utf-8")
        began = time.perf_counter()
        try:
            done = subprocess.run(
                [*COMMAND, str(path), "--format", "json"], capture_output=True, timeout=SECONDS
            )
        except subprocess.TimeoutExpired:
            return Answer("broken", seconds=SECONDS, problems=[f"no answer in {SECONDS} s"])
        seconds = time.perf_counter() - began
        left = {file.name for file in Path(folder).iterdir()} - {path.name}
        problems = [f"left behind: {', '.join(sorted(left))}"] if left else []
        if path.read_text(encoding="utf-8") != source:
            problems.append("changed the file")
    return read(done, seconds, problems)


def read(done: subprocess.CompletedProcess[bytes], seconds: float, problems: list[str]) -> Answer:
    """The answer in what the command printed."""
    errors = done.stderr.decode(errors="replace")
    if "Traceback" in errors:
        problems.append(f"traceback: {errors.strip().splitlines()[-1]}")
    try:
        said = json.loads(done.stdout)
        verdict, findings = said["verdict"], said["findings"]
    except (ValueError, KeyError, TypeError) as problem:
        text = errors.strip().splitlines()[-1:] or [f"no answer: {problem}"]
        problems.append(f"exit code {done.returncode}, {text[0]}")
        return Answer("broken", seconds=seconds, problems=problems)
    if done.returncode != EXITS.get(verdict, 2):
        problems.append(f"exit code {done.returncode} with {verdict}")
    return Answer(verdict, findings, said.get("fixed_source"), seconds, problems)
