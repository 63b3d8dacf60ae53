"""`matrix-product-for-elementwise`: a matrix product where an elementwise product is due."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="matrix-product-for-elementwise",
    title="A matrix product where an elementwise product is due",
    summary="The slope of an activation is multiplied as a matrix, which mixes units and examples.",
    severity="error",
    story="""\
## What goes wrong

A line takes a matrix product where each entry has to be multiplied by its own partner. The
usual place is the slope of an activation; the usual reasons are `@` or `np.dot` in place of
`*`, and `np.matrix`, on which `*` *is* the matrix product.

## Why

An activation works on each unit by itself: a[i, j] depends on z[i, j] and on nothing else.
Therefore

    ∂L/∂z[i, j] = ∂L/∂a[i, j] · f′(z[i, j])        no sum anywhere

A matrix product sums over an index and so adds up the slopes of different units or of different
examples. The result may even have a plausible shape, yet its entries have nothing to do with
single units.

## How to recognise it

With ordinary arrays there is often an error about shapes. Otherwise look at the shape:
(hidden, hidden) where (n, hidden) is due, or one number where there should be one for each
unit. The loss typically stalls at the level of a constant output.

## How to mend it

Use `*` on arrays, and `np.multiply` on `np.matrix`. Better still, replace `np.matrix` by
`np.array` and write `@` for the matrix product: then each sign has one meaning.
""",
    wrong="""\
slope = a1.T @ (1 - a1)  # (hidden, hidden): mixes the units
delta1 = (delta2 @ W2.T) @ slope
""",
    right="""\
slope = a1 * (1 - a1)  # (n, hidden), like a1
delta1 = (delta2 @ W2.T) * slope
""",
    see_also=("elementwise-for-matrix-product", "outer-product-delta"),
)
