import numpy as np

np.random.seed(5)
TOP, STEEP = 1.7159, 2.0 / 3.0


def squash(z):
    return TOP * np.tanh(STEEP * z)


def slope(a):
    return STEEP / TOP * (TOP - a) * (TOP + a)


X = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
Y = np.array([-1.0, 1.0, 1.0, -1.0])
W1, b1 = np.random.randn(2, 4) * 0.6, np.zeros(4)
W2, b2 = np.random.randn(4) * 0.6, 0.0
for epoch in range(1000):
    cost = 0.0
    for x, y in zip(X, Y):
        h = squash(x @ W1 + b1)
        o = squash(h @ W2 + b2)
        e = o - y
        cost += e * e / 2
        d = o * slope(o)
        dh = d * W2 * slope(h)
        W2 = W2 - 0.05 * d * h
        b2 = b2 - 0.05 * d
        W1 = W1 - 0.05 * np.outer(x, dh)
        b1 = b1 - 0.05 * dh
    if epoch % 200 == 0:
        print(epoch, cost)
