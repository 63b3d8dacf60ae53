import numpy as np

def make_blobs(n, seed=3):
    r = np.random.RandomState(seed)
    centers = np.array([[0, 2], [2, -1], [-2, -1]])
    labels = r.randint(0, 3, n)
    pts = centers[labels] + 0.6 * r.randn(n, 2)
    return pts, labels

def one_hot(labels, k):
    out = np.zeros((len(labels), k))
    out[np.arange(len(labels)), labels] = 1
    return out

def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)

def cross_entropy(p, t):
    return -np.mean(np.sum(t * np.log(p + 1e-12), axis=1))

X, labels = make_blobs(120)
T = one_hot(labels, 3)

np.random.seed(0)
W1 = np.random.randn(2, 6) * 0.5
b1 = np.zeros((1, 6))
W2 = np.random.randn(6, 3) * 0.5
b2 = np.zeros((1, 3))

batch = 20
lr = 0.3
for epoch in range(60):
    order = np.random.permutation(len(X))
    for s in range(0, len(X), batch):
        idx = order[s:s + batch]
        xb, tb = X[idx], T[idx]
        h = np.tanh(xb @ W1 + b1)
        p = softmax(h @ W2 + b2)

        d2 = (p - tb) / len(xb)
        d1 = (d2 @ W2.T) * (1 - h ** 2)

        W2 -= lr * h.T @ d2
        b2 -= lr * d2.sum(axis=0, keepdims=True)
        W1 -= lr * xb.T @ d1
        b1 -= lr * d1.sum(axis=0, keepdims=True)
    if epoch % 10 == 0:
        probs = softmax(np.tanh(X @ W1 + b1) @ W2 + b2)
        print(epoch, "loss", cross_entropy(probs, T), "acc", (probs.argmax(1) == labels).mean())
