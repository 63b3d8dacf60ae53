import numpy as np

class Adam:
    def __init__(self, lr=0.02, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.m, self.v, self.t = {}, {}, 0

    def update(self, params, grads):
        self.t += 1
        for name, g in grads.items():
            self.m[name] = self.beta1 * self.m.get(name, 0.0) + (1 - self.beta1) * g
            self.v[name] = self.beta2 * self.v.get(name, 0.0) + (1 - self.beta2) * g * g
            m_hat = self.m[name] / (1 - self.beta1 ** self.t)
            v_hat = self.v[name] / (1 - self.beta2 ** self.t)
            params[name] = params[name] + self.lr * m_hat / (np.sqrt(v_hat) + self.eps)


def relu(z):
    return z * (z > 0)


def forward(P, X):
    z1 = X @ P["W1"] + P["b1"]
    h = relu(z1)
    p = 1 / (1 + np.exp(-(h @ P["W2"] + P["b2"])))
    return z1, h, p


def gradients(P, X, y):
    z1, h, p = forward(P, X)
    d2 = (p - y) / len(y)
    d1 = d2 @ P["W2"].T * (z1 > 0)
    return {"W2": h.T @ d2, "b2": d2.sum(0), "W1": X.T @ d1, "b1": d1.sum(0)}


np.random.seed(6)
# word counts of "free", "meeting", "winner" (scaled)
X = np.random.exponential(1.0, (120, 3)) - 1
y = ((X[:, 0] + X[:, 2] > 0) & (X[:, 1] < 0.3)).astype(float)[:, None]

P = {"W1": np.random.randn(3, 8) * 0.6, "b1": np.zeros(8),
     "W2": np.random.randn(8, 1) * 0.6, "b2": np.zeros(1)}
opt = Adam()

for step in range(400):
    opt.update(P, gradients(P, X, y))
    if step % 50 == 0:
        p = np.clip(forward(P, X)[2], 1e-9, 1 - 1e-9)
        loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        print("step %d  loss %.4f" % (step, loss))

p = forward(P, X)[2]
print("accuracy", np.mean((p > 0.5) == (y > 0.5)))
