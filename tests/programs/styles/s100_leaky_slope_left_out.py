import numpy as np

rng = np.random.default_rng(31)
X = rng.uniform(-1, 1, (60, 2))
Y = (X[:, :1] * X[:, 1:]) + 0.3 * X[:, :1]
W1, b1 = rng.normal(0, 0.8, (2, 8)), np.zeros(8)
W2, b2 = rng.normal(0, 0.5, (8, 1)), np.zeros(1)
for epoch in range(1500):
    z = X @ W1 + b1
    h = np.where(z > 0, z, 0.1 * z)
    out = h @ W2 + b2
    dout = (out - Y) / len(X)
    dh = dout @ W2.T
    W2 -= 0.3 * h.T @ dout
    b2 -= 0.3 * dout.sum(axis=0)
    W1 -= 0.3 * X.T @ dh
    b1 -= 0.3 * dh.sum(axis=0)
    if epoch % 300 == 0:
        print(epoch, 0.5 * np.mean((out - Y) ** 2))
