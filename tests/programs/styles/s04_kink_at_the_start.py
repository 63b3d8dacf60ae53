"""A 2-4-4-4-2 network in plain NumPy: each line of training beside its formula.

    x (n, 2) -> relu (n, 4) -> relu (n, 4) -> relu (n, 4) -> sigmoid (n, 2)
    binary-cross-entropy, the mean over a batch; optimiser sgd

Examples are rows. δ is the slope of the loss with respect to z; ⊙ multiplies element by element.
"""

import numpy as np

# Settings
epochs = 400          # passes over all rows
batch_size = 1        # rows to a step
learning_rate = 0.05  # η
momentum = 0.8        # μ, the share of the velocity that stays
report_every = 40     # epochs

# Data: 4 examples, one a row
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
Y = np.array([[0, 0], [0, 1], [0, 1], [1, 1]], dtype=float)

# First weights, a row for each unit that a layer reads
W1 = np.array([[-0.32991487815661324, 0.9650172724404786, -0.32142870677016755,
                -0.056355788153146014],
               [-0.84832793102082, 0.24331375248338727, 0.605289044245453,
                -0.9537508024692616]], dtype=float)
b1 = np.array([0, 0, 0, 0], dtype=float)
W2 = np.array([[-0.11487503156039214, -0.5549436837140829, -0.32194335547078357,
                0.723647259808252],
               [-0.5869800778242829, 0.28124029378558535, -0.6847035390771553,
                0.7840758718543988],
               [0.02921662787959567, 0.8629158355202742, -0.013091423886708364,
                0.025865393737434905],
               [0.4563906852469699, 0.07987046153948174, 0.3027235981989762,
                -0.8398732031853905]], dtype=float)
b2 = np.array([0, 0, 0, 0], dtype=float)
W3 = np.array([[0.7451774351154103, 0.03431858361116846, -0.6029585057041035,
                0.46319221059669924],
               [0.3471327039586516, 0.10968671868421498, 0.03633534311992781,
                -0.04289775759822845],
               [-0.6235209647246458, -0.6332780049217024, 0.18887868090189408,
                0.0167976009425036],
               [-0.19943795149058674, -0.3897514971000206, 0.5016189388319365,
                0.7521772240515829]], dtype=float)
b3 = np.array([0, 0, 0, 0], dtype=float)
W4 = np.array([[-0.5294762219549587, -0.7554977747859988],
               [-0.4652644587659738, 0.5711767071939204],
               [0.7867912071613876, 0.8525511225711995],
               [-0.6570422372576463, 0.32636090731625944]], dtype=float)
b4 = np.array([0, 0], dtype=float)

eps = np.finfo(X.dtype).eps  # as near as an output may come to 0 and 1
parameters = [W1, b1, W2, b2, W3, b3, W4, b4]
velocities = [np.zeros_like(p) for p in parameters]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))  # σ(z) = 1/(1 + exp(-z))


def forward(x):
    z1 = x @ W1 + b1        # z1 = x W1 + b1
    a1 = np.maximum(0, z1)  # a1 = relu(z1)
    z2 = a1 @ W2 + b2       # z2 = a1 W2 + b2
    a2 = np.maximum(0, z2)  # a2 = relu(z2)
    z3 = a2 @ W3 + b3       # z3 = a2 W3 + b3
    a3 = np.maximum(0, z3)  # a3 = relu(z3)
    z4 = a3 @ W4 + b4       # z4 = a3 W4 + b4
    a4 = sigmoid(z4)        # a4 = σ(z4)
    return a1, a2, a3, a4


def loss(a, y):                           # ℓ = -(y log(a) + (1 - y) log(1 - a))
    safe = np.clip(a, eps, 1 - eps)       # keeps log and division away from 0
    each = -(y * np.log(safe) + (1 - y) * np.log(1 - safe))
    return np.mean(np.sum(each, axis=1))  # L = the mean of Σ ℓ over the outputs


for epoch in range(1, epochs + 1):
    for start in range(0, len(X), batch_size):
        x, y = X[start : start + batch_size], Y[start : start + batch_size]

        # Forward
        a1, a2, a3, a4 = forward(x)

        # Backward
        delta4 = (a4 - y) / len(x)           # δ4 = (a4 - y) / n: ∂ℓ/∂a4 σ'(z4) cancels to that
        dW4 = a3.T @ delta4                  # ∂L/∂W4 = a3ᵀ δ4
        db4 = np.sum(delta4, axis=0)         # ∂L/∂b4 = Σ δ4 over the batch
        delta3 = (delta4 @ W4.T) * (a3 > 0)  # δ3 = (δ4 W4ᵀ) ⊙ relu'(z3)
        dW3 = a2.T @ delta3                  # ∂L/∂W3 = a2ᵀ δ3
        db3 = np.sum(delta3, axis=0)         # ∂L/∂b3 = Σ δ3 over the batch
        delta2 = (delta3 @ W3.T) * (a2 > 0)  # δ2 = (δ3 W3ᵀ) ⊙ relu'(z2)
        dW2 = a1.T @ delta2                  # ∂L/∂W2 = a1ᵀ δ2
        db2 = np.sum(delta2, axis=0)         # ∂L/∂b2 = Σ δ2 over the batch
        delta1 = (delta2 @ W2.T) * (a1 > 0)  # δ1 = (δ2 W2ᵀ) ⊙ relu'(z1)
        dW1 = x.T @ delta1                   # ∂L/∂W1 = xᵀ δ1
        db1 = np.sum(delta1, axis=0)         # ∂L/∂b1 = Σ δ1 over the batch

        # Update
        gradients = [dW1, db1, dW2, db2, dW3, db3, dW4, db4]
        for p, g, v in zip(parameters, gradients, velocities):
            v[:] = momentum * v - learning_rate * g  # v ← μ v - η g
            p += v                                   # p ← p + v

    if epoch % report_every == 0:
        print(f"epoch {epoch:6}   loss {loss(forward(X)[-1], Y):.6f}")

for x, y, a in zip(X, Y, forward(X)[-1]):
    print(x, "->", a.round(3), "  target", y)
