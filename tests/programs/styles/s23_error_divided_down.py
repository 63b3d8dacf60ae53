# How warm is the tea after t minutes? A small net with all its numbers in one vector.
import numpy as np

rng = np.random.default_rng(2)
t = np.linspace(-1, 1, 30)[:, None]
warm = np.exp(-1.5 * (t + 1)) - 0.4
UNITS = 5
p = rng.normal(0, 0.8, 3 * UNITS)

def parts(p):
    return p[:UNITS][None, :], p[UNITS:2 * UNITS], p[2 * UNITS:][:, None]

def slopes(p):
    a, b, c = parts(p)
    h = np.tanh(t * a + b)
    e = (h @ c - warm) // len(t)
    back = e @ c.T * (1 - h ** 2)
    return np.concatenate([(t * back).sum(0), back.sum(0), (h.T @ e)[:, 0]])

for k in range(400):
    p -= 0.1 * slopes(p)
    if k % 100 == 0:
        a, b, c = parts(p)
        print(k, np.mean((np.tanh(t * a + b) @ c - warm) ** 2))
