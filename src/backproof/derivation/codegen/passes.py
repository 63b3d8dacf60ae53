"""The forward and the backward pass of a program, and the loss between them.

    functions    a function for each activation that takes more than one call
    forward      every layer's activations
    loss         the mean loss, and the weight decay's part of it
    backward     δ and the gradients of each layer, last layer first

Names: x is a batch, y its targets; layer l has W_l, b_l, z_l and a_l, its gradients are dW_l and db_l, its δ is delta_l.
"""

from __future__ import annotations

from collections.abc import Iterator

from backproof.activations import Activation
from backproof.derivation.codegen.spelling import (
    Block,
    function_name,
    guarded,
    is_call,
    numpy_code,
    slope_code,
    spelling,
    text,
    value_code,
)
from backproof.network import Network
from backproof.settings import Settings


def functions(network: Network) -> Iterator[Block]:
    """A function for each activation that is not a single call."""
    for activation in dict.fromkeys(network.activations):
        code = value_code(activation)
        if code and is_call(code):
            continue
        block = Block([(f"def {function_name(activation)}(z):", "")])
        if code:
            block.add(
                f"    return {code}",
                f"{spelling(activation).symbol}(z) = {text(activation.formula)}",
            )
        for line in spelling(activation).body:
            block.add(f"    {line}")
        yield block


def forward(network: Network) -> Block:
    """`forward(x)`, which returns every layer's activations."""
    block = Block([("def forward(x):", "")])
    for number, activation in enumerate(network.activations, start=1):
        before = _before(number)
        block.add(
            f"    z{number} = {before} @ W{number} + b{number}",
            f"z{number} = {before} W{number} + b{number}",
        )
        block.add(
            f"    a{number} = {_value(activation, f'z{number}')}", _value_text(activation, number)
        )
    names = [f"a{number}" for number in range(1, len(network.layers) + 1)]
    block.add(f"    return {', '.join(names)}" + ("," if len(names) == 1 else ""))
    return block


def loss(network: Network, settings: Settings) -> Block:
    """`loss(a, y)`: the mean over the examples, each summed over its outputs."""
    block = Block([("def loss(a, y):", f"ℓ = {text(network.loss.formula)}")])
    a = "a"
    if clips(network):
        block.add("    safe = np.clip(a, eps, 1 - eps)", "0 has no logarithm")
        a = "safe"
    block.add(f"    each = {numpy_code(network.loss.formula, a=a)}")
    mean = "np.mean(np.sum(each, axis=1))"
    if not settings.weight_decay:
        block.add(f"    return {mean}", "L = the mean of Σ ℓ over the outputs")
        return block
    squares = " + ".join(f"np.sum(W{number}**2)" for number in range(1, len(network.layers) + 1))
    block.add(f"    squares = {squares}")
    block.add(f"    return {mean} + weight_decay / 2 * squares", "L = mean + λ/2 Σ W²")
    return block


def backward(network: Network, settings: Settings) -> Block:
    """δ and the gradients of each layer, from the last to the first."""
    block = Block()
    last = len(network.layers)
    block.extend(_output_delta(network))
    decay, decay_text = (
        (" + weight_decay * W{0}", " + λ W{0}") if settings.weight_decay else ("", "")
    )
    for number in range(last, 0, -1):
        before = _before(number)
        block.add(
            f"dW{number} = {before}.T @ delta{number}{decay.format(number)}",
            f"∂L/∂W{number} = {before}ᵀ δ{number}{decay_text.format(number)}",
        )
        block.add(
            f"db{number} = np.sum(delta{number}, axis=0)",
            f"∂L/∂b{number} = Σ δ{number} over the batch",
        )
        if number > 1:
            block.add(*_hidden_delta(network.activations[number - 2], number))
    return block


def clips(network: Network) -> bool:
    """Whether the loss takes logarithms of the outputs."""
    return "log" in network.loss.formula


def _output_delta(network: Network) -> Block:
    """δ of the last layer: the shortcut a - y where output and loss match, else by the chain rule."""
    last = len(network.layers)
    output, loss, a = network.activations[-1], network.loss, f"a{last}"
    block = Block()
    if output.name in loss.matching:
        why = (
            ""
            if output.name == "identity"
            else f": ∂ℓ/∂{a} {spelling(output).symbol}'(z{last}) cancels to that"
        )
        block.add(f"delta{last} = ({a} - y) / len(x)", f"δ{last} = ({a} - y) / n{why}")
        return block
    slope = guarded(numpy_code(loss.slope_formula, a=a))
    block.add(f"da{last} = {slope}", f"∂ℓ/∂{a} = {text(loss.slope_formula, a=a)}")
    if output.elementwise:
        block.add(
            f"delta{last} = da{last}{_times_slope(output, a)} / len(x)",
            f"δ{last} = ∂ℓ/∂{a} ⊙ {spelling(output).symbol}'(z{last}) / n",
        )
        return block
    block.add("", "Every output of softmax moves with every z: ∂aⱼ/∂zₖ = aⱼ (1[j = k] - aₖ)")
    block.add(f"mixed = np.sum(da{last} * {a}, axis=1, keepdims=True)", "Σⱼ ∂ℓ/∂aⱼ aⱼ")
    block.add(
        f"delta{last} = {a} * (da{last} - mixed) / len(x)",
        f"δ{last}ₖ = aₖ (∂ℓ/∂aₖ - Σⱼ ∂ℓ/∂aⱼ aⱼ) / n",
    )
    return block


def _hidden_delta(activation: Activation, number: int) -> tuple[str, str]:
    """δ of the layer before layer `number`."""
    before = number - 1
    factor = _times_slope(activation, f"a{before}")
    product = f"delta{number} @ W{number}.T"
    if not factor:
        return f"delta{before} = {product}", f"δ{before} = δ{number} W{number}ᵀ, as the slope is 1"
    return (
        f"delta{before} = ({product}){factor}",
        f"δ{before} = (δ{number} W{number}ᵀ) ⊙ {spelling(activation).symbol}'(z{before})",
    )


def _times_slope(activation: Activation, a: str) -> str:
    """The factor f'(z) in code, brackets around it where it needs them; empty where it is 1."""
    code = slope_code(activation, a)
    if code == "1":
        return ""
    return f" * {code}" if is_call(code) else f" * ({code})"


def _value(activation: Activation, z: str) -> str:
    code = value_code(activation)
    if code and is_call(code):
        return numpy_code(code, z=z)
    return f"{function_name(activation)}({z})"


def _value_text(activation: Activation, number: int) -> str:
    if activation.formula == "z":
        return f"a{number} = z{number}"
    return f"a{number} = {spelling(activation).symbol}(z{number})"


def _before(number: int) -> str:
    """What layer `number` reads."""
    return f"a{number - 1}" if number > 1 else "x"
