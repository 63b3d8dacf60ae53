"""`wrong-layer-input`: the input of another layer is used."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="wrong-layer-input",
    title="The input of another layer is used",
    summary="The gradient of a layer's weights is formed with something else than what went into that layer.",
    severity="error",
    story="""\
## What goes wrong

A gradient is a product of the layer's delta with the layer's input. Here the delta is right and
the input is another layer's, or the z before the activation.

## Why

In z₂ = a₁ W₂ + b₂ each weight W₂[j, k] multiplies a₁[·, j], so

    ∂z₂[i, k] / ∂W₂[j, k] = a₁[i, j]        and        ∂L/∂W₂ = a₁ᵀ δ₂

The factor is whatever the forward pass multiplied by this matrix: X for the first layer, a₁ for
the second, and so on. It is neither the layer's own output, nor z₁, which has not been through
the activation.

## How to recognise it

Often the layers differ in width and NumPy stops with an error. With equal widths, or with z₁ in
place of a₁, the program runs. Then the steps have the wrong size and, wherever z₁ is negative
and the sigmoid a₁ is not, the wrong sign; the loss wanders instead of falling.

## How to mend it

Pair each gradient with its line of the forward pass. `z2 = a1 @ W2 + b2` tells you:
`a1.T @ delta2`.
""",
    wrong="""\
grad_W2 = z1.T @ delta2  # z1 has not been through the activation
grad_W1 = a1.T @ delta1  # a1 is this layer's output
""",
    right="""\
grad_W2 = a1.T @ delta2
grad_W1 = X.T @ delta1
""",
    see_also=("update-without-input", "wrong-slope"),
)
