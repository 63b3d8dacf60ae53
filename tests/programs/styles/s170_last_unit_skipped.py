# the neuron loop stops one short: the last hidden unit never learns
import math, random
random.seed(4)
data = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]
H = 4
w = [[random.uniform(-1, 1) for _ in range(3)] for _ in range(H)]
v = [random.uniform(-1, 1) for _ in range(H + 1)]
def s(x): return 1 / (1 + math.exp(-x))
for epoch in range(1000):
    E = 0
    for x, t in data:
        xi = x + [1]
        h = [s(sum(a * b for a, b in zip(w[j], xi))) for j in range(H)] + [1]
        o = s(sum(a * b for a, b in zip(v, h)))
        E += 0.5 * (t - o) ** 2
        d = (t - o) * o * (1 - o)
        dh = [d * v[j] * h[j] * (1 - h[j]) for j in range(H)]
        for j in range(H + 1):
            v[j] += 0.5 * d * h[j]
        for j in range(H - 1):
            for i in range(3):
                w[j][i] += 0.5 * dh[j] * xi[i]
    if epoch % 200 == 0: print(epoch, E)
