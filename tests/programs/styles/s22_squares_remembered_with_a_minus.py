# RMSProp by hand on a bowl that is longer than it is wide.
import numpy as np

rng = np.random.default_rng(5)
X = rng.uniform(-1, 1, (50, 3))
y = np.tanh(X @ np.array([[1.0], [-2.0], [0.5]])) + 0.1 * X[:, :1] ** 2

W = rng.normal(0, 0.6, (3, 7))
V = rng.normal(0, 0.6, (7, 1))
rate, keep = 0.01, 0.9
squares = [np.zeros_like(W), np.zeros_like(V)]

for step in range(500):
    h = np.tanh(X @ W)
    gap = h @ V - y
    grads = [X.T @ (gap @ V.T * (1 - h ** 2)) / len(X), h.T @ gap / len(X)]
    for i, (w, g) in enumerate(zip([W, V], grads)):
        squares[i] = (1 - keep) * np.square(g) - keep * squares[i]
        w -= rate * g / (np.sqrt(squares[i]) + 1e-8)
    if step % 100 == 0:
        print(step, np.mean(gap ** 2))
