# 4-2-4 in plain lists; every unit was to have weights of its own.
from math import exp
from random import seed, uniform

seed(15)
IN, HID = 4, 2
into = [[uniform(-1, 1) for _ in range(IN)] for _ in range(HID)]
out_of = [[uniform(-1, 1) for _ in range(HID)]] * IN
bits = [[float(i == k) for i in range(IN)] for k in range(IN)]

def squash(s):
    return 1 / (1 + exp(-s))

for turn in range(800):
    total = 0
    for x in bits:
        h = [squash(sum(w * v for w, v in zip(row, x))) for row in into]
        y = [squash(sum(w * v for w, v in zip(row, h))) for row in out_of]
        delta = [(y[k] - x[k]) * y[k] * (1 - y[k]) for k in range(IN)]
        total += sum((y[k] - x[k]) ** 2 for k in range(IN)) / 2
        back = [sum(delta[k] * out_of[k][j] for k in range(IN)) * h[j] * (1 - h[j]) for j in range(HID)]
        for k in range(IN):
            for j in range(HID):
                out_of[k][j] -= 0.5 * delta[k] * h[j]
        for j in range(HID):
            for i in range(IN):
                into[j][i] -= 0.5 * back[j] * x[i]
    if turn % 200 == 0:
        print(turn, total)
