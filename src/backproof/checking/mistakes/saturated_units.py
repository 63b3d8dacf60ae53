"""`saturated-units`: units are saturated."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="saturated-units",
    title="Units are saturated",
    summary="Sigmoid or tanh units sit at an end of their range for every example, where the slope is near zero.",
    severity="warning",
    story="""\
## What goes wrong

Some units give 0 or 1 (±1 for tanh), to several digits, for nearly all examples. They have
practically stopped learning.

## Why

A delta contains the slope of its activation, and at the ends the slope vanishes:

    δ = ∂L/∂a ∘ a (1 − a)        a = 0.999 gives 0.001, and a = 0.999999 gives 0.000001

What goes back through such a unit is just as small, so the layers before it are cut off too.
The gradient is correct: the loss hardly changes if z moves from 14 to 15. At the *output*,
saturation with the right value is what you want. With a wrong value it depends on the loss:
squared error gets stuck, while cross-entropy still has the slope a − y, which is then nearly 1.

## How to recognise it

Look at the activations of the hidden layer: a column of all 0 or all 1 is saturated, and could
be replaced by a bias. The loss stays on a plateau without being at a minimum.

## How to mend it

Go after the cause: smaller first weights, scaled inputs, a lower learning rate, cross-entropy
instead of squared error behind a sigmoid. Saturated units seldom come back, so start anew from
other weights.
""",
    wrong="""\
W1 = 20 * np.random.randn(2, 3)
a1 = sigmoid(np.array([[0.0, 255.0]]) @ W1)
""",
    right="""\
W1 = np.random.randn(2, 3) / np.sqrt(2)
a1 = sigmoid(np.array([[0.0, 1.0]]) @ W1)
""",
    see_also=("start-too-large", "learning-rate-too-large", "unscaled-inputs", "dead-units"),
)
