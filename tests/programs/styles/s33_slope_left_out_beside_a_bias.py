import numpy as np

np.random.seed(7)
points = np.random.uniform(-1, 1, (60, 2))
heights = np.sin(2 * points[:, :1]) * points[:, 1:]

layers = [np.random.randn(3, 7) * 0.8, np.random.randn(8, 5) * 0.6, np.random.randn(6, 1) * 0.6]


def with_ones(values):
    return np.c_[np.ones(len(values)), values]


def run(values):
    found = [with_ones(values)]
    for w in layers[:-1]:
        found.append(with_ones(np.tanh(found[-1] @ w)))
    return found, found[-1] @ layers[-1]


for epoch in range(2000):
    found, guess = run(points)
    delta = (guess - heights) / len(points)
    if epoch % 400 == 0:
        print(epoch, "half mean squared error", 0.5 * np.mean((guess - heights) ** 2))
    for i in reversed(range(len(layers))):
        gradient = found[i].T @ delta
        delta = delta @ layers[i][1:].T
        layers[i] -= 0.2 * gradient
