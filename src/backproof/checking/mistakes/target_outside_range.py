"""`target-outside-range`: the targets are outside the output's range."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="target-outside-range",
    title="The targets are outside the output's range",
    summary="The output activation can't produce the targets that it is asked for.",
    severity="error",
    story="""\
## What goes wrong

The targets lie where the output can't go: −1 for a sigmoid, 5 for a tanh, a negative number for
ReLU.

## Why

Each activation has its range,

    sigmoid (0, 1)      tanh (−1, 1)      ReLU [0, ∞)      identity (−∞, ∞)

A target beyond the end is never reached. The loss can only get smaller by pushing the output
ever closer to that end, so z grows without limit, the slope goes to zero, and the unit
saturates. Cross-entropy is not even defined outside 0 to 1: with y = −1 or y = 5 it has no
lower bound. A target exactly at the end, such as 1 for a sigmoid, is harmless: it is
approached, and 0.9 or 0.99 is near enough.

## How to recognise it

The outputs pile up at one end of the range, and the loss settles at a value that can be
computed from the distance between that end and the targets. Weights grow all the time.

## How to mend it

Either scale the targets into the range, `(y - y.min()) / (y.max() - y.min())`, and scale the
predictions back. Or choose the output for the targets: identity for numbers, sigmoid for 0 and
1, tanh for −1 and 1.
""",
    wrong="""\
target = np.array([[-1.0], [1.0], [1.0], [-1.0]])
output = sigmoid(np.zeros((4, 1)))  # between 0 and 1
""",
    right="""\
target = np.array([[-1.0], [1.0], [1.0], [-1.0]])
output = np.tanh(np.zeros((4, 1)))  # between -1 and 1
""",
    see_also=("saturated-units", "unscaled-inputs"),
)
