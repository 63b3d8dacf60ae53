"""`zero-start`: all weights start at zero."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="zero-start",
    title="All weights start at zero",
    summary="With all weights at zero no useful gradient reaches the hidden layer, and its units stay alike.",
    severity="error",
    story="""\
## What goes wrong

The weights are created with `np.zeros` and trained from there. The gradient is computed
correctly, and is zero or the same for every unit.

## Why

Both gradients are products with something that vanishes, or is equal for all units:

    δ₁ = (δ₂ W₂ᵀ) ∘ f′(z₁) = 0        as W₂ = 0, so the first layer can't move
    ∂L/∂W₂ = a₁ᵀ δ₂                   with a₁ = f(0) for every unit and every example

With tanh or ReLU f(0) = 0, so this gradient is zero as well: only the output's bias ever moves.
With sigmoid f(0) = 0.5: all rows of W₂ take the same step, and from then on the hidden units
learn, all in exactly the same way.

## How to recognise it

At first the output is the same for every example. With tanh or ReLU it remains so, at the mean
of the targets, and the weights are still zero after many epochs. With sigmoid all columns of W₁
are equal.

## How to mend it

Draw the weights at random, centred on zero, with a spread of about 1/√n for n inputs. Only
biases may start at zero.
""",
    wrong="""\
W1 = np.zeros((2, 3))
W2 = np.zeros((3, 1))
""",
    right="""\
W1 = np.random.randn(2, 3) / np.sqrt(2)
W2 = np.random.randn(3, 1) / np.sqrt(3)
""",
    see_also=("symmetric-start", "start-too-small"),
)
