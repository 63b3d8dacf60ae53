import numpy as np
from math import exp

# single neuron, OR gate, start from known weights so I can compare by hand
weights = np.array([1, -2, 1])          # w1, w2, bias
inputs = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
expected = [0, 1, 1, 1]
rate = 0.5

def neuron(x):
    total = 0
    for i in range(len(weights)):
        total += weights[i] * x[i]
    return 1 / (1 + exp(-total))

for epoch in range(2000):
    error = 0
    for x, t in zip(inputs, expected):
        o = neuron(x)
        error += (t - o) ** 2
        delta = 2 * (t - o) * o * (1 - o)
        for i in range(len(weights)):
            weights[i] += rate * delta * x[i]
    if epoch % 400 == 0:
        print(epoch, error, weights)

for x, t in zip(inputs, expected):
    print(x[:2], t, neuron(x))
