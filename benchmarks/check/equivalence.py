"""Is a mutant's gradient wrong? Judged by the moves of the weights, without the checker.

The original runs for some steps; its weights at the head of each step are kept. The mutant runs with the same random
numbers and is set to the original's weights at the head of each step, so that both move from the same point. Velocities,
accumulators and whatever else a program keeps stay the mutant's own. Then the moves are compared, group by group:

    equivalent   each group's moves are the original's times one positive factor; also what only prints differently
    disputed     right in one reading, wrong in another: not counted, neither as a mistake nor as a false accusation
    harmful      everything else
    crashed      it raises, or takes far too long: not counted

What is disputed:

    rate         factors that vary from step to step, but for all groups alike: another schedule of the learning rate
    law          a multiple of the original's moves plus momentum (below 1) or decay: another law, the gradient is right
    start        the same moves from other first weights
    loss         the gradient of another usual loss, in a program that computes none
    printout     the same moves under the printout of another loss
    carried      the gradient is carried into the next step, so moves from the same point say nothing of a factor

A mutant that is made to be harmless (another learning rate, another name) is equivalent, whatever the law makes of a factor.
One that is made to break the law (the sign of the decay) is harmful where the law is all that differs.
"""

from __future__ import annotations

import ast
import os
import pickle
import signal
import subprocess
import sys
import warnings
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from program import Facts, Program
from trajectory import loops

CHILD = Path(__file__).with_name("trajectory.py")
SECONDS = 30  # of the processor; an original takes one
PATIENCE = 600  # of the clock, on a busy machine
ROUNDING = 1e-12  # of a move, relative to the weights it is the difference of
SAME = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1") | {"PYTHONHASHSEED": "0"}
OUTPUT_SLOPE = ("missing-slope", "needless-slope")  # may turn one usual loss into another
OTHER_LOSS = (
    *OUTPUT_SLOPE,
    "slope-of-wrong-quantity",
    "slope-of-another-layer",
    "wrong-activation",
)
DECAYS = ("decay-sign",)  # a law that no one means
PRINTOUT = ("other-printout",)


@dataclass(frozen=True)
class Moves:
    """What the weights did: for each group an array, one row for each step."""

    first: list[np.ndarray]  # the weights that the program itself starts from
    started: list[np.ndarray]  # the weights at each head
    moves: list[np.ndarray]  # from there to the next head
    end: str  # enough, finished, crashed, reshaped, late
    error: str = ""

    def __len__(self) -> int:
        return len(self.moves[0])

    def first_steps(self, steps: int) -> Moves:
        started, moves = ([array[:steps] for array in of] for of in (self.started, self.moves))
        return replace(self, started=started, moves=moves)


@dataclass(frozen=True)
class Judgement:
    """What became of the gradient."""

    verdict: str  # equivalent, disputed, harmful, crashed
    reason: str
    first_step: tuple[str, ...] = ()  # the groups whose very first move is wrong, a factor aside
    unequal: tuple[str, ...] = ()  # the groups whose very first move is another


def judge(original: Program, source: str, kind: str = "", benign: bool = False) -> Judgement:
    """The moves of `source`, a mutant of this kind or a repair, beside those of the original."""
    facts = original.facts
    truth, forced = original_run(original.source, facts, original.step)
    step = find_step(original, ast.parse(source))
    if step is None:
        return Judgement("crashed", "the loop of the steps is gone")
    mutant = run(source, facts, step, forced)
    if mutant.end == "reshaped":
        mutant = replace(mutant, end=free_end(source, facts, step))
    if mutant.end in ("crashed", "late"):
        return Judgement("crashed", mutant.error or mutant.end)
    mutant = mutant.first_steps(len(truth))
    found = meaning(compare(truth, mutant, facts), facts, kind, benign)
    return replace(found, unequal=tuple(unequal(truth, mutant, facts)))


def meaning(found: Judgement, facts: Facts, kind: str, benign: bool) -> Judgement:
    """What the moves mean, once the kind of the mutation is known."""
    if benign:
        verdict = "disputed" if found.first_step else "equivalent"
        return Judgement(verdict, f"harmless: {found.reason}", found.first_step)
    if found.reason == "law" and kind in DECAYS:
        return Judgement("harmful", "the law", found.first_step)
    if kind in PRINTOUT:
        return Judgement("disputed", "printout", found.first_step)
    if found.reason == "rate" and kind in OTHER_LOSS and facts.loss:
        return Judgement("harmful", "the gradient of another loss than the one computed")
    everywhere = len(found.first_step) == len(facts.weights)
    if found.verdict == "harmful" and everywhere and not facts.loss and kind in OUTPUT_SLOPE:
        return Judgement("disputed", "loss", found.first_step)
    return found


def compare(truth: Moves, mutant: Moves, facts: Facts) -> Judgement:
    """The verdict by the moves alone."""
    if mutant.end == "reshaped":
        return Judgement("harmful", "the weights change their shape", facts.weights)
    if len(mutant) < len(truth):
        return Judgement("harmful", "it makes fewer steps")
    groups = range(len(facts.weights))
    factors = [proportion(truth, mutant, g, facts) for g in groups]
    wrong = [facts.weights[g] for g in groups if np.any(factors[g] <= 0)]
    first = tuple(facts.weights[g] for g in groups if factors[g][0] <= 0)
    if wrong and facts.carried and not first and not fits(truth, mutant, 0, 1.0, facts)[0]:
        return Judgement("disputed", "carried")
    if wrong and all(same_law(truth, mutant, g, facts) for g in groups):
        return Judgement("disputed", "law", first)
    if wrong:
        return Judgement("harmful", f"the moves of {', '.join(wrong)}", first)
    typical = [np.nanmedian(factor) if np.any(factor > 0) else 1.0 for factor in factors]
    if all(fits(truth, mutant, g, typical[g], facts).all() for g in groups):
        same = all(map(np.array_equal, truth.first, mutant.first))
        return Judgement("equivalent", "the same moves") if same else Judgement("disputed", "start")
    schedules = common_schedule(factors)
    alike = all(fits(truth, mutant, g, schedules[g], facts).all() for g in groups)
    if alike and len(groups) > 1:
        return Judgement("disputed", "rate")
    varied = [
        facts.weights[g] for g in groups if not fits(truth, mutant, g, typical[g], facts).all()
    ]
    return Judgement("harmful", f"factors that vary: {', '.join(varied)}")


def common_schedule(factors: list[np.ndarray]) -> list[np.ndarray]:
    """For each group the factors that it would have if they varied from step to step for all groups alike."""
    most = max(factors, key=lambda factor: np.count_nonzero(factor > 0))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # steps on which every group rests
        ratios = [np.nanmedian(factor / most) for factor in factors]
        schedule = np.nanmedian([f / r for f, r in zip(factors, ratios, strict=True)], axis=0)
    return [ratio * schedule for ratio in ratios]


def unequal(truth: Moves, mutant: Moves, facts: Facts) -> list[str]:
    """The groups whose first move is not the original's, which a gradient check would find."""
    if mutant.end == "reshaped" or not len(mutant):
        return list(facts.weights)
    groups = enumerate(facts.weights)
    return [name for group, name in groups if not fits(truth, mutant, group, 1.0, facts)[0]]


def proportion(truth: Moves, mutant: Moves, group: int, facts: Facts) -> np.ndarray:
    """For each step the factor between two moves: 0 where there is none, nan where both rest."""
    a, b = truth.moves[group], mutant.moves[group]
    with np.errstate(all="ignore"):
        factor = np.sum(a * b, axis=1) / np.sum(a * a, axis=1)
    rest = (np.linalg.norm(a, axis=1) <= noise(truth, group)) & (size(b) <= noise(truth, group))
    one = size(b) > noise(truth, group)
    close = fits(truth, mutant, group, factor, facts)
    return np.where(rest, np.nan, np.where(close & one, factor, 0.0))


def fits(truth: Moves, mutant: Moves, group: int, factor: Any, facts: Facts) -> np.ndarray:
    """For each step, whether the mutant's move is so many times the original's; nan never decides."""
    a, b = truth.moves[group], mutant.moves[group]
    factor = np.nan_to_num(np.broadcast_to(factor, len(a)), posinf=0.0, neginf=0.0)
    with np.errstate(all="ignore"):
        off = size(b - factor[:, None] * a)
        allowed = facts.tolerance * size(b) + noise(truth, group) * (1 + np.abs(factor))
        return off <= allowed


def same_law(truth: Moves, mutant: Moves, group: int, facts: Facts) -> bool:
    """Whether each move is a positive multiple of the original's, plus momentum and decay."""
    a, b, weights = truth.moves[group], mutant.moves[group], truth.started[group]
    if not np.isfinite(b).all():
        return False
    columns = [a, before(a), before(b), weights]
    table = np.stack([column.ravel() for column in columns], axis=1)
    scale = np.linalg.norm(table, axis=0) + 1e-300
    found = np.linalg.lstsq(table / scale, b.ravel(), rcond=1e-10)[0] / scale
    residual = np.linalg.norm(table @ found - b.ravel())
    multiple, of_last, momentum, decay = found
    close = residual <= facts.tolerance * np.linalg.norm(b)
    legal = multiple > 1e-3 and of_last < 1e-4 and -1e-4 < momentum < 0.9999 and abs(decay) < 0.05
    return bool(close and legal)


def before(moves: np.ndarray) -> np.ndarray:
    return np.vstack([np.zeros_like(moves[:1]), moves[:-1]])


def size(moves: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.linalg.norm(moves, axis=1)


def noise(truth: Moves, group: int) -> np.ndarray:
    """How much of a move may be rounding."""
    return ROUNDING * (1 + size(truth.started[group]))


@cache
def original_run(source: str, facts: Facts, step: int) -> tuple[Moves, list[list[list[float]]]]:
    """The original's moves, and the weights to set a mutant to."""
    moves = run(source, facts, step)
    if moves.end in ("crashed", "late") or not len(moves):
        raise RuntimeError(f"the original does not run: {moves.error or moves.end}")
    return moves, [[group[k].tolist() for group in moves.started] for k in range(len(moves))]


def run(source: str, facts: Facts, step: int, forced: list[Any] | None = None) -> Moves:
    """The moves of a program, from its own weights or from those given."""
    answer = child(source, facts, step, forced=forced)
    arrived, started = answer["arrived"], answer["started"]
    steps = max(0, min(len(arrived) - 1, len(started)))
    groups = range(len(facts.weights))
    first = [np.array(arrived[0][g]) for g in groups] if arrived else []
    begins = [np.array([started[k][g] for k in range(steps)]) for g in groups]
    moves = [np.array([arrived[k + 1][g] for k in range(steps)]) - begins[g] for g in groups]
    return Moves(first, begins, moves, answer["end"], answer["error"])


def free_end(source: str, facts: Facts, step: int) -> str:
    """How a program of which a weight changes its shape ends when it is left alone."""
    end = child(source, facts, step)["end"]
    return end if end in ("crashed", "late") else "reshaped"


def shapes(program: Program) -> dict[str, Any]:
    """Type and shape of every name, function by function, over the first three steps."""
    facts = replace(program.facts, steps=3)
    return child(program.source, facts, program.step, names=True)["shapes"]


def child(source: str, facts: Facts, step: int, **more: Any) -> dict[str, Any]:
    """The answer of one run, in a process of its own."""
    known = {"source": source, "step": step, "weights": facts.weights, "steps": facts.steps}
    request = pickle.dumps(known | {"seconds": SECONDS} | more)
    command, environment = [sys.executable, str(CHILD)], os.environ | SAME
    try:
        done = subprocess.run(
            command, input=request, capture_output=True, timeout=PATIENCE, env=environment
        )
    except subprocess.TimeoutExpired:
        return {"arrived": [], "started": [], "end": "late", "error": f"over {PATIENCE} s"}
    if done.stdout:
        return pickle.loads(done.stdout)
    last = "".join(done.stderr.decode(errors="replace").strip().splitlines()[-1:])
    if last == "KeyboardInterrupt" or done.returncode == -signal.SIGINT:
        raise KeyboardInterrupt  # it says nothing of the program
    late = done.returncode in (-signal.SIGKILL, -getattr(signal, "SIGXCPU", signal.SIGKILL))
    error = f"over {SECONDS} s" if late else last
    return {"arrived": [], "started": [], "end": "late" if late else "crashed", "error": error}


def find_step(original: Program, tree: ast.Module) -> int | None:
    """The number of the step's loop in another version: of the same header, else the same number."""
    known = loops(original.tree)
    headers, wanted = [header(loop) for loop in loops(tree)], header(known[original.step])
    same = [number for number, text in enumerate(headers) if text == wanted]
    before_it = [header(loop) for loop in known[: original.step]].count(wanted)
    if len(same) > before_it:
        return same[before_it]
    return original.step if len(headers) == len(known) else None


def header(loop: ast.For | ast.While) -> str:
    if isinstance(loop, ast.While):
        return ast.unparse(loop.test)
    return f"{ast.unparse(loop.target)} in {ast.unparse(loop.iter)}"
