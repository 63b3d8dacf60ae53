# how much oxygen is in the pond? two hidden layers of the same width
import numpy as np

gen = np.random.default_rng(4)
temp = gen.uniform(5, 25, 60)
wind = gen.uniform(0, 8, 60)
oxygen = 14.6 - 0.35 * temp + 0.004 * temp ** 2 + 0.12 * wind
A = np.stack([(temp - 15) / 6, (wind - 4) / 2.5], axis=1)
goal = ((oxygen - oxygen.mean()) / oxygen.std()).reshape(-1, 1)

wa = gen.normal(0, 0.6, (2, 5))
wb = gen.normal(0, 0.5, (5, 5))
wc = gen.normal(0, 0.5, (5, 5))
wd = gen.normal(0, 0.5, (5, 1))
speed = 0.05

for turn in range(2000):
    first = np.tanh(A @ wa)
    second = np.tanh(first @ wb)
    third = np.tanh(second @ wc)
    guess = third @ wd

    off = (guess - goal) / len(A)
    back3 = off @ wd.T * (1 - third ** 2)
    back2 = back3 @ wc.T * (1 - second ** 2)
    back1 = back2 @ wb.T * (1 - first ** 2)

    wd = wd - speed * third.T @ off
    wc = wc - speed * second.T @ back3
    wb = wc - speed * first.T @ back2
    wa = wa - speed * A.T @ back1

    if turn % 400 == 0:
        print(turn, "mse", float(np.mean((guess - goal) ** 2)))
