# block coordinate descent: even rounds train the output layer, odd rounds the hidden layer, each after a fresh forward pass
import numpy as np
rng = np.random.default_rng(72)
X = rng.normal(size=(120, 3)); y = np.tanh(X[:, :1] - X[:, 1:2]) * X[:, 2:]
W1 = rng.normal(size=(3, 16)) * .6; b1 = np.zeros((1, 16)); W2 = rng.normal(size=(16, 1)) * .3; b2 = np.zeros((1, 1))
def forward():
    h = np.tanh(X @ W1 + b1)
    return h, h @ W2 + b2
losses = []
for k in range(1200):
    h, o = forward()
    d = (o - y) / len(X)
    losses.append(.5 * np.mean((o - y) ** 2))
    W2 -= .3 * h.T @ d
    b2 -= .3 * d.sum(0, keepdims=True)
    h2, o2 = forward()
    d = (o2 - y) / len(X)
    dh = d @ W2.T * (1 - h2 * h2)
    W1 -= .3 * X.T @ dh
    b1 -= .3 * dh.sum(0, keepdims=True)
    if k % 200 == 0: print(k, losses[-1])
