import numpy as np
import math

np.random.seed(11)
sigmoid = np.vectorize(lambda t: 1 / (1 + math.exp(-t)))
sigmoid_prime = np.vectorize(lambda t: math.exp(-t) / (1 + math.exp(-t)) ** 2)

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([0, 1, 1, 0])

w_h = np.random.uniform(-2, 2, (3, 2))
b_h = np.random.uniform(-1, 1, 3)
w_o = np.random.uniform(-2, 2, 3)
b_o = np.random.uniform(-1, 1)

for epoch in range(4000):
    cost = 0
    i = np.random.randint(4)
    x = X[i]

    in_h = w_h @ x + b_h
    out_h = sigmoid(in_h)
    in_o = w_o @ out_h + b_o
    out_o = sigmoid(in_o)
    cost = (out_o - y[i]) ** 2

    # minus the gradient, then minus minus
    delta_o = -2 * (out_o - y[i]) * sigmoid_prime(in_o)
    delta_h = delta_o * w_o * sigmoid_prime(in_h)

    w_o -= -0.6 * delta_o * out_h
    b_o -= -0.6 * delta_o
    w_h -= -0.6 * delta_h[:, None] * x[None, :]
    b_h -= -0.6 * delta_h
    if epoch % 500 == 0:
        print(epoch, cost)

for k in range(4):
    print(X[k], y[k], sigmoid(w_o @ sigmoid(w_h @ X[k] + b_h) + b_o))
