# Een verborgen laag, twee uitgangen met elk een eigen kwadratische fout (gewicht 1 en 0.5)
import math, random
random.seed(45)
NH = 6
w = [[random.uniform(-1, 1) for _ in range(3)] for _ in range(NH)]
p = [random.uniform(-1, 1) for _ in range(NH + 1)]
q = [random.uniform(-1, 1) for _ in range(NH + 1)]
punten = [(random.uniform(-1, 1), random.uniform(-1, 1)) for _ in range(30)]
lr = 0.05
for ronde in range(200):
    fout1 = fout2 = 0.0
    for x, y in punten:
        t1, t2 = x * y, abs(x - y) / 2
        h = [math.tanh(a * x + b * y + c) for a, b, c in w] + [1.0]
        u1 = sum(a * b for a, b in zip(p, h))
        u2 = sum(a * b for a, b in zip(q, h))
        e1 = u1 - t1
        e2 = u2 - t2
        fout1 += e1 * e1
        fout2 += e2 * e2
        d1, d2 = e1, 0.5 * e2
        for j in range(NH):
            dh = (d1 * p[j] + d2 * q[j]) * (1 - h[j] ** 2)
            w[j][0] -= lr * dh * x
            w[j][1] -= lr * dh * y
            w[j][2] -= lr * dh
        for j in range(NH + 1):
            p[j] -= lr * d1 * h[j]
            q[j] -= lr * d2 * h[j]
    if ronde % 40 == 0:
        print('ronde', ronde, 'fouten', fout1 / 30, fout2 / 30)
print('fouten', fout1 / 30, fout2 / 30)
