import numpy as np


def moons(n, noise=0.2):
    upper = np.random.rand(n) < 0.5
    t = np.pi * np.random.rand(n)
    x = np.where(upper, np.cos(t), 1 - np.cos(t))
    y = np.where(upper, np.sin(t), 0.5 - np.sin(t))
    pts = np.array([x, y]).T + noise * np.random.randn(n, 2)
    return pts - [0.5, 0.25], upper.astype(float)[:, None]


class MLP:
    def __init__(self, hidden, lr, decay):
        self.lr = lr
        self.decay = decay
        self.w1 = np.random.randn(2, hidden) / np.sqrt(2)
        self.b1 = np.zeros(hidden)
        self.w2 = np.random.randn(hidden, 1) / np.sqrt(hidden)
        self.b2 = np.zeros(1)

    def __call__(self, x):
        self.h = np.tanh(x.dot(self.w1) + self.b1)
        return 1 / (1 + np.exp(-(self.h.dot(self.w2) + self.b2)))

    def loss(self, x, y):
        p = self(x)
        return -(y * np.log(p + 1e-9) + (1 - y) * np.log(1 - p + 1e-9)).mean()

    def fit_batch(self, x, y):
        delta = (self(x) - y) / len(x)
        delta_h = delta.dot(self.w2.T) * (1 - self.h ** 2)

        # weight decay: shrink the weights a little (not the biases)
        self.w1 *= 1 - self.lr * self.decay
        self.w2 *= 1 - self.lr * self.decay

        self.w2 -= self.lr * self.h.T.dot(delta)
        self.b2 -= self.lr * delta.sum(0)
        self.w1 -= self.lr * x.T.dot(delta_h)
        self.b1 -= self.lr * delta_h.sum(0)


def main():
    x_train, y_train = moons(150)
    x_val, y_val = moons(80)
    net = MLP(hidden=12, lr=0.6, decay=1e-3)
    best, waited = float("inf"), 0
    for epoch in range(300):
        order = np.random.permutation(len(x_train))
        for i in range(0, len(order), 16):          # the last batch is smaller
            rows = order[i:i + 16]
            net.fit_batch(x_train[rows], y_train[rows])
        val = net.loss(x_val, y_val)
        if epoch % 20 == 0:
            print(f"epoch {epoch}: train {net.loss(x_train, y_train):.4f} val {val:.4f}")
        if val < best - 1e-4:
            best, waited = val, 0
        else:
            waited += 1
            if waited > 40:
                print("no better for 40 epochs, stopping at", epoch)
                break
    print("best validation loss", best)
    print("validation accuracy", ((net(x_val) > 0.5) == y_val).mean())


if __name__ == "__main__":
    np.random.seed(44)
    main()
