"""Predict the height of the tide from the phase of the moon and the hour; ridge keeps the weights small."""
import numpy as np

np.random.seed(21)
LAMBDA = 0.002
RATE = 0.1

moon = np.random.rand(80)
hour = np.random.rand(80)
height = np.cos(2 * np.pi * (hour - moon)) * 0.8 + 0.1
inputs = np.column_stack([np.sin(2 * np.pi * moon), np.cos(2 * np.pi * moon),
                          np.sin(2 * np.pi * hour), np.cos(2 * np.pi * hour)])


class Net:
    def __init__(self, n_in, n_hidden):
        self.W = np.random.randn(n_in, n_hidden) * 0.5
        self.b = np.zeros(n_hidden)
        self.v = np.random.randn(n_hidden) * 0.5
        self.c = 0.0

    def predict(self, x):
        self.x = x
        self.h = np.tanh(x @ self.W + self.b)
        return self.h @ self.v + self.c

    def loss(self, x, y):
        error = self.predict(x) - y
        return 0.5 * np.mean(error ** 2) + 0.5 * LAMBDA * (np.sum(self.W ** 2) + np.sum(self.v ** 2))

    def learn(self, y):
        error = (self.h @ self.v + self.c - y) / len(y)
        dh = np.outer(error, self.v) * (1 - self.h ** 2)
        self.v -= RATE * (self.h.T @ error + LAMBDA * self.v)
        self.c -= RATE * error.sum()
        self.W -= RATE * (self.x.T @ dh - LAMBDA * self.W)
        self.b -= RATE * dh.sum(axis=0)


net = Net(4, 8)
for epoch in range(1500):
    net.predict(inputs)
    net.learn(height)
    if epoch % 300 == 0:
        print(epoch, net.loss(inputs, height))
