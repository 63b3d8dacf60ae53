import numpy as np

rng = np.random.default_rng(5)
rows = rng.uniform(-2, 2, (30, 2))
labels = (rows.sum(axis=1) > 0).astype(float)

inner = rng.normal(0, 1, (4, 2))
shift = rng.normal(0, 0.5, 4)
outer = rng.normal(0, 1, 4)
last = 0.0
rate = 0.1


def answer(row):
    sums = np.zeros(4, dtype=int)
    for k in range(4):
        sums[k] = inner[k] @ row + shift[k]
    h = np.tanh(sums)
    return h, 1 / (1 + np.exp(-(outer @ h + last)))


for turn in range(60):
    loss = 0
    for row, label in zip(rows, labels):
        h, y = answer(row)
        loss += -np.log(y) if label else -np.log(1 - y)
        delta = y - label
        back = delta * outer * (1 - h ** 2)
        outer -= rate * delta * h
        last -= rate * delta
        inner -= rate * np.outer(back, row)
        shift -= rate * back
    if turn % 20 == 0:
        print(turn, loss / len(rows))
