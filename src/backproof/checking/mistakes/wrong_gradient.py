"""`wrong-gradient`: the line is not the gradient."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="wrong-gradient",
    title="The line is not the gradient",
    summary="The numbers of this line differ from the true derivative, in a way that has no name of its own.",
    severity="error",
    story="""\
## What goes wrong

Everything that this line uses is right, and its result is not. It fits none of the usual
mistakes, so the finding shows the plain facts: your numbers, the true ones, and what the chain
rule says about this line.

## Why

The true numbers were not taken from a formula. They were measured: each value was moved a
little, your own program was run again, and the change of the loss was divided by the move.

    ∂L/∂v ≈ [ L(v + h) − L(v − h) ] / 2h

Going back from the loss, a line is right if it combines right quantities by the chain rule. The
first line that fails to do so is where the search ends.

## How to recognise it

Compare the two rows of numbers. Entries that agree in some places and not in others hint at an
index or at a bracket: `a * 1 - a` is not `a * (1 - a)`. A power, a missing `abs`, a typing
error in a constant are other candidates.

## How to mend it

Derive this one line anew on paper: which quantity is it meant to be the slope of, and by which
factors does that quantity reach the loss? Compute one entry by hand with the numbers shown,
then write the line again.
""",
    wrong="""\
delta1 = (delta2 @ W2.T) * a1 * 1 - a1
""",
    right="""\
delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
""",
    see_also=("missing-factor", "extra-factor", "wrong-sign"),
)
