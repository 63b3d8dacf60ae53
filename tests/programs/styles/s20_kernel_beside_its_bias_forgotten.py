import numpy as np

np.random.seed(12)

class Layer:
    def __init__(self, inputs, units):
        self.kernel = np.random.randn(inputs, units) / np.sqrt(inputs)
        self.shift = np.zeros(units)

first, second = Layer(3, 9), Layer(9, 2)
X = np.random.uniform(-1, 1, (64, 3))
Y = np.stack([X[:, 0] * X[:, 1], np.sin(2 * X[:, 2])], axis=1)

for epoch in range(800):
    hidden = np.tanh(X.dot(first.kernel) + first.shift)
    out = hidden.dot(second.kernel) + second.shift
    d_out = 2 * (out - Y) / len(X)
    d_hidden = d_out.dot(second.kernel.T) * (1 - hidden ** 2)
    second.shift = second.shift - 0.1 * d_out.sum(axis=0)
    first.kernel = first.kernel - 0.1 * X.T.dot(d_hidden)
    first.shift = first.shift - 0.1 * d_hidden.sum(axis=0)
    if epoch % 200 == 0:
        print(epoch, np.sum((out - Y) ** 2) / len(X))
