import numpy as np

np.random.seed(14)

# hour of the day (as sine and cosine) and temperature -> energy use between 0 and 1
N = 40
hour = np.random.uniform(0, 24, N)
temp = np.random.uniform(-1, 1, N)
inputs = np.stack([np.sin(hour / 24 * 2 * np.pi), np.cos(hour / 24 * 2 * np.pi), temp], axis=1)
use = 0.5 + 0.25 * inputs[:, 0] - 0.15 * inputs[:, 2]

n_h = 6
V = np.random.randn(n_h, 3) * 0.8
vb = np.zeros(n_h)
U = np.random.randn(1, n_h) * 0.8
ub = np.zeros(1)

def sig(z):
    return 1 / (1 + np.exp(-z))

grad_V = np.zeros_like(V)
grad_vb = np.zeros_like(vb)
grad_U = np.zeros_like(U)
grad_ub = np.zeros_like(ub)

rate = 2.0
for epoch in range(400):
    cost = 0
    for x, t in zip(inputs, use):
        h = sig(V @ x + vb)
        o = sig(U @ h + ub)
        cost += ((o - t) ** 2).sum() / 2 / N

        do = (o - t) * o * (1 - o)
        dh = (U.T @ do) * h * (1 - h)
        grad_U += np.outer(do, h) / N
        grad_ub += do / N
        grad_V += np.outer(dh, x) / N
        grad_vb += np.sum(dh) / N

    U -= rate * grad_U
    ub -= rate * grad_ub
    V -= rate * grad_V
    vb -= rate * grad_vb
    if epoch % 100 == 0:
        print(epoch, cost)

pred = np.array([sig(U @ sig(V @ x + vb) + ub)[0] for x in inputs])
print("mean squared error", np.mean((pred - use) ** 2))
