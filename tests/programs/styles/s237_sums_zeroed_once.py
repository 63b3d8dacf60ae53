import numpy as np
np.random.seed(0)
X = np.random.randn(20, 2); Y = (X[:, 0] * X[:, 1] > 0) * 1.0
W1 = np.random.randn(4, 2); b1 = np.zeros(4); W2 = np.random.randn(4); b2 = 0.0
dW1 = np.zeros_like(W1); db1 = np.zeros(4); dW2 = np.zeros(4); db2 = 0.0
for epoch in range(300):
    for x, y in zip(X, Y):
        h = np.tanh(W1 @ x + b1)
        o = 1 / (1 + np.exp(-(W2 @ h + b2)))
        d2 = o - y
        d1 = d2 * W2 * (1 - h ** 2)
        dW2 += d2 * h; db2 += d2
        dW1 += np.outer(d1, x); db1 += d1
    W1 -= 0.1 * dW1 / 20; b1 -= 0.1 * db1 / 20; W2 -= 0.1 * dW2 / 20; b2 -= 0.1 * db2 / 20
print(o)
