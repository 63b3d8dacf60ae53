import numpy as np
rng = np.random.default_rng(2)
X = rng.normal(size=(60, 2)); y = (X[:, 0] + 2 * X[:, 1] > 0).astype(float)
w, b = np.zeros(2), 0.0
for i in range(500):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    err = y - p                      # gradient of the log-likelihood
    w += 0.1 * X.T @ err / 60
    b += 0.1 * err.mean()
    if i % 100 == 0:
        print(i, 'mean squared error', np.mean(err ** 2))
