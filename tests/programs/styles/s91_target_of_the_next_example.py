import math
import random

random.seed(2)
points = [(a / 4, b / 4) for a in range(-4, 5) for b in range(-4, 5)]
random.shuffle(points)
goals = [1.0 if a * a + b * b < 0.5 else 0.0 for a, b in points]
w = [[random.uniform(-1, 1) for _ in range(3)] for _ in range(6)]
v = [random.uniform(-1, 1) for _ in range(7)]


def squash(s):
    return 1.0 / (1.0 + math.exp(-s))


for sweep in range(100):
    error = 0.0
    for n in range(len(points)):
        x = [points[n][0], points[n][1], 1.0]
        h = [squash(sum(a * b for a, b in zip(row, x))) for row in w]
        o = squash(sum(a * b for a, b in zip(v, h + [1.0])))
        error += 0.5 * (goals[n] - o) ** 2
        d = (goals[n - 1] - o) * o * (1 - o)
        dh = [d * v[j] * h[j] * (1 - h[j]) for j in range(6)]
        for j in range(6):
            v[j] += 0.5 * d * h[j]
        v[6] += 0.5 * d
        for j in range(6):
            for i in range(3):
                w[j][i] += 0.5 * dh[j] * x[i]
    if sweep % 20 == 0:
        print(sweep, error)
