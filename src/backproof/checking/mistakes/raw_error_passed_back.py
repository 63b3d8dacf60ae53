"""`raw-error-passed-back`: the error is passed back instead of the delta."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="raw-error-passed-back",
    title="The error is passed back instead of the delta",
    summary="The hidden layer receives the bare error a − y of the output where the output's delta is due.",
    severity="error",
    story="""\
## What goes wrong

The output's delta is right, and so is the step of its weights. But one layer further back, the
plain difference between output and target is sent through the weights, and not the delta.

## Why

The hidden layer influences the loss only through z₂, so what travels back is the slope with
respect to z₂:

    ∂L/∂a₁ = (∂L/∂z₂) W₂ᵀ = δ₂ W₂ᵀ

The bare error a₂ − y is something else. For squared error it is ∂L/∂a₂, one step too early: the
slope f′(z₂) of the output is missing from everything behind it. The two coincide only where
δ₂ = a₂ − y, that is for a linear output with squared error, and for sigmoid or softmax with
cross-entropy.

## How to recognise it

The last layer trains properly, the layers before it don't get along with it: they react too
strongly just where the output is saturated. Because every sign is still right, easy tasks are
learnt and only the gradient check objects. With several output units the proportions between
them are wrong too.

## How to mend it

Compute the output's delta first, then use it and nothing else for the layer before, and so on
towards the input.
""",
    wrong="""\
error = a2 - y
delta2 = error * a2 * (1 - a2)
delta1 = (error @ W2.T) * a1 * (1 - a1)
""",
    right="""\
error = a2 - y
delta2 = error * a2 * (1 - a2)
delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
""",
    see_also=("missing-activation-slope", "loss-mismatch"),
)
