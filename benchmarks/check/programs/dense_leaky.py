import numpy as np
import copy
rand = np.random.RandomState(55)

class Dense:
    def __init__(self, n, m):
        self.w = rand.uniform(-1, 1, (n, m))
        self.w[-1] = 0            # last row is the bias

    def forward(self, a):
        self.a = np.append(a, 1.0)
        self.z = self.a @ self.w
        return self.z * (self.z > 0) + 0.2 * self.z * (self.z <= 0)

    def backward(self, g, eta):
        g = g * np.where(self.z > 0, 1.0, 0.2)
        before = copy.copy(self.w)
        self.w -= eta * np.outer(self.a, g)
        return (before @ g)[:-1]

layers = [Dense(4, 6), Dense(7, 1)]

def run(x):
    for L in layers:
        x = L.forward(x)
    return x

xs = rand.uniform(-1, 1, (50, 3))
ys = xs[:, 0] * xs[:, 1] + 0.5 * xs[:, 2]

for epoch in range(100):
    abs_err = 0
    for x, y in zip(xs, ys):
        guess = run(x)
        g = guess - y
        abs_err += abs(g[0])
        for L in reversed(layers):
            g = L.backward(g, 0.03)
    if epoch % 20 == 0:
        print(epoch, "mean abs error", abs_err / len(xs))
