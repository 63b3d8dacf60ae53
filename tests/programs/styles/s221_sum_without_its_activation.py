import numpy as np
np.random.seed(3)
X = np.random.uniform(-1, 1, (100, 2))
y = (np.hypot(X[:, 0], X[:, 1]) < 0.7).astype(float).reshape(-1, 1)

class Net:
    def __init__(self):
        self.w1 = np.random.randn(2, 8)
        self.b1 = np.zeros(8)
        self.w2 = np.random.randn(8, 1)
        self.b2 = np.zeros(1)

    def sigmoid(self, x):
        return 1 / (1 + np.exp(-x))

    def predict(self, X):
        return self.sigmoid(self.sigmoid(X @ self.w1 + self.b1) @ self.w2 + self.b2)

    def train(self, X, y, lr):
        hidden = X @ self.w1 + self.b1
        out = self.sigmoid(hidden @ self.w2 + self.b2)
        d_out = (out - y) / len(X)
        d_hidden = d_out @ self.w2.T * hidden * (1 - hidden)
        self.w2 -= lr * hidden.T @ d_out
        self.b2 -= lr * d_out.sum(axis=0)
        self.w1 -= lr * X.T @ d_hidden
        self.b1 -= lr * d_hidden.sum(axis=0)

net = Net()
for i in range(3000):
    net.train(X, y, 2.0)
p = net.predict(X)
print('accuracy', np.mean((p > 0.5) == y))
