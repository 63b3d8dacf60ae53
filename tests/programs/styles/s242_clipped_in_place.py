import numpy as np
np.random.seed(3)
x = np.linspace(0, 1, 40)[:, None]; t = np.sin(2 * np.pi * x)
W1 = np.random.randn(1, 15) * 2; b1 = np.random.randn(15); W2 = np.random.randn(15, 1) * .3; b2 = np.zeros(1)
for k in range(4000):
    h = np.tanh(x @ W1 + b1); y = h @ W2 + b2
    d = (y - t) / 40
    dz = d @ W2.T * (1 - h * h)
    W2 -= 0.3 * h.T @ d; b2 -= 0.3 * d.sum(0)
    W1 -= 0.3 * x.T @ dz; b1 -= 0.3 * dz.sum(0)
    np.clip(W1, -3, 3, out=W1)
    if k % 500 == 0:
        print(k, 0.5 * np.sum((y - t) ** 2))
