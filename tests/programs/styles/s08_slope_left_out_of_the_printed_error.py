import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


rng = np.random.default_rng(4)
X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
y = np.array([[0.0], [1.0], [1.0], [0.0]])
W1, b1 = rng.normal(size=(2, 4)), np.zeros(4)
W2, b2 = rng.normal(size=(4, 1)), np.zeros(1)

for epoch in range(3000):
    h = np.tanh(X @ W1 + b1)
    o = sigmoid(h @ W2 + b2)
    d2 = (o - y) / len(X)
    d1 = (d2 @ W2.T) * (1 - h**2)
    W2 -= 0.5 * h.T @ d2
    b2 -= 0.5 * d2.sum(axis=0)
    W1 -= 0.5 * X.T @ d1
    b1 -= 0.5 * d1.sum(axis=0)
    if epoch % 500 == 0:
        print(epoch, "error", np.mean((o - y) ** 2))

