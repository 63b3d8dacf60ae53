"""`momentum-sign`: the momentum has the wrong sign."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="momentum-sign",
    title="The momentum has the wrong sign",
    summary="The previous step is subtracted where momentum should add it.",
    severity="error",
    story="""\
## What goes wrong

The gradient's part of the update is right, but the part that remembers the previous step has
the wrong sign: each step takes back some of the one before.

## Why

Momentum lets a step continue the last one:

    ΔWₜ = −η ∂L/∂W + β ΔWₜ₋₁        0 ≤ β < 1

On a steady slope the steps add up to η / (1 − β) times the gradient, ten times as fast with
β = 0.9. With −β in its place they add up to η / (1 + β), about half of plain descent. Two ways
to write it are in use, and mixing them causes most of these mistakes: a velocity that already
contains the minus is *added* to the weights, one that collects gradients is *subtracted*.

## How to recognise it

The first step is exact, the second is not. Training works, but momentum slows it down instead
of speeding it up, and a larger β makes it worse.

## How to mend it

Choose one form: `v = momentum * v - learning_rate * grad` with `W += v`, or
`v = momentum * v + grad` with `W -= learning_rate * v`. In both, the old velocity has a plus.
""",
    wrong="""\
step = -learning_rate * grad_W2 - momentum * previous
W2 += step
previous = step
""",
    right="""\
step = -learning_rate * grad_W2 + momentum * previous
W2 += step
previous = step
""",
    see_also=("wrong-sign", "decay-sign"),
)
