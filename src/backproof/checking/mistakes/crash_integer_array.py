"""`crash-integer-array`: a fraction can't be added to an integer array."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="crash-integer-array",
    title="A fraction can't be added to an integer array",
    summary="The program stops because an array of whole numbers should be changed in place by fractions.",
    severity="error",
    story="""\
## What goes wrong

An in-place operation such as `W -= 0.1 * grad` fails with a `UFuncTypeError`: the result has
fractions, and `W` was made of whole numbers.

## Why

`W -= step` keeps the array and its type, and writes the result into it. NumPy refuses to cut
off fractions on this way, since it would be silent damage:

    W (int64) − η ∂L/∂W (float64)        gives float64, which does not fit into int64

A step of gradient descent is nearly always a fraction. Stored in integers it would be 0, and
the weights would never move.

## How to recognise it

The message says `Cannot cast ufunc ... from dtype('float64') to dtype('int64')`. The array was
made from a list without a decimal point, `np.array([[1, -1], [2, 0]])`, with
`np.random.randint`, with `dtype=int`, or by `np.zeros_like` from such an array.

## How to mend it

Make the array of floating-point numbers where it is created: `dtype=float`, one number written
as `1.0`, or `.astype(float)` at the end. Changing the line to `W = W - 0.1 * grad` gets rid of
the message too, but leaves other integer arrays to do their harm in silence.
""",
    wrong="""\
W = np.array([[1, -1], [2, 0]])
W -= 0.1 * np.ones((2, 2))
""",
    right="""\
W = np.array([[1, -1], [2, 0]], dtype=float)
W -= 0.1 * np.ones((2, 2))
""",
    see_also=("integer-array",),
)
