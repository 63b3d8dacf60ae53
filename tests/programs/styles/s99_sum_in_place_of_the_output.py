import math
import random

random.seed(7)
inputs = [(0, 0), (0, 1), (1, 0), (1, 1)]
wanted = [0, 1, 1, 0]
a = [[random.uniform(-1.5, 1.5) for _ in range(2)] for _ in range(3)]
c = [random.uniform(-1, 1) for _ in range(3)]
v = [random.uniform(-1.5, 1.5) for _ in range(3)]
d = 0.1


def f(x):
    return 1 / (1 + math.exp(-x))


for n in range(6000):
    k = random.randrange(4)
    x, t = inputs[k], wanted[k]
    h = [f(a[j][0] * x[0] + a[j][1] * x[1] + c[j]) for j in range(3)]
    net = sum(v[j] * h[j] for j in range(3)) + d
    out = f(net)
    cost = 0.5 * (t - out) ** 2
    delta = (t - net) * out * (1 - out)
    back = [delta * v[j] * h[j] * (1 - h[j]) for j in range(3)]
    for j in range(3):
        v[j] += 0.7 * delta * h[j]
        a[j][0] += 0.7 * back[j] * x[0]
        a[j][1] += 0.7 * back[j] * x[1]
        c[j] += 0.7 * back[j]
    d += 0.7 * delta
    if n % 1000 == 0:
        print(n, cost)
