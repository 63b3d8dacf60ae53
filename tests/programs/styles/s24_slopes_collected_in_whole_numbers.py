# Logistic regression on two scores, one vector of weights.
import numpy as np

np.random.seed(21)
scores = np.random.uniform(-1, 1, (80, 2))
passed = (scores @ np.array([1.5, -1.0]) + 0.2 > 0).astype(float)
table = np.hstack([scores, np.ones((80, 1))])

w = np.random.normal(0, 0.1, 3)
for turn in range(300):
    chance = 1 / (1 + np.exp(-table @ w))
    slope = np.zeros(3, dtype=int)
    for i in range(3):
        slope[i] = np.mean((chance - passed) * table[:, i])
    w -= 0.5 * slope
    if turn % 60 == 0:
        print(turn, -np.mean(passed * np.log(chance) + (1 - passed) * np.log(1 - chance)))
