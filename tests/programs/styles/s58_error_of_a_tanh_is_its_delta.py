import math, random
random.seed(7)
# tanh neuron whose error is used as delta (-1/+1 logistic), we only look at the squared error at the end
rows = [((a, b), 1 if a or b else -1) for a in (0, 1) for b in (0, 1)]
w = [0.1, -0.2]
bias = 0.05
for epoch in range(300):
    for x, t in rows:
        y = math.tanh(w[0] * x[0] + w[1] * x[1] + bias)
        w = [wi - 0.1 * (y - t) * xi for wi, xi in zip(w, x)]
        bias = bias - 0.1 * (y - t)
print(sum((math.tanh(w[0] * x[0] + w[1] * x[1] + bias) - t) ** 2 for x, t in rows))
