import random
import math

class Net:
    def __init__(self, n_hidden):
        self.a = [random.uniform(-3, 3) for _ in range(n_hidden)]   # input -> hidden
        self.b = [random.uniform(-1, 1) for _ in range(n_hidden)]
        self.c = [random.uniform(-1, 1) for _ in range(n_hidden)]   # hidden -> output
        self.d = 0.0
        self.rate = 0.1

    def __call__(self, x):
        self.h = [math.tanh(a * x + b) for a, b in zip(self.a, self.b)]
        return sum(c * h for c, h in zip(self.c, self.h)) + self.d

    def learn(self, x, y):
        e = self(x) - y
        for i in range(len(self.a)):
            back = e * self.c[i] * (1 - self.h[i] ** 2)
            self.c[i] -= self.rate * e * self.h[i]
            self.a[i] -= self.rate * back * x
            self.b[i] -= self.rate * back
        self.d -= self.rate * e
        self.rate *= 0.7          # slow down as we get closer
        return 0.5 * e * e


points = [(i / 10.0, math.sin(i / 10.0 * 3)) for i in range(-10, 11)]
net = Net(10)
for epoch in range(500):
    random.shuffle(points)
    total = 0
    for x, y in points:
        total += net.learn(x, y)
    if epoch % 100 == 0:
        print(epoch, total / len(points))
for x, y in sorted(points)[::4]:
    print("%.1f  want %.3f  got %.3f" % (x, y, net(x)))
