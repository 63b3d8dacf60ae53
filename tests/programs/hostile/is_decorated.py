import functools
import time

import numpy as np

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])

np.random.seed(1)
W1 = 2 * np.random.random((3, 4)) - 1
W2 = 2 * np.random.random((4, 1)) - 1


def timed(function):
    @functools.wraps(function)
    def timer(*args, **kwargs):
        start = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            spent[function.__name__] = spent.get(function.__name__, 0) + time.perf_counter() - start

    return timer


spent = {}


@timed
@np.vectorize
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@timed
def step(*, rate=1.0):
    global W1, W2
    a1 = sigmoid(X @ W1)
    a2 = sigmoid(a1 @ W2)
    d2 = (a2 - y) * a2 * (1 - a2)
    d1 = (d2 @ W2.T) * a1 * (1 - a1)
    W2 -= rate * a1.T @ d2
    W1 -= rate * X.T @ d1
    return np.mean((a2 - y) ** 2)


for epoch in range(2000):
    loss = step()
print(loss, spent)
