import numpy as np
np.random.seed(0)
X = np.array([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
Y = np.array([0., 1., 1., 0.])
W1 = np.random.randn(4, 2); b1 = np.random.randn(4); W2 = np.random.randn(1, 4); b2 = np.random.randn(1)
def sig(z): return 1 / (1 + np.exp(-z))
for e in range(3000):
    gW1 = np.zeros_like(W1); gb1 = np.zeros_like(b1); gW2 = np.zeros_like(W2); gb2 = np.zeros_like(b2)
    for x, y in zip(X, Y):
        h = sig(W1 @ x + b1)
        o = sig(W2 @ h + b2)
        d2 = 2 * (o - y) * o * (1 - o)
        d1 = W2.T @ d2 * h * (1 - h)
        gW2 += np.outer(d2, h)
        gb2 += d2
        gW1 += np.outer(d1, x)
        gb1 += d1
    W1 -= 0.5 * gW1
    b1 -= 0.5 * gb1
    W2 -= 0.5 * gW2
    b2 -= 0.5 * gb2
print(o)
