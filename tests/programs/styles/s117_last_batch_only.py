import numpy as np

rng = np.random.default_rng(4)
points = rng.normal(size=(90, 2))
colour = (points[:, 0] * points[:, 1] > 0).astype(int)
onehot = np.eye(2)[colour]

A = rng.normal(0, 0.6, (2, 10)); a0 = np.zeros(10)
B = rng.normal(0, 0.4, (10, 2)); b0 = np.zeros(2)

def softmax(s):
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

for epoch in range(120):
    order = rng.permutation(90)
    for start in range(0, 90, 15):
        rows = order[start:start + 15]
        x, t = points[rows], onehot[rows]
        h = np.tanh(x @ A + a0)
        p = softmax(h @ B + b0)

    ds = (p - t) / len(rows)
    dh = ds @ B.T * (1 - h ** 2)
    B -= 0.5 * h.T @ ds
    b0 -= 0.5 * ds.sum(axis=0)
    A -= 0.5 * x.T @ dh
    a0 -= 0.5 * dh.sum(axis=0)

guess = softmax(np.tanh(points @ A + a0) @ B + b0).argmax(axis=1)
print("right:", np.mean(guess == colour))
