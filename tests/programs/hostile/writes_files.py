import os
import pickle
import tempfile
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


X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
y = np.array([[0.0], [1.0], [1.0], [0.0]])
net = Network(2, 4, 1)
os.makedirs("results/plots", exist_ok=True)
log = open("training.log", "w")
for epoch in range(3000):
    net.forward(X)
    net.backward(X, y, 0.5)
    if epoch % 500 == 0:
        log.write(f"{epoch} {net.loss(X, y)}\n")
        np.savetxt("results/weights.txt", net.W1)
log.close()
print(open("training.log").read())
Path("results/plots/loss.txt").write_text(str(net.loss(X, y)))
with open("network.pkl", "wb") as file:
    pickle.dump(net, file)
with open("network.pkl", "rb") as file:
    assert pickle.load(file).W1.shape == (2, 4)
handle, name = tempfile.mkstemp()
os.write(handle, b"left behind")
