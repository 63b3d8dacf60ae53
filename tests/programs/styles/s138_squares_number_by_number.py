# Adagrad in plain Python lists. The sums of squares grow for ever: that is Adagrad.
import math
import random

random.seed(12)
N_IN, N_HID = 2, 5
samples = [([a / 4.0, b / 4.0], 0.3 + 0.5 * math.sin(a / 2.0) * math.cos(b / 3.0))
           for a in range(-4, 5, 2) for b in range(-4, 5, 2)]
w1 = [[random.gauss(0, 0.7) for _ in range(N_IN + 1)] for _ in range(N_HID)]
w2 = [random.gauss(0, 0.5) for _ in range(N_HID + 1)]
G1 = [[1e-6] * (N_IN + 1) for _ in range(N_HID)]
G2 = [1e-6] * (N_HID + 1)
LR = 0.1


def run(inp):
    ext = inp + [1.0]
    hid = [math.tanh(sum(w * v for w, v in zip(row, ext))) for row in w1] + [1.0]
    return ext, hid, sum(w * v for w, v in zip(w2, hid))


for epoch in range(150):
    random.shuffle(samples)
    sse = 0.0
    for inp, want in samples:
        ext, hid, got = run(inp)
        err = got - want
        sse += err * err
        old = w2[:]
        for j in range(N_HID + 1):
            g = err * hid[j]
            G2[j] += g * g
            w2[j] -= LR * g / math.sqrt(G2[j])
        for j in range(N_HID):
            back = err * old[j] * (1.0 - hid[j] ** 2)
            for i in range(N_IN + 1):
                g = back * ext[i]
                G1[j][i] += g * g
                w1[j][i] -= LR * g / math.sqrt(G1[j][i])
    if epoch % 30 == 0 or epoch == 149:
        print(epoch, math.sqrt(sse / len(samples)))
