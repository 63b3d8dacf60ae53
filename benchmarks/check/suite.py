"""The mutants of the benchmark: of every kind so many for each program, two if nothing else is said, judged.

Candidates are tried in an order that a hash of their text decides. What crashes is passed over, what an earlier kind
already made is left out.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import store
from equivalence import Judgement, judge, shapes
from mutations import BENIGN, KINDS, candidates
from program import Mutant, Program

PER_KIND = 2  # of each kind in each program
TRIES = 4  # candidates looked at for each of these

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Case:
    """One mutant, and what it does to the gradient."""

    name: str  # program__kind__number
    mutant: Mutant
    judgement: Judgement


def cases(
    program: Program, kinds: Iterable[str], crashed: bool = False, per_kind: int = PER_KIND
) -> list[Case]:
    """The mutants of one program; those that crash only on demand."""
    program.shapes = program.shapes or known_shapes(program)
    seen = {program.source}
    found = []
    for kind in kinds:
        number, others = 0, 0
        for mutant in itertools.islice(candidates(program, kind), TRIES * per_kind):
            if mutant.source in seen:
                continue
            verdict = judged(program, mutant.source, kind)
            runs = verdict.verdict != "crashed"
            if runs:
                seen.add(mutant.source)
                number += 1
                found.append(Case(f"{program.name}__{kind}__{number}", mutant, verdict))
            elif crashed:
                others += 1
                found.append(Case(f"{program.name}__{kind}__x{others}", mutant, verdict))
            if number == per_kind:
                break
    return found


def judged(program: Program, source: str, kind: str = "") -> Judgement:
    """`judge`, kept from run to run."""
    facts = repr(program.facts)
    key = store.digest("judged", store.judge_version(), program.source, facts, source, kind)
    known = store.kept(key)
    if known is None:
        known = asdict(judge(program, source, kind, kind in BENIGN))
        store.keep(key, known)
    first, other = tuple(known["first_step"]), tuple(known["unequal"])
    return Judgement(known["verdict"], known["reason"], first, other)


def known_shapes(program: Program) -> dict[str, Any]:
    key = store.digest("shapes", store.judge_version(), program.source, repr(program.facts))
    known = store.kept(key)
    if known is None:
        known = shapes(program)
        store.keep(key, known)
    return known


def all_cases(
    programs: list[Program], kinds: Iterable[str], jobs: int, crashed: bool, per_kind: int
) -> list[Case]:
    chosen = [kind for kind in KINDS if kind in set(kinds)]
    found = spread(lambda p: cases(p, chosen, crashed, per_kind), programs, jobs)
    return [case for _, group in sorted(found, key=lambda pair: pair[0].name) for case in group]


def spread(
    function: Callable[[Item], Result], items: Iterable[Item], jobs: int
) -> Iterator[tuple[Item, Result]]:
    """Each item with its result as it comes; threads, since the work is done in other processes."""
    with ThreadPoolExecutor(jobs) as pool:
        futures: dict[Future[Result], Item] = {pool.submit(function, item): item for item in items}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
