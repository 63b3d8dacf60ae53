import numpy as np

# points inside / outside a circle, examples are COLUMNS like in the online course
np.random.seed(5)
X = np.random.uniform(-1, 1, (2, 150))
Y = (X[0] ** 2 + X[1] ** 2 < 0.5).astype(float).reshape(1, -1)
m = X.shape[1]


def initialize_parameters(n_x, n_h, n_y):
    params = {}
    params["W1"] = np.random.randn(n_h, n_x)
    params["b1"] = np.zeros((n_h, 1))
    params["W2"] = np.random.randn(n_y, n_h) * 0.5
    params["b2"] = np.zeros((n_y, 1))
    return params


def forward_propagation(X, params):
    cache = {"A0": X}
    Z1 = np.dot(params["W1"], X) + params["b1"]
    cache["A1"] = np.tanh(Z1)
    Z2 = np.dot(params["W2"], cache["A1"]) + params["b2"]
    cache["A2"] = 1 / (1 + np.exp(-Z2))
    return cache


def compute_cost(A2, Y, params, lambd):
    cross_entropy = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m
    L2 = lambd / (2 * m) * (np.sum(np.square(params["W1"])) + np.sum(np.square(params["W2"])))
    return cross_entropy + L2


def backward_propagation(cache, Y, params, lambd):
    dZ = cache["A2"] - Y
    grads = {}
    for l in (2, 1):
        W = params["W" + str(l)]
        A_prev = cache["A" + str(l - 1)]
        grads["dW" + str(l)] = (np.dot(dZ, A_prev.T) - lambd * W) / m
        grads["db" + str(l)] = np.sum(dZ, axis=1, keepdims=True) / m
        dZ = np.dot(W.T, dZ) * (1 - np.power(A_prev, 2))
    return grads


def update_parameters(params, grads, learning_rate):
    for key in params:
        params[key] = params[key] - learning_rate * grads["d" + key]
    return params


params = initialize_parameters(2, 6, 1)
for i in range(2500):
    cache = forward_propagation(X, params)
    cost = compute_cost(cache["A2"], Y, params, lambd=0.3)
    grads = backward_propagation(cache, Y, params, lambd=0.3)
    params = update_parameters(params, grads, learning_rate=0.8)
    if i % 500 == 0:
        print("Cost after iteration %i: %f" % (i, cost))

A2 = forward_propagation(X, params)["A2"]
print("train accuracy:", np.mean((A2 > 0.5) == (Y > 0.5)))
print("biggest weight:", max(np.abs(params["W1"]).max(), np.abs(params["W2"]).max()))
