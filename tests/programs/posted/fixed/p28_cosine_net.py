import numpy as np

np.random.seed(19)


class TinyNet:
    def __init__(self, hidden=12):
        self.W1 = np.random.randn(1, hidden)
        self.b1 = np.random.randn(1, hidden)
        self.W2 = np.random.randn(hidden, 1) * 0.3

    def forward(self, x):
        self.x = x
        self.h = np.tanh(x @ self.W1 + self.b1)
        return self.h @ self.W2

    def backward(self, grad, lr):
        gW2 = self.h.T @ grad
        gh = grad @ self.W2.T
        gz = gh * (1 - self.h ** 2)
        gW1 = self.x.T @ gz
        self.W1 -= lr * gW1
        self.b1 -= lr * gz.sum(axis=0)
        self.W2 -= lr * gW2


xs = np.linspace(-2, 2, 41).reshape(-1, 1)
ys = np.cos(xs)

net = TinyNet()
for i in range(4000):
    out = net.forward(xs)
    if i % 500 == 0:
        print(i, "MSE:", np.mean((out - ys) ** 2))
    net.backward(2 * (out - ys) / len(xs), 0.1)

out = net.forward(xs)
print("MSE:", np.mean((out - ys) ** 2))
for k in range(0, 41, 8):
    print("cos(%.1f) = %.3f   net: %.3f" % (xs[k, 0], ys[k, 0], out[k, 0]))
