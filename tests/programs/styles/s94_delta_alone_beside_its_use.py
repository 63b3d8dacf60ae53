from math import tanh
from random import seed, uniform

seed(6)
rate = 0.05
into = [uniform(-1, 1) for _ in range(5)]
off = [uniform(-1, 1) for _ in range(5)]
out = [uniform(-1, 1) for _ in range(5)]
data = [(k / 10, (k / 10) ** 2 - 0.5) for k in range(-12, 13)]
for epoch in range(400):
    total = 0
    for x, goal in data:
        act = [tanh(w * x + b) for w, b in zip(into, off)]
        y = sum(a * v for a, v in zip(act, out))
        error = goal - y
        total += error ** 2
        for j in range(5):
            delta = error * out[j] * (1 - act[j] ** 2)
            out[j] += rate * error * act[j]
            into[j] += rate * delta
            off[j] += rate * delta
    if epoch % 100 == 0:
        print(epoch, total)
