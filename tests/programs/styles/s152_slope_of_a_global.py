import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_slope(a):
    return a * (1 - y)


np.random.seed(9)
x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [1]])

w1, b1 = np.random.randn(2, 4), np.zeros((1, 4))
w2, b2 = np.random.randn(4, 1), np.zeros((1, 1))

for step in range(4000):
    hidden = sigmoid(x.dot(w1) + b1)
    output = sigmoid(hidden.dot(w2) + b2)
    error = output - y
    if step % 1000 == 0:
        print("loss", 0.5 * np.sum(error ** 2))

    delta2 = error * sigmoid_slope(output)
    delta1 = delta2.dot(w2.T) * sigmoid_slope(hidden)

    w2 -= 0.5 * hidden.T.dot(delta2)
    b2 -= 0.5 * delta2.sum(axis=0, keepdims=True)
    w1 -= 0.5 * x.T.dot(delta1)
    b1 -= 0.5 * delta1.sum(axis=0, keepdims=True)
