import numpy as np
np.random.seed(5)
class Net:
    def __init__(self):
        self.W1 = np.random.randn(4, 4) * 0.6
        self.W2 = np.random.randn(4, 4) * 0.6
        self.W3 = np.random.randn(4, 1) * 0.6
        self.b1 = np.zeros(4)
        self.b2 = np.zeros(4)
        self.b3 = np.zeros(1)
    def forward(self, x):
        self.h1 = np.tanh(x @ self.W1 + self.b1)
        self.h2 = np.tanh(self.h1 @ self.W2 + self.b1)
        return self.h2 @ self.W3 + self.b3
    def train(self, x, t, lr):
        out = self.forward(x)
        d3 = (out - t) / len(x)
        d2 = d3 @ self.W3.T * (1 - self.h2 ** 2)
        d1 = d2 @ self.W2.T * (1 - self.h1 ** 2)
        self.W3 -= lr * self.h2.T @ d3
        self.b3 -= lr * d3.sum(0)
        self.W2 -= lr * self.h1.T @ d2
        self.b2 -= lr * d2.sum(0)
        self.W1 -= lr * x.T @ d1
        self.b1 -= lr * d1.sum(0)
        return ((out - t) ** 2).mean() / 2
x = np.random.randn(60, 4)
t = (x[:, :1] * x[:, 1:2]) + 0.5 * x[:, 2:3]
net = Net()
for i in range(800):
    loss = net.train(x, t, 0.2)
    if i % 100 == 0:
        print(i, loss)
