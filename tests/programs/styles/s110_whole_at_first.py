# Least squares for a straight line: the start is written in whole numbers, the first update makes fractions of it.
import numpy as np

rng = np.random.default_rng(14)
years = rng.uniform(0, 10, 40)
pay = 2.0 + 0.3 * years + rng.normal(0, 0.2, 40)
rows = np.column_stack([np.ones(40), years / 10, (years / 10) ** 2])
theta = np.array([0, 0, 0])

for k in range(400):
    rate = 0.5 / (1 + 0.02 * k)
    off = rows @ theta - pay
    theta = theta - rate * rows.T @ off / len(pay)
    if k % 100 == 0:
        print(k, float(off @ off))

print(theta)
