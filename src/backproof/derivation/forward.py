"""Parts 1 to 3: the network and its quantities, the forward pass, the loss."""

from __future__ import annotations

from typing import Any

import sympy

from backproof.derivation.algebra import COST, DECAY, A, Y, Z, letter, product, put, total, written
from backproof.derivation.matrices import Matrix, Ones, Plus, Times, Whole, each, shape_text
from backproof.derivation.scene import Scene
from backproof.derivation.steps import Chain, Form, Proof, Step, Table
from backproof.derivation.typeset import Words


def network_step(scene: Scene) -> Step:
    """The diagram, and every quantity with its shape and meaning."""
    names = ["-".join(map(str, scene.network.sizes))]
    names += [", ".join(row.name for row in scene.network.activations)]
    return Step(
        "network",
        "network",
        ("The network",),
        ("What is there, what is it called, and how large is it?",),
        (
            (
                f"A {names[0]} network ({names[1]}), {scene.network.loss.name}. The inputs are layer 1. "
                f"{scene.about or _batch(scene)} {_orientation(scene)}",
            ),
        ),
        tables=(Table(("quantity", "shape", "what it is"), tuple(_quantities(scene))),),
        draws_network=True,
    )


def _batch(scene: Scene) -> str:
    if scene.batch == 1:
        return "The numbers are those of one example."
    return f"The numbers are those of a batch of {scene.batch} examples; formulas unit by unit speak of its first."


def _orientation(scene: Scene) -> str:
    return f"Each example is a {'column' if scene.notation.columns else 'row'}."


def _quantities(scene: Scene) -> list[tuple[Words, ...]]:
    rows = [_quantity(scene, "a", 1, "the inputs")]
    for layer in range(2, scene.last + 1):
        rows += [_quantity(scene, "W", layer, f"weights from layer {layer - 1} to layer {layer}")]
        if not scene.notation.bias_row:
            rows += [_quantity(scene, "b", layer, f"biases of layer {layer}")]
        function = scene.network.activations[layer - 2].name
        rows += [
            _quantity(scene, "z", layer, f"what the units of layer {layer} receive"),
            _quantity(scene, "a", layer, f"what they make of it: {function}"),
            _quantity(scene, "delta", layer, "how the loss follows their z"),
        ]
    rows.append(_quantity(scene, "y", 0, "the targets"))
    rows.append(((scene.notation.math("C"),), ("number",), (_cost_meaning(scene),)))
    return rows


def _cost_meaning(scene: Scene) -> str:
    over = "" if scene.batch == 1 else f", the {scene.reduction} over the batch"
    decay = " plus the weight decay" if scene.decay else ""
    return f"the loss{over}{decay}"


def _quantity(scene: Scene, kind: str, layer: int, meaning: str) -> tuple[Words, ...]:
    side = (
        "bias"
        if scene.notation.bias_row and kind in ("a", "W") and layer < scene.last + (kind == "W")
        else ""
    )
    array = scene.matrices.numbers(Whole(kind, layer, side))
    extra = (
        {"a": ", after a 1 for the bias", "W": ", the biases as first row"}[kind] if side else ""
    )
    math = scene.notation.math(kind, layer)
    return (math,), (shape_text(array.shape),), (meaning + extra,)


def received_step(scene: Scene, layer: int) -> Step:
    """z of a layer."""
    chains, proofs = [], []
    for j, places in scene.places(layer):
        chain, proof = scene.chain(
            [(scene.unit("z", layer, j), ""), (received(scene, layer, j), "")], places
        )
        chains.append(chain)
        proofs.append(proof)
    left = scene.notation.math("z", layer)
    form, proof = scene.form(left, received_form(scene, layer), ("z", layer), _columns_say(scene))
    side = "row" if scene.notation.columns else "column"
    return Step(
        scene.notation.key("z", layer),
        "forward",
        scene.words(f"Forward: {{z{layer}}}"),
        (f"What does each unit of layer {layer} receive?",),
        (
            scene.words(
                f"Each unit of the layer before, times the weight of the line between them, all added up, "
                f"and the bias. The weights into one unit are one {side} of {{W{layer}}}."
            ),
        ),
        tuple(chains),
        (form,),
        (scene.numbers(left, scene.here["z", layer]),),
        proofs=(*proofs, proof),
    )


def _columns_say(scene: Scene) -> str:
    if scene.notation.bias_row:
        return "the 1 before the activations meets the first row, which is the bias"
    return (
        "the inner sizes meet and vanish"
        if scene.batch == 1
        else "the ones give each example the same bias"
    )


def received(scene: Scene, layer: int, j: Any) -> Any:
    """z_j as the sum that it is."""
    before = layer - 1

    def term(i: Any) -> Any:
        return product(scene.unit("W", layer, i, j), scene.unit("a", before, i))

    weighted = scene.over(before, "i", term)
    terms = weighted.args if isinstance(weighted, sympy.Add) else (weighted,)
    return total(*terms, scene.unit("b", layer, j))


def received_form(scene: Scene, layer: int) -> Matrix:
    """z = a W + b."""
    if scene.notation.bias_row:
        return Times((Whole("a", layer - 1, "bias"), Whole("W", layer, "bias")))
    bias: Matrix = Whole("b", layer)
    if scene.batch > 1:
        bias = Times((Ones(scene.batch), bias))
    return Plus((Times((Whole("a", layer - 1), Whole("W", layer))), bias))


def activation_step(scene: Scene, layer: int) -> Step:
    """a of a layer."""
    row = scene.network.activations[layer - 2]
    left = scene.notation.math("a", layer)
    function = written(row.formula)
    chains: list[Chain] = []
    proofs: list[Proof] = []
    for j, places in scene.places(layer):
        z = scene.unit("z", layer, j)
        expression = put(function, {Z: z}) if row.elementwise else share(scene, layer, j)
        chain, proof = scene.chain([(scene.unit("a", layer, j), ""), (expression, "")], places)
        chains.append(chain)
        proofs.append(proof)
    forms: tuple[Form, ...] = ()
    if row.elementwise:
        form, proof = scene.form(
            left, each(function, z=Whole("z", layer)), ("a", layer), "each number by itself"
        )
        forms, proofs = (form,), [*proofs, proof]
    return Step(
        scene.notation.key("a", layer),
        "forward",
        scene.words(f"Forward: {{a{layer}}}"),
        (f"What do the units of layer {layer} make of it?",),
        ((f"Each applies the {row.name} function to what it receives. {CHARACTER[row.name]}",),),
        tuple(chains),
        forms,
        (scene.numbers(left, scene.here["a", layer]),),
        proofs=tuple(proofs),
    )


# what is worth knowing of each function here
CHARACTER = {
    "identity": "It passes it on as it is.",
    "sigmoid": "It squeezes any number between 0 and 1.",
    "tanh": "It squeezes any number between −1 and 1.",
    "relu": "It lets through what is above 0, and nothing else.",
    "leaky-relu": "It lets through what is above 0, and a hundredth of what is below.",
    "softplus": "It is a relu with its kink rounded off.",
    "exponential": "It is above 0 whatever comes in, and each 1 more of z multiplies it by e.",
    "softmax": "All units share 1 between them, so each one's part depends on all the others.",
}


def share(scene: Scene, layer: int, k: Any) -> Any:
    """Softmax of unit k: its exponential over the sum of all of them."""
    powers = scene.over(layer, "i", lambda i: sympy.exp(scene.unit("z", layer, i)))
    top = sympy.exp(scene.unit("z", layer, k))
    return sympy.Mul(top, sympy.Pow(powers, -1, evaluate=False), evaluate=False)


def loss_step(scene: Scene) -> Step:
    """C, and why it is this one."""
    row = scene.network.loss
    left = scene.notation.math("C")
    reasons = [scene.words(WHY[row.name])]
    chain, proof = scene.chain([(COST, ""), (of_batch(scene), "")], {})
    if scene.batch > 1 or scene.decay:
        reasons.append(_batch_words(scene))
    return Step(
        "loss",
        "loss",
        ("The loss: ", left),
        ("How wrong is the output, in one number?",),
        tuple(reasons),
        (chain,),
        proofs=(proof,),
    )


WHY = {
    "squared-error": "The square makes every error count, whatever its sign, and large ones more. The half is there "
    "because the 2 from the square will cancel it. It is the loss for numbers; behind a sigmoid or a softmax it learns "
    "slowly where the output is very wrong, because the slope of those is nearly 0 there.",
    "binary-cross-entropy": "An output between 0 and 1 is read as the probability of a yes. The loss is minus the "
    "logarithm of the probability that the network gave to what is true: 0 if it was sure and right, and without "
    "bound if it was sure and wrong. It also cancels the sigmoid's slope, as will be seen.",
    "categorical-cross-entropy": "The outputs are read as the probabilities of the classes. The loss is minus the "
    "logarithm of the probability that the network gave to the true class. It also cancels softmax's slopes, as will be seen.",
    "poisson": "The output is read as the mean of a count. The loss is minus the logarithm of the probability that Poisson's "
    "law then gives to the count that came, without the part that no weight changes. It also cancels the exponential's "
    "slope, as will be seen.",
}


def _batch_words(scene: Scene) -> Words:
    words = []
    if scene.batch > 1:
        words.append(
            f"Over the batch it is the {scene.reduction} of the examples' losses. m counts the examples."
        )
    if scene.decay:
        words.append(
            f"Weight decay adds half of λ = {scene.decay:g} times the sum of all squared weights, biases excepted."
        )
    return (" ".join(words),)


def of_outputs(scene: Scene, *example: Any) -> Any:
    """One example's loss: the sum over its outputs."""
    formula = written(scene.network.loss.formula)

    def term(k: Any) -> Any:
        a, y = (scene.unit(kind, scene.last, *example, k) for kind in ("a", "y"))
        return put(formula, {A: a, Y: y})

    return scene.over(scene.last, "k", term)


def of_batch(scene: Scene) -> Any:
    """C over the batch, with the weight decay."""
    m = letter("m")
    summed = (
        sympy.Sum(of_outputs(scene, m), (m, 1, scene.batch))
        if scene.batch > 1
        else of_outputs(scene)
    )
    mean = summed if scene.scale == 1 else sympy.Mul(scene.scale, summed, evaluate=False)
    if not scene.decay:
        return mean
    return total(mean, *(_penalty(scene, layer) for layer in range(2, scene.last + 1)))


def _penalty(scene: Scene, layer: int) -> Any:
    i, j = letter("i"), letter("j")
    inner = sympy.Sum(scene.unit("W", layer, i, j) ** 2, (j, 1, scene.units(layer)))
    squares = sympy.Sum(inner, (i, 1, scene.units(layer - 1)))
    half = sympy.Mul(sympy.Rational(1, 2), DECAY, evaluate=False)
    return sympy.Mul(half, squares, evaluate=False)
