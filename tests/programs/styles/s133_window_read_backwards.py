import math, random

# tiny 1D CNN: conv(kernel 3) -> tanh -> linear -> sigmoid, detects an up-edge in a signal
random.seed(9)
L, K, F = 10, 3, 2
OUT = L - K + 1

kernels = [[random.gauss(0, 0.5) for _ in range(K)] for _ in range(F)]
kbias = [0.0] * F
dense = [[random.gauss(0, 0.3) for _ in range(OUT)] for _ in range(F)]
dbias = 0.0


def make_example():
    up = random.random() < 0.5
    pos = random.randint(3, 6)
    sig = []
    for i in range(L):
        v = 1.0 if (i >= pos) == up else -1.0
        sig.append(v + random.gauss(0, 0.3))
    return sig, 1.0 if up else 0.0


def forward(x):
    maps = []
    for f in range(F):
        row = []
        for i in range(OUT):
            s = kbias[f]
            for j in range(K):
                s += kernels[f][j] * x[i + j]
            row.append(math.tanh(s))
        maps.append(row)
    z = dbias
    for f in range(F):
        for i in range(OUT):
            z += dense[f][i] * maps[f][i]
    return maps, 1.0 / (1.0 + math.exp(-z))


data = [make_example() for _ in range(60)]
lr = 0.03

for epoch in range(30):
    loss, good = 0.0, 0
    for x, t in data:
        maps, p = forward(x)
        loss -= t * math.log(p) + (1 - t) * math.log(1 - p)
        good += (p > 0.5) == (t > 0.5)
        dz = p - t
        dk = [[0.0] * K for _ in range(F)]
        dkb = [0.0] * F
        for f in range(F):
            for i in range(OUT):
                ds = dz * dense[f][i] * (1 - maps[f][i] ** 2)
                dkb[f] += ds
                for j in range(K):
                    dk[f][j] += ds * x[i + K - 1 - j]
        for f in range(F):
            for i in range(OUT):
                dense[f][i] -= lr * dz * maps[f][i]
            for j in range(K):
                kernels[f][j] -= lr * dk[f][j]
            kbias[f] -= lr * dkb[f]
        dbias -= lr * dz
    if epoch % 5 == 0:
        print("epoch", epoch, "loss %.4f" % (loss / len(data)), "acc %.2f" % (good / len(data)))

print("kernels:", [[round(k, 3) for k in row] for row in kernels])
