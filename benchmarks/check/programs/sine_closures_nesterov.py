# fitting one period of a sine, layers as closures, Nesterov momentum
import numpy as np


def dense(n_in, n_out, linear=False):
    W = np.random.randn(n_in, n_out) * (1.0 / n_in) ** 0.5
    b = np.random.randn(n_out) * 0.5
    vW = np.zeros_like(W)
    vb = np.zeros_like(b)
    memo = {}

    def forward(x):
        memo["x"] = x
        z = x @ W + b
        memo["y"] = z if linear else np.tanh(z)
        return memo["y"]

    def backward(dy):
        dz = dy if linear else dy * (1 - memo["y"] ** 2)
        memo["gW"] = memo["x"].T @ dz
        memo["gb"] = dz.sum(axis=0)
        return dz @ W.T

    def peek(mu):
        # move to where the momentum is about to carry us
        memo["W"], memo["b"] = W.copy(), b.copy()
        W[:] += mu * vW
        b[:] += mu * vb

    def step(lr, mu):
        # the gradient is the one at the peeked point, the step starts from the old point
        vW[:] = mu * vW - lr * memo["gW"]
        vb[:] = mu * vb - lr * memo["gb"]
        W[:] = memo["W"] + vW
        b[:] = memo["b"] + vb

    return forward, backward, peek, step


x = np.linspace(0, 1, 50).reshape(-1, 1) * 2 - 1
y = np.sin(np.pi * x)

net = [dense(1, 10), dense(10, 1, linear=True)]
lr, mu = 0.1, 0.9

for epoch in range(1500):
    for _, _, peek, _ in net:
        peek(mu)

    out = x
    for forward, _, _, _ in net:
        out = forward(out)
    err = out - y
    mse = (err ** 2).mean()

    d = 2 * err / len(x)
    for _, backward, _, _ in net[::-1]:
        d = backward(d)
    for _, _, _, step in net:
        step(lr, mu)

    if epoch % 250 == 0:
        print("epoch %4d   mse %.6f" % (epoch, mse))

print("end mse", mse)
