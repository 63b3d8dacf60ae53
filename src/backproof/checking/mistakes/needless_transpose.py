"""`needless-transpose`: a transpose too many."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="needless-transpose",
    title="A transpose too many",
    summary="A matrix is transposed that should be used as it is.",
    severity="error",
    story="""\
## What goes wrong

A gradient or a matrix of weights is turned over although it already had the right orientation,
so that entry [j, k] is used where [k, j] belongs.

## Why

A gradient has the shape of its weights, and each entry belongs to one connection:

    ∂L/∂W₂[j, k] = Σᵢ a₁[i, j] δ₂[i, k]        that is a₁ᵀ δ₂

Transposed, or computed as δ₂ᵀ a₁, the entry for the connection from j to k is applied to the
connection from k to j. Some formulas in books have a transpose at this place, because they
store examples as columns: there z = W a and ∂L/∂W = δ aᵀ. Both conventions are fine; half of
each is not.

## How to recognise it

NumPy complains unless the matrix is square. If it is, everything runs, the diagonal is right
and all the other entries are swapped. The loss falls a little, then stalls. A gradient check
shows your numbers to be those of the true gradient in another order.

## How to mend it

Take the transpose away. Decide once whether examples are rows or columns, and test with layers
of different widths, where this mistake can't hide.
""",
    wrong="""\
W2 -= learning_rate * (a1.T @ delta2).T
""",
    right="""\
W2 -= learning_rate * (a1.T @ delta2)
""",
    see_also=("missing-transpose", "wrong-index"),
)
