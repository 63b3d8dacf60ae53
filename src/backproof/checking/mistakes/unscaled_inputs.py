"""`unscaled-inputs`: the inputs are not scaled."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="unscaled-inputs",
    title="The inputs are not scaled",
    summary="Inputs are large, or of very different size, which saturates units and makes descent slow.",
    severity="warning",
    story="""\
## What goes wrong

The inputs go into the network as they came: pixels up to 255, years, prices in thousands,
beside others between 0 and 1.

## Why

Inputs enter twice, into z and into the gradient:

    z₁ = X W₁ + b₁        ∂L/∂W₁ = Xᵀ δ₁

Large inputs make |z| large, so sigmoids saturate at once. And each weight's gradient grows with
its input: a column a thousand times larger has gradients a thousand times, and a curvature a
million times, as large. The learning rate must be small enough for the steepest direction, and
is then far too small for all the others. If all inputs are positive and far from 0, the weights
of a unit can moreover only go up together or down together, example by example.

## How to recognise it

Hidden activations are all 0 or 1 from the first epoch on; the loss is `nan`, or it doesn't
move. Only a tiny learning rate is stable.

## How to mend it

Bring each column to mean 0 and standard deviation 1, or into 0 to 1, and keep the two numbers:
predictions need the very same scaling.
""",
    wrong="""\
pixels = np.array([[0.0, 255.0], [128.0, 64.0]])
z1 = pixels @ W1[:2]
""",
    right="""\
pixels = np.array([[0.0, 255.0], [128.0, 64.0]])
z1 = (pixels / 255) @ W1[:2]
""",
    see_also=("saturated-units", "learning-rate-too-large", "start-too-large"),
)
