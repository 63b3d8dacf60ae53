import numpy as np
np.random.seed(17)

class Dense:
    def __init__(self, n_in, n_out, lr=0.05):
        self.W = np.random.randn(n_in, n_out) * np.sqrt(2.0 / n_in)
        self.b = np.zeros(n_out)
        self.lr = lr

    def forward(self, inp):
        self.inp = inp
        return inp @ self.W + self.b

    def backward(self, grad):
        grad_in = grad @ self.W.T
        self.W -= self.lr * self.inp.T @ grad
        self.b -= self.lr * grad.sum(axis=0)
        return grad_in

class ReLU:
    def forward(self, inp):
        self.out = np.maximum(0, inp)
        return self.out

    def backward(self, grad):
        grad = grad.copy()
        grad[grad <= 0] = 0
        return grad

class MSE:
    def forward(self, pred, target):
        self.diff = pred - target
        return np.mean(self.diff ** 2)

    def backward(self):
        return 2 * self.diff / self.diff.size

class Network:
    def __init__(self, *layers):
        self.layers = layers
        self.loss = MSE()

    def fit(self, X, y, epochs):
        for e in range(epochs):
            out = X
            for layer in self.layers:
                out = layer.forward(out)
            l = self.loss.forward(out, y)
            grad = self.loss.backward()
            for layer in reversed(self.layers):
                grad = layer.backward(grad)
            if e % 100 == 0:
                print("epoch", e, "mse", l)

X = np.random.uniform(-2, 2, (60, 2))
y = (np.maximum(X[:, 0], X[:, 1]) + 0.5 * X[:, 0] ** 2).reshape(-1, 1)

net = Network(Dense(2, 16), ReLU(), Dense(16, 16), ReLU(), Dense(16, 1))
net.fit(X, y, 500)
