import numpy as np

class Dropout:
    def __init__(self, p):
        self.p = p
    def forward(self, x):
        self.mask = (np.random.rand(*x.shape) > self.p) / (1 - self.p)
        return x * self.mask
    def backward(self, dout):
        return dout

class Dense:
    def __init__(self, i, o):
        self.W = np.random.randn(i, o) * np.sqrt(2 / i)
        self.b = np.zeros(o)
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T

class ReLU:
    def forward(self, x):
        self.on = x > 0
        return x * self.on
    def backward(self, dout):
        return dout * self.on

np.random.seed(1)
X = np.random.randn(64, 4)
y = X[:, :1] * 0.5 - np.abs(X[:, 1:2])
layers = [Dense(4, 16), ReLU(), Dropout(0.2), Dense(16, 1)]
for step in range(500):
    out = X
    for layer in layers:
        out = layer.forward(out)
    loss = np.mean((out - y) ** 2)
    grad = 2 * (out - y) / len(X)
    for layer in reversed(layers):
        grad = layer.backward(grad)
    for layer in layers:
        if isinstance(layer, Dense):
            layer.W -= 0.05 * layer.dW
            layer.b -= 0.05 * layer.db
    if step % 100 == 0:
        print(step, loss)
