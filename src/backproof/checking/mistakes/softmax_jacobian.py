"""`softmax-jacobian`: only part of the softmax's slope is used."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="softmax-jacobian",
    title="Only part of the softmax's slope is used",
    summary="Softmax is treated as if each output depended on its own z alone.",
    severity="error",
    story="""\
## What goes wrong

Softmax is given the slope p (1 − p), as if it were a sigmoid. That is only the diagonal of its
Jacobian: the influence of each z on the *other* outputs is left out.

## Why

The outputs share one sum, so each of them depends on every z of its row:

    ∂pⱼ/∂zₖ = pⱼ (1[j = k] − pₖ)
    ∂L/∂zₖ = Σⱼ ∂L/∂pⱼ ∂pⱼ/∂zₖ = pₖ (gₖ − Σⱼ gⱼ pⱼ)     with g = ∂L/∂p

For cross-entropy, g = −y / p and the targets of a row add up to 1, so that all of this
collapses to p − y. Multiplying −y / p by the diagonal alone gives −y (1 − p): right for the
true class, but zero for all others, which are therefore never pushed down. Multiplying p − y by
p (1 − p) applies a slope that is already in it.

## How to recognise it

The network learns, but more slowly than it should, or settles on worse outputs. One check needs
no derivative: shifting all z of a row together changes nothing, so each row of the true δ adds
up to zero. Yours does not.

## How to mend it

With cross-entropy write `p - y`, and no further slope. With any other loss use the whole sum
above.
""",
    wrong="""\
p = softmax(z2)
loss = np.sum((p - y) ** 2) / 2
delta2 = (p - y) * p * (1 - p)
""",
    right="""\
p = softmax(z2)
loss = np.sum((p - y) ** 2) / 2
g = p - y
delta2 = p * (g - np.sum(g * p, axis=1, keepdims=True))
""",
    see_also=("softmax-axis", "loss-mismatch", "missing-activation-slope"),
)
