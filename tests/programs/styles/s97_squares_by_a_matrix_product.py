import numpy as np

np.random.seed(9)
X = np.random.randn(80, 4)
Y = np.eye(4)[np.abs(X).argmax(axis=1)]
X = np.abs(X)
W = np.random.randn(4, 4) * 0.1
seen = np.zeros((4, 4))
for epoch in range(60):
    z = X.dot(W)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    g = X.T.dot(p - Y) / len(X)
    seen = 0.9 * seen + 0.1 * g.dot(g)
    W -= 0.05 * g / (np.sqrt(seen) + 1e-6)
    if epoch % 10 == 0:
        print(epoch, -np.log(p[Y == 1]).mean())
