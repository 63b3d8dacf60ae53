import numpy as np
import math

# smoke, heat, light -> alarm? (alarm when smoke, or when exactly one of heat and light)
inputs = np.array([[0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 1],
                   [1, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]])
targets = np.array([0, 1, 1, 0, 1, 1, 1, 1])

n_in = 3
n_hid = 4
lr = 0.5

w_hid = np.random.randint(-2, 3, size=(n_in, n_hid))
b_hid = np.zeros(n_hid)
w_out = np.random.randint(-2, 3, size=n_hid)
b_out = 0.0

def squash(s):
    return 1 / (1 + math.exp(-s))

def run(x):
    h = [0.0] * n_hid
    for j in range(n_hid):
        total = b_hid[j]
        for i in range(n_in):
            total += x[i] * w_hid[i][j]
        h[j] = squash(total)
    total = b_out
    for j in range(n_hid):
        total += h[j] * w_out[j]
    return h, squash(total)

for epoch in range(1500):
    mse = 0
    for x, t in zip(inputs, targets):
        h, o = run(x)
        mse += (t - o) ** 2 / len(inputs)

        d_o = (t - o) * o * (1 - o)
        d_h = [d_o * w_out[j] * h[j] * (1 - h[j]) for j in range(n_hid)]

        for j in range(n_hid):
            w_out[j] += lr * d_o * h[j]
            for i in range(n_in):
                w_hid[i][j] += lr * d_h[j] * x[i]
            b_hid[j] += lr * d_h[j]
        b_out += lr * d_o
    if epoch % 300 == 0:
        print("epoch", epoch, "mse", mse)

for x, t in zip(inputs, targets):
    print(x, t, round(run(x)[1], 2))
