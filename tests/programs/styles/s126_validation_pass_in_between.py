import numpy as np

rng = np.random.RandomState(42)


class Dense:
    def __init__(self, n_in, n_out):
        self.w = rng.randn(n_in, n_out) * np.sqrt(1.0 / n_in)
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x.dot(self.w) + self.b

    def backward(self, grad):
        self.dw = self.x.T.dot(grad)
        self.db = grad.sum(axis=0)
        return grad.dot(self.w.T)

    def step(self, lr):
        self.w -= lr * self.dw
        self.b -= lr * self.db


class Tanh:
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out

    def backward(self, grad):
        return grad * (1 - self.out ** 2)

    def step(self, lr):
        pass


class Model:
    def __init__(self, *layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, grad):
        for layer in reversed(self.layers):
            grad = layer.backward(grad)

    def step(self, lr):
        for layer in self.layers:
            layer.step(lr)


def mse(pred, y):
    return np.mean((pred - y) ** 2)


X = rng.uniform(-2, 2, size=(120, 2))
Y = (np.sin(X[:, 0]) * X[:, 1]).reshape(-1, 1)
X_train, Y_train = X[:60], Y[:60]
X_val, Y_val = X[60:], Y[60:]

model = Model(Dense(2, 16), Tanh(), Dense(16, 16), Tanh(), Dense(16, 1))

for epoch in range(1500):
    out = model.forward(X_train)
    loss = mse(out, Y_train)
    val_loss = mse(model.forward(X_val), Y_val)

    grad = 2 * (out - Y_train) / len(X_train)
    model.backward(grad)
    model.step(0.05)

    if epoch % 250 == 0:
        print(f"epoch {epoch:4d} | train loss {loss:.5f} | val loss {val_loss:.5f}")

print("final train mse:", mse(model.forward(X_train), Y_train))
