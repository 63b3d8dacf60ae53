import numpy as np

class Forecaster:
    """one hidden layer, Nesterov momentum (look ahead, then gradient there)"""
    def __init__(self, lags, hidden, seed=0):
        r = np.random.RandomState(seed)
        self.p = [r.randn(lags, hidden) * 0.4, np.zeros(hidden), r.randn(hidden) * 0.4, np.zeros(1)]
        self.v = [np.zeros_like(q) for q in self.p]

    def loss_and_grads(self, X, y, p):
        W, b, u, c = p
        h = np.tanh(X @ W + b)
        pred = h @ u + c
        r = pred - y
        gh = np.outer(r, u) * (1 - h * h)
        m = len(y)
        return (r @ r) / (2 * m), [X.T @ gh / m, gh.sum(0) / m, h.T @ r / m, np.array([r.mean()])]

    def train(self, X, y, steps=600, lr=0.05, mom=0.9):
        for s in range(steps):
            ahead = [q + mom * v for q, v in zip(self.p, self.v)]
            loss, g = self.loss_and_grads(X, y, ahead)
            for i in range(len(self.p)):
                self.v[i] = mom * self.v[i] - lr * g[i]
                self.p[i] = self.p[i] + self.v[i]
            if s % 100 == 0:
                print(s, loss)

t = np.arange(160)
wave = np.sin(0.3 * t) * np.exp(-t / 200) + 0.02 * np.random.RandomState(1).randn(160)
X = np.array([wave[i:i + 4] for i in range(150)])
y = wave[4:154]
f = Forecaster(4, 6)
f.train(X, y)
print("last error", f.loss_and_grads(X, y, f.p)[0])
