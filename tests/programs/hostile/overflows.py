import numpy as np

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
y = np.array([[0.0], [1.0], [1.0], [0.0]])
rng = np.random.default_rng(2)
W1 = rng.normal(size=(2, 4))
W2 = rng.normal(size=(4, 1))
rate = 1000.0
for epoch in range(200):
    z1 = X @ W1
    a1 = np.where(z1 > 0, z1, 0.1 * z1)
    a2 = a1 @ W2
    d2 = a2 - y
    d1 = (d2 @ W2.T) * np.where(z1 > 0, 1, 0.1)
    W2 -= rate * a1.T @ d2
    W1 -= rate * X.T @ d1
print("loss", np.mean((a2 - y) ** 2))
