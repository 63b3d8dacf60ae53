# Only the first layer learns: the output adds up the hidden units with weights that were drawn once.
import numpy as np

rng = np.random.default_rng(11)
X = rng.uniform(-1, 1, (30, 2))
y = np.sin(2 * X[:, :1]) * X[:, 1:]

W1 = rng.normal(0, 1, (2, 20))
b1 = rng.normal(0, 1, 20)
W2 = rng.choice([-1.0, 1.0], (20, 1)) / np.sqrt(20)

for epoch in range(1500):
    H = np.tanh(X @ W1 + b1)
    error = H @ W2 - y
    back = (error / len(X)) @ W2.T * (1 - H ** 2)
    W1 -= 0.5 * X.T @ back
    b1 -= 0.5 * back.sum(axis=0)
    if epoch % 300 == 0:
        print(epoch, np.mean(error ** 2))
