"""`too-few-units`: the hidden layer is too narrow."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="too-few-units",
    title="The hidden layer is too narrow",
    summary="No choice of weights lets this few units represent the task.",
    severity="error",
    story="""\
## What goes wrong

The gradients are right and the network ends at the best that it can do. With so few hidden
units that best is not good enough.

## Why

A single hidden unit cuts the plane along one line:

    output = g(f(x · w + b))        with f and g rising or falling throughout

Going across the line the output can only rise or only fall. But the two points where XOR is 1
have the same midpoint as the two where it is 0, so no line parts them: it takes at least two
hidden units (or a direct connection from the inputs to the output). Parity of N bits, in a
plain layered network of sigmoids, is commonly solved with N hidden units. Two units suffice for
XOR on paper; in practice three or four are found much more reliably from a random start.

## How to recognise it

The loss settles at the same value above zero for many starts, with one or more rows always
wrong, whatever the learning rate. One more unit makes a sudden difference.

## How to mend it

Widen the hidden layer until training succeeds from most starts. For small tasks a few units too
many do no harm; with few noisy data, watch the error on rows that are held out.
""",
    wrong="""\
hidden = 1
W1 = np.random.uniform(-1, 1, (2, hidden))
""",
    right="""\
hidden = 3
W1 = np.random.uniform(-1, 1, (2, hidden))
""",
    see_also=("missing-bias", "symmetric-start"),
)
