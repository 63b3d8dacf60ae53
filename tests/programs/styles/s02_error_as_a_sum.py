import math, random
random.seed(3)

class Net:
    def __init__(self, n, h):
        self.w1 = [[random.uniform(-1, 1) for _ in range(n + 1)] for _ in range(h)]
        self.w2 = [random.uniform(-1, 1) for _ in range(h + 1)]

    def forward(self, x):
        self.x = list(x) + [1.0]
        self.h = [1 / (1 + math.exp(-sum(w * v for w, v in zip(row, self.x)))) for row in self.w1] + [1.0]
        return 1 / (1 + math.exp(-sum(w * v for w, v in zip(self.w2, self.h))))

    def learn(self, x, t, rate):
        y = self.forward(x)
        d = (y - t) * y * (1 - y)
        back = [d * w for w in self.w2]
        for j in range(len(self.w2)):
            self.w2[j] -= rate * d * self.h[j]
        for j, row in enumerate(self.w1):
            dj = back[j]
            for i in range(len(row)):
                row[i] -= rate * dj * self.x[i]
        return (y - t) ** 2

data = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]
net = Net(2, 4)
for epoch in range(4000):
    error = sum(net.learn(x, t, 0.8) for x, t in data)
    if epoch % 500 == 0:
        print(epoch, error)
print([round(net.forward(x), 2) for x, _ in data])
