import math
import random

random.seed(77)

# Quadrants: label 1 where x*y > 0.
# learn() calls itself for the next layer and gets back how the error depends on its outputs.

SIZES = [2, 8, 5, 1]
RATES = [0.05, 0.1, 0.2]        # one per layer
layers = []
for n_in, n_out in zip(SIZES, SIZES[1:]):
    scale = math.sqrt(2.0 / n_in)
    layers.append([[random.gauss(0, scale) for _ in range(n_in)] + [0.0] for _ in range(n_out)])


def act(z, last):
    if last:
        return 1 / (1 + math.exp(-z))
    return z if z > 0 else 0.05 * z


def act_prime(a, last):
    if last:
        return a * (1 - a)
    return 1.0 if a > 0 else 0.05


def weighted(row, xs):
    return sum(w * x for w, x in zip(row, xs)) + row[-1]


def predict(xs):
    for i, layer in enumerate(layers):
        xs = [act(weighted(row, xs), i == len(layers) - 1) for row in layer]
    return xs[0]


def learn(i, xs, target):
    if i == len(layers):
        return [2 * (xs[0] - target)]
    last = i == len(layers) - 1
    outs = [act(weighted(row, xs), last) for row in layers[i]]
    d_outs = learn(i + 1, outs, target)
    d_xs = [0.0] * len(xs)
    for row, out, d_out in zip(layers[i], outs, d_outs):
        d = d_out * act_prime(out, last)
        for j, x in enumerate(xs):
            d_xs[j] += d * row[j]
            row[j] -= RATES[i] * d * x
        row[-1] -= RATES[i] * d
    return d_xs


points = []
for _ in range(80):
    x, y = random.uniform(-1, 1), random.uniform(-1, 1)
    points.append(([x, y], 1 if x * y > 0 else 0))

for epoch in range(201):
    random.shuffle(points)
    for xs, target in points:
        learn(0, xs, target)
    if epoch % 40 == 0:
        sq = sum((predict(xs) - t) ** 2 for xs, t in points) / len(points)
        ok = sum((predict(xs) > 0.5) == (t == 1) for xs, t in points)
        print(f"epoch {epoch}: mean squared error {sq:.4f}, {ok}/{len(points)} right")
