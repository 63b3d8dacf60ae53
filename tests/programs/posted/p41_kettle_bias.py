# how long until the kettle boils? minutes from litres and starting temperature
import numpy as np

np.random.seed(8)
litres = np.random.uniform(0.3, 1.7, (40, 1))
cold = np.random.uniform(5, 40, (40, 1))
minutes = litres * (100 - cold) * 0.035 + 0.2

X = np.hstack([litres - 1, (cold - 22) / 10])
y = minutes / 6

w_hidden = np.random.randn(2, 6) * 0.7
b_hidden = np.zeros((1, 6))
w_out = np.random.randn(6, 1) * 0.5
b_out = np.zeros((1, 1))
eta = 0.02


def squash(v):
    return 1 / (1 + np.exp(-v))


for step in range(3000):
    hidden = squash(X @ w_hidden + b_hidden)
    out = hidden @ w_out + b_out

    err = out - y
    d_hidden = err @ w_out.T * hidden * (1 - hidden)

    w_out = w_out - eta * hidden.T @ err
    b_out = b_out - eta * err.sum(axis=0, keepdims=True)
    w_hidden = w_hidden - eta * X.T @ d_hidden
    b_hidden = b_hidden - eta * d_hidden

    if step % 500 == 0:
        print(step, "squared error", float((err ** 2).sum()))

print("worst miss in minutes:", 6 * np.abs(out - y).max())
