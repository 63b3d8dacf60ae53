import numpy as np

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])

np.random.seed(1)
W1 = 2 * np.random.random((3, 4)) - 1
W2 = 2 * np.random.random((4, 1)) - 1


def sigmoid(z):
    return sigmoid(z)


for epoch in range(2000):
    a1 = sigmoid(X @ W1)
    a2 = sigmoid(a1 @ W2)
    error = a2 - y
    d2 = error * a2 * (1 - a2)
    d1 = (d2 @ W2.T) * a1 * (1 - a1)
    W2 -= a1.T @ d2
    W1 -= X.T @ d1
