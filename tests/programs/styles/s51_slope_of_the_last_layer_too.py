import numpy as np
from numpy import exp, log, array, random, dot

class SoftmaxNet(object):
    """columns are examples"""
    def __init__(self, sizes):
        self.num_layers = len(sizes)
        self.w = [random.randn(b, a) * 0.7 for a, b in zip(sizes[:-1], sizes[1:])]
        self.b = [random.randn(b, 1) * 0.1 for b in sizes[1:]]

    def feed(self, x):
        self.acts = [x]
        for i, (w, b) in enumerate(zip(self.w, self.b)):
            z = dot(w, self.acts[-1]) + b
            if i == len(self.w) - 1:
                z = exp(z - np.max(z, axis=0))
                a = z / np.sum(z, axis=0)
            else:
                a = 1 / (1 + exp(-z))
            self.acts.append(a)
        return self.acts[-1]

    def cross_entropy(self, y):
        return -np.sum(y * log(self.acts[-1])) / y.shape[1]

    def backprop(self, x, y, eta):
        m = x.shape[1]
        self.feed(x)
        delta = (self.acts[-1] - y)
        for l in range(self.num_layers - 2, -1, -1):
            a = self.acts[l + 1]
            delta = delta * a * (1 - a)
            nw = dot(delta, self.acts[l].T) / m
            nb = np.sum(delta, axis=1, keepdims=True) / m
            delta = dot(self.w[l].T, delta)
            self.w[l] -= eta * nw
            self.b[l] -= eta * nb

random.seed(77)
x = random.randn(2, 90)
label = (x[0] > 0.2).astype(int) + (x[1] > x[0]).astype(int)
y = np.eye(3)[label].T

net = SoftmaxNet([2, 8, 3])
for i in range(1001):
    net.backprop(x, y, 0.8)
    if i % 200 == 0:
        net.feed(x)
        print(i, net.cross_entropy(y), np.mean(np.argmax(net.acts[-1], 0) == label))
