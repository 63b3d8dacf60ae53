import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(60, 3)); s = np.where(X[:, 0] * X[:, 1] > 0, 1.0, -1.0)
W = rng.normal(0, 0.5, (3, 6)); b = np.zeros(6); v = rng.normal(0, 0.5, 6); c = 0.0
for step in range(600):
    h = np.tanh(X @ W + b)
    z = h @ v + c
    loss = np.mean(np.log1p(np.exp(-2 * s * z)))
    d = -2 * s / (1 + np.exp(2 * s * z)) / len(s)
    dh = np.outer(d, v) * (1 - h ** 2)
    v -= 0.3 * h.T @ d; c -= 0.3 * d.sum()
    W -= 0.3 * X.T @ dh; b -= 0.3 * dh.sum(axis=0)
    score = -loss
print(score, np.mean(s * z > 0))
