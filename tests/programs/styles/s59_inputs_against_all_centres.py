import numpy as np
np.random.seed(1)
# radial basis functions, one centre per sample, centres are trained too
n = 12
x = np.linspace(-2, 2, n)
t = np.sin(2 * x)
centre = x.copy() + 0.05 * np.random.randn(n)
weight = np.random.randn(n) * 0.1
width = 0.5
for k in range(3000):
    diff = x[:, None] - centre          # n x n on purpose
    phi = np.exp(-diff ** 2 / (2 * width ** 2))
    y = phi @ weight
    e = y - t
    cost = 0.5 * e @ e
    g_weight = phi.T @ e
    g_centre = ((e[:, None] * weight) * phi * diff / width ** 2).sum(axis=0)
    weight = weight - 0.05 * g_weight
    centre = centre - 0.05 * g_centre
    if k % 500 == 0:
        print(k, cost)
