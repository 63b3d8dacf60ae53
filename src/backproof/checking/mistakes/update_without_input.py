"""`update-without-input`: an update leaves out the layer's input."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="update-without-input",
    title="An update leaves out the layer's input",
    summary="The weights move by the delta alone, not by the delta times what the layer received.",
    severity="error",
    story="""\
## What goes wrong

The delta is added to the weights as it is. But a delta belongs to a unit, while a weight
belongs to a *connection*: it also matters what came in through it.

## Why

δ₂ is the slope with respect to z₂. From there one more stage leads to the weights,
z₂ = a₁ W₂ + b₂, so that

    ∂L/∂W₂[j, k] = Σᵢ a₁[i, j] δ₂[i, k]        that is a₁ᵀ δ₂
    ∂L/∂b₂[k] = Σᵢ δ₂[i, k]

Only the bias moves by the delta alone, because its input is always 1. A weight whose input is 0
can't have influenced the output and must not move at all; one with a large input had much
influence and moves far.

## How to recognise it

All weights into a unit take the same step, so their differences never change, and the layer
can't learn to tell its inputs apart. Shapes would give it away, yet for a single example
broadcasting hides it: a delta (1, 1) fits any matrix. The outputs drift together towards the
mean of the targets.

## How to mend it

Multiply by the layer's input, with examples as rows `a1.T @ delta2`. The shape then is that of
`W2` by itself, without broadcasting.
""",
    wrong="""\
W2 -= learning_rate * delta2
""",
    right="""\
W2 -= learning_rate * a1.T @ delta2
""",
    see_also=("wrong-layer-input", "missing-factor", "outer-product-delta"),
)
