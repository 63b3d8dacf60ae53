# 2-to-4 line decoder as a neural net, plain lists only (no numpy allowed for this course)
import math
import random

patterns = [
    ([0, 0], [1, 0, 0, 0]),
    ([0, 1], [0, 1, 0, 0]),
    ([1, 0], [0, 0, 1, 0]),
    ([1, 1], [0, 0, 0, 1]),
]

NIN = 2
NHID = 4
NOUT = 4
eta = 0.5

w = [[random.uniform(-1, 1) for j in range(NHID)] for i in range(NIN)]
bw = [random.uniform(-1, 1) for j in range(NHID)]
v = [[random.uniform(-1, 1) for k in range(NOUT)] for j in range(NHID)]
bv = [random.uniform(-1, 1) for k in range(NOUT)]


def act(s):
    return 1.0 / (1.0 + math.exp(-s))


def forward(x):
    hid = []
    for j in range(NHID):
        s = bw[j]
        for i in range(NIN):
            s += x[i] * w[i][j]
        hid.append(act(s))
    out = []
    for k in range(NOUT):
        s = bv[k]
        for j in range(NHID):
            s += hid[j] * v[j][k]
        out.append(act(s))
    return hid, out


for epoch in range(3000):
    sse = 0.0
    for x, t in patterns:
        hid, out = forward(x)
        d_out = [(t[k] - out[k]) * out[k] * (1 - out[k]) for k in range(NOUT)]
        sse += 0.5 * sum((t[k] - out[k]) ** 2 for k in range(NOUT))

        d_hid = []
        for j in range(NHID):
            back = 0.0
            for k in range(NOUT):
                back += v[j][k] * d_out[j]
            d_hid.append(back * hid[j] * (1 - hid[j]))

        for k in range(NOUT):
            for j in range(NHID):
                v[j][k] += eta * d_out[k] * hid[j]
            bv[k] += eta * d_out[k]

        for j in range(NHID):
            for i in range(NIN):
                w[i][j] += eta * d_hid[j] * x[i]
        bw[j] += eta * d_hid[j]

    if epoch % 500 == 0:
        print(epoch, sse)

for x, t in patterns:
    print(x, t, ["%.2f" % o for o in forward(x)[1]])
