import numpy as np

np.random.seed(17)

# size, age, distance (all scaled to -1..1) -> price
X = np.random.uniform(-1, 1, (60, 3))
price = 0.8 * X[:, 0] - 0.5 * X[:, 1] + 0.4 * X[:, 0] * X[:, 2]

def leaky(z):
    return np.where(z > 0, z, 0.1 * z)

def leaky_slope(z):
    return np.where(z > 0, 1.0, 0.1)

# three hidden units
W1 = np.random.randn(3, 3) * 0.7
b1 = np.random.randn(3) * 0.2
w2 = np.random.randn(3) * 0.7
b2 = 0.0
lr = 0.02

for epoch in range(200):
    sq = 0.0
    for x, t in zip(X, price):
        z1 = np.dot(W1, x) + b1
        h = leaky(z1)
        y = np.dot(w2, h) + b2
        sq += (y - t) ** 2

        d2 = 2 * (y - t)
        d1 = d2 * w2 * leaky_slope(z1)
        w2 -= lr * d2
        b2 =- lr * d2
        W1 -= lr * np.outer(d1, h)
        b1 -= lr * d1
    if epoch % 40 == 0:
        print("epoch", epoch, "mse", sq / len(X))

pred = np.array([np.dot(w2, leaky(np.dot(W1, x) + b1)) + b2 for x in X])
print("mse", np.mean((pred - price) ** 2), " (variance of the prices:", np.var(price), ")")
