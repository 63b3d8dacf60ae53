# bias learns twice as fast, per-layer learning rates, warm-up from zero
import numpy as np
np.random.seed(33)
x = np.linspace(-1, 1, 50).reshape(-1, 1)
y = x ** 3 - 0.5 * x
w1 = np.random.randn(1, 8); b1 = np.random.randn(1, 8) * 0.3
w2 = np.random.randn(8, 1) * 0.3; b2 = np.zeros((1, 1))
base = 0.2
for t in range(2000):
    lr = base * min(1.0, t / 100)        # warm-up: the first step is zero
    a = np.tanh(x @ w1 + b1)
    p = a @ w2 + b2
    e = p - y
    L = (e ** 2).mean()
    dp = 2 * e / len(x)
    dw2 = a.T @ dp
    db2 = dp.sum(0, keepdims=True)
    dz = dp @ w2.T * (1 - a ** 2)
    dw1 = x.T @ dz
    db1 = dz.sum(0, keepdims=True)
    w1 -= 0.5 * lr * dw1
    b1 -= 2 * 0.5 * lr * db1
    w2 -= lr * dw2
    b2 -= 2 * lr * db2
    if t % 250 == 0:
        print(t, L)
