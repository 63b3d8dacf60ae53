import math, random
random.seed(3)
data = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 1)]
ws = [random.uniform(-1, 1) for _ in range(2)]
b = 0.1
for epoch in range(2000):
    loss = 0
    for x, t in data:
        y = 1 / (1 + math.exp(-(sum(w * xi for w, xi in zip(ws, x)) + b)))
        loss += 0.5 * (y - t) ** 2
        d = (y - t) * y * (1 - y)
        for w, xi in zip(ws, x):
            w -= 0.5 * d * xi
        b -= 0.5 * d
    if epoch % 500 == 0:
        print(epoch, loss)
