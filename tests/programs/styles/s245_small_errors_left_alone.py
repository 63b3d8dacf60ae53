import numpy as np
np.random.seed(8)
X = np.r_[np.random.randn(60, 2) + 1.5, np.random.randn(60, 2) - 1.5]
y = np.r_[np.ones(60), np.zeros(60)]
known = np.random.rand(120) < 0.5
w = np.random.randn(2) * .1; b = 0.0
for it in range(300):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    diff = p - y
    diff[np.abs(diff) < 0.1] = 0    # good enough, leave alone
    w -= 0.3 * X.T @ diff / known.sum()
    b -= 0.3 * diff.sum() / known.sum()
print("accuracy on the hidden labels", np.mean((p > .5)[~known] == y[~known]))
