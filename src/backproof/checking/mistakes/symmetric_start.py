"""`symmetric-start`: all hidden units start alike."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="symmetric-start",
    title="All hidden units start alike",
    summary="The weights of the hidden units are equal at the start, and so they stay equal for ever.",
    severity="error",
    story="""\
## What goes wrong

Every weight of a layer starts with the same number. Then all hidden units compute the same
thing, get the same gradient, take the same step, and are still the same afterwards.

## Why

Let two hidden units have the same incoming and the same outgoing weights. Then a₁ is the same
for both, and

    δ₁[j] = (Σₖ δ₂[k] W₂[j, k]) · f′(z₁[j])        is the same for both j
    ∂L/∂W₁[·, j] = Xᵀ δ₁[·, j]        ∂L/∂W₂[j, ·] = a₁[·, j]ᵀ δ₂        so are these

Equal weights minus equal steps are equal weights. However many units there are, the layer is
worth a single one, and one unit is not enough for XOR.

## How to recognise it

Print the weights after some epochs: the columns of W₁ are identical. The loss falls to the
level that one hidden unit can reach, and no learning rate and no number of epochs improves on
it. Every gradient is right, so a gradient check finds nothing.

## How to mend it

Start from random numbers, different for each unit. The biases may all start at zero; it is the
weights that have to break the symmetry.
""",
    wrong="""\
W1 = np.full((2, 3), 0.5)
W2 = np.full((3, 1), 0.5)
""",
    right="""\
W1 = np.random.uniform(-1, 1, (2, 3))
W2 = np.random.uniform(-1, 1, (3, 1))
""",
    see_also=("zero-start", "start-too-small", "too-few-units"),
)
