"""`too-few-epochs`: training stops too early."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="too-few-epochs",
    title="Training stops too early",
    summary="The program learns, and ends before it has finished.",
    severity="error",
    story="""\
## What goes wrong

Every gradient is right and the loss is falling. The loop is simply over before the aim is
reached.

## Why

Gradient descent comes down in many small steps. With T epochs the total distance is limited to

    η Σₜ ‖∂L/∂W‖        over all steps t = 1 … T

and a small network on a truth table often spends most of its time on a plateau, with the hidden
units still sorting out who does what. XOR with full-batch descent and a moderate rate typically
takes thousands of epochs. An epoch is also not always the same amount of work: one step per
example makes n steps of it, while a full batch makes one.

## How to recognise it

The loss has a clear downward trend at the end. Twice as many epochs give a visibly better
result, without any other change. This is what sets it apart from a network that is stuck.

## How to mend it

Raise the number of epochs, and instead of a fixed number let the loss decide: stop when it is
below a limit or has not improved for a while. If it would take very long, a larger learning
rate or momentum saves time.
""",
    wrong="""\
for epoch in range(50):
    W2 -= learning_rate * (a1.T @ (sigmoid(a1 @ W2 + b2) - y))
""",
    right="""\
for epoch in range(20_000):
    error = sigmoid(a1 @ W2 + b2) - y
    if np.mean(error**2) < 0.001:
        break
    W2 -= learning_rate * (a1.T @ error)
""",
    see_also=("learning-rate-too-small", "start-too-small"),
)
