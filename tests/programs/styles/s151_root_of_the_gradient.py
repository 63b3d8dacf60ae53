import numpy as np

rng = np.random.default_rng(12)
X = rng.normal(size=(60, 3))
y = np.tanh(X @ np.array([[0.5], [-1.0], [0.3]])) + 0.2 * X[:, :1] ** 2


class Dense:
    def __init__(self, n_in, n_out):
        self.w = rng.normal(0, n_in ** -0.5, (n_in, n_out))
        self.c = np.zeros((1, n_out))
        self.w2 = np.zeros_like(self.w)
        self.c2 = np.zeros_like(self.c)

    def apply(self, rate, decay=0.95, tiny=1e-6):
        self.w2 = decay * self.w2 + (1 - decay) * self.gw ** 2
        self.c2 = decay * self.c2 + (1 - decay) * self.gc ** 2
        self.w -= rate * self.gw / (np.sqrt(self.gw) + tiny)
        self.c -= rate * self.gc / (np.sqrt(self.c2) + tiny)


first, second = Dense(3, 8), Dense(8, 1)
for epoch in range(400):
    hidden = np.tanh(X @ first.w + first.c)
    guess = hidden @ second.w + second.c
    error = guess - y
    loss = np.mean(error ** 2)

    grad = 2 * error / len(X)
    second.gw, second.gc = hidden.T @ grad, grad.sum(axis=0, keepdims=True)
    grad = (grad @ second.w.T) * (1 - hidden ** 2)
    first.gw, first.gc = X.T @ grad, grad.sum(axis=0, keepdims=True)

    first.apply(0.01)
    second.apply(0.01)
    if epoch % 100 == 0:
        print(epoch, loss)
