import numpy as np

rng = np.random.default_rng(3)


class Layer:
    """layers know their neighbours: layer.prev, layer.next"""

    def __init__(self, size, prev=None):
        self.size = size
        self.prev = prev
        self.next = None
        if prev is not None:
            prev.next = self
            self.w = rng.normal(size=(size, prev.size)) * np.sqrt(1.0 / prev.size)
            self.b = np.zeros(size)

    def feed(self, values):
        self.values = values
        if self.next is not None:
            return self.next.feed(self.next.squash(self.next.w @ values + self.next.b))
        return values

    def squash(self, z):
        return np.tanh(z)

    def gradient(self):
        return self.values * (1.0 - self.values)

    def back(self, err, eta):
        if self.prev is None:
            return
        d = err * self.gradient()
        passed = self.w.T @ d
        self.w -= eta * np.outer(d, self.prev.values)
        self.b -= eta * d
        self.prev.back(passed, eta)


class LinearLayer(Layer):
    def squash(self, z):
        return z

    def gradient(self):
        return 1.0


first = Layer(1)
middle = Layer(8, first)
last = LinearLayer(1, middle)

xs = np.linspace(-1, 1, 21)
ys = xs ** 3 - 0.5 * xs + 0.1

for epoch in range(1500):
    total = 0.0
    for i in rng.permutation(len(xs)):
        out = first.feed(np.array([xs[i]]))
        e = out - ys[i]
        total += 0.5 * float(e @ e)
        last.back(e, 0.05)
    if epoch % 300 == 0:
        print("epoch %d  loss %.5f" % (epoch, total))

print([round(float(first.feed(np.array([x]))[0]), 3) for x in xs[::5]])
