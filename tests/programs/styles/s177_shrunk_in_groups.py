# whole hidden units are shrunk together after each step (group lasso, proximal step)
import numpy as np
rng = np.random.RandomState(46)
X = rng.randn(60, 4)
Y = np.tanh(X[:, :1] * X[:, 1:2])
W = rng.randn(4, 16) * .7
b = rng.randn(16) * .2
V = rng.randn(16, 1) * .4
lr, lam = 0.1, 0.003
for it in range(800):
    H = np.tanh(X @ W + b)
    E = (H @ V - Y) / 60
    G = E @ V.T * (1 - H * H)
    V = V - lr * H.T @ E
    W = W - lr * X.T @ G
    b = b - lr * G.sum(axis=0)
    size = np.linalg.norm(W, axis=0) + 1e-12
    W = W * np.maximum(0, 1 - lr * lam / size)
    if it % 160 == 0:
        print(it, 'mse', np.mean((H @ V - Y) ** 2), 'units left', int((size > 1e-3).sum()))
