import numpy as np
np.random.seed(1)
X = np.random.randn(40, 3)
Y = (np.sin(X[:, :1]) + X[:, 1:2] * X[:, 2:3])
W1 = np.random.randn(3, 10) * 0.5; g = np.ones(10); b = np.zeros(10)
W2 = np.random.randn(10, 1) * 0.5; c = np.zeros(1)
lr = 0.05
for it in range(2000):
    z = X @ W1
    mu = z.mean(0); var = z.var(0); s = np.sqrt(var + 1e-5)
    zh = (z - mu) / s
    h = np.tanh(g * zh + b)
    p = h @ W2 + c
    loss = ((p - Y) ** 2).mean()
    dp = 2 * (p - Y) / len(X)
    dW2 = h.T @ dp; dc = dp.sum(0)
    dh = dp @ W2.T * (1 - h ** 2)
    dg = (dh * zh).sum(0); db = dh.sum(0)
    dzh = dh * g
    dz = dzh / s
    dW1 = X.T @ dz
    W1 -= lr * dW1; g -= lr * dg; b -= lr * db; W2 -= lr * dW2; c -= lr * dc
    if it % 400 == 0: print(it, loss)
