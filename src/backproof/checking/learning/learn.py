"""Phase 9: where every update is right, does the program reach its aim?

"Does not learn" needs two proofs: the program misses its aim from most of five starts, and a counter-experiment, which changes one
thing or two, reaches it. The first run that reaches the aim ends the matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from backproof.checking.learning.experiments import both, overlap, proposals
from backproof.checking.learning.experiments.facts import Experiment, Facts
from backproof.checking.learning.experiments.rates import rate
from backproof.checking.learning.gathered import gather, meeting_of
from backproof.checking.learning.lab import STARTS, Change, Lab, Outcome, Trial
from backproof.checking.notes import NOT_TRIED
from backproof.checking.process.session import Host
from backproof.checking.reading.judge import Judgement
from backproof.checking.source.instrument import Instrumented
from backproof.checking.source.literals import Replacement, edits_between, replaced
from backproof.diagnostic.finding import Finding

MOST = 3  # starts from which the program as it is must miss its aim
PROOF = 4  # starts from which the changed one must reach it
HALF = 0.5  # of what was wrong or unexplained: so much must go for a change to have helped
GAP = 2  # starts more that a second change must reach
MOST_PAIRS = 6
LONGEST = 20.0  # seconds of work for the first run
SLOW = 2.0  # seconds: of programs that take longer, fewer starts are run as they are
MORE = 24.0  # seconds of work for a second cause beside the first
HALFWAY = 0.5  # share of the variance: what explains as much has learnt something
OF_DEGREE = ("rate", "epochs")  # families by which a program that learns comes nearer to its aim

# family of experiments: what it changes
FAMILIES = {
    "rate": "rate",
    "decay": "decay of the rate",
    "start": "start",
    "inputs": "scale of the inputs",
    "targets": "scale of the targets",
    "bias": "bias",
    "units": "number of units",
    "epochs": "number of rounds",
    "order": "order of the data",
}


@dataclass(frozen=True)
class Learning:
    """What was found out about learning."""

    findings: tuple[Finding, ...] = ()
    outcome: tuple[str, ...] = ()
    fails: bool = False
    missed: bool = False  # it fails, and nothing was found that helps
    as_it_is: str = ""  # how many starts reach the aim
    fixed_source: str | None = None  # with every verified edit in it


@dataclass
class Tried:
    """One experiment, or two at once, and what came of it from each start."""

    parts: tuple[Experiment, ...]
    outcomes: list[Outcome | None] = field(default_factory=list)

    @property
    def reached(self) -> int:
        """Starts from which the aim was reached."""
        return sum(outcome is not None and outcome.reached for outcome in self.outcomes)

    @property
    def proves(self) -> bool:
        """Whether it reaches the aim from enough starts."""
        return self.reached >= PROOF

    @property
    def gain(self) -> float:
        """How near it came at the first start."""
        first = self.outcomes[0] if self.outcomes else None
        return float("-inf") if first is None or not first.known else first.score.value

    @property
    def edits(self) -> tuple[tuple[Replacement, ...], tuple[Change, ...]]:
        """What is changed: in the text, and on the way."""
        if len(self.parts) == 1:
            return self.parts[0].edits, self.parts[0].changes
        return both(*self.parts)

    def trial(self, start: int) -> Trial:
        """The run from one start."""
        return Trial(*self.edits, start)


def learn(
    host: Host,
    source: str,
    file: str,
    judgement: Judgement,
    made: Instrumented,
) -> Learning:
    """Run the program to its end; where it misses its aim, find out why."""
    meeting = meeting_of(judgement)
    if meeting is None:
        return Learning()
    lab = Lab(host, source, judgement, meeting, made.places, made.loops)
    first = lab.result(Trial(work=LONGEST))
    if first is not None and not first.known and not first.reached:
        return Learning(outcome=(NOT_TRIED,))
    if first is None or not first.missed:
        return Learning()
    starts = range(1, MOST if first.seconds > SLOW else STARTS)
    base = [first, *lab.results(Trial(start=start) for start in starts)]
    if sum(outcome is not None and outcome.missed for outcome in base) < MOST:
        return Learning(outcome=(_as_it_is(base),))
    facts = gather(lab, base)
    if facts is None:
        return Learning()
    return Investigation(lab, file, facts, base).report()


# the investigation ------------------------------------------------------------------------


@dataclass(frozen=True)
class Beside:
    """A second change that helps where the first alone does not."""

    part: Experiment
    pair: Tried
    alone: Tried


@dataclass
class Investigation:
    """Counter-experiments, until one or two changes reach the aim."""

    lab: Lab
    file: str
    facts: Facts
    base: list[Outcome | None]
    tried: list[Tried] = field(default_factory=list)

    def report(self) -> Learning:
        """The causes that were proved."""
        best = self._search()
        if best is None:
            return Learning(outcome=self._in_doubt(), missed=True, as_it_is=_as_it_is(self.base))
        self._measure_alone(best)
        more = self._bias_beside(best)
        return self._told(best, more)

    # experiments

    def _search(self) -> Tried | None:
        """The likely changes, pairs of them, then the others."""
        found = proposals(self.facts)
        for tier in (0, 1):
            best = self._first([(e,) for e in found if e.tier == tier])
            if best is not None:
                return best
        likely = [e for e in found if e.tier < 2]
        rare = [(e,) for e in found if e.tier == 2]
        return self._first(_pairs(likely)) or self._first(rare) or self._first(self._helpful())

    def _first(self, parts: Sequence[tuple[Experiment, ...]]) -> Tried | None:
        """The first that reaches the aim from enough starts."""
        for position in range(0, len(parts), 2):
            batch = [Tried(some) for some in parts[position : position + 2]]
            for tried in self._screened(batch):
                self.tried.append(tried)
                if tried.reached:
                    self._confirm(tried)
                if tried.proves:
                    return tried
        return None

    def _helpful(self) -> list[tuple[Experiment, ...]]:
        """Pairs of which one helped, those that helped most first."""
        done = [tried.parts for tried in self.tried]
        ranked = sorted(self.tried, key=lambda tried: (-tried.reached, -tried.gain))
        singles = [tried.parts[0] for tried in ranked if len(tried.parts) == 1]
        pairs = [(a, b) for i, a in enumerate(singles) for b in singles[i + 1 :]]
        new = [p for p in pairs if not overlap(*p) and p not in done and p[::-1] not in done]
        return list(new[:MOST_PAIRS])

    def _measure_alone(self, best: Tried) -> None:
        """The shares of the parts of a pair, each alone."""
        for part in best.parts if len(best.parts) > 1 else ():
            alone = next(tried for tried in self.tried if tried.parts == (part,))
            if len(alone.outcomes) == 1 and self._affords(STARTS - 1):
                self._confirm(alone)

    def _affords(self, runs: int) -> bool:
        """Whether there is time for more runs to the end."""
        longest = max(o.seconds for o in self.base if o is not None)
        return longest * runs < self.lab.left()

    def _bias_beside(self, best: Tried) -> Beside | None:
        """Where a higher rate helps and a layer has no bias: what the bias does at a rate that is higher still."""
        rates = [part for part in best.parts if part.family == "rate" and part.factor > 1]
        biases = [e for e in proposals(self.facts) if e.family == "bias"]
        if not rates or not biases or len(best.parts) > 1:
            return None
        self.lab.work += MORE
        faster = rate(self.facts, rates[0].factor * 10)
        alone, pair = Tried((faster,)), Tried((faster, biases[0]))
        self._screened([pair, alone])
        if not pair.reached or alone.reached:
            return None
        self._confirm(pair)
        few = MOST if self._is_slow() else STARTS
        alone.outcomes += self.lab.results([alone.trial(start) for start in range(1, few)])
        reached = sum(o is not None and o.reached for o in pair.outcomes[:few])
        if not pair.proves or reached < alone.reached + GAP:
            return None
        return Beside(biases[0], pair, alone)

    def _is_slow(self) -> bool:
        return self.base[0] is not None and self.base[0].seconds > SLOW

    def _screened(self, batch: list[Tried]) -> list[Tried]:
        """Run each from the first start."""
        results = self.lab.results([tried.trial(0) for tried in batch])
        for tried, outcome in zip(batch, results, strict=True):
            tried.outcomes = [outcome if self._helps(outcome, 0) else _failed(outcome)]
        return batch

    def _confirm(self, tried: Tried) -> None:
        """Run it from the other starts."""
        results = self.lab.results([tried.trial(start) for start in range(1, STARTS)])
        tried.outcomes += [
            outcome if self._helps(outcome, start) else _failed(outcome)
            for start, outcome in enumerate(results, 1)
        ]

    def _helps(self, outcome: Outcome | None, start: int) -> bool:
        before = self.base[start] if start < len(self.base) else self.base[0]
        if outcome is None or not outcome.reached:
            return False
        if before is None or before.reached:
            return True
        return outcome.score.left <= HALF * before.score.left

    # words

    def _told(self, best: Tried, more: Beside | None) -> Learning:
        edits, changes = best.edits
        findings = [self._finding(p, self._shares(best, p), not changes) for p in best.parts]
        fixed = None if changes else replaced(self.lab.source, edits)
        if more is not None:
            fixed = self._fixed_too(best, more) or fixed
            notes = [f"{_with(more.alone, 'alone')}; {_with(more.pair)}"]
            finding = self._finding(more.part, notes, not more.pair.edits[1])
            findings.append(replace(finding, severity="warning"))
        if self._is_on_its_way(best):
            findings = [replace(finding, severity="warning") for finding in findings]
            return Learning(tuple(findings), (_aim(self.facts),))
        before = _as_it_is(self.base)
        return Learning(tuple(findings), (_aim(self.facts),), True, False, before, fixed)

    def _is_on_its_way(self, best: Tried) -> bool:
        """Whether the program learns as it is, and would only come nearer: no mistake."""
        score = self.facts.score
        some = score.kind == "numbers" and score.value >= HALFWAY
        return some and all(part.family in OF_DEGREE for part in best.parts)

    def _in_doubt(self) -> tuple[str, ...]:
        """What was tried in vain."""
        known = [t for t in self.tried if t.outcomes and t.outcomes[0] is not None]
        families = dict.fromkeys(FAMILIES[part.family] for t in known for part in t.parts)
        return (
            _as_it_is(self.base),
            f"no other {', '.join(families)} led to the aim, so that nothing is accused",
            _aim(self.facts),
        )

    def _shares(self, best: Tried, part: Experiment) -> list[str]:
        """The shares before and after, and what the part does alone."""
        out = [f"{_as_it_is(self.base)}; {_with(best)}"]
        if len(best.parts) > 1:
            alone = next(tried for tried in self.tried if tried.parts == (part,))
            out.append(_with(alone, "alone"))
        return out

    def _fixed_too(self, best: Tried, more: Beside) -> str | None:
        """The text with both changes, if it reaches the aim as well."""
        pair = Tried((*best.parts, more.part))
        edits, changes = pair.edits
        if changes or not self._affords(STARTS):
            return None
        pair.outcomes = self.lab.results([pair.trial(start) for start in range(STARTS)])
        return replaced(self.lab.source, edits) if pair.proves else None

    def _finding(self, part: Experiment, shares: list[str], verified: bool) -> Finding:
        source = self.lab.source
        edits = edits_between(self.file, source, replaced(source, part.edits)) if part.edits else ()
        return Finding(
            code=part.code,
            severity="error",
            span=part.piece.span(self.file),
            name=part.name,
            message=part.message,
            notes=tuple(shares),
            help=part.help,
            confidence=("verified" if verified else "plausible") if edits else "none",
            edits=edits,
        )


def _as_it_is(base: Sequence[Outcome | None]) -> str:
    known = [outcome for outcome in base if outcome is not None]
    reached = sum(outcome.reached for outcome in known)
    return f"as it is: {reached} of {len(known)} starts reach the aim"


def _aim(facts: Facts) -> str:
    """What counts as the aim."""
    if facts.score.kind == "classes":
        return "the aim: outputs nearer to their own target than to the other one"
    return "the aim: outputs that explain 80 % of the variance of their targets"


def _with(tried: Tried, more: str = "") -> str:
    done = " and ".join(part.done for part in tried.parts)
    return f"with {done}{' ' + more if more else ''}: {tried.reached} of {len(tried.outcomes)}"


def _pairs(likely: Sequence[Experiment]) -> list[tuple[Experiment, ...]]:
    """Each likely change with another rate, then with each other."""
    rates = [e for e in likely if e.family == "rate"]
    others = [e for e in likely if e.family != "rate"]
    pairs = [(a, b) for a in others for b in rates]
    pairs += [(a, b) for i, a in enumerate(others) for b in others[i + 1 :]]
    return [pair for pair in pairs if not overlap(*pair)]


def _failed(outcome: Outcome | None) -> Outcome | None:
    """The outcome, counted as one that missed."""
    if outcome is None:
        return None
    return replace(outcome, score=replace(outcome.score, reached=False))
