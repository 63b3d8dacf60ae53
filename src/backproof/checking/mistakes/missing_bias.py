"""`missing-bias`: the network has no bias."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="missing-bias",
    title="The network has no bias",
    summary="Without a bias every unit's boundary runs through the origin, and some tasks can't be represented.",
    severity="error",
    story="""\
## What goes wrong

The forward pass multiplies by the weights and adds nothing. For some tasks this is enough, for
others no weights in the world will do.

## Why

A unit a = f(x W) switches at z = 0, and

    x W = 0        contains x = 0, whatever W is
    x W + b = 0    can lie anywhere

For the input (0, 0) every hidden z is 0, so the hidden layer gives the fixed values f(0), on
which no weight of the first layer has any influence. With tanh units f(0) = 0, and with a
sigmoid behind them the output for (0, 0) is σ(0) = 0.5 for ever.

## How to recognise it

The all-zero row is the one that won't come right, or the loss sticks at a fixed value that
other seeds reach as well. XOR with sigmoid units can be learnt all the same, since σ(0) = 0.5
serves as a bias for the output, but from fewer starts.

## How to mend it

Give each layer a bias vector, `z = a @ W + b`, with the gradient `np.sum(delta, axis=0)`. Or
append a column of ones to the input of each layer; the bias is then one more row of W.
""",
    wrong="""\
z1 = X @ W1
a1 = sigmoid(z1)
""",
    right="""\
z1 = X @ W1 + b1
a1 = sigmoid(z1)
""",
    see_also=("bias-not-updated", "too-few-units"),
)
