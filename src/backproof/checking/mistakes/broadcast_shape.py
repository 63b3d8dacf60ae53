"""`broadcast-shape`: two shapes broadcast to more than was meant."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="broadcast-shape",
    title="Two shapes broadcast to more than was meant",
    summary="An array (n,) meets one of shape (n, 1), or (1, 1), and NumPy silently makes something else of them.",
    severity="error",
    story="""\
## What goes wrong

Two arrays that should correspond entry by entry have different shapes. NumPy stretches them to
a common one instead of complaining: (n, 1) with (n,) becomes (n, n).

## Why

NumPy aligns shapes from the right. (n,) counts as (1, n), a row, and a row with a column (n, 1)
makes a table of all pairs:

    error[i, j] = output[i] − target[j]        instead of        error[i] = output[i] − target[i]

Summed over j, that compares each output with *all* targets, so the best output is their mean. A
silent (1, 1) does its harm in the other direction: one number is added to every weight or bias
alike, where each needs its own.

## How to recognise it

A matrix product with such an error usually fails, and that is the lucky case. Where it is
summed first, as in a loss or for a bias, nothing fails: the loss stops falling far above zero,
and the network predicts the mean of the targets for every input. On a big data set memory may
run out. `print(error.shape)` settles it.

## How to mend it

Give targets the shape of the outputs, once, at the beginning: `y.reshape(-1, 1)`. A line such
as `assert output.shape == target.shape` before the subtraction costs nothing and catches every
case.
""",
    wrong="""\
output = sigmoid(a1 @ W2[:, :1] + b2[:1])  # (n, 1)
target = y[:, 0]  # (n,)
error = output - target  # (n, n)
""",
    right="""\
output = sigmoid(a1 @ W2[:, :1] + b2[:1])  # (n, 1)
target = y[:, 0].reshape(-1, 1)  # (n, 1)
error = output - target  # (n, 1)
""",
    see_also=("outer-product-delta", "bias-reduction", "crash-memory"),
)
