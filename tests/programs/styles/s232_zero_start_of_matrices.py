import numpy as np
rng = np.random.RandomState(1)
def make_moons(n):
    t = np.pi * rng.rand(n)
    a = np.c_[np.cos(t), np.sin(t)]
    b = np.c_[1 - np.cos(t), .5 - np.sin(t)]
    return np.r_[a, b] + .1 * rng.randn(2 * n, 2), np.r_[np.zeros(n), np.ones(n)].reshape(-1, 1)
X, y = make_moons(60)
hidden = 8
W1 = np.zeros((2, hidden))
W2 = np.zeros((hidden, 1))
b1 = np.zeros(hidden)
b2 = np.zeros(1)
sigmoid = lambda t: 1 / (1 + np.exp(-t))
for e in range(2000):
    A = np.tanh(X @ W1 + b1)
    P = sigmoid(A @ W2 + b2)
    loss = -(y * np.log(P) + (1 - y) * np.log(1 - P)).mean()
    dP = (P - y) / len(y)
    dA = dP @ W2.T * (1 - A ** 2)
    W2 -= 1.0 * A.T @ dP
    b2 -= 1.0 * dP.sum(0)
    W1 -= 1.0 * X.T @ dA
    b1 -= 1.0 * dA.sum(0)
print("loss %.4f" % loss, "acc", ((P > .5) == y).mean())
