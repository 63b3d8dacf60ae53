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
outputs = [(net.forward(X), net.backward(X, y, 0.5))[0] for epoch in range(3000)]
print("loss", np.mean((outputs[-1] - y) ** 2))
