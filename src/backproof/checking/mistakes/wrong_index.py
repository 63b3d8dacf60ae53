"""`wrong-index`: a wrong index."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="wrong-index",
    title="A wrong index",
    summary="A loop reads or writes the entry of another unit, layer or example.",
    severity="error",
    story="""\
## What goes wrong

In code with explicit loops, one subscript is not the one that the formula has: the two indices
of a weight are swapped, one is off by one, or an index is reused that belongs to another loop.

## Why

Written with indices, the chain rule says precisely which numbers meet. With W[j][k] leading
from unit j to unit k of the next layer:

    back[j] = Σₖ δ₂[k] · W₂[j][k]        summed over k, the units that j feeds
    ∂L/∂W₂[j][k] = a₁[j] · δ₂[k]         from where the connection starts, times where it ends

Each index must mean the same thing wherever it occurs. If `k` counts the outputs, it can index
δ₂ and the second place of W₂, and nothing else.

## How to recognise it

`IndexError` is the lucky case. If the layers are equally wide, or Python's negative indices
step in (`a[i - 1]` for i = 0 is the *last* entry), everything runs and some weights get the
steps of others. The network learns part of the task, or learns it slowly.

## How to mend it

Write down once what each letter counts (`i` examples, `j` hidden units, `k` outputs) and read
every subscript against it. Loop directly over what you need where you can:
`for w, d in zip(row, delta)` has no index to get wrong.
""",
    wrong="""\
back = [0.0] * hidden
for j in range(hidden):
    for k in range(outputs):
        back[j] += delta2[0][k] * W2[k][j]
""",
    right="""\
back = [0.0] * hidden
for j in range(hidden):
    for k in range(outputs):
        back[j] += delta2[0][k] * W2[j][k]
""",
    see_also=("missing-transpose", "last-example-only", "statement-outside-loop"),
)
