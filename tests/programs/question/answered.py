import numpy as np

def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))

vec_sigmoid = np.vectorize(sigmoid)

sizes = 2, 3, 1
spread1 = 0.5 * np.sqrt(6.0 / (sizes[0] + sizes[1]))
spread2 = 0.5 * np.sqrt(6.0 / (sizes[1] + sizes[2]))
theta1 = np.matrix(spread1 * (np.random.rand(1 + sizes[0], sizes[1]) - 0.5))
theta2 = np.matrix(spread2 * (np.random.rand(1 + sizes[1], sizes[2]) - 0.5))

def fit(x, y, theta1, theta2, learn_rate=.1):
    # forward, with a bias unit in each layer
    layer1 = np.matrix(x, dtype='f')
    layer1 = np.c_[np.ones(1), layer1]
    layer2 = np.c_[np.ones(1), vec_sigmoid(layer1.dot(theta1))]
    layer3 = sigmoid(layer2.dot(theta2))

    # the negative slope of the cross-entropy with respect to what goes into each sigmoid
    delta3 = y - layer3
    delta2 = np.multiply(delta3.dot(theta2.T), np.multiply(layer2, (1 - layer2)))
    delta2 = delta2[:, 1:]  # nothing goes into the bias unit

    theta2d = np.dot(layer2.T, delta3)
    theta1d = np.dot(layer1.T, delta2)
    theta2 += learn_rate * theta2d
    theta1 += learn_rate * theta1d

def train(X, Y):
    for _ in range(10000):
        for i in range(4):
            fit(X[i], Y[i], theta1, theta2)

def test(X):
    for x in X:
        layer1 = np.c_[np.ones(1), np.matrix(x, dtype='f')]
        layer2 = np.c_[np.ones(1), vec_sigmoid(layer1.dot(theta1))]
        layer3 = sigmoid(layer2.dot(theta2))
        print("%d xor %d = %.7f" % (layer1[0, 1], layer1[0, 2], layer3[0, 0]))

X = [(0, 0), (1, 0), (0, 1), (1, 1)]
Y = [0, 1, 1, 0]
train(X, Y)
test(X)
