import numpy as np

rng = np.random.default_rng(0)


class CurveNet:
    """1 - 10 - 1, tanh in the middle, linear at the end, trained with momentum"""

    def __init__(self, n_hidden=10):
        self.p = {
            "W1": rng.normal(0, 1.0, (1, n_hidden)),
            "b1": rng.normal(0, 0.5, n_hidden),
            "W2": rng.normal(0, 0.3, (n_hidden, 1)),
            "b2": np.zeros(1),
        }
        self.vel = {k: np.zeros_like(a) for k, a in self.p.items()}

    def forward(self, x):
        self.x = x
        self.h = np.tanh(x @ self.p["W1"] + self.p["b1"])
        return self.h @ self.p["W2"] + self.p["b2"]

    def backward(self, err):
        g = {}
        g["W2"] = self.h.T @ err
        g["b2"] = err.sum(axis=0)
        dh = (err @ self.p["W2"].T) * (1 - self.h**2)
        g["W1"] = self.x.T @ dh
        g["b1"] = dh.sum(axis=0)
        return g

    def step(self, g, lr, momentum):
        for k in self.p:
            self.vel[k] = lr * g[k] + momentum * self.vel[k]
            self.p[k] -= self.vel[k]


x = rng.uniform(-1.5, 1.5, (120, 1))
y = 0.5 * x**3 - x + 0.02 * rng.normal(size=x.shape)

net = CurveNet()
batch = 20
for epoch in range(600):
    order = rng.permutation(len(x))
    for s in range(0, len(x), batch):
        i = order[s:s + batch]
        pred = net.forward(x[i])
        grads = net.backward(2 * (pred - y[i]) / len(i))
        net.step(grads, lr=0.05, momentum=0.8)
    if epoch % 100 == 0:
        print("epoch", epoch, "mse", np.mean((net.forward(x) - y) ** 2))

print("final mse", np.mean((net.forward(x) - y) ** 2))
