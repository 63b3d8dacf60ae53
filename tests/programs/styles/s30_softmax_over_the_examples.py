import numpy as np

r = np.random.default_rng(8)
x = r.normal(0, 1, (45, 2)) + np.repeat([[2, 0], [-1, 2], [-1, -2]], 15, axis=0)
t = np.repeat(np.eye(3), 15, axis=0)
W, c = r.normal(0, 0.5, (2, 6)), np.zeros(6)
V, e = r.normal(0, 0.5, (6, 3)), np.zeros(3)

def soft(s):
    s = np.exp(s - s.max(axis=1, keepdims=True))
    return s / s.sum(axis=0, keepdims=True)

for k in range(400):
    i = r.permutation(45)[:15]
    h = np.tanh(x[i] @ W + c)
    p = soft(h @ V + e)
    d = (p - t[i]) / 15
    b = d @ V.T * (1 - h * h)
    V -= 0.3 * h.T @ d
    e -= 0.3 * d.sum(0)
    W -= 0.3 * x[i].T @ b
    c -= 0.3 * b.sum(0)
    if k % 100 == 0:
        print(k, -np.sum(t[i] * np.log(p)) / 15)
