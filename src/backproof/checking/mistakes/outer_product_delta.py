"""`outer-product-delta`: a delta becomes a matrix of all pairs."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="outer-product-delta",
    title="A delta becomes a matrix of all pairs",
    summary="A column meets a row in a product, and a delta of one number per unit becomes a square matrix.",
    severity="error",
    story="""\
## What goes wrong

Two vectors of the same length are to be multiplied entry by entry, but one is a column and the
other a row. NumPy then makes the table of *all* pairs: broadcasting does so for `*`, and so
does the matrix product on `np.matrix`.

## Why

For one example, δ₁ has one number for each hidden unit:

    δ₁[j] = (Σₖ δ₂[k] W₂[j, k]) · f′(z₁[j])

It has the shape of z₁. A column (h, 1) times a row (1, h) is the outer product, with entries
back[i] · slope[j]: the error that reached unit i with the slope of unit j. Only its diagonal,
i = j, holds what is needed.

## How to recognise it

Print `delta1.shape`: it must be the shape of `z1`. A square shape (h, h) gives the mistake
away. There is no error message if the matrix is then added to weights that happen to be as
large, which is why this is often found together with an update that leaves out the layer's
input.

## How to mend it

Keep every vector of one example in the same orientation. With rows, pass the delta back as
`delta2 @ W2.T`, which is a row again, and multiply it by the slope with `*` (`np.multiply` for
`np.matrix`).
""",
    wrong="""\
a1 = sigmoid(X[:1] @ W1 + b1)  # (1, hidden)
delta2 = sigmoid(a1 @ W2 + b2) - y[:1]
back = W2 @ delta2.T  # (hidden, 1)
delta1 = back * (a1 * (1 - a1))  # (hidden, hidden)
""",
    right="""\
a1 = sigmoid(X[:1] @ W1 + b1)  # (1, hidden)
delta2 = sigmoid(a1 @ W2 + b2) - y[:1]
back = delta2 @ W2.T  # (1, hidden)
delta1 = back * (a1 * (1 - a1))  # (1, hidden)
""",
    see_also=("matrix-product-for-elementwise", "broadcast-shape", "update-without-input"),
)
