"""`statement-inside-loop`: a statement stands inside a loop that it should follow."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="statement-inside-loop",
    title="A statement stands inside a loop that it should follow",
    summary="A line should run once, after the loop, but runs in every pass.",
    severity="error",
    story="""\
## What goes wrong

A line is indented too far. It was meant for the finished result of a loop, and now works on the
half-finished result of every pass.

## Why

Adding up comes first, the step afterwards:

    G = Σᵢ ∂Lᵢ/∂W        then, once:        W ← W − η G

With the update inside the loop, the steps are ∂L₁, then ∂L₁ + ∂L₂, then ∂L₁ + ∂L₂ + ∂L₃, and so
on. The first of n examples counts n times and the last one once. Something similar happens to a
slope that is multiplied on in each pass of a sum: it ends up there several times over. And a
reset in the inner loop empties a sum before it is used.

## How to recognise it

The network learns, but prefers the examples at the beginning; shuffling changes the outcome a
lot. The steps are far larger than the learning rate suggests, so that only a tiny one is
stable.

## How to mend it

Move the line back by one level, behind the loop. If you do want a step after each example, use
that example's gradient alone, and no running sum.
""",
    wrong="""\
total = np.zeros_like(W2)
for i in range(n):
    total += gradient(X[i], y[i])
    W2 -= learning_rate * total
""",
    right="""\
total = np.zeros_like(W2)
for i in range(n):
    total += gradient(X[i], y[i])
W2 -= learning_rate * total
""",
    see_also=("statement-outside-loop", "accumulator-not-reset", "update-before-use"),
)
