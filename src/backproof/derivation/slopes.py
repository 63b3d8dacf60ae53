"""Backward, its local slopes: of the loss, of the activations, of the sum that z is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy
from sympy import Derivative

from backproof.activations import Activation
from backproof.derivation.algebra import COST, A, Partial, Y, product, put, written
from backproof.derivation.calculus import (
    Worked,
    activation_slopes,
    equal,
    loss_slope,
    softmax_slopes,
)
from backproof.derivation.forward import received
from backproof.derivation.scene import Line, Scene
from backproof.derivation.steps import Chain, Proof, Step


def loss_slope_step(scene: Scene) -> Step:
    """dC/da of the outputs, worked out from the loss."""
    chain, proof = scene.local(loss_slope(scene.network.loss))
    layer = scene.last
    chains, proofs = [chain], [proof]
    for k, places in scene.places(layer, "k"):
        a = scene.unit("a", layer, k)
        found, shown = scene.chain([(Partial(COST, a), ""), (loss_slope_at(scene, k), "")], places)
        chains.append(found)
        proofs.append(shown)
    return Step(
        f"d{scene.notation.key('a', layer)}",
        "backward",
        scene.words("Backward: {slope}", slope=scene.partial("a", layer)),
        ("How does the loss change when an output moves a little?",),
        scene.paragraphs(
            "The loss is written as a function of one output, and differentiated. A positive slope means: "
            "more output, more loss.",
            *_share_of_each(scene),
        ),
        tuple(chains),
        numbers=(scene.numbers(scene.partial("a", layer), scene.here.slope("a", layer)),),
        proofs=tuple(proofs),
    )


def _share_of_each(scene: Scene) -> list[str]:
    if scene.scale == 1:
        return []
    return [
        f"The loss is a mean, so each of the {scene.batch} examples counts 1/{scene.batch}; "
        "that factor is carried along from here."
    ]


def loss_slope_at(scene: Scene, k: Any) -> Any:
    """dC/da_k of the shown example."""
    a, y = scene.unit("a", scene.last, k), scene.unit("y", scene.last, k)
    slope = put(loss_slope(scene.network.loss).result, {A: a, Y: y})
    return scaled(scene, slope)


def scaled(scene: Scene, *factors: Any) -> Any:
    """With what each example counts in front."""
    return product(*factors) if scene.scale == 1 else product(scene.scale, *factors)


def activation_slope_step(scene: Scene, row: Activation) -> Step:
    """da/dz of a function, worked out from its formula."""
    worked: Sequence[Worked] = activation_slopes(row) if row.elementwise else softmax_slopes(row)
    chains, proofs = zip(*(scene.local(one) for one in worked), strict=True)
    return Step(
        row.name,
        "backward",
        (f"Backward: the slope of {row.name}",),
        (
            f"How does a unit's output change when what it receives moves a little, with {row.name}?",
        ),
        scene.paragraphs(*SLOPES[row.name]),
        chains,
        proofs=proofs,
    )


WRITTEN_IN_A = (
    "The slope can be written in terms of a alone, which the forward pass has computed already."
)
KINK = (
    "At 0 exactly there is a kink and no slope. Programs take the one from below there, as this one does: "
    "any number between the two sides would serve, and a z of exactly 0 is rare."
)
SLOPES = {
    "identity": ("What comes in goes out, so the slope is 1.",),
    "sigmoid": (WRITTEN_IN_A,),
    "tanh": (WRITTEN_IN_A,),
    "softplus": (WRITTEN_IN_A,),
    "exponential": ("The exponential function is its own slope.",),
    "relu": ("On either side of 0 the function is a straight line.", KINK),
    "leaky-relu": ("On either side of 0 the function is a straight line.", KINK),
    "softmax": (
        "A unit's part grows with its own z, and shrinks when another's grows, because all share 1. So there are "
        "two slopes: by its own z, and by another unit's. Together they are the Jacobian.",
    ),
}


def slope_factors(row: Activation) -> tuple[Any, ...]:
    """The slope's factors in terms of a; none where it is 1."""
    slope = written(row.slope_formula)
    if slope == 1:
        return ()
    return slope.args if isinstance(slope, sympy.Mul) else (slope,)


def slope_of_z(scene: Scene, layer: int, j: Any, by: Any, result: Any) -> tuple[Chain, Proof]:
    """dz_j/d(by), for a number `by` that is in the sum that z_j is: only one term of it holds `by`."""
    z = scene.unit("z", layer, j)
    term = by if result == 1 else product(result, by)
    whole, why = received(scene, layer, j), "z is this sum"
    if scene.by_index:
        whole, why = term, "of the sum that z is, one term holds it"
    lines: list[Line] = [
        (Partial(z, by), ""),
        (Derivative(whole, by), why),
        (result, "all other terms stay the same"),
    ]
    proved = equal(lines[1][0], result)
    worked = Worked(tuple(lines), proved)
    return scene.local(worked)
