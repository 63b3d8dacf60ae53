import numpy as np
np.random.seed(0)
# binary classifier with L2 regularisation
X = np.random.randn(100, 3)
y = (X[:, [0]] ** 2 + X[:, [1]] > 0.5).astype(float)
lam = 0.01
lr = 0.5
W1 = np.random.randn(3, 8) * 0.5; b1 = np.zeros((1, 8))
W2 = np.random.randn(8, 1) * 0.5; b2 = np.zeros((1, 1))
for it in range(500):
    h = np.tanh(X @ W1 + b1)
    p = 1 / (1 + np.exp(-(h @ W2 + b2)))
    data_loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    loss = data_loss + 0.5 * lam * (np.sum(W1 ** 2) + np.sum(W2 ** 2))
    dz = (p - y) / len(X)
    dW2 = h.T @ dz
    db2 = dz.sum(axis=0, keepdims=True)
    dh = dz @ W2.T * (1 - h ** 2)
    dW1 = X.T @ dh
    db1 = dh.sum(axis=0, keepdims=True)
    W1 -= lr * (dW1 - lam * W1)
    W2 -= lr * (dW2 - lam * W2)
    b1 -= lr * db1
    b2 -= lr * db2
    if it % 100 == 0:
        print(it, loss)
