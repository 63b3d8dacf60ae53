"""`rebound-in-function`: the new weights are lost when the function returns."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="rebound-in-function",
    title="The new weights are lost when the function returns",
    summary="A function assigns new weights to its parameter, which the caller never sees.",
    severity="error",
    story="""\
## What goes wrong

Inside the function `W = W - step` creates a new array and ties the *local* name to it. The
caller's array is untouched, and the new one disappears at the end of the call.

## Why

The mathematics of the step is right,

    W ← W − η ∂L/∂W

but it happens to a copy. In Python a parameter is a name for the object that was passed.
`W -= step` changes that NumPy array in place, so the caller sees it; `W = W - step` makes the
name point elsewhere. The same holds for numbers: `w -= step` on a plain `float` parameter is
always lost, because numbers can't be changed in place.

## How to recognise it

The loss stays exactly the same from epoch to epoch, although gradients are computed and are not
zero. Inside the function the weights look new, outside they look old.

## How to mend it

Either change the array in place (`-=`, or `W[...] = new`), or return the new weights and assign
them in the caller: `W1, W2 = step(W1, W2)`. For a module's own variable, `global` or an
attribute of an object does it too. Choose one way for all weights.
""",
    wrong="""\
def update(W, grad):
    W = W - learning_rate * grad


update(W2, a1.T @ delta2)
""",
    right="""\
def update(W, grad):
    W -= learning_rate * grad


update(W2, a1.T @ delta2)
""",
    see_also=("aliased-array", "weights-not-updated"),
)
