import numpy as np
np.random.seed(3)
x = np.linspace(0, 1, 40)[:, None]; t = np.sin(2 * np.pi * x)
W1 = np.random.randn(1, 15) * 2; b1 = np.random.randn(15); W2 = np.random.randn(15, 1) * .3; b2 = np.zeros(1)
lr = 0.3
for k in range(4000):
    h = np.tanh(x @ W1 + b1); y = h @ W2 + b2
    d = (y - t) / 40
    dz = d @ W2.T * (1 - h * h)
    dW2 = h.T @ d; db2 = d.sum(0); dW1 = x.T @ dz; db1 = dz.sum(0)
    dW1 += 0.01 * np.random.randn(*dW1.shape) / (1 + k)      # annealed gradient noise
    W2 -= lr * dW2; b2 -= lr * db2; W1 -= lr * dW1; b1 -= lr * db1
    if k % 500 == 0:
        print(k, 0.5 * np.sum((y - t) ** 2))
