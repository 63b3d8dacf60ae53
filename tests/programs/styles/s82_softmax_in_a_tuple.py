import numpy as np
np.random.seed(12)
# three kinds of "flowers"; softmax regression with one hidden layer, row vectors, minibatch
means = np.array([[0, 2, 0], [2, 0, 0], [0, 0, 2]], dtype=float)
feats = np.vstack([np.random.randn(40, 3) * 0.6 + m for m in means])
kinds = np.repeat([0, 1, 2], 40)

W1, b1 = np.random.randn(3, 6) * 0.3, np.zeros(6)
W2, b2 = np.random.randn(6, 3) * 0.3, np.zeros(3)

def net(v):
    h = np.tanh(v.dot(W1) + b1)
    s = h.dot(W2) + b2
    e = np.exp(s)
    return h, e / e.sum(axis=0)

for epoch in range(100):
    idx = np.random.permutation(120)
    loss = 0
    for i in range(0, 120, 30):
        b = idx[i:i + 30]
        h, p = net(feats[b])
        loss -= np.log(p[range(30), kinds[b]]).sum()
        g = p.copy()
        g[range(30), kinds[b]] -= 1
        g /= 30
        gh = g.dot(W2.T) * (1 - h * h)
        W2 -= 0.5 * h.T.dot(g)
        b2 -= 0.5 * g.sum(axis=0)
        W1 -= 0.5 * feats[b].T.dot(gh)
        b1 -= 0.5 * gh.sum(axis=0)
    if epoch % 20 == 0:
        print(epoch, loss / 120)
