import math, random
random.seed(6)
# single tanh neuron, majority of three in +-1, cross entropy for +-1 targets => error is the delta
rows = [((a, b, c), 1 if a + b + c > 0 else -1) for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)]
w = [random.uniform(-1, 1) for _ in range(3)]
b = 0.3
for epoch in range(200):
    wrong = 0
    for x, t in rows:
        out = math.tanh(w[0] * x[0] + w[1] * x[1] + w[2] * x[2] + b)
        err = t - out
        wrong += abs(err) > 1
        for i in range(3):
            w[i] += 0.1 * err * x[i]
        b += 0.1 * err
    if epoch % 50 == 0:
        print(epoch, wrong)
