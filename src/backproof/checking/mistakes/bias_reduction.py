"""`bias-reduction`: the bias's gradient is summed along the wrong axis."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="bias-reduction",
    title="The bias's gradient is summed along the wrong axis",
    summary="The sum for a bias runs over the units, or over everything, instead of over the examples.",
    severity="error",
    story="""\
## What goes wrong

The deltas are added up along the wrong axis before they reach the bias. Either all units are
summed into one number, which then moves every bias alike, or there is one number for each
example where there should be one for each unit.

## Why

A bias is shared by all examples and belongs to one unit. In z[i, k] = Σⱼ a[i, j] W[j,
k] + b[k]:

    ∂z[i, k]/∂b[k] = 1        so        ∂L/∂b[k] = Σᵢ δ[i, k]

The sum runs over the examples i, which are the rows: `axis=0`. What remains has the shape of b.

## How to recognise it

`np.sum(delta)` without an axis never fails: the one number is broadcast to every bias, so all
biases of a layer stay at the same distance from each other. With `axis=1` there is an error
unless the batch is as large as the layer is wide, or holds a single example. The weights can
make up for much of it, so the network often learns all the same, only worse; with one unit in
the layer, the sum without an axis is even right.

## How to mend it

Sum over the examples: `np.sum(delta, axis=0)` for rows, with `keepdims=True` if b is
(1, units). If your examples are columns, it is `axis=1`.
""",
    wrong="""\
b2 -= learning_rate * np.sum(delta2)
b1 -= learning_rate * np.sum(delta1, axis=1)
""",
    right="""\
b2 -= learning_rate * np.sum(delta2, axis=0)
b1 -= learning_rate * np.sum(delta1, axis=0)
""",
    see_also=("broadcast-shape", "bias-not-updated"),
)
