# The bias is the first row of each matrix, and learns three times as fast as the weights.
import numpy as np

random = np.random.RandomState(2)
X = random.uniform(-1, 1, (40, 3))
Y = np.stack([X[:, 0] * X[:, 1], X[:, 2] ** 2], axis=1)
ones = np.ones((40, 1))
A = random.normal(0, 0.7, (4, 14))
B = random.normal(0, 0.4, (15, 2))
rate = 0.02

for epoch in range(2000):
    inputs = np.hstack([ones, X])
    hidden = np.hstack([ones, np.tanh(inputs @ A)])
    error = hidden @ B - Y
    back = (error @ B[1:].T) * (1 - hidden[:, 1:] ** 2)
    for weights, into, delta in ((B, hidden, error), (A, inputs, back)):
        weights[1:] -= rate / 3 * into[:, 1:].T @ delta
        weights[0] -= rate * delta.sum(axis=0)
    if epoch % 400 == 0:
        print(epoch, 0.5 * np.sum(error ** 2))
