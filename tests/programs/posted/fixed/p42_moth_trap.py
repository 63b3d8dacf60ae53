# Will there be moths in the trap tonight? Warm, calm and dark nights are good ones.
# Train until the mean error is small enough.
from math import exp
import random

random.seed(12)
nights = []
for n in range(24):
    warm, calm, dark = random.random(), random.random(), random.random()
    nights.append(([warm, calm, dark], 1 if warm + calm * dark > 0.85 else 0))

HIDDEN = 4
w = [[random.uniform(-1, 1) for i in range(4)] for h in range(HIDDEN)]   # last one is the bias
v = [random.uniform(-1, 1) for h in range(HIDDEN + 1)]
rate = 0.5


def sigmoid(z):
    return 1 / (1 + exp(-z))


def forward(night):
    hidden = [sigmoid(sum(w[h][i] * night[i] for i in range(3)) + w[h][3]) for h in range(HIDDEN)]
    out = sigmoid(sum(v[h] * hidden[h] for h in range(HIDDEN)) + v[HIDDEN])
    return hidden, out


def passes():
    results = [forward(night) for night, _ in nights]
    error = sum((out - moths) ** 2 for (_, out), (_, moths) in zip(results, nights))
    return results, error / len(nights)


results, error = passes()
rounds = 0
while error > 0.02 and rounds < 4000:
    dv = [0.0] * (HIDDEN + 1)
    dw = [[0.0] * 4 for h in range(HIDDEN)]
    for (hidden, out), (night, moths) in zip(results, nights):
        d_out = (out - moths) * out * (1 - out)
        for h in range(HIDDEN):
            dv[h] += d_out * hidden[h]
            d_hidden = d_out * v[h] * hidden[h] * (1 - hidden[h])
            for i in range(3):
                dw[h][i] += d_hidden * night[i]
            dw[h][3] += d_hidden
        dv[HIDDEN] += d_out
    for h in range(HIDDEN):
        v[h] -= rate * dv[h]
        for i in range(4):
            w[h][i] -= rate * dw[h][i]
    v[HIDDEN] -= rate * dv[HIDDEN]
    results, error = passes()
    rounds += 1
    if rounds % 500 == 0:
        print("round", rounds, "error", error)

print("stopped after", rounds, "rounds with error", error)
