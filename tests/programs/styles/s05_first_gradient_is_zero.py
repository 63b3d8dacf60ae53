"""A 2-4-2 network in plain NumPy: each line of training beside its formula.

    x (n, 2) -> tanh (n, 4) -> identity (n, 2)
    squared-error, the mean over a batch; optimiser adam

Examples are rows. δ is the slope of the loss with respect to z; ⊙ multiplies element by element.
"""

import numpy as np

# Settings
epochs = 400          # passes over all rows
batch_size = 1        # rows to a step
learning_rate = 0.02  # η
beta_1 = 0.9          # β1, of the mean gradient
beta_2 = 0.999        # β2, of the mean squared gradient
epsilon = 1e-08       # ε, so that nothing is divided by 0
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
W2 = np.array([[-0.13264626078911834, -0.6407937703548165],
               [-0.3717481658897366, 0.8355958804972587],
               [-0.6777862118815945, 0.32474831864815434],
               [-0.7906275452025702, 0.9053728313604552]], dtype=float)
b2 = np.array([0, 0], dtype=float)

parameters = [W1, b1, W2, b2]
first_moments = [np.zeros_like(p) for p in parameters]
second_moments = [np.zeros_like(p) for p in parameters]
t = 0


def forward(x):
    z1 = x @ W1 + b1   # z1 = x W1 + b1
    a1 = np.tanh(z1)   # a1 = tanh(z1)
    z2 = a1 @ W2 + b2  # z2 = a1 W2 + b2
    a2 = z2            # a2 = z2
    return a1, a2


def loss(a, y):                           # ℓ = (a - y)²/2
    each = (a - y) ** 2 / 2
    return np.mean(np.sum(each, axis=1))  # L = the mean of Σ ℓ over the outputs


for epoch in range(1, epochs + 1):
    for start in range(0, len(X), batch_size):
        x, y = X[start : start + batch_size], Y[start : start + batch_size]

        # Forward
        a1, a2 = forward(x)

        # Backward
        delta2 = (a2 - y) / len(x)                # δ2 = (a2 - y) / n
        dW2 = a1.T @ delta2                       # ∂L/∂W2 = a1ᵀ δ2
        db2 = np.sum(delta2, axis=0)              # ∂L/∂b2 = Σ δ2 over the batch
        delta1 = (delta2 @ W2.T) * (1 - a1 ** 2)  # δ1 = (δ2 W2ᵀ) ⊙ tanh'(z1)
        dW1 = x.T @ delta1                        # ∂L/∂W1 = xᵀ δ1
        db1 = np.sum(delta1, axis=0)              # ∂L/∂b1 = Σ δ1 over the batch

        # Update
        t += 1                                           # the count of steps
        corrected = learning_rate * (np.sqrt(1 - beta_2**t) / (1 - beta_1**t))  # η' = η √(1 - β2ᵗ) / (1 - β1ᵗ)
        gradients = [dW1, db1, dW2, db2]
        for p, g, m, v in zip(parameters, gradients, first_moments, second_moments):
            m += (1 - beta_1) * (g - m)                  # m ← β1 m + (1 - β1) g
            v += (1 - beta_2) * (g**2 - v)               # v ← β2 v + (1 - β2) g²
            p -= corrected * m / (np.sqrt(v) + epsilon)  # p ← p - η' m / (√v + ε)

    if epoch % report_every == 0:
        print(f"epoch {epoch:6}   loss {loss(forward(X)[-1], Y):.6f}")

for x, y, a in zip(X, Y, forward(X)[-1]):
    print(x, "->", a.round(3), "  target", y)
