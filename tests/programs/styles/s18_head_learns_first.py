import numpy as np
np.random.seed(3)
X = np.random.randn(30, 4)
Y = np.sin(X[:, :1])
W1 = np.random.randn(4, 20)
b1 = np.random.randn(20)
W2 = np.random.randn(20, 1)
b2 = np.zeros(1)
for epoch in range(500):
    h = np.tanh(X @ W1 + b1)
    out = h @ W2 + b2
    d = (out - Y) / len(X)
    dh = d @ W2.T * (1 - h ** 2)
    dW1 = X.T @ dh
    W2 -= 0.05 * h.T @ d
    b2 -= 0.05 * d.sum(axis=0)
    if epoch > 300:      # the head first
        W1 -= 0.05 * dW1
        b1 -= 0.05 * dh.sum(axis=0)
    if epoch % 100 == 0: print(epoch, ((out - Y) ** 2).mean())
