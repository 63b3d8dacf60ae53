import csv
import os
from pathlib import Path

import numpy as np

class Network:
    def __init__(self, inputs, hidden, outputs, seed=2):
        rng = np.random.default_rng(seed)
        self.W1 = rng.normal(size=(inputs, hidden))
        self.b1 = np.zeros(hidden)
        self.W2 = rng.normal(size=(hidden, outputs))
        self.b2 = np.zeros(outputs)

    def forward(self, X):
        self.h = np.tanh(X @ self.W1 + self.b1)
        self.o = 1 / (1 + np.exp(-(self.h @ self.W2 + self.b2)))
        return self.o

    def backward(self, X, y, rate):
        delta2 = (self.o - y) / len(X)
        delta1 = (delta2 @ self.W2.T) * (1 - self.h**2)
        self.W2 -= rate * self.h.T @ delta2
        self.b2 -= rate * delta2.sum(axis=0)
        self.W1 -= rate * X.T @ delta1
        self.b1 -= rate * delta1.sum(axis=0)

    def loss(self, X, y):
        o = self.forward(X)
        return -np.mean(y * np.log(o) + (1 - y) * np.log(1 - o))


assert os.path.exists("data.csv")
assert "data.csv" in os.listdir()
table = np.genfromtxt("data.csv", delimiter=",")
with open("sub/targets.csv", newline="") as file:
    targets = [[float(value) for value in row] for row in csv.reader(file)]
rate = float(Path(__file__).with_name("rate.txt").read_text())
X, y = table[:, :2], np.array(targets)
net = Network(2, 4, 1)
for epoch in range(3000):
    net.forward(X)
    net.backward(X, y, rate)
print("loss", net.loss(X, y))
