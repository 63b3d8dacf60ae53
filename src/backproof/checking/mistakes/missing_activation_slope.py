"""`missing-activation-slope`: a delta lacks the slope of its activation."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="missing-activation-slope",
    title="A delta lacks the slope of its activation",
    summary="A delta is computed without multiplying by f′(z), the slope of its layer's activation.",
    severity="error",
    story="""\
## What goes wrong

A delta is meant to be ∂L/∂z, the slope of the loss at the point just *before* the activation.
Here it stops one step short: it holds ∂L/∂a, the slope just after it.

## Why

The loss sees z only through a = f(z), so the chain rule has one more factor, taken unit by
unit:

    ∂L/∂z = ∂L/∂a ∘ f′(z)
    sigmoid: f′(z) = a (1 − a)     tanh: f′(z) = 1 − a²     ReLU: f′(z) = 1 where z > 0, else 0

Only two kinds of layer have no such factor: one without an activation (f′ = 1), and an output
layer whose activation cancels against the loss. Sigmoid or softmax with cross-entropy is the
well-known case: there ∂L/∂z = a − y already contains the slope.

## How to recognise it

Training often runs, and even improves for a while, because no sign is wrong: the slopes of the
usual activations are never negative. But units that are saturated, and should hardly move, are
pushed as hard as the others. The loss stalls or jumps about, and a gradient check disagrees by
a different factor in every entry.

## How to mend it

Multiply the delta by the slope, written with the activation that the forward pass stored. If
the line is the output's delta, decide first which loss you mean.
""",
    wrong="""\
loss = np.sum((a2 - y) ** 2) / 2
delta2 = a2 - y
delta1 = delta2 @ W2.T
""",
    right="""\
loss = np.sum((a2 - y) ** 2) / 2
delta2 = (a2 - y) * a2 * (1 - a2)
delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
""",
    see_also=("slope-of-activated-value", "wrong-slope", "loss-mismatch"),
)
