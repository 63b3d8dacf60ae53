# the worked example from the lecture notes: fixed first weights, two outputs
from math import exp

x = [0.2, 0.9]
want = [0.1, 0.8]
w_h = [[0.12, 0.27], [0.31, 0.18]]     # w_h[j][i]: input i -> hidden j
b_h = [0.3, 0.4]
w_o = [[0.42, 0.53], [0.22, 0.61]]     # w_o[k][j]: hidden j -> output k
b_o = [0.5, 0.2]
eta = 0.6


def s(v):
    return 1 / (1 + exp(-v))


for n in range(4000):
    h = [s(b_h[j] + w_h[j][0] * x[0] + w_h[j][1] * x[1]) for j in (0, 1)]
    o = [s(b_o[k] + w_o[k][0] * h[0] + w_o[k][1] * h[1]) for k in (0, 1)]
    total = sum((want[k] - o[k]) ** 2 for k in (0, 1)) / 2
    if n % 500 == 0:
        print("n = %4d   total error = %.9f" % (n, total))

    carry = [0.0, 0.0]
    for k in (0, 1):
        error = o[k] * (o[k] - 1) * (want[k] - o[k])
        for j in (0, 1):
            carry[j] += error * w_o[k][j]
            w_o[k][j] -= eta * error * h[j]
        b_o[k] -= eta * error
    for j in (1, 0):
        error = carry[j] * (h[j] - h[j] ** 2)
        b_h[j] -= eta * error
        for i in (0, 1):
            w_h[j][i] -= eta * error * x[i]

print("outputs", o, "wanted", want)
