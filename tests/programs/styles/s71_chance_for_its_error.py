import math
import random

class SoftmaxRegression:
    def __init__(self, features, classes):
        self.w = [[0.0 for _ in range(features)] for _ in range(classes)]
        self.b = [0.0 for _ in range(classes)]

    def probabilities(self, x):
        z = [sum(wi * xi for wi, xi in zip(row, x)) + b for row, b in zip(self.w, self.b)]
        top = max(z)
        e = [math.exp(v - top) for v in z]
        s = sum(e)
        return [v / s for v in e]


class Trainer:
    def __init__(self, model, lr=0.3, batch=8):
        self.model = model
        self.lr = lr
        self.batch = batch

    def gradients(self, batch):
        m = self.model
        gw = [[0.0] * len(m.w[0]) for _ in m.w]
        gb = [0.0] * len(m.b)
        loss = 0.0
        for x, label in batch:
            p = m.probabilities(x)
            loss -= math.log(p[label])
            for c in range(len(p)):
                diff = p[c] - (1.0 if c == label else 0.0)
                for f in range(len(x)):
                    gw[c][f] += p[c] * x[f]
                gb[c] += diff
        return gw, gb, loss

    def step(self, batch):
        gw, gb, loss = self.gradients(batch)
        n = len(batch)
        for c in range(len(gb)):
            for f in range(len(gw[c])):
                self.model.w[c][f] -= self.lr * gw[c][f] / n
            self.model.b[c] -= self.lr * gb[c] / n
        return loss

    def fit(self, data, epochs):
        for ep in range(epochs):
            random.shuffle(data)
            total = 0.0
            for k in range(0, len(data), self.batch):
                total += self.step(data[k:k + self.batch])
            if ep % 20 == 0:
                print("epoch", ep, "cross entropy", total / len(data))


data = []
for _ in range(20):
    data.append(([random.gauss(2, .6), random.gauss(0, .6)], 0))
    data.append(([random.gauss(-1, .6), random.gauss(2, .6)], 1))
    data.append(([random.gauss(-1, .6), random.gauss(-2, .6)], 2))

model = SoftmaxRegression(2, 3)
trainer = Trainer(model)
trainer.fit(data, 100)
hits = sum(max(range(3), key=lambda c: model.probabilities(x)[c]) == y for x, y in data)
print("hits", hits, "of", len(data))
