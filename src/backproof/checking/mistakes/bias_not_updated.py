"""`bias-not-updated`: a bias never changes."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="bias-not-updated",
    title="A bias never changes",
    summary="The network has biases, but the update leaves them out or stores them under another name.",
    severity="error",
    story="""\
## What goes wrong

A bias takes part in the forward pass and keeps its first value for ever: its update is missing,
or the new value is stored in a variable that the forward pass does not read.

## Why

The bias is a weight like any other, with an input that is always 1:

    z = a W + b        ∂L/∂b[k] = Σᵢ δ[i, k]        the sum over the examples

If it starts at zero and stays there, each unit computes f(a W), and its boundary z = 0 is tied
to the origin. That is the same as having no bias at all.

## How to recognise it

The weights can compensate in part, so the loss falls and then settles above what is possible.
Typical are tasks for which the all-zero input needs an output of its own. Check with
`print(b1, b2)` before and after the training. A common trap is a name that changed on the way:
`db1` and `b1`, or a bias column that the update slices off.

## How to mend it

Update the bias with the sum of the deltas over the examples, wherever the weights are updated.
If the bias is a column of ones appended to the input, its weights are in the matrix: make sure
that no slice drops them from the step.
""",
    wrong="""\
W1 -= learning_rate * X.T @ delta1
new_b1 = b1 - learning_rate * np.sum(delta1, axis=0)
""",
    right="""\
W1 -= learning_rate * X.T @ delta1
b1 = b1 - learning_rate * np.sum(delta1, axis=0)
""",
    see_also=("weights-not-updated", "bias-reduction", "missing-bias"),
)
