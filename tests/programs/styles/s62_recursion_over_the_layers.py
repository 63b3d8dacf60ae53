import math
import random

def logistic(v):
    return 1 / (1 + math.exp(-v))

def logistic_deriv(v):
    s = logistic(v)
    return s * (1 - s)

class LayerNode:
    """a layer and everything behind it"""
    def __init__(self, sizes):
        self.w = [[random.gauss(0, 1) for _ in range(sizes[0] + 1)] for _ in range(sizes[1])]
        self.rest = LayerNode(sizes[1:]) if len(sizes) > 2 else None

    def predict(self, x):
        x = list(x) + [1]
        out = [logistic(sum(w * v for w, v in zip(row, x))) for row in self.w]
        return self.rest.predict(out) if self.rest else out

    def train(self, x, goal, rate):
        """returns dE/dx"""
        x = list(x) + [1]
        out = [logistic(sum(w * v for w, v in zip(row, x))) for row in self.w]
        if self.rest:
            err = self.rest.train(out, goal, rate)
        else:
            err = [o - g for o, g in zip(out, goal)]
        delta = [e * logistic_deriv(o) for e, o in zip(err, out)]
        down = [sum(delta[j] * self.w[j][i] for j in range(len(delta))) for i in range(len(x) - 1)]
        for j, d in enumerate(delta):
            for i, v in enumerate(x):
                self.w[j][i] -= rate * d * v
        return down


def parity(bits):
    return sum(bits) % 2

net = LayerNode([3, 6, 1])
cases = [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)]
for epoch in range(5000):
    random.shuffle(cases)
    for c in cases:
        net.train(c, [parity(c)], 0.5)
    if epoch % 1000 == 0:
        print(epoch, sum((net.predict(c)[0] - parity(c)) ** 2 for c in cases) / 2)
for c in sorted(cases):
    print(c, parity(c), round(net.predict(c)[0], 2))
