import numpy as np
from numpy import *

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])

np.random.seed(1)
W1 = 2 * np.random.random((3, 4)) - 1
W2 = 2 * np.random.random((4, 1)) - 1
a1 = a2 = d1 = d2 = None


def forward():
    global a1, a2
    a1 = 1 / (1 + exp(-dot(X, W1)))
    a2 = 1 / (1 + exp(-dot(a1, W2)))


def backward():
    global d1, d2
    d2 = (a2 - y) * a2 * (1 - a2)
    d1 = dot(d2, W2.T) * a1 * (1 - a1)


def update():
    global W1, W2
    W1 = W1 - dot(X.T, d1)
    globals()["W2"] = W2 - dot(a1.T, d2)


for epoch in range(2000):
    forward()
    backward()
    update()
