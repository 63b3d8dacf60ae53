import numpy as np
np.random.seed(3)
n, d, m = 40, 5, 30
x = np.random.randn(n, d)
y = np.sign(x[:, :1] * x[:, 1:2])
W = np.random.randn(d, m)
a = np.random.choice([-1.0, 1.0], (m, 1)) / np.sqrt(m)   # second layer fixed, as in the theory
for t in range(2000):
    h = np.maximum(x @ W, 0)
    f = h @ a
    e = (f - y) / n
    W -= 0.5 * x.T @ ((e @ a.T) * (h > 0))
    if t % 400 == 0: print(t, 0.5 * np.mean((f - y) ** 2))
