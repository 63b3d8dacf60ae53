import random

random.seed(8)

def softsign(x):
    return x / (1 + abs(x))

def softsign_slope(x):
    return 1 // (1 + abs(x)) ** 2

points = [i / 5.0 for i in range(-8, 9)]
values = [0.5 * p * p - 0.3 for p in points]

class Hidden:
    def __init__(self):
        self.w = random.uniform(-2, 2)
        self.b = random.uniform(-1, 1)
        self.out_w = random.uniform(-1, 1)

units = [Hidden() for _ in range(6)]
out_b = 0.0
rate = 0.05

for epoch in range(400):
    sse = 0.0
    for x, target in zip(points, values):
        sums = [u.w * x + u.b for u in units]
        acts = [softsign(s) for s in sums]
        y = out_b + sum(u.out_w * a for u, a in zip(units, acts))
        e = y - target
        sse += 0.5 * e * e
        for u, s, a in zip(units, sums, acts):
            d = e * u.out_w * softsign_slope(s)
            u.out_w -= rate * e * a
            u.w -= rate * d * x
            u.b -= rate * d
        out_b -= rate * e
    if epoch % 80 == 0:
        print(epoch, sse)
