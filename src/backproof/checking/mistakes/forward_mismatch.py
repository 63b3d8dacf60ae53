"""`forward-mismatch`: training and prediction use different forward passes."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="forward-mismatch",
    title="Training and prediction use different forward passes",
    summary="The forward pass that is trained is not the one that computes the loss or the predictions.",
    severity="error",
    story="""\
## What goes wrong

There are two forward passes in the program, and they are not the same function. The gradient is
right for one of them, while the loss or the predictions come from the other.

## Why

Training adjusts the weights for one particular function,

    training     a₂ = σ(σ(X W₁ + b₁) W₂ + b₂)
    prediction   a₂ = σ(σ(X W₁) W₂)

and ∂L/∂W says how the loss of *that* function changes. A bias that is missing in the other
copy, another activation, another scaling of the inputs, or weights from an older copy: each
makes it a different function, which nobody has trained.

## How to recognise it

The error measured during training becomes small, but the predictions at the end are poor, or
the printed loss won't fall although the gradients get smaller and smaller. Feed one training
example to both passes: the outputs must agree to the last digit.

## How to mend it

Write the forward pass once, as a function, and call it from training, from the loss and from
the prediction. Inputs have to be prepared for a prediction exactly as for training, with the
mean and the scale of the *training* data.
""",
    wrong="""\
output = sigmoid(sigmoid(X @ W1 + b1) @ W2 + b2)


def predict(x):
    return sigmoid(sigmoid(x @ W1) @ W2)
""",
    right="""\
def predict(x):
    return sigmoid(sigmoid(x @ W1 + b1) @ W2 + b2)


output = predict(X)
""",
    see_also=("loss-mismatch", "stale-activation"),
)
