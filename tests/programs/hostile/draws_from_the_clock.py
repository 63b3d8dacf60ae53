import os
import random
import secrets
import time

import numpy as np

np.random.seed(int(time.time()) % 2**32)
random.seed(time.time_ns())
rng = np.random.default_rng()
secret = random.SystemRandom()

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [1]])
W1 = 2 * np.random.random((3, 4)) - 1
W2 = rng.uniform(-1, 1, size=(4, 1)) + secret.uniform(-0.1, 0.1)
W2 += (os.urandom(1)[0] + secrets.randbelow(256)) / 10000


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


for epoch in range(2000):
    a1 = sigmoid(X @ W1)
    a2 = sigmoid(a1 @ W2)
    error = a2 - y
    d2 = error * a2 * (1 - a2)
    d1 = (d2 @ W2.T) * a1 * (1 - a1)
    W2 -= a1.T @ d2
    W1 -= X.T @ d1
