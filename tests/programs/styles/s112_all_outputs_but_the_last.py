import math
import random

random.seed(31)
# which third of the circle is a direction in? three outputs, one for each
ways = []
for n in range(36):
    angle = 2 * math.pi * n / 36
    ways.append(([math.cos(angle), math.sin(angle), 1.0], [1.0 if n // 12 == c else 0.0 for c in range(3)]))

w = [[random.gauss(0, 0.5) for i in range(3)] for c in range(3)]
eta = 0.5

for sweep in range(120):
    random.shuffle(ways)
    total = 0.0
    for x, want in ways:
        out = []
        for c in range(3):
            out.append(1 / (1 + math.exp(-sum(w[c][i] * x[i] for i in range(3)))))
        for c in range(3):
            total += (out[c] - want[c]) ** 2
        for c in range(3 - 1):
            d = 2 * (out[c] - want[c]) * out[c] * (1 - out[c])
            for i in range(3):
                w[c][i] -= eta * d * x[i]
    if sweep % 30 == 0:
        print(sweep, total)
