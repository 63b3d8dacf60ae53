"""Is the point inside the circle?  (one hidden layer, one point at a time)"""
import numpy as np

rng = np.random.default_rng(4)
points = rng.uniform(-1, 1, (60, 2))
inside = (points[:, 0] ** 2 + points[:, 1] ** 2 < 0.5).astype(float)


def squash(s):
    return 1 / (1 + np.exp(-s))


class Circle:
    def __init__(self, units=6):
        self.W = rng.normal(0, 1, (units, 2))
        self.b = rng.normal(0, 1, units)
        self.v = rng.normal(0, 1, units)
        self.c = 0.1
        self.run(np.zeros(2))

    def run(self, p):
        self.h = squash(self.W @ p + self.b)
        self.o = squash(self.v @ self.h + self.c)

    def teach(self, p, t, eta=0.5):
        delta = self.o - t
        back = delta * self.v * self.h * (1 - self.h)
        self.v = self.v - eta * delta * self.h
        self.c = self.c - eta * delta
        self.W = self.W - eta * np.outer(back, p)
        self.b = self.b - eta * back
        self.run(p)


net = Circle()
for round_ in range(200):
    for p, t in zip(points, inside):
        net.teach(p, t)

hits = 0
for p, t in zip(points, inside):
    net.run(p)
    hits += (net.o > 0.5) == t
print(hits, "of", len(points))
