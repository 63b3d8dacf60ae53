"""What can be had without the command.

random_repair    edit the program at random, for as long as the command took, until the weights move as they should. It is
                 told the right moves, which no person has: an upper bound
gradient_check   compare the first step with the true gradient, weight by weight. It is told the weights and the true
                 gradient (the original's first move, which numerical derivatives would give); it finds what is wrong on
                 that step, and names weights, no line
"""

from __future__ import annotations

import ast
import contextlib
import random
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import store
from mutations import KINDS, candidates
from program import Mutant, Program
from suite import Case, judged

LOOKED_AT = 4  # expressions from elsewhere tried for each place


@dataclass(frozen=True)
class Search:
    """How a random search for a repair ended."""

    repaired: bool
    tries: int
    seconds: float


def gradient_check(case: Case) -> bool:
    """Whether a check of the first step finds the mutant."""
    return case.judgement.verdict == "harmful" and bool(case.judgement.unequal)


def random_repair(program: Program, mutant: Mutant, seconds: float) -> Search:
    """Random edits until one restores the original's moves or the time is over; kept from run to run."""
    key = store.digest("random", store.judge_version(), program.source, mutant.source, f"{seconds}")
    known = store.kept(key)
    if known is None:
        known = asdict(search(program, mutant.source, seconds))
        store.keep(key, known)
    return Search(**known)


def search(program: Program, source: str, seconds: float) -> Search:
    began, tries = time.perf_counter(), 0
    for edited in edits(program.variant(source), source):
        spent = time.perf_counter() - began
        if spent >= seconds:
            return Search(False, tries, spent)
        tries += 1
        if judged(program, edited).verdict == "equivalent":
            return Search(True, tries, time.perf_counter() - began)
    return Search(False, tries, time.perf_counter() - began)


def edits(program: Program, seed: str) -> Iterator[str]:
    """Every single edit that the operators know, and expressions put in the place of others; shuffled."""
    found = []
    for kind in KINDS:
        with contextlib.suppress(ValueError, KeyError, IndexError, AttributeError):
            found += [mutant.source for mutant in candidates(program, kind)]
    found += [mutant.source for mutant in transplants(program, random.Random(seed)) if mutant]
    found = sorted(set(found))
    random.Random(seed).shuffle(found)
    yield from found


def transplants(program: Program, chance: random.Random) -> Iterator[Mutant | None]:
    """An expression of the backward pass replaced by one that stands elsewhere in the program."""
    whole = [n for n in ast.walk(program.tree) if isinstance(n, ast.expr) and n.lineno != 0]
    texts = sorted(
        {program.text(n) for n in whole if isinstance(getattr(n, "ctx", ast.Load()), ast.Load)}
    )
    for node in program.expressions():
        for text in chance.sample(texts, min(LOOKED_AT, len(texts))):
            yield program.put(node, text, "from elsewhere")
