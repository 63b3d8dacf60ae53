"""Backward, the deltas: of the output layer, where things cancel, and of the hidden layers, back through the weights."""

from __future__ import annotations

from typing import Any

import sympy
from sympy import KroneckerDelta, Symbol

from backproof.activations import Activation
from backproof.derivation.algebra import COST, A, Partial, Y, letter, product, put, written
from backproof.derivation.calculus import collapsed, loss_slope
from backproof.derivation.matrices import (
    Dropped,
    Matrix,
    Ones,
    Scaled,
    Times,
    Turned,
    Whole,
    each,
)
from backproof.derivation.scene import Line, Scene
from backproof.derivation.slopes import loss_slope_at, scaled, slope_factors, slope_of_z
from backproof.derivation.steps import Chain, Proof, Step

G = Symbol("g", real=True)  # what comes from behind in the chain rule


def output_delta_step(scene: Scene) -> Step:
    """delta of the output layer."""
    layer = scene.last
    row = scene.network.activations[-1]
    lines = _elementwise_output if row.elementwise else _softmax_output
    chains: list[Chain] = []
    proofs: list[Proof] = []
    for k, places in scene.places(layer, "k"):
        chain, proof = scene.chain(lines(scene, k), places, brief=bool(chains))
        chains.append(chain)
        proofs.append(proof)
    left = scene.notation.math("delta", layer)
    form, proof = scene.form(
        left, _output_form(scene), ("dz", layer), "all outputs and examples at once"
    )
    return Step(
        scene.notation.key("delta", layer),
        "backward",
        scene.words(f"Backward: {{delta{layer}}}"),
        ("How does the loss change when what an output unit receives moves a little?",),
        (
            scene.words(
                f"z moves a, and a moves the loss: the chain rule multiplies the two slopes. "
                f"The derivative of the loss by a z is called delta: {{delta{layer}}} = {{slope}}.",
                slope=scene.partial("z", layer),
            ),
            *scene.paragraphs(*_what_cancels(scene)),
        ),
        tuple(chains),
        (form,),
        (scene.numbers(left, scene.here["delta", layer]),),
        proofs=(*proofs, proof),
    )


def _what_cancels(scene: Scene) -> list[str]:
    if scene.network.activations[-1].name not in scene.network.loss.matching:
        return ["This loss and this function do not cancel, so both slopes stay in the formula."]
    return [
        "Output minus target is all that is left. With target minus output you have the negative "
        "derivative; then every update below is added, not subtracted."
    ]


def _elementwise_output(scene: Scene, k: Any) -> list[Line]:
    layer = scene.last
    a, z = scene.unit("a", layer, k), scene.unit("z", layer, k)
    slope = put(written(scene.network.activations[-1].slope_formula), {A: a})
    factors = product(loss_slope_at(scene, k), slope)
    return _short(
        [
            (scene.unit("delta", layer, k), ""),
            (Partial(COST, z), "that is what delta means"),
            (product(Partial(COST, a), Partial(a, z)), "the chain rule"),
            (factors, "both slopes as found above"),
            (collapsed(factors), "cancelled"),
        ]
    )


def _short(lines: list[Line]) -> list[Line]:
    """Without a last line that repeats the one before it."""
    return lines[:-1] if lines[-1][0] == lines[-2][0] else lines


def _softmax_output(scene: Scene, k: Any) -> list[Line]:
    """Each output depends on this z, so the chain rule has a term for each."""
    layer, loss = scene.last, scene.network.loss
    a, z, y = (scene.unit(kind, layer, k) for kind in ("a", "z", "y"))

    def slope(j: Any) -> Any:
        other, target = scene.unit("a", layer, j), scene.unit("y", layer, j)
        return put(loss_slope(loss).result, {A: other, Y: target})

    def through(j: Any) -> Any:
        other = scene.unit("a", layer, j)
        return product(Partial(COST, other), Partial(other, z))

    def jacobian(j: Any) -> Any:
        same = KroneckerDelta(j, k)
        follows = sympy.Add(same, -a, evaluate=False) if same.args else same - a
        return product(slope(j), scene.unit("a", layer, j), follows)

    def weighted(j: Any) -> Any:
        return collapsed(product(slope(j), scene.unit("a", layer, j)))

    share = sympy.Mul(-1, scene.over(layer, "j", weighted), evaluate=False)
    inner = sympy.Add(slope(k), share, evaluate=False)
    lines: list[Line] = [
        (scene.unit("delta", layer, k), ""),
        (Partial(COST, z), "that is what delta means"),
        (scene.over(layer, "j", through), "the chain rule, through every output"),
        (scaled(scene, scene.over(layer, "j", jacobian)), SLOPES_FOUND[scene.by_index]),
        (scaled(scene, a, inner), "this unit's a is in every term"),
    ]
    if loss.sums_to_one:
        cost = sympy.Add(a, -y, evaluate=False)
        lines.append((scaled(scene, cost), "the targets sum to 1"))
    return lines


SLOPES_FOUND = {
    True: "the slopes found above; [j = k] is 1 for the unit's own z, else 0",
    False: "the slopes found above",
}


def _output_form(scene: Scene) -> Matrix:
    layer = scene.last
    row, loss = scene.network.activations[-1], scene.network.loss
    a, y = Whole("a", layer), Whole("y", layer)
    if row.name in loss.matching:
        inner: Matrix = each(sympy.Add(A, -Y, evaluate=False), a=a, y=y)
    elif row.elementwise:
        inner = each(product(loss_slope(loss).result, *slope_factors(row)), a=a, y=y)
    else:
        slope = loss_slope(loss).result
        column = Ones(scene.units(layer))
        sums = Times((each(product(slope, A), a=a, y=y), column, Turned(column)))
        inner = each(product(A, sympy.Add(slope, -G, evaluate=False)), a=a, y=y, g=sums)
    if scene.scale == 1:
        return inner
    return Scaled(float(scene.scale), inner, f"1/{scene.batch}")


def hidden_delta_step(scene: Scene, layer: int) -> Step:
    """delta of a hidden layer: from the layer after it, back through the weights, then through the function."""
    row = scene.network.activations[layer - 2]
    chain, proof = _through_a_weight(scene, layer)
    chains, proofs = [chain], [proof]
    for j, places in scene.places(layer):
        brief = bool(proofs[1:])
        chain, proof = scene.chain(_hidden_lines(scene, row, layer, j), places, brief)
        chains.append(chain)
        proofs.append(proof)
    left = scene.notation.math("delta", layer)
    matrix = _hidden_form(scene, row, layer)
    form, proof = scene.form(
        left, matrix, ("dz", layer), "unit by unit it is the same, all at once"
    )
    return Step(
        scene.notation.key("delta", layer),
        "backward",
        scene.words(f"Backward: {{delta{layer}}}"),
        (f"How does the loss change when what a unit of layer {layer} receives moves a little?",),
        scene.paragraphs(*_hidden_words(scene, layer, row)),
        tuple(chains),
        (form,),
        (scene.numbers(left, scene.here["delta", layer]),),
        proofs=(*proofs, proof),
    )


def _hidden_words(scene: Scene, layer: int, row: Activation) -> list[str]:
    after = layer + 1
    words = [
        f"No target says what a hidden unit should be. But the unit moves the loss only through the units it "
        f"feeds, and their deltas are known: {{delta{after}}}. So go back the way the signal came: over each weight, "
        f"then through the slope of {row.name}, which is taken at this unit's own output {{a{layer}}}.",
        f"Where the transpose comes from: forward, unit j's weights to layer {after} are summed over j. Backward they are "
        f"summed over k, the units of layer {after}. Summing over the other index is multiplying by {{W{after}T}}; no other "
        f"order of the shapes fits. ⊙ multiplies place by place: each unit has its own slope.",
    ]
    if scene.notation.bias_row:
        words.append(
            "Column 0 belongs to the bias unit, which is 1 whatever happens. It receives nothing, so "
            "there is nothing to send back to: its column is dropped."
        )
    return words


def _through_a_weight(scene: Scene, layer: int) -> tuple[Chain, Proof]:
    """dz/da between two layers is the weight."""
    j, k = (letter("j"), letter("k")) if scene.by_index else (sympy.Integer(1), sympy.Integer(1))
    weight = scene.unit("W", layer + 1, j, k)
    return slope_of_z(scene, layer + 1, k, scene.unit("a", layer, j), weight)


def _hidden_lines(scene: Scene, row: Activation, layer: int, j: Any) -> list[Line]:
    a, z = scene.unit("a", layer, j), scene.unit("z", layer, j)

    def back(k: Any) -> Any:
        after = scene.unit("z", layer + 1, k)
        return product(Partial(COST, after), Partial(after, a))

    def known(k: Any) -> Any:
        return product(scene.unit("delta", layer + 1, k), scene.unit("W", layer + 1, j, k))

    slope = put(written(row.slope_formula), {A: a})
    factors = slope.args if isinstance(slope, sympy.Mul) else (slope,)
    behind = scene.over(layer + 1, "k", known)
    opened = behind.args if isinstance(behind, sympy.Mul) else (behind,)
    return [
        (scene.unit("delta", layer, j), ""),
        (Partial(COST, z), "that is what delta means"),
        (product(scene.over(layer + 1, "k", back), Partial(a, z)), "the chain rule"),
        (product(*opened, *(f for f in factors if f != 1)), "each factor as found"),
    ]


def _hidden_form(scene: Scene, row: Activation, layer: int) -> Matrix:
    side = "bias" if scene.notation.bias_row else ""
    back = Times((Whole("delta", layer + 1), Turned(Whole("W", layer + 1, side))))
    factors = slope_factors(row)
    a = Whole("a", layer, side)
    matrix: Matrix = each(product(G, *factors), g=back, a=a) if factors else back
    return Dropped(matrix) if side else matrix
