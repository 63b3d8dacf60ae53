"""`crash-shape-mismatch`: two shapes don't fit together."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="crash-shape-mismatch",
    title="Two shapes don't fit together",
    summary="The program stops because two arrays can't be multiplied, added or assigned.",
    severity="error",
    story="""\
## What goes wrong

NumPy was asked to combine two arrays whose shapes don't match, and raised a `ValueError`. In a
backward pass this is mostly a missing or misplaced transpose, a product in the wrong order, or
an elementwise product in place of a matrix product.

## Why

A matrix product needs equal inner dimensions, and a gradient has the shape of its weights. With
n examples as rows:

    a₁ (n, hidden)    W₂ (hidden, outputs)    δ₂ (n, outputs)

    a₁ W₂      (n, hidden) (hidden, outputs)     →  (n, outputs)
    δ₂ W₂ᵀ     (n, outputs) (outputs, hidden)    →  (n, hidden), as a₁
    a₁ᵀ δ₂     (hidden, n) (n, outputs)          →  (hidden, outputs), as W₂

For each of these three lines there is just one way to write it that fits.

## How to recognise it

The message names both shapes, such as `operands could not be broadcast together` or
`mismatch in its core dimension`. Compare them with the table above. A (3,) where (3, 1) or
(1, 3) is due is a common variety: a flat vector has no transpose, `v.T` is `v`.

## How to mend it

Print the shapes right before the line, find the one that is not as in the table, and follow it
back to where it was made. Use two-dimensional arrays throughout, also for single examples:
`X[i:i + 1]` instead of `X[i]`.
""",
    wrong="""\
grad_W2 = a1 @ delta2
""",
    right="""\
grad_W2 = a1.T @ delta2
""",
    see_also=("missing-transpose", "needless-transpose", "broadcast-shape"),
)
