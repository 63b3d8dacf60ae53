"""`wrong-sign`: a step goes up instead of down."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="wrong-sign",
    title="A step goes up instead of down",
    summary="The weights move along the gradient, so the loss is climbed.",
    severity="error",
    story="""\
## What goes wrong

The update has the wrong sign: it makes the loss larger. Either the error was taken as
output − target and then *added*, or as target − output and then *subtracted*. Only some layers
may be concerned, if the signs differ between them.

## Why

To first order, a step ΔW changes the loss by the sum of ∂L/∂W ∘ ΔW. It falls for certain only
if the step points against the gradient:

    ΔW = −η ∂L/∂W        changes L by about −η ‖∂L/∂W‖²

Where you count from the target (δ = y − a, the negative slope), the minus is already inside,
and the update adds. Both conventions are common; a program needs one of them throughout. An
error squared has the same value either way, which is why the printed loss does not show which
one you chose.

## How to recognise it

The loss grows from the very first steps, however small the learning rate, and the outputs run
to the values opposite to the targets. If only one layer climbs, the others work against it, and
the loss stalls or swings.

## How to mend it

Change the sign at one place only: either in the error, or in every update.
`delta = output - target` goes with `-=`; `delta = target - output` goes with `+=`.
""",
    wrong="""\
delta2 = a2 - y
delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
W2 += learning_rate * a1.T @ delta2
W1 += learning_rate * X.T @ delta1
""",
    right="""\
delta2 = a2 - y
delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
W2 -= learning_rate * a1.T @ delta2
W1 -= learning_rate * X.T @ delta1
""",
    see_also=("momentum-sign", "decay-sign"),
)
