"""Another learning rate."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from backproof.checking.learning.aim import Score
from backproof.checking.learning.effects import Effect
from backproof.checking.learning.experiments.facts import Experiment, Facts
from backproof.checking.learning.experiments.words import called, instead, line_piece, scaled
from backproof.checking.learning.shrinking import growing, shrinking
from backproof.checking.source.literals import Literal

UP, DOWN = (10.0, 100.0), (0.1, 0.01)  # factors on the rate
TINY = 1e-3  # a rate below it may be far too small
USUAL = (0.1, 1.0)
WILD = -5.0  # share of the variance: outputs far beyond their targets
NEAR_END = 0.02  # of the range of the targets
NEAR = 1e-4  # relative, of factors


def rates(facts: Facts) -> Iterator[Experiment]:
    """Longer steps and shorter ones, the likelier first."""
    first: tuple[float, ...]
    second: tuple[float, ...]
    first, second = (DOWN, UP) if _is_loud(facts.score) else (UP, DOWN)
    tiny = [literal.value for literal in rate_literals(facts)[:1] if 0 < literal.value < TINY]
    for own in tiny:
        far = [10.0 ** round(math.log10(usual / own)) for usual in USUAL]
        first = (*(factor for factor in far if factor > max(UP)), *first)
    for tier, factors in ((1, first), (2, second)):
        for factor in factors:
            yield rate(facts, factor, tier)


def _is_loud(score: Score) -> bool:
    """Whether the outputs are out of bounds, or all at the ends of their range: steps that were too long."""
    if not math.isfinite(score.value) or score.value < WILD:
        return True
    low, high = score.targets
    near = NEAR_END * (high - low)
    ends = [min(abs(output - low), abs(output - high)) for output in score.outputs]
    return score.kind == "classes" and max(ends) < near


def shrunk(facts: Facts) -> Iterator[Experiment]:
    """The rate as it is at first, all the time."""
    for piece, name, literal in shrinking(facts.text):
        own = literal.piece
        yield Experiment(
            "learning-rate-too-small",
            "decay",
            piece,
            name,
            f"`{name}` shrinks too fast, by the factor {own.text} again and again",
            "1.0 instead of " + own.text,
            "take a factor nearer to 1, or apply it less often",
            ((own.start, own.stop, "1.0"),),
            tier=0,
        )


def grown(facts: Facts) -> Iterator[Experiment]:
    """A rate that becomes smaller where it becomes larger."""
    for piece, name, edit in growing(facts.text):
        yield Experiment(
            "learning-rate-too-large",
            "decay",
            piece,
            name,
            f"`{name}` grows from round to round",
            f"`{name}` shrinking instead",
            "let it shrink, or leave it as it is",
            (edit,),
            tier=0,
        )


def rate(facts: Facts, factor: float, tier: int = 1) -> Experiment:
    """Another learning rate."""
    word = "small" if factor > 1 else "large"
    base = Experiment(
        f"learning-rate-too-{word}",
        "rate",
        line_piece(facts, facts.step.line),
        None,
        f"the steps are too {'short' if factor > 1 else 'long'}",
        f"each step {factor:g} times as long",
        f"multiply each step by {factor:g}",
        changes=({"do": "rate", "paths": sorted(facts.weights), "factor": factor},),
        factor=factor,
        tier=tier,
    )
    chosen = rate_literals(facts)
    if not chosen:
        return base
    first = chosen[0]
    new = scaled(first, factor)[2]
    return replace(
        base,
        piece=first.piece,
        name=first.name or None,
        message=f"{called(first, 'the learning rate')} is too {word}",
        done=instead(first, new),
        help=f"take {new}",
        edits=tuple(scaled(literal, factor) for literal in chosen),
        changes=(),
    )


def rate_literals(facts: Facts) -> list[Literal]:
    """The literals that scale the first step and nothing before it; together they scale every weight's."""
    paths = {p for e in facts.effects for p in e.moves}
    scaling = [(e, _scaled_paths(e)) for e in facts.effects if not e.shapes and _scaled_paths(e)]
    scaling.sort(key=lambda row: (row[0].touched, not row[0].literal.likely_rate))
    out, covered = [], set[str]()
    for effect, moved in scaling:
        if moved - covered and not moved & covered:
            out.append(effect.literal)
            covered |= moved
    return out if covered >= paths and paths else []


def _scaled_paths(effect: Effect) -> set[str]:
    """Paths whose first move is multiplied as the literal is; none where it does anything else to the first step."""
    out = set()
    for path, factor in effect.moves.items():
        if path not in effect.still:
            return set()
        if math.isclose(factor, effect.factor, rel_tol=NEAR):
            out.add(path)
        elif not math.isclose(factor, 1.0, rel_tol=NEAR):
            return set()
    return out
