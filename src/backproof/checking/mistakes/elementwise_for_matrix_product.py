"""`elementwise-for-matrix-product`: an elementwise product where a matrix product is due."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="elementwise-for-matrix-product",
    title="An elementwise product where a matrix product is due",
    summary="`*` multiplies entry by entry where the formula sums over units or over examples.",
    severity="error",
    story="""\
## What goes wrong

A line multiplies entry by entry, although the chain rule asks for a sum of products at this
place. NumPy's `*` on arrays is elementwise; the matrix product is `@` or `np.dot`.

## Why

A hidden unit j reaches the loss through every unit k of the next layer, and the chain rule adds
up all these paths:

    ∂L/∂a₁[i, j] = Σₖ δ₂[i, k] W₂[j, k]        as matrices: δ₂ W₂ᵀ

A weight is used by every example, so its gradient adds up the examples: ∂L/∂W₂ = a₁ᵀ δ₂. An
elementwise product has no sum in it: it pairs one entry with one entry.

## How to recognise it

Most often NumPy complains about shapes. The mistake stays silent if the shapes happen to be
equal, as in layers of the same width, or if they broadcast. Mind one harmless case: with a
single output unit, `delta2 * W2.T` has shapes (n, 1) and (1, hidden), and broadcasting gives
exactly the matrix product. The same line is wrong as soon as there is a second output.

## How to mend it

Use `@` wherever the formula has a sum over an index, and check the shapes: (n, outputs) times
(outputs, hidden) gives (n, hidden).
""",
    wrong="""\
delta1 = (delta2 * W2.T) * a1 * (1 - a1)
""",
    right="""\
delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
""",
    see_also=("matrix-product-for-elementwise", "missing-transpose", "outer-product-delta"),
)
