"""`decay-sign`: weight decay lets the weights grow."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="decay-sign",
    title="Weight decay lets the weights grow",
    summary="The term that should pull the weights towards zero pushes them away from it.",
    severity="error",
    story="""\
## What goes wrong

The update contains weight decay (L2 regularisation), but with the wrong sign. Each step makes
every weight a little larger instead of a little smaller.

## Why

The penalty is a part of the loss, and its slope joins the gradient with the same sign:

    L′ = L + ½ λ ‖W‖²        ∂L′/∂W = ∂L/∂W + λ W
    W ← W − η (∂L/∂W + λ W) = (1 − η λ) W − η ∂L/∂W

So decay multiplies W by a number just below 1. With the other sign the number is 1 + η λ, and
repeated over the steps that is exponential growth.

## How to recognise it

The weights keep growing even when the data are fitted well: print `np.abs(W).max()` now and
then. Sigmoids saturate, learning comes to a halt, and in the end there is an overflow. A larger
λ, meant to calm things down, makes it worse. It often goes along with a change of convention:
where the gradient is *added* (δ = target − output), the decay has to be *subtracted*.

## How to mend it

Give the penalty the sign of the gradient inside one bracket, `grad + decay * W`, and subtract
the whole. Biases are usually left out of it.
""",
    wrong="""\
W2 -= learning_rate * (grad_W2 - decay * W2)
""",
    right="""\
W2 -= learning_rate * (grad_W2 + decay * W2)
""",
    see_also=("wrong-sign", "momentum-sign"),
)
