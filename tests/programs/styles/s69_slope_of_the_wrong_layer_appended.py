import math, random

random.seed(11)

# 4-2-4 encoder. weights in w1[i][j] (input i -> hidden j), last row = bias

def make(rows, cols):
    return [[random.uniform(-1, 1) for c in range(cols)] for r in range(rows)]

def zeros(rows, cols):
    return [[0.0] * cols for _ in range(rows)]

def sig(x):
    return 1.0 / (1.0 + math.exp(-x))

class Encoder:
    def __init__(self, n, h):
        self.n, self.h = n, h
        self.w1 = make(n + 1, h)
        self.w2 = make(h + 1, n)

    def run(self, pattern):
        self.x = list(pattern) + [1.0]
        self.y = []
        for j in range(self.h):
            s = 0.0
            for i in range(self.n + 1):
                s += self.x[i] * self.w1[i][j]
            self.y.append(sig(s))
        self.y.append(1.0)
        self.z = []
        for k in range(self.n):
            s = 0.0
            for j in range(self.h + 1):
                s += self.y[j] * self.w2[j][k]
            self.z.append(sig(s))
        return self.z

    def epoch(self, patterns, rate):
        g1 = zeros(self.n + 1, self.h)
        g2 = zeros(self.h + 1, self.n)
        err = 0.0
        for p in patterns:
            self.run(p)
            d2 = []
            for k in range(self.n):
                e = self.z[k] - p[k]
                err += 0.5 * e * e
                d2.append(e * self.z[k] * (1 - self.z[k]))
            d1 = []
            for j in range(self.h):
                s = 0.0
                for k in range(self.n):
                    s += d2[k] * self.w2[j][k]
                d1.append(s * self.z[j] * (1 - self.z[j]))
            for j in range(self.h + 1):
                for k in range(self.n):
                    g2[j][k] += d2[k] * self.y[j]
            for i in range(self.n + 1):
                for j in range(self.h):
                    g1[i][j] += d1[j] * self.x[i]
        for j in range(self.h + 1):
            for k in range(self.n):
                self.w2[j][k] -= rate * g2[j][k]
        for i in range(self.n + 1):
            for j in range(self.h):
                self.w1[i][j] -= rate * g1[i][j]
        return err


patterns = [[1.0 if i == j else 0.0 for i in range(4)] for j in range(4)]
enc = Encoder(4, 2)
for e in range(3000):
    err = enc.epoch(patterns, 0.8)
    if e % 500 == 0:
        print(e, err)
for p in patterns:
    print(p, ["%.2f" % v for v in enc.run(p)])
