"""`crash-overflow`: a number became too large."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="crash-overflow",
    title="A number became too large",
    summary="An exponential, a power or the weights themselves left the range of floating-point numbers.",
    severity="error",
    story="""\
## What goes wrong

A number beyond about 1.8 · 10³⁰⁸ was asked for. `math.exp` raises an `OverflowError`; NumPy
warns and goes on with `inf`, from which `nan` soon follows.

## Why

The sigmoid itself is harmless at both ends, but its usual formula is not:

    σ(z) = 1 / (1 + exp(−z))        z = −800:  exp(800) overflows, although σ(−800) ≈ 0
    σ(z) = exp(z) / (1 + exp(z))    the same function, safe for z < 0

The same holds for softmax, and for ln(0) in cross-entropy. Behind it there may be a second
problem: why is z that large at all? Weights that grow without limit point to too large a
learning rate, to unscaled inputs, or to steps of the wrong sign.

## How to recognise it

The message is `math range error`, or the warning `overflow encountered in exp`. If z is huge in
the first epoch, look at the inputs and the first weights; if it becomes huge later, look at the
steps.

## How to mend it

Use the form that suits the sign of z, subtract the largest z in softmax, and keep a small
distance from 0 in logarithms. Then check that the weights stay at a reasonable size.
""",
    wrong="""\
def logistic(z):
    return 1 / (1 + math.exp(-z))


output = logistic(-800.0)
""",
    right="""\
def logistic(z):
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    return math.exp(z) / (1 + math.exp(z))


output = logistic(-800.0)
""",
    see_also=("saturated-units", "learning-rate-too-large", "unscaled-inputs"),
)
