import numpy as np
rng = np.random.default_rng(55)
n = 90
y = (rng.random((n, 1)) < 0.2) * 1.0
X = rng.normal(size=(n, 2)) + y * np.array([1.6, 1.2])
sw = np.where(y == 1, n / (2 * y.sum()), n / (2 * (1 - y).sum()))
W1 = rng.normal(size=(2, 8)); c1 = np.zeros(8)
W2 = rng.normal(size=(8, 1)) * .4; c2 = np.zeros(1)
for it in range(401):
    h = np.tanh(X @ W1 + c1)
    p = 1 / (1 + np.exp(-(h @ W2 + c2)))
    if it % 100 == 0:
        loss = np.mean(sw * -(y * np.log(p) + (1 - y) * np.log(1 - p)))
        print(it, 'weighted loss', loss)
    d = sw * (p - y) / n
    dh = d @ W2.T * (1 - h ** 2)
    W2 -= 0.3 * (h.T @ d); c2 -= 0.3 * d.sum(axis=0)
    W1 -= 0.3 * (X.T @ dh); c1 -= 0.3 * dh.sum(axis=0)
