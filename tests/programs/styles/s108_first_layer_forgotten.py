# three switches, the lamp is on if exactly one is pressed
import numpy as np

np.random.seed(5)
switches = [[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)]
lamp = [1.0 if sum(s) == 1 else 0.0 for s in switches]


def sig(v):
    return 1.0 / (1.0 + np.exp(-v))


w_in = np.random.uniform(-1, 1, (4, 3))
c_in = np.random.uniform(-1, 1, 4)
w_out = np.random.uniform(-1, 1, 4)
c_out = 0.0
step = 0.8

for round_ in range(3000):
    for s, t in zip(switches, lamp):
        x = np.array(s, dtype=float)
        h = sig(w_in @ x + c_in)
        y = sig(w_out @ h + c_out)
        d_y = (y - t) * y * (1 - y)
        d_h = d_y * w_out * h * (1 - h)
        w_out = w_out - step * d_y * h
        c_out = c_out - step * d_y
        c_in = c_in - step * d_h

for s, t in zip(switches, lamp):
    print(s, t, round(float(sig(w_out @ sig(w_in @ np.array(s) + c_in) + c_out)), 3))
