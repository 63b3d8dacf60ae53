"""`accumulator-overwritten`: a sum is overwritten instead of added to."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="accumulator-overwritten",
    title="A sum is overwritten instead of added to",
    summary="`=` stands where `+=` is due, so only the last term of the sum survives.",
    severity="error",
    story="""\
## What goes wrong

In a loop that should add up, over the examples, over the units of the next layer or over time
steps, each pass replaces the result of the one before. What is left at the end is the last
term.

## Why

Wherever several paths lead from a quantity to the loss, the chain rule adds them:

    ∂L/∂W = Σᵢ ∂Lᵢ/∂W                 over the examples that share W
    ∂L/∂a₁[j] = Σₖ δ₂[k] W₂[j, k]     over the units that a₁[j] feeds

One term of a sum is not the sum. If the same weights or activations are used in several places,
each place contributes its part.

## How to recognise it

The result doesn't depend on the order of the first examples or units, only on which one comes
last. The network fits that one example and neglects the rest, or passes back the error of the
last output only. With one example, or one output unit, all is well, and the trouble begins with
the second.

## How to mend it

Start the sum at zero before the loop, and write `+=` inside it. Make sure that the zero is set
once per sum: neither before everything, nor in each pass.
""",
    wrong="""\
total = np.zeros_like(W2)
for i in range(n):
    total = gradient(X[i], y[i])
W2 -= learning_rate * total
""",
    right="""\
total = np.zeros_like(W2)
for i in range(n):
    total += gradient(X[i], y[i])
W2 -= learning_rate * total
""",
    see_also=("accumulator-not-reset", "last-example-only"),
)
