"""`no-backprop`: there is no hand-written backpropagation."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="no-backprop",
    title="There is no hand-written backpropagation",
    summary="The gradients come from a library, so there is no line of your own to check.",
    severity="warning",
    story="""\
## What goes wrong

The program trains a network, but leaves the derivatives to a library: `loss.backward()`,
`model.fit(...)`, `jax.grad`. Or it changes its weights without derivatives, as random search
and genetic algorithms do.

## Why

A check compares your own lines with the chain rule:

    δ₂ = ∂L/∂z₂,    δ₁ = (δ₂ W₂ᵀ) ∘ f′(z₁),    ∂L/∂W = aᵀ δ

If a library does this, the lines don't exist in your program. Its derivatives are hardly ever
wrong. Where such a program doesn't learn, the cause lies elsewhere: data, loss, learning rate,
a forgotten `zero_grad()`, a tensor detached from the graph.

## How to recognise it

No statement of the program computes a delta. It calls something named `backward`, `fit`, `grad`
or `step` instead.

## How to mend it

Nothing needs to be mended if you meant to use the library. To check your own derivation, write
the backward pass in Python or NumPy: for two layers, it takes about six lines. If there *is*
one and it was not recognised, point to it with the hints of `backproof check`: what the
prediction, the target, the loss and the weights are called.
""",
    wrong="""\
loss.backward()
optimizer.step()
""",
    right="""\
delta2 = a2 - y
delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
W2 -= learning_rate * a1.T @ delta2
W1 -= learning_rate * X.T @ delta1
""",
    see_also=("does-not-learn",),
)
