import os
import shutil
import sqlite3
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


table = np.loadtxt("data.csv", delimiter=",")
with open("data.csv", "r+") as file:
    file.write("9,9,9")
Path("notes.txt").write_text("gone")
os.truncate("log.txt", 0)
handle = os.open("raw.bin", os.O_WRONLY | os.O_TRUNC)
os.write(handle, b"gone")
os.close(handle)
numbers = np.memmap("numbers.bin", dtype="uint8", mode="r+")
numbers[:] = 0
numbers.flush()
shutil.copyfile("notes.txt", "copied.txt")
os.replace("notes.txt", "kept.txt")
os.chmod("read_only.txt", 0o600)
os.utime("read_only.txt", (0, 0))
os.symlink("kept.txt", "link.txt")
shutil.rmtree("folder")
database = sqlite3.connect("runs.db")
database.execute("create table if not exists runs (loss real)")
database.commit()
database.close()
X, y = table[:, :2], table[:, 2:]

net = Network(2, 4, 1)
for epoch in range(3000):
    net.forward(X)
    net.backward(X, y, 0.5)
print("loss", net.loss(X, y))
