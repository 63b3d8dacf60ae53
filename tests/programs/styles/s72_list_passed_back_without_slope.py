import math
import random

class Dropout:
    def __init__(self, keep):
        self.keep = keep
    def forward(self, xs, training):
        if training:
            self.mask = [1.0 / self.keep if random.random() < self.keep else 0.0 for _ in xs]
        else:
            self.mask = [1.0] * len(xs)
        return [x * m for x, m in zip(xs, self.mask)]
    def backward(self, gs):
        return [g * m for g, m in zip(gs, self.mask)]

class Dense:
    def __init__(self, n_in, n_out):
        r = 1 / math.sqrt(n_in)
        self.w = [[random.uniform(-r, r) for _ in range(n_in)] for _ in range(n_out)]
        self.b = [0.0] * n_out
    def forward(self, xs, training):
        self.xs = xs
        return [sum(w * x for w, x in zip(row, xs)) + b for row, b in zip(self.w, self.b)]
    def backward(self, gs):
        down = [0.0] * len(self.xs)
        for k, g in enumerate(gs):
            for i in range(len(self.xs)):
                down[i] += g * self.w[k][i]
                self.w[k][i] -= LR * g * self.xs[i]
            self.b[k] -= LR * g
        return down

class Tanh:
    def forward(self, xs, training):
        self.ys = [math.tanh(x) for x in xs]
        return self.ys
    def backward(self, gs):
        return gs

class Logistic:
    def forward(self, xs, training):
        return [1 / (1 + math.exp(-x)) for x in xs]
    def backward(self, gs):
        return gs           # cross entropy: already p - t

LR = 0.1
net = [Dense(2, 12), Tanh(), Dropout(0.8), Dense(12, 1), Logistic()]

def run(x, training=False):
    for part in net:
        x = part.forward(x, training)
    return x[0]

data = []
for _ in range(80):
    x = [random.uniform(-1, 1), random.uniform(-1, 1)]
    data.append((x, 1 if x[0] * x[1] > 0 else 0))

for epoch in range(150):
    ce = 0.0
    for x, t in data:
        p = run(x, True)
        ce -= math.log(p if t else 1 - p)
        g = [p - t]
        for part in reversed(net):
            g = part.backward(g)
    if epoch % 30 == 0:
        print(epoch, ce / len(data))
print("right:", sum((run(x) > 0.5) == (t == 1) for x, t in data), "of", len(data))
