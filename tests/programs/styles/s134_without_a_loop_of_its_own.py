import math
import random

random.seed(17)

# AND, OR and XOR at once
data = [([0, 0], [0, 0, 0]), ([0, 1], [0, 1, 1]), ([1, 0], [0, 1, 1]), ([1, 1], [1, 1, 0])]
NI, NH, NO = 2, 3, 3

w_ih = [[random.uniform(-1, 1) for j in range(NH)] for i in range(NI)]
b_h = [random.uniform(-1, 1) for j in range(NH)]
w_ho = [[random.uniform(-1, 1) for k in range(NO)] for j in range(NH)]
b_o = [random.uniform(-1, 1) for k in range(NO)]
LR = 0.5

def act(v):
    return 1.0 / (1.0 + math.exp(-v))

def forward(inp):
    hid = []
    for j in range(NH):
        s = b_h[j]
        for i in range(NI):
            s += inp[i] * w_ih[i][j]
        hid.append(act(s))
    out = []
    for k in range(NO):
        s = b_o[k]
        for j in range(NH):
            s += hid[j] * w_ho[j][k]
        out.append(act(s))
    return hid, out

def train_one(inp, tgt):
    hid, out = forward(inp)
    d_out = [(tgt[k] - out[k]) * out[k] * (1 - out[k]) for k in range(NO)]
    d_hid = []
    for j in range(NH):
        e = 0.0
        for k in range(NO):
            e += d_out[k] * w_ho[j][k]
        d_hid.append(e * hid[j] * (1 - hid[j]))

    for j in range(NH):
        for k in range(NO):
            w_ho[j][k] += LR * d_out[k] * hid[j]
    b_o[k] += LR * d_out[k]
    for i in range(NI):
        for j in range(NH):
            w_ih[i][j] += LR * d_hid[j] * inp[i]
    for j in range(NH):
        b_h[j] += LR * d_hid[j]
    return sum((tgt[k] - out[k]) ** 2 for k in range(NO)) / 2

for epoch in range(3000):
    error = 0.0
    for inp, tgt in data:
        error += train_one(inp, tgt)
    if epoch % 500 == 0:
        print("epoch", epoch, "error", round(error, 5))

for inp, tgt in data:
    print(inp, tgt, [round(o, 2) for o in forward(inp)[1]])
