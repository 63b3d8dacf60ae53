"""Part 4: the chain rule, from the loss back to the first layer.

loss_slope_step        dC/da of the outputs
activation_slope_step  da/dz, once for each function
output_delta_step      delta of the output layer, where things cancel
hidden_delta_step      delta of a hidden layer
weights_step           dC/dW, and with the bias in the weights' first row also dC/db
bias_step              dC/db
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import sympy
from sympy import Derivative, KroneckerDelta, Symbol

from backproof.activations import Activation
from backproof.derivation.algebra import (
    COST,
    DECAY,
    A,
    Partial,
    Y,
    letter,
    product,
    put,
    written,
)
from backproof.derivation.calculus import (
    Worked,
    activation_slopes,
    collapsed,
    equal,
    loss_slope,
    softmax_slopes,
)
from backproof.derivation.forward import received
from backproof.derivation.matrices import (
    Dropped,
    Matrix,
    Ones,
    Plus,
    Scaled,
    Times,
    Turned,
    Whole,
    each,
)
from backproof.derivation.scene import Line, Scene
from backproof.derivation.steps import Chain, Proof, Step

G = Symbol("g", real=True)  # what comes from behind in the chain rule


def loss_slope_step(scene: Scene) -> Step:
    """dC/da of the outputs, worked out from the loss."""
    chain, proof = scene.local(loss_slope(scene.network.loss))
    layer = scene.last
    chains, proofs = [chain], [proof]
    for k, places in scene.places(layer, "k"):
        a = scene.unit("a", layer, k)
        found, shown = scene.chain([(Partial(COST, a), ""), (_loss_slope_at(scene, k), "")], places)
        chains.append(found)
        proofs.append(shown)
    return Step(
        f"d{scene.notation.key('a', layer)}",
        "backward",
        scene.words("Backward: {slope}", slope=scene.partial("a", layer)),
        ("How does the loss change when an output moves a little?",),
        scene_words(
            scene,
            "The loss is written as a function of one output, and differentiated. A positive slope means: "
            "more output, more loss.",
            *_share_of_each(scene),
        ),
        tuple(chains),
        numbers=(scene.numbers(scene.partial("a", layer), scene.here.slope("a", layer)),),
        proofs=tuple(proofs),
    )


def scene_words(scene: Scene, *texts: str) -> tuple[Any, ...]:
    """Paragraphs."""
    return tuple(scene.words(text) for text in texts)


def _share_of_each(scene: Scene) -> list[str]:
    if scene.scale == 1:
        return []
    return [
        f"The loss is a mean, so each of the {scene.batch} examples counts 1/{scene.batch}; "
        "that factor is carried along from here."
    ]


def _loss_slope_at(scene: Scene, k: Any) -> Any:
    """dC/da_k of the shown example."""
    a, y = scene.unit("a", scene.last, k), scene.unit("y", scene.last, k)
    slope = put(loss_slope(scene.network.loss).result, {A: a, Y: y})
    return _scaled(scene, slope)


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
        scene_words(scene, *SLOPES[row.name]),
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
    "relu": ("On either side of 0 the function is a straight line.", KINK),
    "leaky-relu": ("On either side of 0 the function is a straight line.", KINK),
    "softmax": (
        "A unit's part grows with its own z, and shrinks when another's grows, because all share 1. So there are "
        "two slopes: by its own z, and by another unit's. Together they are the Jacobian.",
    ),
}


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
            *scene_words(scene, *_what_cancels(scene)),
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
    factors = product(_loss_slope_at(scene, k), slope)
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
        return product(slope(j), scene.unit("a", layer, j), KroneckerDelta(j, k) - a)

    def weighted(j: Any) -> Any:
        return collapsed(product(slope(j), scene.unit("a", layer, j)))

    share = sympy.Mul(-1, scene.over(layer, "j", weighted), evaluate=False)
    inner = sympy.Add(slope(k), share, evaluate=False)
    lines: list[Line] = [
        (scene.unit("delta", layer, k), ""),
        (Partial(COST, z), "that is what delta means"),
        (scene.over(layer, "j", through), "the chain rule, through every output"),
        (_scaled(scene, scene.over(layer, "j", jacobian)), SLOPES_FOUND[scene.by_index]),
        (_scaled(scene, a, inner), "this unit's a is in every term"),
    ]
    if loss.sums_to_one:
        cost = sympy.Add(a, -y, evaluate=False)
        lines.append((_scaled(scene, cost), "the targets sum to 1"))
    return lines


def _scaled(scene: Scene, *factors: Any) -> Any:
    """With what each example counts in front."""
    return product(*factors) if scene.scale == 1 else product(scene.scale, *factors)


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
        inner = each(product(loss_slope(loss).result, *_slope_factors(row)), a=a, y=y)
    else:
        slope = loss_slope(loss).result
        column = Ones(scene.units(layer))
        sums = Times((each(product(slope, A), a=a, y=y), column, Turned(column)))
        inner = each(product(A, sympy.Add(slope, -G, evaluate=False)), a=a, y=y, g=sums)
    if scene.scale == 1:
        return inner
    return Scaled(float(scene.scale), inner, f"1/{scene.batch}")


def _slope_factors(row: Activation) -> tuple[Any, ...]:
    """The slope's factors in terms of a; none where it is 1."""
    slope = written(row.slope_formula)
    if slope == 1:
        return ()
    return slope.args if isinstance(slope, sympy.Mul) else (slope,)


def hidden_delta_step(scene: Scene, layer: int) -> Step:
    """delta of a hidden layer: from the layer after it, back through the weights, then through the function."""
    row = scene.network.activations[layer - 2]
    chains, proofs = _through_the_weights(scene, layer)
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
        scene_words(scene, *_hidden_words(scene, layer, row)),
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


def _through_the_weights(scene: Scene, layer: int) -> tuple[list[Chain], list[Proof]]:
    """dz/da between two layers is the weight, since of the sum only one term holds this a."""
    j, k = letter("j"), letter("k")
    if not scene.by_index:
        j = k = sympy.Integer(1)
    a, z = scene.unit("a", layer, j), scene.unit("z", layer + 1, k)
    weight = scene.unit("W", layer + 1, j, k)
    if scene.by_index:
        sum_ = product(weight, a)
        why = "of the sum that z is, one term holds this a"
    else:
        sum_, why = received(scene, layer + 1, k), "z is this sum"
    lines: list[Line] = [
        (Partial(z, a), ""),
        (Derivative(sum_, a), why),
        (weight, "all other terms stay the same"),
    ]
    proved = equal(lines[1][0], weight)
    return [chain_of(scene, lines)], [Proof("symbolic", 0.0, proved, (scene.math(lines[0][0]),))]


def chain_of(scene: Scene, lines: list[Line]) -> Chain:
    """A chain without numbers."""
    return scene.local(Worked(tuple(lines), True))[0]


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
    factors = _slope_factors(row)
    a = Whole("a", layer, side)
    matrix: Matrix = each(product(G, *factors), g=back, a=a) if factors else back
    return Dropped(matrix) if side else matrix


def weights_step(scene: Scene, layer: int) -> Step:
    """dC/dW."""
    rows = scene.notation.bias_row
    chains: list[Chain] = []
    proofs: list[Proof] = []
    for i, j, places in _some_weights(scene, layer):
        chain, proof = scene.chain(_weight_lines(scene, layer, i, j), places, bool(chains))
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
        scene_words(scene, *_weights_words(scene, layer)),
        tuple(chains),
        (form,),
        (scene.numbers(left, found),),
        proofs=(*proofs, proof),
    )


def _some_weights(scene: Scene, layer: int) -> Any:
    """The weights to write a formula for: one by index, or the first few, a bias in the first row before them."""
    if scene.by_index:
        i, j = letter("i"), letter("j")
        return [(i, j, {i: 1, j: 1})]
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
            "delta, and the term of z that holds this weight",
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
        (added, "the chain rule, and the slope of the weight decay's λ/2 times the square"),
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
    if scene.decay:
        words.append("Weight decay pulls each weight towards 0; biases are left alone.")
    return words


def bias_step(scene: Scene, layer: int) -> Step:
    """dC/db."""
    chains: list[Chain] = []
    proofs: list[Proof] = []
    for j, places in scene.places(layer):
        chain, proof = scene.chain(_bias_lines(scene, layer, j), places, bool(chains))
        chains.append(chain)
        proofs.append(proof)
    left = scene.partial("b", layer)
    form, proof = scene.form(left, _bias_form(scene, layer), ("db", layer), "")
    return Step(
        f"d{scene.notation.key('b', layer)}",
        "backward",
        scene.words("Backward: {slope}", slope=left),
        (f"How does the loss change when a bias of layer {layer} moves a little?",),
        scene_words(scene, *_bias_words(scene, layer)),
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
        (scene.unit("delta", layer, j), "the bias stands in z by itself: that slope is 1"),
    ]


def _bias_form(scene: Scene, layer: int) -> Matrix:
    delta = Whole("delta", layer)
    return delta if scene.batch == 1 else Times((Turned(Ones(scene.batch)), delta))
