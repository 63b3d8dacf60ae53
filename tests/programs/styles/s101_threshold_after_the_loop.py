import numpy as np

np.random.seed(14)
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
Y = np.array([0, 1, 1, 0], dtype=float)
V, s = np.random.randn(2, 4), np.random.randn(4)
U, r = np.random.randn(4), 0.0
for n in range(2000):
    error = 0
    for x, y in zip(X, Y):
        h = np.tanh(x @ V - s)
        o = 1 / (1 + np.exp(-(h @ U - r)))
        error += (o - y) ** 2 / 2
        d = (o - y) * o * (1 - o)
        e = d * U * (1 - h ** 2)
        U = U - 0.4 * d * h
        r = r + 0.4 * d
        V = V - 0.4 * np.outer(x, e)
    s = s + 0.4 * e
    if n % 400 == 0:
        print(n, error)
