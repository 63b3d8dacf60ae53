# Does it rain tomorrow? Three readings of today, climbing the log-likelihood.
import numpy as np

gen = np.random.RandomState(6)
today = np.c_[gen.uniform(-1, 1, (90, 3)), np.ones(90)]
rain = (gen.uniform(size=90) < 1 / (1 + np.exp(-3 * today[:, 0] + 2 * today[:, 1]))) * 1.0
c = np.zeros(4)
chance = 1 / (1 + np.exp(-today @ c))
for _ in range(200):
    c = c + 0.02 * today.T @ (rain - chance)
    if _ % 50 == 0:
        print(_, np.sum(rain * np.log(chance) + (1 - rain) * np.log(1 - chance)))
print(c)
