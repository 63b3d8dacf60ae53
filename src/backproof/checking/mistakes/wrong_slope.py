"""`wrong-slope`: the slope of another activation, layer or quantity."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="wrong-slope",
    title="The slope of another activation, layer or quantity",
    summary="A delta is multiplied by a slope, but not by that of its own activation at its own z.",
    severity="error",
    story="""\
## What goes wrong

The delta of a layer is multiplied by a slope that belongs elsewhere: to another activation
(tanh's for a sigmoid), to another layer (the output's for the hidden layer), or to a quantity
that passes through no activation at all.

## Why

Each layer contributes exactly one slope, its own:

    δ₁ = (δ₂ W₂ᵀ) ∘ f₁′(z₁)

f₁ is the function that the forward pass applied to z₁, and the slope is taken at that very z₁.
A slope from elsewhere is a factor that has nothing to do with how a₁ answers to z₁.

## How to recognise it

This often survives a change of activation: the forward pass now uses `tanh` or ReLU while the
backward pass still multiplies by `a * (1 - a)`. For tanh that factor is negative wherever
a < 0, so some units climb the loss. With the slope of another layer, the program runs only if
the two layers are equally wide, or broadcast to each other; a single output unit broadcasts to
everything.

## How to mend it

Put the pair side by side, `a1 = f(z1)` and its slope, and check that both name the same
function and the same layer: sigmoid a (1 − a), tanh 1 − a², ReLU `z > 0`, identity 1.
""",
    wrong="""\
a1 = sigmoid(X @ W1 + b1)
delta1 = (delta2 @ W2.T) * (1 - a1**2)  # the slope of tanh
""",
    right="""\
a1 = sigmoid(X @ W1 + b1)
delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
""",
    see_also=("missing-activation-slope", "slope-of-activated-value", "wrong-layer-input"),
)
