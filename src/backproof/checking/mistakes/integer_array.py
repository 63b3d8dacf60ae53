"""`integer-array`: fractions are cut off in an integer array."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="integer-array",
    title="Fractions are cut off in an integer array",
    summary="Values are stored into an array of whole numbers, and what is behind the point is lost.",
    severity="error",
    story="""\
## What goes wrong

An array that holds activations, weights or gradients has an integer type. Every fraction that
is stored into it is cut off, without a word: 0.93 becomes 0.

## Why

An array keeps the type with which it was made. `np.array([0, 1, 1, 0])` holds integers, and
`np.zeros_like(y)` takes its type from y. Assigning to an entry converts the value to that type,
towards zero:

    a = σ(z) ∈ (0, 1)        stored as        0

All that follows is computed from these zeros: an output error of a whole unit, a slope a
(1 − a) = 0, steps that vanish or don't fit the forward pass. Only storing *into* an integer
array does harm; as data, whole numbers are fine.

## How to recognise it

Outputs are exactly 0 or ±1 from the beginning, and don't change. `print(a.dtype)` shows `int64`
where `float64` is due. An in-place operation on the whole array, such as `W -= 0.1 * grad`,
fails with an error instead.

## How to mend it

Write at least one number with a point, `np.array([0.0, 1.0])`, or say so: `dtype=float`. For
new arrays give the type explicitly: `np.zeros(y.shape)`.
""",
    wrong="""\
target = np.array([0, 1, 1])
output = np.zeros_like(target)  # integers, like target
for i in range(3):
    output[i] = sigmoid(z2[i, 0])
""",
    right="""\
target = np.array([0, 1, 1])
output = np.zeros(target.shape)
for i in range(3):
    output[i] = sigmoid(z2[i, 0])
""",
    see_also=("crash-integer-array", "zero-start"),
)
