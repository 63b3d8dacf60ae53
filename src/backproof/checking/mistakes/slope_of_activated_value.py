"""`slope-of-activated-value`: the slope function gets the wrong quantity."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="slope-of-activated-value",
    title="The slope function gets the wrong quantity",
    summary="A slope function written for z is given a = f(z), or one written for a is given z.",
    severity="error",
    story="""\
## What goes wrong

The slope of a sigmoid can be written in two ways, and both are right. They differ in what they
want to be given, and here one gets what belongs to the other.

## Why

With a = σ(z):

    from z:   σ′(z) = σ(z) (1 − σ(z))
    from a:   σ′(z) = a (1 − a)

Give a to the first form and the sigmoid is applied twice. Since a lies between 0 and 1, σ(a)
lies between 0.5 and 0.73, and the "slope" is stuck between 0.197 and 0.25, whatever the unit
does. Give z to the second form and the result is z (1 − z): negative wherever z < 0 or z > 1,
so that the sign of the delta turns around. Tanh has the same two forms: 1 − tanh²(z) and
1 − a².

## How to recognise it

In the first case saturated units look as lively as fresh ones; training works on easy tasks and
stalls on harder ones. In the second the loss often rises, because many weights move uphill.

## How to mend it

Look at the body of the slope function: if it calls the activation, hand it z; if it only
multiplies, hand it a. Name the parameter accordingly, `z` or `a`, and the mistake becomes
visible where the function is called.
""",
    wrong="""\
def sigmoid_slope(z):
    s = sigmoid(z)
    return s * (1 - s)


delta1 = (delta2 @ W2.T) * sigmoid_slope(a1)
""",
    right="""\
def sigmoid_slope(z):
    s = sigmoid(z)
    return s * (1 - s)


delta1 = (delta2 @ W2.T) * sigmoid_slope(z1)
""",
    see_also=("missing-activation-slope", "wrong-slope"),
)
