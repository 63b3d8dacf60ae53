"""`check`: the phases in their order, and the verdict.

    read -> instrument -> run -> scan -> judge -> diagnose -> learn -> report

What cannot be understood is told so; nothing is accused that was not measured.
"""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np

from backproof.checking import notes
from backproof.checking.crash import Crash, crash, syntax_crash
from backproof.checking.diagnose import Diagnosis, begun_anew, diagnose
from backproof.checking.learning.learn import Learning, learn
from backproof.checking.process.session import Host, Limits, LostError, TimedOutError
from backproof.checking.reading.hints import Hints
from backproof.checking.reading.judge import Judgement, judge
from backproof.checking.reading.steps import candidates
from backproof.checking.repair.afterwards import afterwards
from backproof.checking.repair.untrained import untrained
from backproof.checking.source.frameworks import Left, left_to_framework
from backproof.checking.source.instrument import Instrumented, instrument
from backproof.checking.source.read import Program, program_of
from backproof.checking.source.relocate import finding_at_home, line_at_home, ordered, with_verified
from backproof.diagnostic.display import CheckReport
from backproof.diagnostic.finding import Finding, Label, Span, Verdict
from backproof.errors import InputError

DEBUG = "BACKPROOF_DEBUG"  # in the environment: errors of the check itself are raised

T = TypeVar("T")
Progress = Callable[[str], None]  # is told what the check is at


def check(
    program: str | bytes | os.PathLike[str] | Callable[..., Any] | Program,
    *,
    timeout: float = 60.0,
    memory: int = 2048,
    output: int = 256,
    hints: Hints | None = None,
    progress: Progress | None = None,
) -> CheckReport:
    """Run a hand-written backpropagation and say which of its lines are wrong.

    Args:
        program: the path of a Python file or notebook, a program's text, or a function.
        timeout: seconds for the whole check.
        memory: MiB that the program may use.
        output: KiB of what it prints that are kept.
        hints: what the program's parts are called, where the check cannot find them.
        progress: called with a word on each phase.

    Raises:
        InputError: there is no such program, or a hint names what it does not have.
    """
    for name, value in (("timeout", timeout), ("memory", memory), ("output", output)):
        if not value > 0:
            raise InputError(f"{name} is {value}; needed is a number above 0")
    given, limits = program_of(program), Limits(timeout, memory, output)
    report = Check(given, limits, hints or Hints(), progress).report()
    if given.joined is not None and report.verdict in ("not-understood", "crashed"):
        again = Check(given.alone(), limits, hints or Hints(), progress).report()
        if report.verdict == "crashed" or again.verdict != "not-understood":
            return again
    return report


@dataclass
class Check:
    """One check, and what it has learnt so far."""

    program: Program
    limits: Limits
    hints: Hints = field(default_factory=Hints)
    progress: Progress | None = None
    made: Instrumented | None = None
    scan: dict[str, Any] | None = None
    judgement: Judgement | None = None
    diagnosis: Diagnosis | None = None

    def report(self) -> CheckReport:
        """Run every phase; whatever happens on the way, there is a verdict."""
        return self._guarded(self._run)

    def understood(self, take: Callable[[Judgement], T]) -> T | str:
        """What `take` makes of the judgement, while the program stands still; a sentence where it is not understood."""
        taken: list[T] = []
        failed: list[Exception] = []

        def looked_at(host: Host, made: Instrumented) -> CheckReport:
            judged, stopped = self._understood(host, made)
            if isinstance(judged, list):
                return self._not_understood(judged) if stopped is None else self._crashed(stopped)
            try:
                taken.append(take(judged))
            except Exception as error:  # is no failure of the check
                failed.append(error)
            return self._make("correct", "")

        report = self._guarded(looked_at)
        if failed:
            raise failed[0]
        return taken[0] if taken else notes.in_a_sentence(report.verdict, report.findings)

    def _guarded(self, then: Callable[[Host, Instrumented], CheckReport]) -> CheckReport:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of odd escapes in the person's texts
                self.made = instrument(self.program.source, self.program.file)
                left = left_to_framework(self.program.source)
        except SyntaxError as error:
            return self._crashed(syntax_crash(error, self.program, self.limits.memory))
        except (RecursionError, MemoryError, ValueError) as error:
            return self._make(
                "not-understood",
                f"The text of `{self.program.file}` could not be taken apart: {error}.",
            )
        if left is not None:
            return self._left(left)
        self.hints.check(
            self.made.places, self.made.loops, lambda line: notes.line_of(line, self.program)
        )
        if not hasattr(os, "fork"):
            return self._make("not-understood", notes.NO_FORK)
        begun = time.monotonic()
        try:
            limits, program = self.limits, self.program
            with (
                np.errstate(all="ignore"),  # the program's numbers may run away
                Host(limits, program.folder, program.name, program.file) as host,
            ):
                return then(host, self.made)
        except TimedOutError:
            return self._timed_out()
        except InputError:
            raise
        except (LostError, EOFError, ConnectionError) as error:
            late = time.monotonic() > begun + self.limits.seconds
            return self._timed_out() if late else self._lost(str(error))
        except Exception as error:
            if DEBUG in os.environ:
                raise
            return self._broken(error)

    def _run(self, host: Host, made: Instrumented) -> CheckReport:
        source, file = self.program.source, self.program.file
        judged, stopped = self._understood(host, made)
        if isinstance(judged, list):
            if stopped is not None:
                return self._crashed(stopped)
            self.diagnosis = self._begun_anew(host)
            if self.diagnosis is None or self.diagnosis.judgement is None:
                return self._not_understood(judged)
            judged = self.diagnosis.judgement
        else:
            self.judgement = judged
            self._say("comparing every line with the chain rule")
            self.diagnosis = diagnose(host, source, file, judged, made)
            judged = self.diagnosis.judgement or judged
            if judged.wrong and self.diagnosis.fixed_source is None and stopped is None:
                self.diagnosis = self._begun_anew(host, judged) or self.diagnosis
                judged = self.diagnosis.judgement or judged
        self.judgement = judged
        if self.diagnosis.accused:
            summary = notes.measured(judged)
            if self.diagnosis.fixed_source is None:
                return self._judged("wrong-gradient", summary, stopped)
            self._say("trying whether the fixed program learns")
            fixed, read = self.diagnosis.fixed_source, self.diagnosis.read
            after = afterwards(host, file, source, fixed, read)
            if after.fixed_source is not None:
                self.diagnosis = replace(self.diagnosis, fixed_source=after.fixed_source)
            return self._judged("wrong-gradient", summary, stopped, after.findings, after.outcome)
        if judged.wrong:
            return (
                self._not_understood(self.diagnosis.doubt)
                if stopped is None
                else self._crashed(stopped)
            )
        if stopped is not None and judged.loop.line <= stopped.line <= judged.loop.end_line:
            return self._crashed(stopped)
        self._say("trying whether it learns")
        return self._learnt(host, judged, stopped)

    def _begun_anew(self, host: Host, before: Judgement | None = None) -> Diagnosis | None:
        """A change that only a reading from the start can judge."""
        assert self.scan is not None
        if self.scan["answers"]:
            return None
        self._say("trying changes that make another program of it")
        try:
            printed = self.scan["printed"]
            return begun_anew(host, self.program.source, self.program.file, printed, before)
        except (TimedOutError, LostError):
            return None

    def _understood(
        self, host: Host, made: Instrumented
    ) -> tuple[Judgement | list[str], Crash | None]:
        """Run the program to see its loops, and read it; again with more patience, or without threads, where that fails."""
        tried: list[str] = []
        stopped: Crash | None = None
        seen: list[list[int]] = []
        for patient, threads in ((False, True), (True, True), (True, False)):
            if patient and (self.scan is None or not self.scan["stopped"]):
                break
            if not threads and "threading" not in self.program.source:
                break
            self._say("running the program")
            host.settings["threads"] = threads
            more = {"seconds": max(host.left() / 3, 1.0)} if patient else {}
            enough = {"enough": more["seconds"] / 2} if patient else {}
            run = host.start("scan", self.program.source, **more, **enough)
            self.scan = scan = run.answer()
            stopped = None
            if scan["error"] is not None:
                stopped = crash(scan["error"], self.program, self.limits.memory)
                if not stopped.line:
                    raise LostError(f"{scan['error']['type']}: {scan['error']['message']}")
            likely = candidates(scan["loops"])
            if (stopped is not None and not likely) or likely in seen:
                continue
            seen.append(likely)
            self._say("looking for the training step")
            judged = judge(host, self.program.source, made, scan, self.hints)
            if isinstance(judged, Judgement):
                return judged, stopped
            tried += [sentence for sentence in judged if sentence not in tried]
        return tried, stopped

    def _learnt(self, host: Host, judged: Judgement, stopped: Crash | None) -> CheckReport:
        learning = self._tried(host, judged)
        findings, outcome, fails = learning.findings, learning.outcome, learning.fails
        assert self.scan is not None
        answers = self.scan["answers"]
        if answers:  # the settings may be ours
            findings = tuple(replace(finding, severity="warning") for finding in findings)
            outcome, fails = (*outcome, notes.answered(answers)), False
        if not fails and not judged.reading.told:
            return self._not_understood([notes.NOTHING_SEEN])
        if learning.missed and judged.bursts:
            return self._not_understood([notes.burst(judged), *outcome])
        verdict: Verdict = "does-not-learn" if fails else "correct"
        summary = f"{notes.measured(judged)} {notes.AGREES}"
        return self._judged(verdict, summary, stopped, findings, outcome)

    def _tried(self, host: Host, judged: Judgement) -> Learning:
        """What was found out about learning; the updates that nobody wrote, if the program learns with them."""
        assert self.made is not None
        source, file = self.program.source, self.program.file
        try:
            learning = learn(host, source, file, judged, self.made)
        except (TimedOutError, LostError):
            return Learning(outcome=(notes.NOT_TRIED,))
        if not (learning.fails or learning.missed):
            return learning
        try:
            found = untrained(host, source, file, judged, self.made, learning.as_it_is)
        except (TimedOutError, LostError):
            return learning
        return learning if not found else Learning(found, learning.outcome[-1:], fails=True)

    # reports ------------------------------------------------------------------------------

    def _judged(
        self,
        verdict: Verdict,
        summary: str,
        stopped: Crash | None,
        more: Sequence[Finding] = (),
        outcome: Sequence[str] = (),
    ) -> CheckReport:
        """A report on a program that was understood."""
        assert self.diagnosis is not None
        assert self.judgement is not None
        findings = [*self.diagnosis.findings, *more]
        if stopped is not None:
            findings.append(replace(stopped.finding, severity="warning"))
            outcome = (*outcome, notes.STOPPED_LATER)
        laws = notes.laws(self.judgement) if verdict == "correct" else ()
        return self._make(
            verdict,
            summary,
            lines=self.diagnosis.lines,
            findings=tuple(findings),
            fixed_source=self.diagnosis.fixed_source
            or with_verified(self.program.source, findings),
            outcome=(*laws, *self.diagnosis.outcome, *outcome),
            traceback=None if stopped is None else stopped.traceback,
        )

    def _crashed(self, stopped: Crash) -> CheckReport:
        return self._make(
            "crashed",
            notes.stopped(self.judgement, self.program.file),
            findings=(stopped.finding,),
            traceback=stopped.traceback,
        )

    def _broken(self, error: Exception) -> CheckReport:
        """A fault of the check itself is told, and accuses nobody."""
        summary = f"{notes.BROKEN} {type(error).__name__}: {error}"
        return self._make("not-understood", summary, tried=self._known())

    def _lost(self, error: str) -> CheckReport:
        if self.scan is not None:
            summary = f"{notes.LOST_LATER} {error}"
            return self._make("not-understood", summary, tried=self._known())
        return self._make("crashed", notes.lost(self.limits.memory, self.program.file))

    def _timed_out(self) -> CheckReport:
        summary = notes.timed_out(self.limits.seconds, self.program.file)
        return self._make("timed-out", summary, tried=self._known())

    def _known(self) -> tuple[str, ...]:
        """What was learnt until now."""
        loops = self.made.loops if self.made else ()
        return notes.learnt(self.scan, self.judgement, loops, self.program)

    def _not_understood(self, tried: Sequence[str]) -> CheckReport:
        assert self.made is not None
        assert self.scan is not None
        settling = notes.settling(self.scan, self.made.loops, self.program, self.hints)
        return self._make(
            "not-understood",
            notes.unclear(self.judgement, self.program.file),
            tried=(*tried, *settling),
        )

    def _left(self, left: Left) -> CheckReport:
        """Not a program for this command."""
        framework, use = left.framework.name, left.use
        lines = self.program.source.split("\n")

        def span(node: Any, whole: bool) -> Span:
            line = lines[node.lineno - 1]
            begin = len(line.encode()[: node.col_offset].decode(errors="replace"))
            end = begin + len(line[begin:].rstrip())
            if whole and node.end_lineno == node.lineno:
                end = len(line.encode()[: node.end_col_offset].decode(errors="replace"))
            return Span(self.program.file, node.lineno, begin + 1, node.lineno, end + 1)

        finding = Finding(
            code="no-backprop",
            severity="warning",
            span=span(use, True),
            name=None,
            message=f"the gradient is left to {framework}",
            label=f"{framework} takes the derivatives here",
            labels=(Label(span(left.imported, True), f"`{left.package}` is imported here"),),
        )
        summary = f"`{self.program.file}` is not a hand-written backprop: {framework} (`{left.package}`) takes the derivatives, so there is no line of them to check."
        return self._make("not-understood", summary, findings=(finding,))

    def _make(self, verdict: Verdict, summary: str, **more: Any) -> CheckReport:
        """The report, in the person's own lines and cells."""
        program, judged = self.program, self.judgement
        fixed = more.pop("fixed_source", None)
        findings = more.pop("findings", ())
        lines = more.pop("lines", ())
        changed = {} if fixed is None else program.with_sources(fixed)
        changed.pop(program.file, None)
        return CheckReport(
            file=program.file,
            verdict=verdict,
            source=program.text,
            others=tuple((other.file, other.text) for other in program.files[1:]),
            summary=summary,
            loss=None if judged is None else judged.reading.name,
            step_line=self._step_line(),
            lines=tuple(line_at_home(line, program) for line in lines),
            findings=ordered([finding_at_home(finding, program) for finding in findings]),
            fixed_source=None if fixed is None else program.with_source(fixed),
            fixed_others=tuple(changed.items()),
            **more,
        )

    def _step_line(self) -> int | None:
        """In the program's own file."""
        if self.judgement is None:
            return None
        file, cell, line = self.program.place(self.judgement.line)
        return line if file == self.program.file and cell is None else None

    def _say(self, text: str) -> None:
        if self.progress is not None:
            self.progress(text)
