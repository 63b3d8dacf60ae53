import numpy as np

np.random.seed(3)
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
Y = np.array([[0], [1], [1], [0]])
V = np.random.randn(2, 4)
bv = np.zeros((1, 4))
U = np.random.randn(4, 1)
bu = np.zeros((1, 1))

for epoch in range(3000):
    hid = 1 / (1 + np.exp(-(X.dot(V) + bv)))
    out = 1 / (1 + np.exp(-(hid.dot(U) + bu)))
    diff = Y - out
    if epoch % 500 == 0:
        print('squared error:', (diff ** 2).sum())
    d_out = diff
    d_hid = d_out.dot(U.T) * hid * (1 - hid)
    U += 0.8 * hid.T.dot(d_out)
    bu += 0.8 * d_out.sum(axis=0)
    V += 0.8 * X.T.dot(d_hid)
    bv += 0.8 * d_hid.sum(axis=0)
