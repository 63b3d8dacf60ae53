"""`learning-rate-too-small`: the learning rate is too small."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="learning-rate-too-small",
    title="The learning rate is too small",
    summary="Every gradient is right, but the steps are so short that training doesn't get anywhere in time.",
    severity="error",
    story="""\
## What goes wrong

The program goes the right way, in steps that are far too short for the number of epochs it has.

## Why

One step lowers the loss by about

    η ‖∂L/∂W‖²

and after T steps the weights have moved by at most η times the sum of the gradients' sizes.
Near the start of a sigmoid network the gradients are small, since each layer multiplies by a
slope of at most ¼, and XOR and its kin have a plateau there that must be crossed first. With a
mean over n examples, or a factor 1/n in the update, the gradient is n times smaller than for
the sum, and the same η goes n times less far.

## How to recognise it

The loss falls smoothly, without any jump, and is still falling (or still on its first plateau)
when the program ends. All outputs lie close together, for XOR near 0.5. With ten times the
learning rate, the same number of epochs brings much more.

## How to mend it

Multiply the rate by 10 until the loss begins to jump, then take a third or a tenth of that. For
sigmoid networks on truth tables, rates between 0.1 and 5 are nothing unusual.
""",
    wrong="""\
learning_rate = 0.0001
for epoch in range(1000):
    W2 -= learning_rate * (a1.T @ (sigmoid(a1 @ W2 + b2) - y))
""",
    right="""\
learning_rate = 0.5
for epoch in range(1000):
    W2 -= learning_rate * (a1.T @ (sigmoid(a1 @ W2 + b2) - y))
""",
    see_also=("learning-rate-too-large", "too-few-epochs", "start-too-small"),
)
