# semi-supervised: half the labels are missing (mask -1), only labelled rows count
import numpy as np
np.random.seed(8)
X = np.r_[np.random.randn(60, 2) + 1.5, np.random.randn(60, 2) - 1.5]
y = np.r_[np.ones(60), np.zeros(60)]
known = np.random.rand(120) < 0.5
y_obs = np.where(known, y, -1)
w = np.random.randn(2) * .1; b = 0.0
for it in range(300):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    diff = np.where(y_obs >= 0, p - y_obs, 0.0)
    n = known.sum()
    w -= 0.3 * X.T @ diff / n
    b -= 0.3 * diff.sum() / n
    if it % 60 == 0:
        print(it, -np.mean(np.log(np.where(y == 1, p, 1 - p))[known]))
print("accuracy on the hidden labels", np.mean((p > .5)[~known] == y[~known]))
