import numpy as np

rng = np.random.default_rng(3)
X = rng.normal(size=(48, 2))
y = (X[:, :1] * X[:, 1:] > 0).astype(float)

hidden = 8
A = rng.normal(0, 1, (2, hidden))
a0 = np.zeros(hidden)
B = rng.normal(0, 1, (hidden, 1))
b0 = np.zeros(1)
size, rate = 12, 0.8


def forward(rows):
    h = np.tanh(rows @ A + a0)
    return h, 1 / (1 + np.exp(-(h @ B + b0)))


for epoch in range(400):
    loss = 0
    for start in range(0, len(X), size):
        rows, wanted = X[start:start + size], y[start:start + size]
        h, p = forward(rows)
        loss -= np.sum(wanted * np.log(p) + (1 - wanted) * np.log(1 - p))
        d_out = (p - wanted) / size
        d_hidden = (d_out @ B.T) * (1 - h ** 2)
        B -= rate * h.T @ d_out
        b0 -= rate * d_out.sum(axis=0)
        A -= rate * rows.T @ d_hidden
    a0 -= rate * d_hidden.sum(axis=0)
    if epoch % 50 == 0:
        print(epoch, loss / len(X))
