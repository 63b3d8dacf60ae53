"""`dead-units`: ReLU units are dead."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="dead-units",
    title="ReLU units are dead",
    summary="A ReLU unit gives 0 for every example, and so never gets a gradient again.",
    severity="warning",
    story="""\
## What goes wrong

For some units z is negative for every example of the data. They always give 0, contribute
nothing, and won't change any more.

## Why

The slope of ReLU is 1 where z > 0 and 0 elsewhere:

    δ = ∂L/∂a ∘ [z > 0]        and so        ∂L/∂W = a₀ᵀ δ = 0        if z < 0 in every row

No gradient reaches the weights of the unit, whatever the error is. Only a change in its inputs
could wake it up, and in the first hidden layer the inputs never change. One long step can do
this: it shifts a bias far below zero, and there it remains. Negative first biases have the same
effect.

## How to recognise it

`(a1 == 0).all(axis=0)` lists the dead units. If there are many, the network is narrower than it
looks; if it is all of them, every example has the same output. A unit that is 0 for *some*
examples is perfectly healthy.

## How to mend it

Use a smaller learning rate, start biases at zero (or slightly above), and draw the weights with
a standard deviation of √(2/n) for n inputs. Leaky ReLU, with a slope of 0.01 below zero, lets a
unit recover.
""",
    wrong="""\
a1 = np.maximum(0, X @ W1 - 10.0)
slope = (a1 > 0) * 1.0
""",
    right="""\
z1 = X @ W1 + b1
a1 = np.where(z1 > 0, z1, 0.01 * z1)
slope = np.where(z1 > 0, 1.0, 0.01)
""",
    see_also=("saturated-units", "learning-rate-too-large"),
)
