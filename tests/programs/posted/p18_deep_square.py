import numpy as np

np.random.seed(30)


class Deep:
    """stack of tanh layers that all have the same width"""

    def __init__(self, width, depth):
        self.L = depth
        self.w = [np.random.randn(width, width) / np.sqrt(width) for _ in range(depth)]
        self.b = [np.random.randn(width) * 0.1 for _ in range(depth)]

    def forward(self, x):
        self.acts = [x]
        for l in range(self.L):
            self.acts.append(np.tanh(self.acts[l].dot(self.w[l]) + self.b[l]))
        return self.acts[-1]

    def slope(self, layer):
        return 1.0 - self.acts[layer] ** 2

    def backward(self, target):
        dw = [None] * self.L
        db = [None] * self.L
        delta = (self.acts[-1] - target) * self.slope(self.L) / len(target)
        for l in reversed(range(self.L)):
            dw[l] = self.acts[l].T.dot(delta)
            db[l] = delta.sum(axis=0)
            if l > 0:
                err = delta.dot(self.w[l])
                delta = err * self.slope(l - 1)
        return dw, db


# mix three signals, the net must undo the mixing
clean = np.random.uniform(-0.8, 0.8, (40, 3))
mixing = np.array([[1.0, 0.4, -0.3], [-0.2, 0.9, 0.5], [0.3, -0.6, 1.1]])
mixed = np.tanh(clean.dot(mixing))

net = Deep(3, 3)
for step in range(3000):
    out = net.forward(mixed)
    loss = 0.5 * np.sum((out - clean) ** 2) / len(clean)
    dw, db = net.backward(clean)
    for l in range(net.L):
        net.w[l] -= 0.4 * dw[l]
        net.b[l] -= 0.4 * db[l]
    if step % 500 == 0:
        print("step", step, "loss", loss)

print("final loss", loss)
