"""`stale-activation`: a value from an earlier step is used."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="stale-activation",
    title="A value from an earlier step is used",
    summary="The backward pass uses an activation that was computed before the weights or the example changed.",
    severity="error",
    story="""\
## What goes wrong

An activation, output or error in the backward pass belongs to an earlier moment: to the weights
before the last update, to the previous example, or to the very first forward pass.

## Why

A gradient holds for one point: these weights and this input. In

    ∂L/∂W₂ = a₁ᵀ δ₂        δ₁ = (δ₂ W₂ᵀ) ∘ f′(z₁)

every factor must come from the *same* forward pass. If a₁ belongs to an older W₁, the product
is the slope of no function at all. It resembles the right gradient as long as the weights have
hardly moved, and drifts away from it afterwards.

## How to recognise it

The first step is exact and the later ones are not. The loss falls at first and then stops, or
circles; with values of the previous example, the network appears to learn the data set shifted
by one row. A smaller learning rate makes it look better without curing it.

## How to mend it

Run the whole forward pass at the beginning of each step, for the example or batch that the step
is about, and only then go backwards. Keeping forward, backward and update in one function makes
it hard to get wrong.
""",
    wrong="""\
a1 = sigmoid(X @ W1 + b1)
for epoch in range(epochs):
    a2 = sigmoid(a1 @ W2 + b2)
    delta2 = a2 - y
    delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
    W2 -= learning_rate * a1.T @ delta2
    W1 -= learning_rate * X.T @ delta1
""",
    right="""\
for epoch in range(epochs):
    a1 = sigmoid(X @ W1 + b1)
    a2 = sigmoid(a1 @ W2 + b2)
    delta2 = a2 - y
    delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
    W2 -= learning_rate * a1.T @ delta2
    W1 -= learning_rate * X.T @ delta1
""",
    see_also=("update-before-use", "statement-outside-loop"),
)
