"""`accumulator-not-reset`: a sum of gradients is never set back to zero."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="accumulator-not-reset",
    title="A sum of gradients is never set back to zero",
    summary="The gradients of earlier steps stay in the sum and are applied again and again.",
    severity="error",
    story="""\
## What goes wrong

Gradients are added up over the examples and then applied. But the sum is created once and never
emptied, so that each step also contains all earlier ones.

## Why

A step should hold the gradient at the present weights, summed over one batch:

    G = Σᵢ ∂Lᵢ/∂W        W ← W − η G

Without a reset, step t applies G₁ + G₂ + … + Gₜ. The gradients of long-gone weights count as
much as the current one. In the language of optimisers this is momentum with β = 1: a ball that
rolls without any friction and never comes to rest.

## How to recognise it

The first step is exact, and from the second on every step is wrong, although no single line is.
The loss falls quickly at first, overshoots, swings with growing speed, and often ends with
saturated units or an overflow. A smaller learning rate only delays it.

## How to mend it

Set the sum to zero at the beginning of each step: at the place where the loop over the examples
starts, or right after the update. The same goes for bias gradients, and for a loss that is
printed once per epoch.
""",
    wrong="""\
total = np.zeros_like(W2)
for epoch in range(epochs):
    for i in range(n):
        total += gradient(X[i], y[i])
    W2 -= learning_rate * total
""",
    right="""\
for epoch in range(epochs):
    total = np.zeros_like(W2)
    for i in range(n):
        total += gradient(X[i], y[i])
    W2 -= learning_rate * total
""",
    see_also=("accumulator-overwritten", "statement-inside-loop"),
)
