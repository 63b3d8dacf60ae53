import numpy as np


def network(X, y, rate):
    rng = np.random.default_rng(2)
    W1, b1 = rng.normal(size=(2, 4)), np.zeros(4)
    W2, b2 = rng.normal(size=(4, 1)), np.zeros(1)

    def step():
        nonlocal W1, b1, W2, b2
        h = np.tanh(X @ W1 + b1)
        o = 1 / (1 + np.exp(-(h @ W2 + b2)))
        d2 = (o - y) / len(X)
        d1 = d2 @ W2.T * (1 - h**2)
        W1, b1, W2, b2 = (
            w - rate * g
            for w, g in zip((W1, b1, W2, b2), (X.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)))
        )
        return -np.mean(y * np.log(o) + (1 - y) * np.log(1 - o))

    while True:
        yield step()


X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
y = np.array([[0.0], [1.0], [1.0], [0.0]])
for epoch, loss in zip(range(3000), network(X, y, 0.5)):
    pass
print("loss", loss)
