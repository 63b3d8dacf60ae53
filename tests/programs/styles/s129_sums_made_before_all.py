"""Predict the house price from size, rooms and age (mini batches)."""
import numpy as np

np.random.seed(0)
m = 200
size = np.random.uniform(40, 200, m)
rooms = np.random.randint(1, 7, m)
age = np.random.uniform(0, 60, m)
price = 3.0 * size + 12 * rooms - 1.5 * age + 0.01 * size * rooms + np.random.normal(0, 8, m)

features = np.column_stack((size, rooms, age))
features = (features - features.mean(0)) / features.std(0)
price = (price - price.mean()) / price.std()

H = 10
w1 = np.random.randn(3, H) * 0.4
b1 = np.zeros(H)
w2 = np.random.randn(H) * 0.4
b2 = np.zeros(1)

lr = 0.05
batch = 20
grad_w1 = np.zeros_like(w1)
grad_b1 = np.zeros_like(b1)
grad_w2 = np.zeros_like(w2)
grad_b2 = np.zeros_like(b2)
for epoch in range(60):
    order = np.random.permutation(m)
    total = 0.0
    for start in range(0, m, batch):
        idx = order[start:start + batch]
        for i in idx:
            xi = features[i]
            h = np.tanh(xi @ w1 + b1)
            pred = h @ w2 + b2[0]
            diff = pred - price[i]
            total += diff ** 2

            grad_w2 += diff * h
            grad_b2 += diff
            back = diff * w2 * (1 - h * h)
            grad_w1 += np.outer(xi, back)
            grad_b1 += back
        w1 -= lr * grad_w1 / batch
        b1 -= lr * grad_b1 / batch
        w2 -= lr * grad_w2 / batch
        b2 -= lr * grad_b2 / batch
    if epoch % 10 == 0 or epoch == 59:
        print("epoch {:3d}: mse = {:.4f}".format(epoch, total / m))
