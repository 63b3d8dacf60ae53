import numpy as np

np.random.seed(9)

def moons(n):
    t = np.random.uniform(0, np.pi, n)
    top = np.c_[np.cos(t), np.sin(t)]
    bottom = np.c_[1 - np.cos(t), 0.5 - np.sin(t)]
    X = np.r_[top, bottom] + np.random.normal(0, 0.08, (2 * n, 2))
    y = np.r_[np.zeros(n), np.ones(n)].reshape(-1, 1)
    return X, y

X, y = moons(40)

W1 = np.random.randn(2, 8)
b1 = np.zeros((1, 8))
W2 = np.random.randn(8, 1)
b2 = np.zeros((1, 1))
lr = 0.5
batch_size = 20

for epoch in range(200):
    perm = np.random.permutation(len(X))
    X = X[perm]
    epoch_loss = 0
    for start in range(0, len(X), batch_size):
        xb = X[start:start + batch_size]
        yb = y[start:start + batch_size]

        a1 = np.tanh(xb @ W1 + b1)
        a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2)))
        epoch_loss += -np.sum(yb * np.log(a2) + (1 - yb) * np.log(1 - a2))

        dz2 = (a2 - yb) / len(xb)
        dz1 = dz2 @ W2.T * (1 - a1 ** 2)
        W2 -= lr * a1.T @ dz2
        b2 -= lr * dz2.sum(axis=0, keepdims=True)
        W1 -= lr * xb.T @ dz1
        b1 -= lr * dz1.sum(axis=0, keepdims=True)

    if epoch % 40 == 0:
        print('epoch', epoch, 'loss', epoch_loss / len(X))
