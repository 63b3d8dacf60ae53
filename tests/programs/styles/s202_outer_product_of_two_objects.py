import numpy as np
np.random.seed(23)

# online training, two layers
class Dense:
    def __init__(self, i, o):
        self.W = np.random.randn(o, i)*0.5
        self.b = np.zeros(o)

    def fwd(self, x):
        self.x = x
        self.y = np.tanh(self.W @ x + self.b)
        return self.y

    def bwd(self, g, lr):
        gz = g*(1 - self.y**2)
        gx = self.W.T @ gz
        self.W -= lr*np.outer(self.x, gz)
        self.b -= lr*gz
        return gx

X = np.random.uniform(-1, 1, (30, 4))
T = np.stack([X[:, 0]*X[:, 1], X[:, 2], -X[:, 3], 0.5*X[:, 0]], axis=1)
l1, l2 = Dense(4, 4), Dense(4, 4)
for ep in range(300):
    tot = 0.0
    for x, t in zip(X, T):
        y = l2.fwd(l1.fwd(x))
        tot += 0.5*np.sum((y - t)**2)
        l1.bwd(l2.bwd(y - t, 0.1), 0.1)
    if ep % 50 == 0:
        print(ep, tot)
print(tot)
