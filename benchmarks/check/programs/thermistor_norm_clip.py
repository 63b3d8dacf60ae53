import numpy as np

# thermistor: resistance -> temperature, both scaled

def data(n, rng):
    T = rng.uniform(0, 100, n)
    R = 10.0 * np.exp(3500 * (1 / (T + 273.15) - 1 / 298.15))
    x = np.log(R)[:, None] / 1.2 - 0.2
    return x + 0.01 * rng.standard_normal((n, 1)), T[:, None] / 50 - 1

class Net:
    def __init__(self, rng, hidden=10):
        self.p = [rng.standard_normal((1, hidden)), np.zeros((1, hidden)),
                  rng.standard_normal((hidden, 1)) / np.sqrt(hidden), np.zeros((1, 1))]

    def out(self, x):
        W1, b1, W2, b2 = self.p
        return np.tanh(x @ W1 + b1) @ W2 + b2

    def loss(self, x, y):
        return ((self.out(x) - y) ** 2).mean()

    def grad(self, x, y):
        W1, b1, W2, b2 = self.p
        h = np.tanh(x @ W1 + b1)
        d = 2 * (h @ W2 + b2 - y) / y.size
        dh = d @ W2.T * (1 - h * h)
        return [x.T @ dh, dh.sum(0, keepdims=True), h.T @ d, d.sum(0, keepdims=True)]

    def check(self, x, y, eps=1e-5):
        """Compare with numerical derivatives, should print something tiny."""
        worst = 0
        for p, g in zip(self.p, self.grad(x, y)):
            for i in np.ndindex(p.shape):
                old = p[i]
                p[i] = old + eps
                up = self.loss(x, y)
                p[i] = old - eps
                down = self.loss(x, y)
                p[i] = old
                worst = max(worst, abs((up - down) / (2 * eps) - g[i]))
        print("gradient check:", worst)

def minibatches(x, y, size, rng):
    idx = np.arange(len(x))
    rng.shuffle(idx)
    while len(idx):
        yield x[idx[:size]], y[idx[:size]]
        idx = idx[size:]

def clip_by_norm(grads, limit):
    norm = np.sqrt(sum((g ** 2).sum() for g in grads))
    if norm > limit:
        grads = [g * (limit / norm) for g in grads]
    return grads

rng = np.random.default_rng(1)
x, y = data(200, rng)
net = Net(rng)
net.check(x[:20], y[:20])
for epoch in range(60):
    for xb, yb in minibatches(x, y, 20, rng):
        g = clip_by_norm(net.grad(xb, yb), 0.5)
        for p, gp in zip(net.p, g):
            p -= 0.1 * gp
    if epoch % 10 == 0:
        print("epoch", epoch, "loss", net.loss(x, y))
print("rms error in degrees:", 50 * np.sqrt(net.loss(x, y)))
