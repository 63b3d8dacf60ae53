import numpy as np

class MLP:
    def __init__(self):
        rng = np.random.RandomState(17)
        self.W1 = rng.randn(4, 2); self.b1 = rng.randn(4)
        self.W2 = rng.randn(1, 4); self.b2 = rng.randn(1)

    def forward(self, x):
        self.h = 1 / (1 + np.exp(-(self.W1 @ x + self.b1)))
        self.o = 1 / (1 + np.exp(-(self.W2 @ self.h + self.b2)))
        return self.o

    def train_epoch(self, X, Y, lr):
        loss = 0
        for x, y in zip(X, Y):
            gW1 = np.zeros_like(self.W1); gb1 = np.zeros_like(self.b1)
            gW2 = np.zeros_like(self.W2); gb2 = np.zeros_like(self.b2)
            o = self.forward(x)
            loss += ((o - y) ** 2).sum()
            d2 = 2 * (o - y) * o * (1 - o)
            d1 = self.W2.T @ d2 * self.h * (1 - self.h)
            gW2 += np.outer(d2, self.h)
            gb2 += d2
            gW1 += np.outer(d1, x)
            gb1 += d1
        self.W1 -= lr * gW1
        self.b1 -= lr * gb1
        self.W2 -= lr * gW2
        self.b2 -= lr * gb2
        return loss

X = np.array([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
Y = np.array([0., 1., 1., 0.])
net = MLP()
for e in range(5000):
    l = net.train_epoch(X, Y, 0.5)
    if e % 1000 == 0:
        print('epoch %5d  loss %.5f' % (e, l))
for x in X:
    print(x, net.forward(x))
