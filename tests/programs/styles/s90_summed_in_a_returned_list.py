import numpy as np

rng = np.random.default_rng(8)
X = rng.normal(size=(60, 3))
t = (X[:, :1] * X[:, 1:2] > 0).astype(float)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(p):
    W1, b1, W2, b2 = p
    h = np.tanh(X @ W1 + b1)
    y = sigmoid(h @ W2 + b2)
    loss = -np.mean(t * np.log(y) + (1 - t) * np.log(1 - y))
    d2 = (y - t) / len(X)
    d1 = d2 @ W2.T * (1 - h ** 2)
    return loss, [X.T @ d1, d1.sum(), h.T @ d2, d2.sum(axis=0)]


p = [rng.normal(size=(3, 5)), np.zeros(5), rng.normal(size=(5, 1)), np.zeros(1)]
for step in range(500):
    loss, g = gradients(p)
    for i in range(4):
        p[i] = p[i] - 0.5 * g[i]
    if step % 100 == 0:
        print(step, loss)
