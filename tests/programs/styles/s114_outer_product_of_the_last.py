# two waves from three readings; one hidden layer, all rows at once
import numpy as np
rng = np.random.default_rng(2)
X = rng.normal(0, 1, (30, 3)); t = np.sin(X[:, :1]) + 0.3 * X[:, 1:2]
W = rng.normal(0, 0.5, (3, 6)); V = rng.normal(0, 0.5, (6, 1))
for k in range(300):
    H = np.tanh(X @ W)
    o = H @ V
    d = (o - t) / 30
    dh = d @ V.T * (1 - H ** 2)
    V -= 0.3 * H.T @ d
    W -= 0.3 * np.outer(X[-1], dh[-1])
    if k % 60 == 0: print(k, np.mean((o - t) ** 2))
