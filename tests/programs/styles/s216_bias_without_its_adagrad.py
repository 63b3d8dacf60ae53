import numpy as np

rng = np.random.default_rng(8)
X = rng.normal(size=(60, 2))
Y = np.sin(X[:, :1]) - 0.5 * X[:, 1:] + 1.0

W1 = rng.normal(size=(2, 10)) * 0.7
b1 = np.zeros(10)
W2 = rng.normal(size=(10, 1)) * 0.3
b2 = np.zeros(1)
sW1, sb1, sW2, sb2 = (np.zeros_like(w) for w in (W1, b1, W2, b2))

for it in range(800):
    A = np.tanh(X @ W1 + b1)
    out = A @ W2 + b2
    loss = np.mean((out - Y) ** 2)
    d2 = 2 * (out - Y) / len(X)
    d1 = (d2 @ W2.T) * (1 - A**2)
    gW2, gb2 = A.T @ d2, d2.sum(axis=0)
    gW1, gb1 = X.T @ d1, d1.sum(axis=0)
    sW1 += gW1**2
    sb1 += gb1**2
    sW2 += gW2**2
    sb2 += gb2**2
    W1 -= 0.1 * gW1 / (np.sqrt(sW1) + 1e-8)
    W2 -= 0.1 * gW2 / (np.sqrt(sW2) + 1e-8)
    b2 -= 0.1 * gb2 / (np.sqrt(sb2) + 1e-8)
    if it % 200 == 0:
        print(it, loss)
