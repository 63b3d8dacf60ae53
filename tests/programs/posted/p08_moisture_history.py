import numpy as np


class Mlp:
    def __init__(self, n_in, n_hid):
        self.W1 = np.random.normal(0, 0.8, (n_hid, n_in))
        self.b1 = np.zeros((n_hid, 1))
        self.W2 = np.random.normal(0, 0.8, (1, n_hid))
        self.b2 = np.zeros((1, 1))
        self.history = []

    def forward(self, x):
        self.x = x
        self.hid = np.tanh(self.W1 @ x + self.b1)
        self.out = self.W2 @ self.hid + self.b2
        return self.out

    def cost(self, rows):
        s = 0.0
        for x, t in rows:
            s += float((self.forward(x)[0, 0] - t) ** 2)
        return s / len(rows)

    def backward(self, t, lr):
        d_out = 2 * (self.out - t)
        d_hid = (self.W2.T @ d_out) * (1 - self.hid ** 2)
        self.W2 -= lr * d_out @ self.hid.T
        self.b2 -= lr * d_out
        self.W1 -= lr * d_hid @ self.x.T
        self.b1 -= lr * d_hid

    def fit(self, rows, epochs, lr):
        for ep in range(epochs):
            for x, t in rows:
                self.forward(x)
                self.history.append(self.cost(rows))
                self.backward(t, lr)
            if ep % 50 == 0:
                print(ep, self.history[-1])


# rain and sun of the day -> moisture of the soil in the evening
rows = []
for rain in (-1.0, -0.3, 0.4, 1.0):
    for sun in (-1.0, 0.0, 1.0):
        x = np.array([[rain], [sun]])
        rows.append((x, 0.6 * rain - 0.3 * sun + 0.4 * rain * sun))

net = Mlp(2, 6)
net.fit(rows, 300, 0.03)
print('final cost', net.cost(rows))
for x, t in rows:
    print(x.ravel(), round(t, 2), round(net.forward(x)[0, 0], 2))
