"""`start-too-large`: the first weights are too large."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="start-too-large",
    title="The first weights are too large",
    summary="The network starts with its units saturated, where the slope is almost zero.",
    severity="error",
    story="""\
## What goes wrong

The weights begin so large that sigmoid or tanh units are at the ends of their range for every
input before training has begun.

## Why

The size of z grows with the weights and with the number of inputs: for n inputs of size 1 and
independent weights with standard deviation s, z has one of about s √n. Each delta contains the
slope at that place,

    σ′(z) = σ(z) (1 − σ(z)):      σ′(0) = 0.25      σ′(5) ≈ 0.0066      σ′(10) ≈ 0.000045

so a unit that starts at z = 10 learns several thousand times more slowly than one at z = 0.
Drawing from `np.random.rand`, which is never negative, adds to it: with many inputs all the
terms of z have the same sign and pile up.

## How to recognise it

Hidden activations are almost all 0 or 1 (or ±1 for tanh) in the first epoch. The loss starts
high and moves very slowly; which examples come out right depends on the seed. With ReLU the
loss explodes instead.

## How to mend it

Centre the random numbers around zero and scale them by the number of inputs, with a standard
deviation of about 1/√n.
""",
    wrong="""\
W1 = 20 * np.random.randn(2, 3)
W2 = 20 * np.random.randn(3, 1)
""",
    right="""\
W1 = np.random.randn(2, 3) / np.sqrt(2)
W2 = np.random.randn(3, 1) / np.sqrt(3)
""",
    see_also=("start-too-small", "saturated-units", "unscaled-inputs"),
)
