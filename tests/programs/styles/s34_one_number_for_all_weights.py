import numpy as np

rng = np.random.default_rng(11)
data = [(rng.normal(c, 0.7, 3), c > 0) for c in rng.choice([-1, 1], 40)]


class Unit:
    def __init__(self, n, m):
        self.V = rng.normal(0, 0.6, (m, n))
        self.v = np.zeros(m)
        self.w = rng.normal(0, 0.6, m)
        self.b = 0.0

    def answer(self, x):
        self.x = x
        self.h = np.tanh(self.V @ x + self.v)
        self.y = 1 / (1 + np.exp(-(self.w @ self.h + self.b)))
        return self.y

    def learn(self, wanted, rate):
        wrong = self.y - wanted
        back = wrong * self.w * (1 - self.h ** 2)
        self.w = self.w - rate * wrong
        self.b = self.b - rate * wrong
        self.V = self.V - rate * np.outer(back, self.x)
        self.v = self.v - rate * back


unit = Unit(3, 4)
for round in range(40):
    bits = 0
    for x, wanted in data:
        y = unit.answer(x)
        bits -= np.log(y) if wanted else np.log(1 - y)
        unit.learn(wanted, 0.1)
    if round % 10 == 0:
        print(round, bits / len(data))
