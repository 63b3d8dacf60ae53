# XOR with two tanh layers; F = e'e as in the lecture notes
import numpy as np

rs = np.random.RandomState(6)
A = rs.normal(0, 0.8, (4, 2))
a = rs.normal(0, 0.3, (4, 1))
B = rs.normal(0, 0.8, (1, 4))
b = np.zeros((1, 1))
points = np.array([[-1, -1, 1, 1], [-1, 1, -1, 1]], dtype=float)
goals = np.array([[-0.9, 0.9, 0.9, -0.9]])

for k in range(4000):
    i = k % 4
    p, g = points[:, [i]], goals[:, [i]]
    hid = np.tanh(A @ p + a)
    out = np.tanh(B @ hid + b)
    e = g - out
    s2 = -2 * (1 - out ** 2) * e
    s1 = (1 - hid ** 2) * (B.T @ (-2 * e))
    B = B - 0.05 * s2 @ hid.T
    b = b - 0.05 * s2
    A = A - 0.05 * s1 @ p.T
    a = a - 0.05 * s1
    if k % 500 == 0:
        miss = goals - np.tanh(B @ np.tanh(A @ points + a) + b)
        print(k, (miss @ miss.T).item())
