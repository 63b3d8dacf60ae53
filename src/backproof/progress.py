"""The progress bar: epoch, loss, validation loss, rate and time left, on standard error or in a notebook."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING

from backproof.monitor import Callback, Progress

if TYPE_CHECKING:
    from rich import progress as rich_progress

INTERVAL = 0.1  # seconds between two drawings


class ProgressBar:
    """A callback for `train` that draws, and passes each report on to another callback.

    Used as a context manager, so that the terminal is left in order whatever happens.
    """

    def __init__(self, callback: Callback | None = None) -> None:
        self._callback = callback
        self._bar: rich_progress.Progress | None = None
        self._last: Progress | None = None
        self._drawn = 0.0

    @property
    def sees_every_epoch(self) -> bool:
        """Whether each epoch must be reported, for the callback inside; to draw, a few in a second are enough."""
        return self._callback is not None

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._last is not None:
            self._draw(self._last)
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, progress: Progress) -> object:
        """Take one epoch's report."""
        self._last = progress
        now = time.monotonic()
        if now - self._drawn >= INTERVAL:
            self._drawn = now
            self._draw(progress)
        return self._callback(progress) if self._callback is not None else None

    def _draw(self, progress: Progress) -> None:
        if self._bar is None:
            self._bar = _new_bar()
        self._bar.update(
            self._bar.task_ids[0],
            total=progress.epochs,
            completed=progress.epoch,
            text=describe(progress),
            refresh=True,
        )


def describe(progress: Progress) -> str:
    """One report in words."""
    parts = [f"epoch {progress.epoch}/{progress.epochs}", f"loss {progress.loss:.6f}"]
    if progress.start > 1:
        parts.insert(0, f"start {progress.start}")
    if progress.validation_loss is not None:
        parts.append(f"validation {progress.validation_loss:.6f}")
    if progress.learning_rate:
        parts.append(f"rate {progress.learning_rate:.3g}")
    return "  ".join(parts)


def _new_bar() -> rich_progress.Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        BarColumn(bar_width=20),
        TextColumn("{task.fields[text]}"),
        TimeRemainingColumn(compact=True),
        console=Console(stderr=True),
        auto_refresh=False,
    )
    bar.add_task("", text="")
    bar.start()
    return bar
