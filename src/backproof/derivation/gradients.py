"""Backward, the gradients of the weights and biases."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy

from backproof.derivation.algebra import COST, DECAY, Partial, letter, product
from backproof.derivation.matrices import Matrix, Ones, Plus, Scaled, Times, Turned, Whole
from backproof.derivation.scene import Line, Scene
from backproof.derivation.slopes import slope_of_z
from backproof.derivation.steps import Chain, Proof, Step


def weights_step(scene: Scene, layer: int) -> Step:
    """dC/dW."""
    rows = scene.notation.bias_row
    chains: list[Chain] = []
    proofs: list[Proof] = []
    for i, j, places in _some_weights(scene, layer):
        if not chains:
            weight, before = scene.unit("W", layer, i, j), scene.unit("a", layer - 1, i)
            chain, proof = slope_of_z(scene, layer, j, weight, before)
            chains.append(chain)
            proofs.append(proof)
        brief = len(chains) > 1
        chain, proof = scene.chain(_weight_lines(scene, layer, i, j), places, brief)
        chains.append(chain)
        proofs.append(proof)
    left = scene.partial("W", layer)
    truth = ("dtheta" if rows else "dW", layer)
    form, proof = scene.form(left, _weights_form(scene, layer), truth, _weights_say(scene))
    here = scene.here
    found = here.gradient("W", layer)
    if rows:
        found = np.vstack([here.gradient("b", layer), found])
    return Step(
        f"d{scene.notation.key('W', layer)}",
        "backward",
        scene.words("Backward: {slope}", slope=left),
        (f"How does the loss change when a weight into layer {layer} moves a little?",),
        scene.paragraphs(*_weights_words(scene, layer)),
        tuple(chains),
        (form,),
        (scene.numbers(left, found),),
        proofs=(*proofs, proof),
    )


def _some_weights(scene: Scene, layer: int) -> Any:
    """The weights to write a formula for: one by index, or the first few, a bias in the first row before them."""
    if scene.by_index:
        i, j = letter("i"), letter("j")
        return [(i, j, {i: scene.loudest(layer - 1), j: scene.telling(layer)})]
    one = sympy.Integer(1)
    froms = [sympy.Integer(n) for n in range(1, min(scene.units(layer - 1), 2) + 1)]
    return [(i, one, {}) for i in froms]


def _weight_lines(scene: Scene, layer: int, i: Any, j: Any) -> list[Line]:
    weight, z = scene.unit("W", layer, i, j), scene.unit("z", layer, j)
    if scene.batch > 1:
        return _batch_weight_lines(scene, layer, i, j)
    lines: list[Line] = [
        (Partial(COST, weight), ""),
        (product(Partial(COST, z), Partial(z, weight)), "the chain rule"),
        (
            product(scene.unit("delta", layer, j), scene.unit("a", layer - 1, i)),
            "delta, and the slope above",
        ),
    ]
    if not scene.decay:
        return lines
    return _with_decay(lines, scene, weight)


def _with_decay(lines: list[Line], scene: Scene, weight: Any) -> list[Line]:
    last = lines[-1][0]
    added = sympy.Add(last, product(DECAY, weight), evaluate=False)
    return [
        lines[0],
        (added, "the chain rule, and the weight decay's own slope"),
    ]


def _batch_weight_lines(scene: Scene, layer: int, i: Any, j: Any) -> list[Line]:
    m = letter("m")
    weight = scene.unit("W", layer, i, j)
    term = product(scene.unit("delta", layer, m, j), scene.unit("a", layer - 1, m, i))
    lines: list[Line] = [
        (Partial(COST, weight), ""),
        (
            sympy.Sum(term, (m, 1, scene.batch)),
            "every example's loss depends on this weight: their parts add up",
        ),
    ]
    return _with_decay(lines, scene, weight) if scene.decay else lines


def _weights_form(scene: Scene, layer: int) -> Matrix:
    side = "bias" if scene.notation.bias_row else ""
    matrix: Matrix = Times((Turned(Whole("a", layer - 1, side)), Whole("delta", layer)))
    if not scene.decay:
        return matrix
    kept = Whole("W", layer, "zero" if side else "")
    return Plus((matrix, Scaled(scene.decay, kept, "λ")))


def _weights_say(scene: Scene) -> str:
    return (
        "" if scene.batch == 1 else "the product's inner size is the batch: it adds up the examples"
    )


def _weights_words(scene: Scene, layer: int) -> list[str]:
    factors = f"{{a{layer - 1}T}}", f"{{delta{layer}}}"
    words = [
        f"A weight acts on the loss only through the z that it feeds. That z holds it in one term, weight times "
        f"{{a{layer - 1}}}: so its slope is the unit that it comes from. A delta alone is not the gradient of a weight; "
        f"it has to be multiplied by what came in.",
        f"Every pair of a unit before and a unit after has its weight: {scene.in_order(*factors)} has "
        f"all these products, and the shape of {{W{layer}}}.",
    ]
    if scene.notation.bias_row:
        words.append("The first row is the biases': what comes in there is always 1.")
    zero = "θ° is θ with 0 in the place of each bias." if scene.notation.bias_row else ""
    if scene.decay:
        words.append(
            f"Weight decay pulls each weight towards 0; biases are left alone. {zero}".strip()
        )
    return words


def bias_step(scene: Scene, layer: int) -> Step:
    """dC/db."""
    chains: list[Chain] = []
    proofs: list[Proof] = []
    for j, places in scene.places(layer):
        if not chains:
            chain, proof = slope_of_z(scene, layer, j, scene.unit("b", layer, j), sympy.Integer(1))
            chains.append(chain)
            proofs.append(proof)
        brief = len(chains) > 1
        chain, proof = scene.chain(_bias_lines(scene, layer, j), places, brief)
        chains.append(chain)
        proofs.append(proof)
    left = scene.partial("b", layer)
    form, proof = scene.form(left, _bias_form(scene, layer), ("db", layer), "")
    return Step(
        f"d{scene.notation.key('b', layer)}",
        "backward",
        scene.words("Backward: {slope}", slope=left),
        (f"How does the loss change when a bias of layer {layer} moves a little?",),
        scene.paragraphs(*_bias_words(scene, layer)),
        tuple(chains),
        (form,),
        (scene.numbers(left, scene.here.gradient("b", layer)[None, :]),),
        proofs=(*proofs, proof),
    )


def _bias_words(scene: Scene, layer: int) -> list[str]:
    words = [
        "A bias is a weight whose input is always 1, so its slope is the delta itself. Nothing flows further back "
        "through it: the 1 was not computed from anything.",
    ]
    if scene.batch > 1:
        words.append("All examples share the bias, so their deltas add up.")
    return words


def _bias_lines(scene: Scene, layer: int, j: Any) -> list[Line]:
    bias, z = scene.unit("b", layer, j), scene.unit("z", layer, j)
    if scene.batch > 1:
        m = letter("m")
        term = scene.unit("delta", layer, m, j)
        return [
            (Partial(COST, bias), ""),
            (sympy.Sum(term, (m, 1, scene.batch)), "the sum over the batch"),
        ]
    return [
        (Partial(COST, bias), ""),
        (product(Partial(COST, z), Partial(z, bias)), "the chain rule"),
        (scene.unit("delta", layer, j), "the slope above is 1"),
    ]


def _bias_form(scene: Scene, layer: int) -> Matrix:
    delta = Whole("delta", layer)
    return delta if scene.batch == 1 else Times((Turned(Ones(scene.batch)), delta))
