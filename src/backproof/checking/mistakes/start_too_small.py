"""`start-too-small`: the first weights are too small."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="start-too-small",
    title="The first weights are too small",
    summary="The network starts so close to zero that almost no gradient reaches the first layers.",
    severity="error",
    story="""\
## What goes wrong

The weights begin at tiny random numbers such as 0.001. Nothing is wrong with the gradient;
there is hardly any of it, and all hidden units do nearly the same.

## Why

What travels back is multiplied by the weights,

    δ₁ = (δ₂ W₂ᵀ) ∘ f′(z₁)

so if the entries of W₂ are near 0.001, so is δ₁ compared with δ₂. Each further layer costs the
same factor again. At the same time all z₁ are close to 0, where a sigmoid is practically a
straight line: the network behaves like a linear model, and a linear model can't represent XOR.
Once the output's bias has settled, the point where all weights are zero has no slope in any
direction, and near such a point descent is slow.

## How to recognise it

The loss stays on a plateau for a long time, for a truth table often at the value of a constant
output. The biases of the output adjust quickly and nothing else happens. After many more epochs
it may suddenly begin to learn.

## How to mend it

Draw the weights with a size that suits the layer: a standard deviation of about 1/√n for n
inputs into the unit (√(2/n) for ReLU). For networks with two or three inputs, numbers between
−1 and 1 are fine.
""",
    wrong="""\
W1 = 0.001 * np.random.randn(2, 3)
W2 = 0.001 * np.random.randn(3, 1)
""",
    right="""\
W1 = np.random.randn(2, 3) / np.sqrt(2)
W2 = np.random.randn(3, 1) / np.sqrt(3)
""",
    see_also=("start-too-large", "zero-start", "symmetric-start", "learning-rate-too-small"),
)
