"""`aliased-array`: two names share one array."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="aliased-array",
    title="Two names share one array",
    summary="What was meant as a copy, or as separate rows, is one array under two names.",
    severity="error",
    story="""\
## What goes wrong

Two names, or two places in a list, refer to the same array or list. Whoever writes to one of
them changes the other as well.

## Why

Assignment never copies in Python: `best = W` is a second name for W, and `[[0.0] * k] * j` is a
list of j references to *one* row. NumPy's slices are views of the same memory, too. The
formulas assume separate numbers. In

    ∂L/∂W₂[j, k] = a₁[j] δ₂[k]

there is an entry for each j; with shared rows, all j are added into the same place. A "previous
step" or "old weights" that is an alias always equals the current one.

## How to recognise it

Rows or layers are exactly equal when they shouldn't be. The difference between old and new
weights is always zero. The best weights that you kept turn out to be the last ones. `a is b`,
or `np.shares_memory(a, b)` for views, gives a definite answer.

## How to mend it

Copy where you mean a copy: `W.copy()`, or `copy.deepcopy` for lists of arrays. Build each row
anew: `[[0.0] * k for _ in range(j)]`.
""",
    wrong="""\
grad = [[0.0] * outputs] * hidden
for j in range(hidden):
    for k in range(outputs):
        grad[j][k] += a1[0][j] * delta2[0][k]
""",
    right="""\
grad = [[0.0] * outputs for _ in range(hidden)]
for j in range(hidden):
    for k in range(outputs):
        grad[j][k] += a1[0][j] * delta2[0][k]
""",
    see_also=("rebound-in-function", "accumulator-not-reset"),
)
