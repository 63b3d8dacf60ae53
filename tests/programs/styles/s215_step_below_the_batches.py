import numpy as np

np.random.seed(5)


class Linear:
    def __init__(self, n, m):
        self.W = np.random.randn(n, m) * np.sqrt(1 / n)
        self.b = np.zeros(m)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, grad):
        self.dW = self.x.T @ grad
        self.db = grad.sum(axis=0)
        return grad @ self.W.T


class Tanh:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, grad):
        return grad * (1 - self.y**2)


class Net:
    def __init__(self):
        self.layers = [Linear(2, 12), Tanh(), Linear(12, 1)]

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, grad):
        for layer in reversed(self.layers):
            grad = layer.backward(grad)

    def step(self, lr):
        for layer in self.layers:
            if isinstance(layer, Linear):
                layer.W -= lr * layer.dW
                layer.b -= lr * layer.db


X = np.random.uniform(-1, 1, (96, 2))
Y = X[:, :1] * X[:, 1:] + 0.3 * X[:, :1]
net = Net()

for epoch in range(200):
    loss = 0
    order = np.random.permutation(len(X))
    for start in range(0, len(X), 16):
        rows = order[start : start + 16]
        out = net.forward(X[rows])
        loss += np.sum((out - Y[rows]) ** 2)
        net.backward(2 * (out - Y[rows]) / len(rows))
    net.step(0.1)
    if epoch % 40 == 0:
        print(epoch, loss / len(X))
