import numpy as np

class Network:
    def __init__(self, *shape):
        rng = np.random.default_rng(9)
        self.Ws = [rng.normal(size=(i, o)) for i, o in zip(shape, shape[1:])]
        self.bs = [rng.normal(size=(1, o)) for o in shape[1:]]

    @staticmethod
    def act(z):
        return np.tanh(z)

    def run(self, x):
        self.layers = [x]
        for W, b in zip(self.Ws, self.bs):
            self.layers.append(self.act(self.layers[-1] @ W + b))
        return self.layers[-1]

    def gradients(self, y):
        dWs, dbs = [], []
        d = (self.layers[-1] - y) * (1 - self.layers[-1] ** 2)
        for i in reversed(range(len(self.Ws))):
            dWs.insert(0, self.layers[i].T @ d)
            dbs.insert(0, d.sum(axis=0, keepdims=True))
            d = d @ self.Ws[i].T * (1 - self.layers[i] ** 2)
        return dWs, dbs

    def fit(self, x, y, steps, lr):
        for s in range(steps):
            out = self.run(x)
            dWs, dbs = self.gradients(y)
            for W, dW in zip(self.Ws, dWs):
                W -= lr * dW
            for b, db in zip(self.bs, dbs):
                b = b - lr * db
            if s % 500 == 0:
                print(s, 0.5 * np.sum((out - y) ** 2))

# is the point inside the ring?  +1 yes, -1 no
pts = np.random.default_rng(2).uniform(-1, 1, size=(80, 2))
r = np.sqrt((pts ** 2).sum(axis=1))
ans = np.where((r > 0.35) & (r < 0.8), 1.0, -1.0).reshape(-1, 1)

nn = Network(2, 10, 1)
nn.fit(pts, ans, 2000, 0.005)
print("right:", np.mean(np.sign(nn.run(pts)) == ans))
