"""`weights-not-updated`: some weights never change."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="weights-not-updated",
    title="Some weights never change",
    summary="A layer's gradient is computed, or forgotten, and its weights keep their first values.",
    severity="error",
    story="""\
## What goes wrong

Weights that the output depends on stay as they were at the start. The update is missing, its
result goes into a name that nobody reads, or the line is an expression without an assignment,
such as `W - learning_rate * grad`.

## Why

Every weight with ∂L/∂W ≠ 0 can still lower the loss:

    W₁ ← W₁ − η Xᵀ δ₁        is due as well as        W₂ ← W₂ − η a₁ᵀ δ₂

If W₁ stands still, the hidden layer remains the random transformation that it was, and only a
model linear in a₁ is fitted on top of it. If W₂ stands still, the hidden layer has to work
around random output weights.

## How to recognise it

Save a copy at the start, `before = W1.copy()`, and compare after some epochs with
`np.abs(W1 - before).max()`: exactly 0 says it all. Training is not hopeless; with many hidden
units a random layer may be enough, and then the loss depends much on the seed.

## How to mend it

Add the update, with `-=` or with an assignment to the *same* name, attribute or list entry that
the forward pass reads.
""",
    wrong="""\
W2 -= learning_rate * a1.T @ delta2
W1 - learning_rate * X.T @ delta1
""",
    right="""\
W2 -= learning_rate * a1.T @ delta2
W1 -= learning_rate * X.T @ delta1
""",
    see_also=("bias-not-updated", "rebound-in-function", "statement-outside-loop"),
)
