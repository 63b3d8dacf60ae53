import numpy as np
from collections import namedtuple

Params = namedtuple("Params", "W1 b1 W2 b2")

def leaky_relu(x):
    return np.maximum(0.1 * x, x)

def leaky_relu_backward(dout, x):
    dx = dout.copy()
    dx[x < 0] *= 0.01
    return dx

def affine(x, w, b):
    return x @ w + b

def affine_backward(dout, x, w):
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)

def init(seed=0):
    g = np.random.default_rng(seed)
    return Params(g.normal(0, 1, (2, 16)), np.zeros(16), g.normal(0, 0.3, (16, 1)), np.zeros(1))

def loss_and_grads(p, x, y):
    z1 = affine(x, p.W1, p.b1)
    h1 = leaky_relu(z1)
    out = affine(h1, p.W2, p.b2)
    diff = out - y
    loss = (diff ** 2).mean()
    dout = 2 * diff / diff.size
    dh1, dW2, db2 = affine_backward(dout, h1, p.W2)
    dz1 = leaky_relu_backward(dh1, z1)
    _, dW1, db1 = affine_backward(dz1, x, p.W1)
    return loss, Params(dW1, db1, dW2, db2)

g = np.random.default_rng(1)
x = g.uniform(-2, 2, (100, 2))
y = np.maximum(x[:, :1], x[:, 1:])
p = init()
for t in range(800):
    loss, grad = loss_and_grads(p, x, y)
    p = Params(*[w - 0.02 * dw for w, dw in zip(p, grad)])
    if t % 200 == 0:
        print(t, loss)
