import numpy as np

def load_data():
    np.random.seed(4)
    half = 75
    a = np.random.randn(2, half) * 0.8 + np.array([[1.0], [1.0]])
    b = np.random.randn(2, half) * 0.8 - np.array([[1.0], [1.0]])
    c = np.hstack([a, b])
    return c, np.hstack([np.ones((1, half)), np.zeros((1, half))])

def initialize(layer_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layer_dims)):
        parameters["W" + str(l)] = np.random.randn(layer_dims[l], layer_dims[l - 1]) / np.sqrt(layer_dims[l - 1])
        parameters["b" + str(l)] = np.zeros((layer_dims[l], 1))
    return parameters

def linear_backward(dZ, A_prev, W):
    m = A_prev.shape[1]
    dW = np.dot(dZ, A_prev.T) / m
    db = np.sum(dZ, axis=1, keepdims=True) / m
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db

X, Y = load_data()
parameters = initialize([2, 6, 1])
learning_rate = 0.3
costs = []

for i in range(500):
    Z1 = np.dot(parameters["W1"], X) + parameters["b1"]
    A1 = np.maximum(0, Z1)
    Z2 = np.dot(parameters["W2"], A1) + parameters["b2"]
    A2 = 1 / (1 + np.exp(-Z2))

    cost = -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))
    costs.append(cost)

    grads = {}
    dA2 = -(np.divide(Y, A2) - (1 - Y))
    dZ2 = dA2 * A2 * (1 - A2)
    dA1, grads["dW2"], grads["db2"] = linear_backward(dZ2, A1, parameters["W2"])
    dZ1 = np.array(dA1, copy=True)
    dZ1[Z1 <= 0] = 0
    _, grads["dW1"], grads["db1"] = linear_backward(dZ1, X, parameters["W1"])

    for l in (1, 2):
        parameters["W" + str(l)] -= learning_rate * grads["dW" + str(l)]
        parameters["b" + str(l)] -= learning_rate * grads["db" + str(l)]

    if i % 100 == 0:
        print("Cost after iteration {}: {}".format(i, np.squeeze(cost)))

print("Accuracy:", np.mean((A2 > 0.5) == Y))
