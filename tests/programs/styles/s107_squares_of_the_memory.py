"""RMSProp by hand: two moons, one hidden layer."""
import numpy as np

rng = np.random.default_rng(21)
t = rng.uniform(0, np.pi, 80)
side = np.arange(80) % 2
pts = np.c_[np.cos(t) * (1 - 2 * side) + side, np.sin(t) * (1 - 2 * side) + 0.3 * side]
pts += rng.normal(0, 0.1, pts.shape)
lab = side[:, None].astype(float)

w1, b1 = rng.normal(0, 0.7, (2, 10)), np.zeros(10)
w2, b2 = rng.normal(0, 0.4, (10, 1)), np.zeros(1)
m1, n1, m2, n2 = (np.zeros_like(p) for p in (w1, b1, w2, b2))
lr, rho, eps = 0.01, 0.9, 1e-8

for epoch in range(150):
    h = np.tanh(pts @ w1 + b1)
    o = 1 / (1 + np.exp(-(h @ w2 + b2)))
    d2 = (o - lab) / len(lab)
    d1 = d2 @ w2.T * (1 - h ** 2)
    gw2, gb2 = h.T @ d2, d2.sum(axis=0)
    gw1, gb1 = pts.T @ d1, d1.sum(axis=0)
    m1 = rho * m1 + (1 - rho) * np.square(gw1)
    n1 = rho * n1 + (1 - rho) * np.square(gb1)
    m2 = rho * m2 + (1 - rho) * np.square(m2)
    n2 = rho * n2 + (1 - rho) * np.square(gb2)
    w1 -= lr * gw1 / (np.sqrt(m1) + eps)
    b1 -= lr * gb1 / (np.sqrt(n1) + eps)
    w2 -= lr * gw2 / (np.sqrt(m2) + eps)
    b2 -= lr * gb2 / (np.sqrt(n2) + eps)

print("wrong:", int(((o > 0.5) != lab).sum()))
