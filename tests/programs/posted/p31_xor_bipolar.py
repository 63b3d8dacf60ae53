import random
from math import exp

# XOR with bipolar numbers
SET = [((-1, -1), -1), ((-1, 1), 1), ((1, -1), 1), ((1, 1), -1)]
HIDDEN = 3
LR = 0.4

weights = {}
for h in range(HIDDEN):
    for name in ("x0", "x1", "bias"):
        weights[name, h] = random.uniform(-1.5, 1.5)
    weights[h, "out"] = random.uniform(-1.5, 1.5)
weights["bias", "out"] = random.uniform(-1.5, 1.5)


def sigm(z):
    return 1 / (1 + exp(-z))


def propagate(x0, x1):
    values = {"x0": x0, "x1": x1, "bias": 1}
    for h in range(HIDDEN):
        values[h] = sigm(sum(weights[n, h] * values[n] for n in ("x0", "x1", "bias")))
    values["out"] = sigm(sum(weights[n, "out"] * values[n] for n in [*range(HIDDEN), "bias"]))
    return values


def adapt(values, target):
    o = values["out"]
    grad_out = (o - target) * o * (1 - o)
    grad_h = {h: grad_out * weights[h, "out"] * values[h] * (1 - values[h]) for h in range(HIDDEN)}
    for n in [*range(HIDDEN), "bias"]:
        weights[n, "out"] -= LR * grad_out * values[n]
    for h in range(HIDDEN):
        for n in ("x0", "x1", "bias"):
            weights[n, h] -= LR * grad_h[h] * values[n]


for epoch in range(3000):
    err = 0
    for (x0, x1), target in SET:
        v = propagate(x0, x1)
        err += 0.5 * (v["out"] - target) ** 2
        adapt(v, target)
    if epoch % 500 == 0:
        print(epoch, "error", err)

for (x0, x1), target in SET:
    print(x0, x1, "target", target, "output", round(propagate(x0, x1)["out"], 3))
