"""`update-before-use`: weights are updated before the delta has passed through them."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="update-before-use",
    title="Weights are updated before the delta has passed through them",
    summary="The hidden delta is computed with the new weights of the next layer instead of the old ones.",
    severity="error",
    story="""\
## What goes wrong

The output's weights take their step first, and the hidden layer's delta is computed afterwards,
with the weights that have already changed.

## Why

All gradients of a step belong to one point, the weights of the forward pass:

    δ₁ = (δ₂ W₂ᵀ) ∘ f′(z₁)        with the W₂ that produced a₂

With W₂ − η ∂L/∂W₂ in its place, the hidden layer gets the slope of a function that was never
evaluated. The error is as large as the step, so it is proportional to the learning rate.

## How to recognise it

You may never notice. The difference is small for small learning rates, and most networks learn
all the same. It shows in a gradient check, which fails by a little for the first layer and not
for the last, and at large learning rates, where training gets less stable than it has to be.
Results also differ from those of any library.

## How to mend it

Compute all deltas and gradients first, then update. If the code updates layer by layer in a
loop, pass the delta back before the layer's own weights change, or keep a copy of them.
""",
    wrong="""\
W2 -= learning_rate * a1.T @ delta2
delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
W1 -= learning_rate * X.T @ delta1
""",
    right="""\
delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
W2 -= learning_rate * a1.T @ delta2
W1 -= learning_rate * X.T @ delta1
""",
    see_also=("stale-activation", "aliased-array"),
)
