"""`missing-factor`: a factor of the chain rule is left out."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="missing-factor",
    title="A factor of the chain rule is left out",
    summary="A product lacks one of its factors, one that differs from entry to entry.",
    severity="error",
    story="""\
## What goes wrong

The line multiplies the right things together, but one is missing: a weight, an activation, a
slope, a mask or the weight of an example. A *constant* positive factor, such as ½ or 1/n over a
whole update, would be no fault; it only rescales the learning rate.

## Why

By the chain rule a gradient is a product with one factor for each stage between the weight and
the loss. For a weight of the first layer:

    ∂L/∂W₁ = Xᵀ [ (δ₂ W₂ᵀ) ∘ f′(z₁) ]
             │     │  │      └ z₁ → a₁
             │     │  └ a₁ → z₂
             │     └ z₂ → loss
             └ W₁ → z₁

Whatever the forward pass does on the way (dropout, a scaling, a class weight) adds its own
factor. Leave one out, and each entry is wrong by a different amount.

## How to recognise it

The ratio of your gradient to a numerical one is not the same everywhere, and if you print it,
it looks familiar: it *is* the missing quantity.

## How to mend it

Walk along the forward pass from the loss back to the weight and write down one factor for each
line you meet.
""",
    wrong="""\
for j in range(hidden):
    back = sum(delta2[0][k] for k in range(outputs))
    delta1[0][j] = back * a1[0][j] * (1 - a1[0][j])
""",
    right="""\
for j in range(hidden):
    back = sum(delta2[0][k] * W2[j][k] for k in range(outputs))
    delta1[0][j] = back * a1[0][j] * (1 - a1[0][j])
""",
    see_also=("extra-factor", "missing-activation-slope", "update-without-input"),
)
