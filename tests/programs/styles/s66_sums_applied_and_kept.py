import numpy as np

class Dense:
    def __init__(self, i, o, act):
        self.p = {'W': np.random.randn(i, o) / np.sqrt(i), 'b': np.zeros(o)}
        self.g = {k: np.zeros_like(v) for k, v in self.p.items()}
        self.s = {k: np.zeros_like(v) for k, v in self.p.items()}
        self.act = act

    def forward(self, x):
        self.x = x
        z = x @ self.p['W'] + self.p['b']
        self.y = np.tanh(z) if self.act == 'tanh' else z
        return self.y

    def backward(self, dy):
        if self.act == 'tanh':
            dy = dy * (1 - self.y ** 2)
        self.g['W'] += np.outer(self.x, dy)
        self.g['b'] += dy
        return self.p['W'] @ dy

    def rmsprop(self, lr, count, rho=0.9):
        for k in self.p:
            g = self.g[k] / count
            self.s[k] = rho * self.s[k] + (1 - rho) * g * g
            self.p[k] = self.p[k] - lr * g


class Net:
    def __init__(self):
        self.layers = [Dense(1, 12, 'tanh'), Dense(12, 1, 'linear')]

    def forward(self, x):
        for l in self.layers:
            x = l.forward(x)
        return x

    def train(self, xs, ys, epochs, batch):
        for e in range(epochs):
            order = np.random.permutation(len(xs))
            loss = 0.0
            for n, i in enumerate(order, 1):
                out = self.forward(xs[i:i + 1])
                d = out - ys[i:i + 1]
                loss += float(d @ d) / 2
                for l in reversed(self.layers):
                    d = l.backward(d)
                if n % batch == 0:
                    for l in self.layers:
                        l.rmsprop(0.1, batch)
            if e % 50 == 0:
                print(e, loss / len(xs))


xs = np.linspace(-1, 1, 40)
ys = np.abs(xs) - 0.3
net = Net()
net.train(xs, ys, 300, 8)
print([round(float(net.forward(xs[i:i+1])[0]), 2) for i in range(0, 40, 8)])
