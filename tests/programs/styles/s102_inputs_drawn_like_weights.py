import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(40, 2)); t = (X[:, 0] * X[:, 1] > 0) * 1.0
W = rng.normal(size=(2, 6)); b = np.zeros(6); v = rng.normal(size=6); c = 0.0
for e in range(500):
    h = np.tanh(X @ W + b)
    p = 1 / (1 + np.exp(-(h @ v + c)))
    g = -(t / p - (1 - t) / (1 - p)) / len(X) * p * (1 - p)
    gh = np.outer(g, v) * (1 - h ** 2)
    v -= 0.5 * h.T @ g; c -= 0.5 * g.sum()
    W -= 0.5 * X.T @ gh; b -= 0.5 * gh.sum(axis=0)
    if e % 100 == 0: print(e, np.mean((p - t) ** 2))
