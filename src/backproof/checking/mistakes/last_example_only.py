"""`last-example-only`: only the last example is learnt."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="last-example-only",
    title="Only the last example is learnt",
    summary="The forward pass visits all examples, but the step uses what is left over from the last one.",
    severity="error",
    story="""\
## What goes wrong

A loop runs the forward pass for every example. The backward pass and the update come after it,
so that they see the activations of the last example only.

## Why

The loss is a sum over the examples, and so is its gradient:

    L = Σᵢ Lᵢ        ∂L/∂W = Σᵢ aᵢᵀ δᵢ

Each term needs the activations and the delta of its *own* example. After the loop the variables
hold one term, that of the last example. The others never reach the weights.

## How to recognise it

The last row of the table is predicted perfectly, while the outputs of all others move towards
the target of that row. The loss printed over all examples rises, or falls and then rises, as
the network forgets everything else. If you reorder the data, another example becomes the
favourite.

## How to mend it

Three ways lead out. Do the backward pass and update inside the loop, example by example. Or add
up the gradients inside the loop and update after it. Or give the whole batch to the forward
pass at once, as the rows of a matrix; then `a1.T @ delta2` is already the sum over the
examples.
""",
    wrong="""\
for x, target in zip(X, y):
    middle = sigmoid(x @ W1 + b1)
    output = sigmoid(middle @ W2 + b2)
W2 -= learning_rate * np.outer(middle, output - target)
""",
    right="""\
for x, target in zip(X, y):
    middle = sigmoid(x @ W1 + b1)
    output = sigmoid(middle @ W2 + b2)
    W2 -= learning_rate * np.outer(middle, output - target)
""",
    see_also=("statement-outside-loop", "accumulator-overwritten"),
)
