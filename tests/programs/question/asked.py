import numpy as np

def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))

vec_sigmoid = np.vectorize(sigmoid)

# 2 inputs and a bias unit, 3 hidden units, 1 output
theta1 = np.matrix(np.random.rand(3, 3))
theta2 = np.matrix(np.random.rand(3, 1))

def fit(x, y, theta1, theta2, learn_rate=.001):
    # forward
    layer1 = np.matrix(x, dtype='f')
    layer1 = np.c_[np.ones(1), layer1]
    layer2 = vec_sigmoid(layer1 * theta1)
    layer3 = sigmoid(layer2 * theta2)

    # backward: is this right?
    delta3 = y - layer3
    delta2 = (theta2 * delta3) * np.multiply(layer2, 1 - layer2)

    theta2 += learn_rate * delta3
    theta1 += learn_rate * delta2

def train(X, Y):
    for _ in range(10000):
        for i in range(4):
            fit(X[i], Y[i], theta1, theta2)

X = [(0, 0), (1, 0), (0, 1), (1, 1)]
Y = [0, 1, 1, 0]
train(X, Y)
