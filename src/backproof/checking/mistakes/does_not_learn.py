"""`does-not-learn`: every gradient is right, and still it does not learn."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="does-not-learn",
    title="Every gradient is right, and still it does not learn",
    summary="The backward pass is correct, but the program misses its aim from most starts.",
    severity="error",
    story="""\
## What goes wrong

No line of the backward pass is wrong. Nevertheless the program ends with a large error from
most of its random starts, and it is none of the known causes alone.

## Why

Backpropagation promises one thing only: each step goes downhill from where you are.

    L(W − η ∂L/∂W) ≈ L(W) − η ‖∂L/∂W‖²        for small η

It does not promise that the way leads to a good place, or soon. That depends on the start, the
learning rate, the number of epochs, the scale of the data, and on whether the network can
represent the task at all. Plateaus that descent does not leave in any reasonable time are
common in tiny networks, in XOR with two hidden units for instance.

## How to recognise it

Run the program with several seeds and note where each ends. All at the same loss: look for
something that the network can't do (width, bias, range of the output). Each somewhere else:
look at the start and the learning rate. All still falling: more epochs.

## How to mend it

Change one thing at a time, in this order: learning rate × 10 and ÷ 10, other first weights,
more epochs, one or two hidden units more, a bias in each layer, scaled data. Print the loss as
you go.
""",
    wrong="""\
for epoch in range(5000):
    W2 -= learning_rate * (a1.T @ (sigmoid(a1 @ W2 + b2) - y))
print("done")
""",
    right="""\
for epoch in range(5000):
    output = sigmoid(a1 @ W2 + b2)
    if epoch % 1000 == 0:
        print(epoch, np.mean((output - y) ** 2))
    W2 -= learning_rate * (a1.T @ (output - y))
print(np.hstack([output, y]))
""",
    see_also=("learning-rate-too-small", "start-too-small", "too-few-units", "missing-bias"),
)
