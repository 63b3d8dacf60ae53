import numpy as np
rng = np.random.default_rng(0)
T, D = 8, 6
pos = np.zeros((T, D))
pos[:, 0::2] = np.sin(np.arange(T)[:, None] / 10 ** np.arange(0, 3))
pos[:, 1::2] = np.cos(np.arange(T)[:, None] / 10 ** np.arange(0, 3))
X = rng.normal(size=(40, T, 3))
y = (X[:, :, 0] * np.arange(T)).sum(axis=1, keepdims=True) / 10
E = rng.normal(size=(3, D)) * 0.3
V = rng.normal(size=(T * D, 1)) * 0.1
c = np.zeros(1)
for epoch in range(300):
    for i in range(0, 40, 10):
        x, t = X[i:i+10], y[i:i+10]
        h = np.tanh(x @ E + pos)
        flat = h.reshape(10, -1)
        out = flat @ V + c
        d = (out - t) / 10
        dh = (d @ V.T).reshape(h.shape) * (1 - h ** 2)
        V -= 0.1 * flat.T @ d
        c -= 0.1 * d.sum(axis=0)
        E -= 0.1 * np.einsum('nti,ntj->ij', x, dh)
    if epoch % 100 == 0: print(epoch, np.mean((out - t) ** 2))
