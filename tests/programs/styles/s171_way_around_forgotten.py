"""Residual block: h2 = h1 + tanh(h1 W2). Regression."""
import numpy as np
np.random.seed(41)
X = np.random.uniform(-1, 1, (25, 2))
T = np.cos(2 * X[:, [0]]) + X[:, [1]]
W1 = np.random.randn(2, 6) * 0.7
W2 = np.random.randn(6, 6) * 0.4
W3 = np.random.randn(6, 1) * 0.5
b3 = np.zeros(1)

for epoch in range(500):
    h1 = np.tanh(X @ W1)
    r = np.tanh(h1 @ W2)
    h2 = h1 + r
    y = h2 @ W3 + b3
    loss = ((y - T) ** 2).mean()

    dy = 2 * (y - T) / len(X)
    dW3 = h2.T @ dy
    db3 = dy.sum(axis=0)
    dh2 = dy @ W3.T
    dr = dh2 * (1 - r ** 2)
    dW2 = h1.T @ dr
    dh1 = dr @ W2.T
    dz1 = dh1 * (1 - h1 ** 2)
    dW1 = X.T @ dz1

    W1 -= 0.05 * dW1
    W2 -= 0.05 * dW2
    W3 -= 0.05 * dW3
    b3 -= 0.05 * db3
    if epoch % 100 == 0:
        print(epoch, loss)
