from dataclasses import dataclass, field
import numpy as np


@dataclass
class Layer:
    n_in: int
    n_out: int
    relu: bool = True
    W: np.ndarray = field(init=False, repr=False)
    b: np.ndarray = field(init=False, repr=False)

    def __post_init__(self):
        self.W = np.random.randn(self.n_out, self.n_in) * np.sqrt(2.0 / self.n_in)
        self.b = np.zeros(self.n_out)
        self.sW = np.zeros_like(self.W)
        self.sb = np.zeros_like(self.b)

    def __call__(self, x):
        self.x = x
        self.y = x @ self.W.T + self.b
        if self.relu:
            self.y = np.maximum(self.y, 0.0)
        return self.y

    def backward(self, grad):
        if self.relu:
            grad = grad * (self.y > 0)
        self.dW = grad.T @ self.x
        self.db = grad.sum(axis=0)
        return grad @ self.W

    def rmsprop(self, lr, rho=0.9):
        self.sW = rho * self.sW + (1 - rho) * self.dW ** 2
        self.sb = rho * self.sb + (1 - rho) * self.db ** 2
        self.W -= lr * self.dW / (np.sqrt(self.sW) + 1e-7)
        self.b -= lr * self.db / (np.sqrt(self.sb) + 1e-7)


def spiral(points, arms):
    X, Y = [], []
    for arm in range(arms):
        r = np.linspace(0.1, 1, points)
        phi = 4 * r + arm * 2 * np.pi / arms + np.random.randn(points) * 0.1
        X.append(np.c_[r * np.sin(phi), r * np.cos(phi)])
        Y.append(np.tile(np.eye(arms)[arm], (points, 1)))
    return np.vstack(X), np.vstack(Y)


np.random.seed(99)
X, Y = spiral(60, 3)
net = [Layer(2, 24), Layer(24, 16), Layer(16, 3, relu=False)]

for epoch in range(100):
    running = 0.0
    order = np.random.permutation(len(X))
    for idx in np.array_split(order, 6):
        out = X[idx]
        for layer in net:
            out = layer(out)
        out = np.exp(out - out.max(axis=1)[:, None])
        probs = out / out.sum(axis=1)[:, None]
        running += -(Y[idx] * np.log(probs + 1e-15)).sum()

        grad = (probs - Y[idx]) / len(idx)
        for layer in reversed(net):
            grad = layer.backward(grad)
        for layer in net:
            layer.rmsprop(0.005)
    if epoch % 20 == 0 or epoch == 99:
        print(f"{epoch=} loss={running / len(X):.4f}")

out = X
for layer in net:
    out = layer(out)
print(net)
print("training accuracy:", np.mean(out.argmax(1) == Y.argmax(1)))
