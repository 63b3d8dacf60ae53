import numpy as np

np.random.seed(12)
X = np.matrix([[-1, -1], [-1, 1], [1, -1], [1, 1]])
Y = np.matrix([[-1], [1], [1], [-1]])
V = np.matrix(np.random.normal(0, 0.8, (2, 3)))
U = np.matrix(np.random.normal(0, 0.8, (3, 1)))
s = np.matrix(np.zeros((1, 3)))
r = np.matrix([[0.0]])
for n in range(800):
    total = 0
    for k in range(4):
        x, y = X[k], Y[k]
        h = np.tanh(x * V + s)
        o = np.tanh(h * U + r)
        e = o - y
        total += (e * e.T)[0, 0] / 2
        d = np.multiply(e, 1 - np.multiply(o, o))
        c = np.multiply(d * U.T, 1 - np.multiply(h, h))
        U = s - 0.1 * h.T * d
        r = r - 0.1 * d
        V = V - 0.1 * x.T * c
        s = s - 0.1 * c
    if n % 200 == 0:
        print(n, total)
