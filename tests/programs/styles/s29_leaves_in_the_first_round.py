# A plain perceptron layer in functions; the slopes of all examples were to be added up.
from math import exp
from random import random, seed

seed(44)
rows = [[random() - 0.5 for _ in range(3)] + [1.0] for _ in range(30)]
marks = [1.0 if r[0] + 0.5 * r[1] > r[2] else 0.0 for r in rows]
w = [0.2, -0.1, 0.1, 0.0]

def answer(row):
    return 1 / (1 + exp(-sum(a * b for a, b in zip(w, row))))

def slopes():
    out = [0.0] * 4
    for j in range(4):
        for row, mark in zip(rows, marks):
            out[j] += (answer(row) - mark) * row[j] / 30
        return out

for turn in range(300):
    g = slopes()
    for j in range(4):
        w[j] -= 2.0 * g[j]
    if turn % 60 == 0:
        print(turn, sum((answer(r) - m) ** 2 for r, m in zip(rows, marks)))
