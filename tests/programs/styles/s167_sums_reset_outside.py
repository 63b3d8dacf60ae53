import numpy as np
rng = np.random.RandomState(8)

# two moons, mini batches of 8
n = 32
t = rng.rand(n) * np.pi
lab = np.arange(n) % 2
pts = np.c_[np.where(lab, 1 - np.cos(t), np.cos(t)), np.where(lab, 0.5 - np.sin(t), np.sin(t))]
W1, b1 = rng.randn(2, 6), np.zeros(6)
W2, b2 = rng.randn(6, 1), np.zeros(1)
lr = 0.2

for epoch in range(60):
    dW1, db1 = np.zeros_like(W1), np.zeros_like(b1)
    for start in range(0, n, 8):
        dW2, db2 = np.zeros_like(W2), np.zeros_like(b2)
        xb, yb = pts[start:start + 8], lab[start:start + 8].reshape(-1, 1)
        h = np.tanh(xb @ W1 + b1)
        p = 1 / (1 + np.exp(-(h @ W2 + b2)))
        loss = -np.mean(yb * np.log(p) + (1 - yb) * np.log(1 - p))
        d2 = (p - yb) / len(xb)
        dW2 += h.T @ d2
        db2 += d2.sum(axis=0)
        d1 = d2 @ W2.T * (1 - h ** 2)
        dW1 += xb.T @ d1
        db1 += d1.sum(axis=0)
        W1 -= lr * dW1
        b1 -= lr * db1
        W2 -= lr * dW2
        b2 -= lr * db2
    if epoch % 10 == 0:
        print(epoch, loss)
