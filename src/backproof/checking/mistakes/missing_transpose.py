"""`missing-transpose`: a transpose is missing."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="missing-transpose",
    title="A transpose is missing",
    summary="A matrix is used as it stands where the chain rule needs its transpose.",
    severity="error",
    story="""\
## What goes wrong

The backward pass multiplies by a matrix in the orientation of the forward pass. Going back, the
roles of its rows and columns are exchanged.

## Why

Forward, W₂ leads from hidden unit j to output k. Backward, the same weight leads from output k
to hidden unit j:

    forward    z₂[i, k] = Σⱼ a₁[i, j] W₂[j, k]
    backward   ∂L/∂a₁[i, j] = Σₖ δ₂[i, k] W₂[j, k]        that is δ₂ W₂ᵀ

The sum now runs over the second index of W₂, and this is what the transpose expresses. In the
same way a weight's gradient sums over the examples i, the first index of both a₁ and δ₂:
∂L/∂W₂ = a₁ᵀ δ₂.

## How to recognise it

If the layers differ in width, NumPy reports shapes that don't match, so the mistake stays
silent only for square matrices: layers of equal width, or as many examples as units. Then the
error is sent back along the wrong connections, and the network learns slowly or not at all.
Trying other widths for a moment is a good test: make all of them, and the number of examples,
different.

## How to mend it

Write the shapes beside the formula: (n, outputs) @ (outputs, hidden) needs `W2.T`, as `W2`
itself is (hidden, outputs).
""",
    wrong="""\
delta1 = (delta2 @ W2) * a1 * (1 - a1)
""",
    right="""\
delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
""",
    see_also=("needless-transpose", "elementwise-for-matrix-product", "wrong-index"),
)
