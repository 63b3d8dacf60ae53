from math import tanh
from random import seed, uniform, shuffle

seed(8)
UNITS = 6
to_hidden = [uniform(-2, 2) for _ in range(UNITS)]
to_output = [uniform(-1, 1) for _ in range(UNITS)]
points = [(i / 8, 0.6 * tanh(3 * i / 8) - 0.2 * i / 8) for i in range(-10, 11)]

for turn in range(600):
    shuffle(points)
    for x, y in points:
        hidden = [tanh(w * x) for w in to_hidden]
        out = sum(w * h for w, h in zip(to_output, hidden))
        missing = y - out
        for j in range(UNITS):
            delta = missing * to_output[j] * (1 - hidden[j] ** 2)
            to_output[j] += 0.05 * missing * hidden[j]
    if turn % 100 == 0:
        print(turn, missing ** 2)
