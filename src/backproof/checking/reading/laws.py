"""Phase 6a: how a group of weights moves, beside the gradient of the loss.

    move = -rate · gradient + momentum · previous move - decay · weight

    fit(...)    the law of one group: its rate, momentum and decay, and what is left unexplained

A positive rate for each group and step, a momentum from 0 up to 1 and a decay of 0 or more are no faults.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from backproof.checking.process.trace import Array

TOLERANCE = 2e-5  # relative; central differences in float64 are within 1e-8 or so
SINGLE = 2e-2  # the same for programs in single precision
PROOF = 1e-3  # a law with memory must leave this share at most of what memory alone leaves
FAINT = 1e-8  # share of the moves: a gradient that explains less takes no part in them
CAREFUL = 0.05  # of the tolerance, for laws with memory: they have more to fit with
MOST_DECAY = 0.5  # of the weight in one step: what loses more is computed anew
NOTHING = 1e-9  # a gradient below this is rounding
STILL = 1e-14  # a move below this, relative to the weight, is none


@dataclass(frozen=True)
class Law:
    """How one group moves."""

    kind: str  # descent, ascent, still, silent, momentum, growth, accumulating, unexplained
    residual: float  # share of the moves that the law leaves unexplained
    rates: tuple[float, ...] = ()  # one per step, or one
    momentum: float = 0.0
    decay: float = 0.0

    @property
    def varies(self) -> bool:
        """Whether each step has a rate of its own."""
        return len(self.rates) > 1

    @property
    def rate(self) -> float:
        """That of the first step that moves anything."""
        return next((rate for rate in self.rates if rate), 0.0)

    @property
    def roughness(self) -> float:
        """By how much the rates change from step to step, in natural logarithms."""
        rates = np.abs(self.rates)
        return float(np.abs(np.diff(np.log(rates[rates > 0]))).sum())

    @property
    def right(self) -> bool:
        """Whether it follows the gradient downhill."""
        return self.kind in ("descent", "silent")


@dataclass(frozen=True)
class Motion:
    """One group over several steps; rows are steps, columns numbers (or directions)."""

    gradient: Array
    move: Array
    weight: Array
    known: Array  # False where the gradient could not be measured (a kink)
    tolerance: float = TOLERANCE
    edges: Array | None = (
        None  # (ways, columns): numbers that may be biases, with a rate of their own
    )
    remembered: Array | None = (
        None  # moves that the program remembers at each step, if others than `move`
    )

    def after(self, steps: int) -> Motion:
        """The same without so many of the first steps."""
        rows = {n: getattr(self, n)[steps:] for n in ("gradient", "move", "weight", "known")}
        kept = None if self.remembered is None else self.remembered[steps:]
        return replace(self, **rows, remembered=kept)


def _rests_first(moves: Array) -> int:
    """Steps from the first in which nothing moves at all, as in a warm-up from a rate of 0: they tell nothing, where most steps follow."""
    moving = np.flatnonzero(moves.any(axis=1))
    rested = int(moving[0]) if moving.size else 0
    return rested if rested <= len(moves) // 3 else 0


def fit(motion: Motion, shared: Array | None = None) -> Law:
    """The law that explains a group's moves best.

    Args:
        motion: what was measured.
        shared: a rate for each step that other groups follow, up to a factor.
    """
    g, d = np.where(motion.known, motion.gradient, 0.0), np.where(motion.known, motion.move, 0.0)
    w = np.where(motion.known, motion.weight, 0.0)
    size = float(np.linalg.norm(d))
    steep = float(np.linalg.norm(g))
    if size <= STILL * max(1.0, float(np.linalg.norm(w))):
        return Law("silent" if steep <= NOTHING else "still", 0.0)
    if steep <= NOTHING * max(1.0, size):
        return Law("silent", 0.0)
    rested = _rests_first(d)
    if rested:
        later = fit(motion.after(rested), None if shared is None else shared[rested:])
        return replace(later, rates=(0.0,) * rested + later.rates) if later.varies else later
    before = _step_before(motion)
    for attempt in (_constant, partial(_with_memory, before=before), _with_decays, _by_step):
        law = attempt(g, d, w, shared, motion.tolerance)
        if law is not None:
            return law
    law = _bias_apart(g, d, motion)
    if law is not None:
        return law
    # The gradient that was computed at the end of the step before, at the same weights.
    for attempt in (_constant, _by_step) if np.linalg.norm(d[1:]) else ():
        law = attempt(g[:-1], d[1:], w[1:], None, motion.tolerance)
        if law is not None and law.kind == "descent":
            return law
    rate = -float(np.vdot(g, d)) / steep**2 if steep else 0.0
    return Law("unexplained", float(np.linalg.norm(d + rate * g)) / size, (rate,))


def _named(rates: Array, residual: float) -> Law | None:
    if (rates > 0).all():
        return Law("descent", residual, tuple(rates.tolist()))
    if (rates < 0).all():
        return Law("ascent", residual, tuple(rates.tolist()))
    return None


def _constant(g: Array, d: Array, w: Array, shared: Array | None, tolerance: float) -> Law | None:
    """One rate, or one factor on the rates that other groups follow."""
    factors = [np.ones(len(g))] if shared is None else [np.ones(len(g)), shared]
    for factor in factors:
        scaled = g * factor[:, None]
        size = float(np.vdot(scaled, scaled))
        if size == 0.0:
            continue
        rate = -float(np.vdot(scaled, d)) / size
        residual = float(np.linalg.norm(d + rate * scaled) / np.linalg.norm(d))
        if residual <= tolerance:
            return _named(np.array([rate]) if factor is not shared else rate * factor, residual)
    return None


def tells(g: Array) -> npt.NDArray[np.bool_]:
    """Which steps have numbers enough to tell a rate of their own."""
    seen: npt.NDArray[np.bool_] = np.abs(g) > 1e-12 * np.abs(g).max(initial=0.0)
    return np.asarray(seen.sum(axis=1) >= 2)


def _by_step(g: Array, d: Array, w: Array, shared: Array | None, tolerance: float) -> Law | None:
    """A rate of its own for each step, where each step has numbers enough to tell."""
    sizes = np.einsum("ij,ij->i", g, g)
    told = tells(g)
    if not told.any():
        return None
    rates = np.where(sizes > 0, -np.einsum("ij,ij->i", g, d) / np.where(sizes > 0, sizes, 1), 0)
    residual = float(np.linalg.norm(d + rates[:, None] * g) / np.linalg.norm(d))
    alone = float(np.abs(rates[~told & (sizes > 0)]).sum())
    if residual > tolerance or (alone and not told.sum() >= 3):
        return None
    law = _named(rates[told], residual)
    steep = sizes > 1e-16 * sizes.max()  # steps that should have moved something
    return law if law is not None and (rates[steep] != 0).all() else None


def _bias_apart(g: Array, d: Array, motion: Motion) -> Law | None:
    """One rate for the biases that an array holds at one of its edges, another for the weights."""
    for edge in () if motion.edges is None else motion.edges:
        parts = [(g[:, mask], d[:, mask]) for mask in (~edge, edge)]
        if any(np.count_nonzero(slope) < FEWEST or not np.any(move) for slope, move in parts):
            continue
        laws = [_constant(slope, move, move, None, motion.tolerance) for slope, move in parts]
        weights, biases = laws
        if weights is not None and biases is not None and weights.kind == biases.kind == "descent":
            return replace(weights, residual=max(weights.residual, biases.residual))
    return None


FEWEST = 4  # derivatives other than zero that tell a rate


def _step_before(motion: Motion) -> tuple[Array, Array]:
    """The move of the step before, which is seen whether its gradient is known or not; and where the gradients of both are known."""
    moves = motion.move if motion.remembered is None else motion.remembered
    move = np.vstack([np.zeros((1, moves.shape[1])), moves[: len(motion.move) - 1]])
    known = np.vstack([np.ones((1, motion.known.shape[1]), dtype=bool), motion.known[:-1]])
    return np.where(motion.known, move, 0.0), known & motion.known


def _with_memory(
    g: Array,
    d: Array,
    w: Array,
    shared: Array | None,
    tolerance: float,
    before: tuple[Array, Array],
) -> Law | None:
    """Momentum and decay, by least squares over all steps."""
    last, told = before
    old = np.vstack([np.zeros((1, g.shape[1])), g[:-1]])
    scaled = g if shared is None else g * shared[:, None]
    for columns in (
        (scaled, w),
        (scaled, last),
        (scaled, last, w),
        (scaled, last, old),
        (scaled, last, old, w),
        (scaled, np.sign(w)),
    ):
        seen = told if any(c is old for c in columns) else np.ones_like(told)
        law = _least_squares(columns, d, last, w, tolerance, seen)
        if law is not None:
            return law
    return None


def _with_decays(
    g: Array, d: Array, w: Array, shared: Array | None, tolerance: float
) -> Law | None:
    """A decay of its own for each number: biases are often spared."""
    steps, size = d.shape
    if steps < 4 or size < 2 or size > 400:
        return None
    scaled = g if shared is None else g * shared[:, None]
    table = np.zeros((steps * size, size + 1))
    table[:, 0] = scaled.ravel()
    for j in range(size):
        table[j::size, j + 1] = w[:, j]
    scale = np.linalg.norm(table, axis=0)
    scale[scale == 0] = 1.0
    answer, *_ = np.linalg.lstsq(table / scale, d.ravel(), rcond=1e-12)
    values = answer / scale
    residual = float(np.linalg.norm(d.ravel() - table @ values) / np.linalg.norm(d))
    decays = -values[1:]
    if (
        residual > tolerance
        or abs(values[0]) * np.linalg.norm(scaled) < FAINT * np.linalg.norm(d)
        or values[0] >= 0
        or decays.max() > MOST_DECAY
        or not _on_or_off(decays, w, d, tolerance)
    ):
        return None
    return Law("descent", residual, (-float(values[0]),), 0.0, float(decays.max()))


def _on_or_off(decays: Array, w: Array, d: Array, tolerance: float) -> bool:
    """Whether each number has one and the same decay, or none."""
    weight = np.linalg.norm(w, axis=0) / max(float(np.linalg.norm(d)), 1e-300)
    told = weight > 0
    most = float(decays[told].max(initial=0.0))
    off = np.abs(decays) * weight <= 10 * tolerance
    on = np.abs(decays - most) * weight <= 10 * tolerance
    return bool(most > 0 and (off | on | ~told).all())


def _least_squares(
    columns: tuple[Array, ...],
    d: Array,
    before: Array,
    w: Array,
    tolerance: float,
    seen: Array,
) -> Law | None:
    # The first step may have a history that was not seen: it is left out where memory is in play.
    rows = slice(1, None) if any(c is before for c in columns) else slice(None)
    shown = seen[rows].ravel()
    table = np.stack([c[rows].ravel()[shown] for c in columns], axis=1)
    goal = d[rows].ravel()[shown]
    useful = int(np.count_nonzero(np.abs(table).sum(axis=1)))
    if useful < 2 * len(columns) + 1 or not np.linalg.norm(goal):
        return None
    scale = np.linalg.norm(table, axis=0)
    if (scale == 0).any():
        return None
    answer, _, rank, _ = np.linalg.lstsq(table / scale, goal, rcond=1e-10)
    if rank < len(columns):
        return None
    values = answer / scale
    residual = float(np.linalg.norm(goal - table @ values) / np.linalg.norm(goal))
    alone = _without(table, goal)
    if residual > CAREFUL * tolerance or residual > PROOF * alone or alone < FAINT:
        return None
    return _judged(columns, values, residual, before, w)


def _without(table: Array, goal: Array) -> float:
    """What is left unexplained without the gradient: slow moves resemble each other."""
    rest = table[:, 1:]
    answer, *_ = np.linalg.lstsq(rest, goal, rcond=1e-10)
    return float(np.linalg.norm(goal - rest @ answer) / np.linalg.norm(goal))


def _judged(
    columns: tuple[Array, ...], values: Array, residual: float, before: Array, w: Array
) -> Law:
    momentum = next((float(v) for c, v in zip(columns, values, strict=True) if c is before), 0.0)
    decay = 0.0
    for column, value in zip(columns, values, strict=True):
        if column is w or (column is not before and column is columns[-1] and len(columns) == 2):
            decay = -float(value)
    law = Law("descent", residual, (-float(values[0]),), momentum, decay)
    if values[0] >= 0:
        return replace(law, kind="ascent")
    if momentum < -1e-6:
        return replace(law, kind="momentum")
    if momentum > 1 - 1e-6:
        return replace(law, kind="accumulating")
    if decay < -1e-12:
        return replace(law, kind="growth")
    if decay > MOST_DECAY:
        return replace(law, kind="unexplained")
    return law
