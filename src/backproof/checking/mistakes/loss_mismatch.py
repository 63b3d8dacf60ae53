"""`loss-mismatch`: the gradient of another loss than the one reported."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="loss-mismatch",
    title="The gradient of another loss than the one reported",
    summary="The backward pass descends one loss exactly, while the program computes or prints another.",
    severity="error",
    story="""\
## What goes wrong

The backward pass is the exact gradient of a loss, but not of the loss that the program shows.
Nothing in it is inconsistent in itself; the two halves of the program merely speak of different
things.

## Why

With a sigmoid at the output and a target y:

    squared error  ½ Σ (a − y)²                       δ = (a − y) ∘ a ∘ (1 − a)
    cross-entropy  −Σ [y ln a + (1 − y) ln(1 − a)]    δ = a − y

In cross-entropy the slope a (1 − a) of the sigmoid cancels against the denominator of ∂L/∂a. So
`a - y` is right for cross-entropy and lacks a factor for squared error; with the factor it is
the other way round.

## How to recognise it

Training mostly works, since both losses pull the output towards the target. The printed loss
may rise for a while although every step is right, and a gradient check against the printed loss
fails by the factor a (1 − a).

## How to mend it

There are two ways out. Keep the gradient and print the loss that belongs to it; for classes and
truth tables this is usually the better one, as saturated wrong outputs still learn. Or keep the
loss and give the delta its missing (or take its extra) slope.
""",
    wrong="""\
loss = np.sum((a2 - y) ** 2) / 2
delta2 = a2 - y  # the slope of cross-entropy
""",
    right="""\
loss = -np.sum(y * np.log(a2) + (1 - y) * np.log(1 - a2))
delta2 = a2 - y
""",
    see_also=("missing-activation-slope", "softmax-jacobian", "forward-mismatch"),
)
