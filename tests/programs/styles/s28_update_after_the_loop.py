# Which of two shapes? The output layer learns each round, the hidden layer only at the very end.
import numpy as np

np.random.seed(19)
X = np.random.uniform(-1, 1, (60, 2))
y = (np.abs(X[:, :1]) > np.abs(X[:, 1:])) * 1.0
hid = np.random.normal(0, 1, (2, 9))
res = np.random.normal(0, 1, (9, 1))
for turn in range(500):
    a = np.tanh(X @ hid)
    o = 1 / (1 + np.exp(-a @ res))
    d = (o - y) / len(X)
    back = d @ res.T * (1 - a ** 2)
    res -= 0.8 * a.T @ d
    if turn % 100 == 0:
        print(turn, -np.mean(y * np.log(o) + (1 - y) * np.log(1 - o)))
hid -= 0.8 * X.T @ back
print(np.mean((o > 0.5) == y))
