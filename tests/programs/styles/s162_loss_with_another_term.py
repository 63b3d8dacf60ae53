# cross entropy minus an entropy bonus (confidence penalty), softmax output
import numpy as np
rng = np.random.RandomState(49)
X = np.vstack([rng.randn(25, 2) * .6 + m for m in ([0, 1.5], [1.5, -1], [-1.5, -1])])
y = np.repeat(np.arange(3), 25)
T = np.eye(3)[y]
W = rng.randn(2, 8); b = np.zeros(8)
V = rng.randn(8, 3) * .3; c = np.zeros(3)
BETA = 0.1
for epoch in range(300):
    h = np.tanh(X @ W + b)
    s = h @ V + c
    p = np.exp(s - s.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    logp = np.log(p)
    ent = -(p * logp).sum(1, keepdims=True)
    # d(-ent)/ds = p * (log p + ent)
    ds = ((p - T) + BETA * p * (logp + ent)) / len(X)
    dh = ds @ V.T * (1 - h ** 2)
    V -= .5 * h.T @ ds; c -= .5 * ds.sum(0)
    W -= .5 * X.T @ dh; b -= .5 * dh.sum(0)
    if epoch % 60 == 0:
        print('epoch', epoch, 'acc', (p.argmax(1) == y).mean(), 'entropy', ent.mean())
