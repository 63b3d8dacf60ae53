# a sparse network: a fixed mask says which connections exist; masked weights are set to zero after each update
import numpy as np
rng = np.random.default_rng(92)
X = rng.uniform(-1, 1, (60, 4))
Y = np.tanh(X[:, :1] * 2) * 0.5 + X[:, 1:2] * X[:, 2:3]
W = rng.normal(0, .8, (4, 14))
mask = rng.random((4, 14)) < 0.6
W[~mask] = 0
b = np.zeros(14)
V = rng.normal(0, .4, (14, 1))
c = np.zeros(1)
for epoch in range(800):
    h = np.tanh(X @ W + b)
    o = h @ V + c
    d = 2 * (o - Y) / len(X)
    dh = (d @ V.T) * (1 - h ** 2)
    V -= .2 * h.T @ d
    c -= .2 * d.sum(0)
    W -= .2 * (X.T @ dh) * mask
    b -= .2 * dh.sum(0)
    if epoch % 160 == 0:
        print(epoch, 'mse', float(np.mean((o - Y) ** 2)))
