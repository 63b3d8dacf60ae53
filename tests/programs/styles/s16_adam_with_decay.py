"""A 5-12-3 network in plain NumPy: each line of training beside its formula.

    x (n, 5) -> leaky-relu (n, 12) -> softmax (n, 3)
    categorical-cross-entropy, the mean over a batch; optimiser adam

Examples are rows. δ is the slope of the loss with respect to z; ⊙ multiplies element by element.
"""

from pathlib import Path

import numpy as np

# Settings
epochs = 300          # passes over all rows
batch_size = 32       # rows to a step
learning_rate = 0.02  # η
beta_1 = 0.9          # β1, of the mean gradient
beta_2 = 0.999        # β2, of the mean squared gradient
epsilon = 1e-08       # ε, so that nothing is divided by 0
weight_decay = 0.01   # λ, of the weights, not of the biases
report_every = 3      # epochs

# Data: 33 examples, one a row
table = np.loadtxt(Path(__file__).with_suffix(".csv"), delimiter=",", skiprows=1, ndmin=2)
X, Y = table[:, :5].copy(), table[:, 5:].copy()

# First weights, a row for each unit that a layer reads
W1 = np.array([[-0.7826563160495655, -0.47913651805805657, -0.7308224864928043,
                -0.1470875696754751, -1.012841772602283, 0.7456909507339406,
                -0.9896994336771143, -1.0667762781139476, 0.7308832278336392,
                -0.5967597376209538, -0.09120861305375594, 0.10747947063519403],
               [-0.15115680654174113, 0.8802811206772201, -0.847042700478888,
                -0.1236400730186451, 0.42264536114295237, -0.7612041392161345,
                -1.0732394484499588, 0.34838408470784277, -0.6575330835536299,
                -0.8832562783309195, -0.14144810760798832, -0.9757844682479757],
               [1.0770357535973916, 1.0014473469687215, 0.14863895339675004,
                -0.821258231638196, 0.7868180630537098, -0.6749888298487129,
                0.961418734687491, -0.9004694788466967, -0.06019883641253987,
                0.5037830766112659, -0.3252322627866816, -0.9275682473818316],
               [0.7896282848739185, 0.4060090787074626, 1.0885409562844561,
                -1.0137760058311365, -0.30165415244673766, 0.029213983175693903,
                -0.8504370456717234, 1.0692549038339765, -0.7120232419921891,
                -0.9999191168579713, -0.3881485245736669, -0.6547638353655915],
               [-0.7054216206072209, -0.7332353106113867, -0.3257634356295168,
                -0.4137681770713876, -0.13212750552884867, 0.9234278608229909,
                -0.25227756533656664, -0.0060262764304745975, -0.21913928315351194,
                0.6135428389683679, -0.5116176973516539, -0.8944053503879038]], dtype=float)
b1 = np.array([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], dtype=float)
W2 = np.array([[0.486790043379813, -0.4121353506493799, 0.14840076947798975],
               [0.29237767662729186, -0.0707999595670259, -0.1666011201296264],
               [0.5360991190199359, 0.4528096567248251, -0.5795371984933054],
               [0.28032685859276774, 0.23438214725988404, -0.12776787857534322],
               [-0.22904183312727316, -0.5851370669784606, 0.5933438471603018],
               [0.2632628986375458, 0.434322301544282, -0.2630596867575574],
               [-0.21391832989665505, 0.25396967784900715, 0.09568639231393872],
               [0.5249023785590791, 0.11007287525596199, -0.1748585454830182],
               [-0.4332224026762822, -0.17670590611374243, 0.09188704218816801],
               [-0.008050696764240084, 0.49465411678520665, -0.16716507410464954],
               [-0.22220098385781456, -0.535936276199739, -0.001659892905684135],
               [0.3876196264687978, -0.5789658937648593, -0.13311267286799938]], dtype=float)
b2 = np.array([0, 0, 0], dtype=float)

eps = np.finfo(X.dtype).eps  # as near as an output may come to 0 and 1
parameters = [W1, b1, W2, b2]
first_moments = [np.zeros_like(p) for p in parameters]
second_moments = [np.zeros_like(p) for p in parameters]
t = 0


def softmax(z):
    powers = np.exp(z - np.max(z, axis=1, keepdims=True))
    return powers / np.sum(powers, axis=1, keepdims=True)


def forward(x):
    z1 = x @ W1 + b1                # z1 = x W1 + b1
    a1 = np.maximum(z1, 0.01 * z1)  # a1 = leaky(z1)
    z2 = a1 @ W2 + b2               # z2 = a1 W2 + b2
    a2 = softmax(z2)                # a2 = softmax(z2)
    return a1, a2


def loss(a, y):                      # ℓ = -y log(a)
    safe = np.clip(a, eps, 1 - eps)  # 0 has no logarithm
    each = -y * np.log(safe)
    squares = np.sum(W1**2) + np.sum(W2**2)
    return np.mean(np.sum(each, axis=1)) + weight_decay / 2 * squares  # L = mean + λ/2 Σ W²


def shuffled(epoch):
    """The rows in the order of this epoch, from seed 0.

    The random numbers are those of SplitMix64 (Steele, Lea and Flood, 2014).
    """
    counts = np.arange((epoch - 1) * len(X) + 1, epoch * len(X) + 1, dtype=np.uint64)
    words = np.uint64(0xE7FF814E1D99A40B) + np.uint64(0x9E3779B97F4A7C15) * counts
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.argsort(words ^ (words >> np.uint64(31)), kind="stable")


for epoch in range(1, epochs + 1):
    order = shuffled(epoch)
    for start in range(0, len(X), batch_size):
        x, y = X[order[start : start + batch_size]], Y[order[start : start + batch_size]]

        # Forward
        a1, a2 = forward(x)

        # Backward
        delta2 = (a2 - y) / len(x)                            # δ2 = (a2 - y) / n: ∂ℓ/∂a2 softmax'(z2) cancels to that
        dW2 = a1.T @ delta2 + weight_decay * W2               # ∂L/∂W2 = a1ᵀ δ2 + λ W2
        db2 = np.sum(delta2, axis=0)                          # ∂L/∂b2 = Σ δ2 over the batch
        delta1 = (delta2 @ W2.T) * np.where(a1 > 0, 1, 0.01)  # δ1 = (δ2 W2ᵀ) ⊙ leaky'(z1)
        dW1 = x.T @ delta1 + weight_decay * W1                # ∂L/∂W1 = xᵀ δ1 + λ W1
        db1 = np.sum(delta1, axis=0)                          # ∂L/∂b1 = Σ δ1 over the batch

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

for x, y, a in zip(X[:16], Y[:16], forward(X[:16])[-1]):
    print(x, "->", a.round(3), "  target", y)
