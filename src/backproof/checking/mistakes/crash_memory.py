"""`crash-memory`: the memory ran out."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="crash-memory",
    title="The memory ran out",
    summary="The program asked for more memory than it may have, mostly by an accidental table of all pairs.",
    severity="error",
    story="""\
## What goes wrong

An array was too large for the memory, or for the limit within which a check runs programs.

## Why

A network that fits on a page needs very little. The culprit is most often a product of two
sizes that should have been a sum, or a match:

    (n, 1) with (n,)      →  (n, n)        8 n² bytes: 29 GB for n = 60,000
    W for every example   →  (n, inputs, units)

The first is broadcasting: a column of outputs minus a flat vector of targets. Even when the
memory suffices, the result is wrong, since each output is compared with all targets. Another
cause is a list that keeps a copy of all activations or weights for every step of the training.

## How to recognise it

`MemoryError`, often with the shape that was asked for:
`Unable to allocate ... for an array with shape (60000, 60000)`. The shape says which two sizes
met. If there is no shape and memory grows steadily, look for a list that only ever gets longer.

## How to mend it

Give outputs and targets the same shape, keep only what the backward pass needs, and process
large data in batches. To check a program, a few dozen rows of data are as good as all of them.
""",
    wrong="""\
output = np.zeros((60000, 1))
target = np.zeros(60000)
error = output - target  # (60000, 60000)
""",
    right="""\
output = np.zeros((60000, 1))
target = np.zeros((60000, 1))
error = output - target  # (60000, 1)
""",
    see_also=("broadcast-shape", "outer-product-delta"),
)
