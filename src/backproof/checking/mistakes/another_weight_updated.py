"""`another-weight-updated`: the new value of a weight starts from another weight."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="another-weight-updated",
    title="The new value of a weight starts from another weight",
    summary="An update subtracts the right step, but from another array than the one it belongs to.",
    severity="error",
    story="""\
## What goes wrong

The line that updates one weight reads another: `W2 = W1 - ...`, `self.w = self.b - ...`. After the
step the weight is a copy of the other one, moved a little. What it had learnt is gone.

## Why

Gradient descent moves a point from where it is:

    W₂ ← W₂ − η ∂L/∂W₂

Each new value has to start from the old value of the same array. A step from somewhere else is
no step of this weight at all, however right the gradient is.

## How to recognise it

The gradients pass every check, and yet the loss jumps at the first update and never settles. The
two arrays stay alike. If their shapes differ, NumPy either stops or spreads the smaller one over
the larger in silence: look at the shapes before and after a step.

## How to mend it

Write updates with `-=`: the name then stands there once, and cannot differ from itself. Lines
that were copied for the next layer are the usual cause, so read the last one twice.
""",
    wrong="""\
W1 = W1 - learning_rate * X.T @ delta1
W2 = W1 - learning_rate * a1.T @ delta2
""",
    right="""\
W1 = W1 - learning_rate * X.T @ delta1
W2 = W2 - learning_rate * a1.T @ delta2
""",
    see_also=("weights-not-updated", "rebound-in-function"),
)
