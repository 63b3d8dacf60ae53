import numpy as np
np.random.seed(1)
X = np.random.rand(100, 2)
y = ((X[:, 0] - 0.5) ** 2 + (X[:, 1] - 0.5) ** 2 < 0.08).astype(float).reshape(-1, 1)
X = (X - X.mean(0)) / X.std(0)
W1 = np.random.randn(2, 9)
b1 = np.zeros((1, 9))
W2 = np.random.randn(9, 1)
b2 = np.zeros((1, 1))
lam = 0.001
for i in range(2000):
    z1 = np.dot(X, W1) + b1
    a1 = np.maximum(0, z1)
    z2 = np.dot(a1, W2) + b2
    a2 = 1 / (1 + np.exp(-z2))
    loss = -np.mean(y * np.log(a2) + (1 - y) * np.log(1 - a2)) + lam / 2 * (np.sum(W1 ** 2) + np.sum(W2 ** 2))
    dz2 = a2 - y
    dW2 = np.dot(a1.T, dz2) / len(X) + lam * W2
    db2 = np.mean(dz2, axis=0, keepdims=True)
    da1 = np.dot(dz2, W2.T)
    dz1 = da1
    dz1[a1 < 0] = 0
    dW1 = np.dot(X.T, dz1) / len(X) + lam * W1
    db1 = np.mean(dz1, axis=0, keepdims=True)
    W1 -= 0.5 * dW1
    b1 -= 0.5 * db1
    W2 -= 0.5 * dW2
    b2 -= 0.5 * db2
    if i % 400 == 0:
        print(i, loss)
