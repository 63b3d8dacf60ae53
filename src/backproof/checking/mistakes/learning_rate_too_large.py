"""`learning-rate-too-large`: the learning rate is too large."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="learning-rate-too-large",
    title="The learning rate is too large",
    summary="Every gradient is right, but the steps jump over the minimum, or into saturation.",
    severity="error",
    story="""\
## What goes wrong

The direction of the steps is right and their length is not: each one lands so far away that the
slope from which it was computed no longer holds.

## Why

A gradient describes the loss only nearby. Along a direction with curvature c, a step of
gradient descent multiplies the distance from the minimum by

    1 − η c        which shrinks only if η < 2 / c

Beyond that, each step overshoots by more than the last. In a network with sigmoids or tanh the
growth soon ends in saturation, where f′(z) ≈ 0 and the gradient is gone; ReLU units can be
thrown to where they are 0 for every input. If the update uses the sum over n examples, the
curvature is n times that of the mean, so a rate that suited 4 rows is too large for 1,000.

## How to recognise it

The loss jumps up and down, or falls and suddenly leaps to a plateau and stays there. Outputs
are stuck near 0 or 1, and weights are in the hundreds. In a network without saturation, numbers
overflow to `inf` and `nan`.

## How to mend it

Divide the rate by 3 or 10 until the loss falls steadily. Use the mean over the examples, so
that the rate doesn't depend on their number, and scale the inputs.
""",
    wrong="""\
learning_rate = 50.0
W2 -= learning_rate * a1.T @ delta2
""",
    right="""\
learning_rate = 0.5
W2 -= learning_rate * a1.T @ delta2
""",
    see_also=("learning-rate-too-small", "saturated-units", "dead-units", "crash-overflow"),
)
