import math, random
random.seed(3)
class Neuron:
    def __init__(self, n):
        self.weights = [random.uniform(-1, 1) for _ in range(n)]
    def fire(self, xs):
        self.xs = xs
        self.out = 1 / (1 + math.exp(-sum(w * x for w, x in zip(self.weights, xs))))
        return self.out
    def update(self, rate):
        for w, x in zip(self.weights, self.xs):
            w += rate * self.delta * x

hidden = [Neuron(3) for _ in range(4)]
top = Neuron(5)
data = [([0, 0, 1], 0), ([0, 1, 1], 1), ([1, 0, 1], 1), ([1, 1, 1], 0)]
for epoch in range(3000):
    error = 0
    for xs, t in data:
        hs = [n.fire(xs) for n in hidden] + [1]
        y = top.fire(hs)
        error += (t - y) ** 2 / 2
        top.delta = (t - y) * y * (1 - y)
        for j, n in enumerate(hidden):
            n.delta = top.delta * top.weights[j] * n.out * (1 - n.out)
        top.update(0.5)
        for n in hidden:
            n.update(0.5)
    if epoch % 500 == 0:
        print(epoch, error)
