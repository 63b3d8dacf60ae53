"""`extra-factor`: a factor too many."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="extra-factor",
    title="A factor too many",
    summary="A product contains a factor that the chain rule does not have, or has already used.",
    severity="error",
    story="""\
## What goes wrong

Besides the right factors the line has one more that varies from entry to entry. Mostly it is a
slope that was applied before: once in the delta, and again in the gradient or in the update. An
additional *constant* positive factor would be no fault.

## Why

δ₁ is the slope with respect to z₁ and contains f′(z₁). From z₁ on to the weights, only the
layer's input remains to be multiplied:

    δ₁ = (δ₂ W₂ᵀ) ∘ f′(z₁)        ∂L/∂W₁ = Xᵀ δ₁        ∂L/∂b₁ = Σ δ₁ over the examples

Each stage between weight and loss is crossed once, so each factor occurs once. The same goes
for shortcuts: a − y for sigmoid with cross-entropy has used up the output's slope, and
multiplying by it again leads to another loss.

## How to recognise it

Signs are right and sizes are too small, since slopes of a sigmoid are at most 0.25. Training is
sluggish, most of all for units near saturation, and a larger learning rate seems to help.

## How to mend it

Take the factor out of one of the two places. It helps to let a variable called `delta` always
mean ∂L/∂z, and never something in between.
""",
    wrong="""\
delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
grad_W1 = X.T @ (delta1 * a1 * (1 - a1))
""",
    right="""\
delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
grad_W1 = X.T @ delta1
""",
    see_also=("missing-factor", "loss-mismatch", "slope-of-activated-value"),
)
