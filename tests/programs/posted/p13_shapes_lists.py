import math, random

random.seed(12)

# 3x3 pixel pictures: L, T and a diagonal
clean = {
    0: "100100111",
    1: "111010010",
    2: "100010001",
}
data = []
for label, s in clean.items():
    bits = [int(ch) for ch in s]
    data.append((bits, label))
    for _ in range(4):                      # noisy copies, one pixel flipped
        noisy = bits[:]
        p = random.randrange(9)
        noisy[p] = 1 - noisy[p]
        data.append((noisy, label))

I, H, O = 9, 5, 3

class Net:
    def __init__(self):
        self.wh = [[random.gauss(0, 0.5) for _ in range(I)] for _ in range(H)]
        self.bh = [0.0] * H
        self.wo = [[random.gauss(0, 0.5) for _ in range(H)] for _ in range(O)]
        self.bo = [0.0] * O

    def think(self, x):
        self.h = [math.tanh(sum(w * v for w, v in zip(row, x)) + b) for row, b in zip(self.wh, self.bh)]
        s = [sum(w * v for w, v in zip(row, self.h)) + b for row, b in zip(self.wo, self.bo)]
        top = max(s)
        e = [math.exp(v - top) for v in s]
        self.y = [v / sum(e) for v in e]
        return self.y

    def learn(self, x, t, lr):
        self.think(x)
        do = [(self.y[k] - t[k]) * self.y[k] * (1 - self.y[k]) for k in range(O)]
        dh = [sum(do[k] * self.wo[k][j] for k in range(O)) * (1 - self.h[j] ** 2) for j in range(H)]
        for k in range(O):
            for j in range(H):
                self.wo[k][j] -= lr * do[k] * self.h[j]
            self.bo[k] -= lr * do[k]
        for j in range(H):
            for i in range(I):
                self.wh[j][i] -= lr * dh[j] * x[i]
            self.bh[j] -= lr * dh[j]

net = Net()
for epoch in range(300):
    random.shuffle(data)
    error = 0
    for x, label in data:
        t = [1 if k == label else 0 for k in range(O)]
        net.learn(x, t, 0.3)
        error += sum((a - b) ** 2 for a, b in zip(net.y, t)) / 2
    if epoch % 50 == 0:
        print("epoch", epoch, "squared error", error)

ok = 0
for x, label in data:
    y = net.think(x)
    ok += y.index(max(y)) == label
print(ok, "of", len(data), "recognised")
