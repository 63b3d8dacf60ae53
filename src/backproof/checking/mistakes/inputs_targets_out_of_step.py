"""`inputs-targets-out-of-step`: inputs and targets don't belong together."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="inputs-targets-out-of-step",
    title="Inputs and targets don't belong together",
    summary="The rows of the inputs and the rows of the targets are in different orders.",
    severity="error",
    story="""\
## What goes wrong

Row i of the inputs is trained with the target of another row. Shuffling the two separately is
the usual cause; a sort, a filter or a header line applied to only one of them are others.

## Why

The loss compares output i with target i:

    L = Σᵢ l(a(xᵢ), yᵢ)

If the pairing is random, there is nothing in x that says anything about y. The best that
remains is a constant, the mean of the targets, and gradient descent finds just that. If the
pairing is new in every epoch, not even learning by heart is possible. The gradient is right
throughout, so no check of the derivatives can find this.

## How to recognise it

The outputs are all close to the mean of the targets. The accuracy is that of guessing, on the
training data as well. Print some inputs beside their targets right before the training loop,
and check by eye whether they match; for a truth table this takes ten seconds.

## How to mend it

Shuffle with one permutation for both, `order = np.random.permutation(len(X))`, and index both
with it. Filter both with the same mask. For plain lists, shuffle a list of pairs.
""",
    wrong="""\
np.random.shuffle(X)
np.random.shuffle(y)
""",
    right="""\
order = np.random.permutation(len(X))
X = X[order]
y = y[order]
""",
    see_also=("wrong-index", "last-example-only"),
)
