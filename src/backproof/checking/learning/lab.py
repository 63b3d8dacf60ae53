"""Phase 9c: whole runs of a program and of changed copies of it, two at a time, from several starts.

Lab       runs trials within the time that there is
Trial     one run: a text, perhaps changed, what is changed on the way, and a start
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from backproof.checking.learning.aim import Score
from backproof.checking.process.session import Host, LostError, Run
from backproof.checking.reading.judge import Judgement
from backproof.checking.reading.measure import Meeting
from backproof.checking.source.instrument import instrument
from backproof.checking.source.literals import Replacement, line_starts, replaced, shifted
from backproof.checking.source.places import Loop, Place

STARTS = 5
AT_ONCE = 2
WORK = 60.0  # seconds of work for all runs together, on whatever number of processors
SPARED = 2.0  # seconds by the clock before the deadline
SHORTEST = 0.3  # seconds: less is no run

Change = dict[str, Any]  # a row for `full.CHANGES`; places are those of the program as it is


@dataclass(frozen=True)
class Trial:
    """One run."""

    edits: tuple[Replacement, ...] = ()  # in the program's text
    changes: tuple[Change, ...] = ()  # on the way
    start: int = 0
    work: float = WORK  # seconds, at most


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    score: Score
    seconds: float  # of work
    late: bool  # stopped for want of time
    error: str | None  # the type of an error of the program's own

    @property
    def known(self) -> bool:
        """Whether the run came to its end."""
        return not self.late

    @property
    def reached(self) -> bool:
        """Whether it came to its aim."""
        return self.score.reached and self.score.kind != "nothing"

    @property
    def missed(self) -> bool:
        """Whether it missed the aim for sure."""
        return self.known and (self.score.missed or self.error is not None)


@dataclass
class Lab:
    """Where trials are run."""

    host: Host
    source: str
    judgement: Judgement
    meeting: Meeting
    places: Sequence[Place]
    loops: Sequence[Loop]
    work: float = WORK  # seconds that are left
    around: list[int] | None = None  # loops around the step
    maps: dict[tuple[Replacement, ...], dict[int, int] | None] = field(default_factory=dict)

    def left(self) -> float:
        """Seconds of work that there are for one more run."""
        return min(self.work, self.host.left() - SPARED)

    def results(self, trials: Iterable[Trial]) -> list[Outcome | None]:
        """What comes of each trial, in their order; None where there was no time, or no run."""
        waiting = deque(trials)
        flying: deque[Run | None] = deque()
        out: list[Outcome | None] = []
        while waiting or flying:
            while waiting and len(flying) < AT_ONCE:
                flying.append(self._start(waiting.popleft()))
            out.append(self._land(flying.popleft()))
        return out

    def result(self, trial: Trial) -> Outcome | None:
        """What comes of one trial."""
        return self.results([trial])[0]

    def _start(self, trial: Trial) -> Run | None:
        there = self._mapped(trial.edits)
        if self.left() < SHORTEST or there is None:
            return None
        wanted = [self.meeting.output, self.meeting.target]
        wanted += [place for change in trial.changes for place in change.get("places", ())]
        if any(place not in there for place in wanted):
            return None
        changes = [_moved(change, there) for change in trial.changes]
        meeting = self.meeting
        only = {there[meeting.output], there[meeting.target]}
        for change in changes:
            only.update(change.get("places", ()))
        return self.host.start(
            "full",
            replaced(self.source, trial.edits),
            start=trial.start,
            seconds=self.host.left() - SPARED,
            work=min(self.work, trial.work),
            loop=self.judgement.loop.index,
            loops=[(loop.index, loop.line, loop.end_line) for loop in self.loops],
            marks=self._marks(),
            meeting={
                "output": there[meeting.output],
                "target": there[meeting.target],
                "kind": meeting.kind,
            },
            only=sorted(only),
            changes=changes,
        )

    def _marks(self) -> list[int]:
        """Loops that have to be marked: the step and those around it."""
        step = self.judgement.loop
        if self.around is not None:
            return [step.index, *self.around]
        return [
            loop.index
            for loop in self.loops
            if loop is step or not (step.line < loop.line <= step.end_line)
        ]

    def _land(self, run: Run | None) -> Outcome | None:
        if run is None:
            return None
        try:
            answer = run.answer()
        except LostError:
            return None
        finally:
            self.host.forget(run)
        if self.around is None and answer["around"]:
            self.around = answer["around"]
        self.work -= answer["cpu"]
        error = answer["error"]
        return Outcome(
            Score(**answer["score"]),
            answer["cpu"],
            answer["stopped"] == "time",
            None if error is None else error["type"],
        )

    def _mapped(self, edits: tuple[Replacement, ...]) -> dict[int, int] | None:
        """Where each place of the program stands in a changed text; None if that is no program."""
        if edits not in self.maps:
            self.maps[edits] = _same_places(self.source, edits, self.places)
        return self.maps[edits]


def _moved(change: Change, there: dict[int, int]) -> Change:
    return {**change, "places": [there[place] for place in change.get("places", ())]}


def _same_places(
    source: str, edits: Sequence[Replacement], places: Sequence[Place]
) -> dict[int, int] | None:
    if not edits:
        return {place.index: place.index for place in places}
    changed = replaced(source, edits)
    try:
        new = instrument(changed, "changed").places
    except (SyntaxError, ValueError, RecursionError):
        return None
    known: dict[tuple[int, int], list[Place]] = {}
    starts = line_starts(changed)
    for place in new:
        known.setdefault(_offsets(place, starts), []).append(place)
    starts, out = line_starts(source), {}
    for place in places:
        start, stop = _offsets(place, starts)
        start, stop = shifted(start, edits, before=True), shifted(stop, edits, before=False)
        twin = _twin(place, known.get((start, stop)) or known.get((start + 1, stop - 1), []))
        if twin is not None:
            out[place.index] = twin
    return out


def _offsets(place: Place, starts: list[int]) -> tuple[int, int]:
    return (
        starts[place.line - 1] + place.column,
        starts[place.end_line - 1] + place.end_column,
    )


def _twin(place: Place, there: Sequence[Place]) -> int | None:
    """The place of the same kind among those at one spot, or one of another kind that replaced it."""
    same = [p.index for p in there if p.kind == place.kind]
    other = [p.index for p in there if p.kind != "store"] if place.kind != "store" else []
    return next(iter(same or other), None)
