# gradient centralisation: the mean of each column of a weight gradient is taken off before the step
import numpy as np
rng = np.random.default_rng(64)
X = rng.uniform(-1, 1, (70, 3))
Y = X[:, :1] * X[:, 1:2] - X[:, 2:] / 2
W1, b1 = rng.normal(0, 1, (3, 14)), np.zeros(14)
W2, b2 = rng.normal(0, .3, (14, 1)), np.zeros(1)
def central(g):
    return g - g.mean(axis=0, keepdims=True)
for it in range(1200):
    h = np.tanh(X @ W1 + b1)
    o = h @ W2 + b2
    d = 2 * (o - Y) / len(X)
    dh = d @ W2.T * (1 - h ** 2)
    W2 -= .1 * h.T @ d
    b2 -= .1 * d.sum(0)
    W1 -= .1 * central(X.T @ dh)
    b1 -= .1 * dh.sum(0)
    if it % 200 == 0:
        print(it, 'mse', np.mean((o - Y) ** 2))
