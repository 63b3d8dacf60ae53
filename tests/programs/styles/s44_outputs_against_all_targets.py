import numpy as np
import random

# y = 3x - 1 with some noise, learn it with one hidden layer
np.random.seed(5)
X = np.random.rand(40, 1) * 2 - 1
y = 3 * X[:, 0] - 1 + np.random.randn(40) * 0.1

H = 6
W1 = np.random.randn(1, H)
b1 = np.zeros((1, H))
W2 = np.random.randn(H, 1)
b2 = np.zeros((1, 1))

def relu(z):
    return np.maximum(0, z)

lr = 0.02
for epoch in range(500):
    # forward
    Z1 = X.dot(W1) + b1
    A1 = relu(Z1)
    pred = A1.dot(W2) + b2

    # error and loss
    error = pred - y
    loss = np.mean(error ** 2)

    # backward
    d_pred = 2 * error.mean(axis=1, keepdims=True) / len(X)
    dW2 = A1.T.dot(d_pred)
    db2 = d_pred.sum(axis=0, keepdims=True)
    dZ1 = d_pred.dot(W2.T) * (Z1 > 0)
    dW1 = X.T.dot(dZ1)
    db1 = dZ1.sum(axis=0, keepdims=True)

    W1 -= lr * dW1
    b1 -= lr * db1
    W2 -= lr * dW2
    b2 -= lr * db2

    if epoch % 100 == 0:
        print(f"epoch {epoch}: loss {loss:.4f}")

print("slope", (relu(np.array([[1.0]]) @ W1 + b1) @ W2 + b2) - (relu(np.array([[0.0]]) @ W1 + b1) @ W2 + b2))
