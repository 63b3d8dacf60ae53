# two circles, cross-entropy is what we descend, but what I like to look at is the MSE and the accuracy
import numpy as np

def make_data(n):
    r = np.random.RandomState(3)
    ang = r.uniform(0, 2 * np.pi, n)
    lab = (np.arange(n) % 2).astype(float)
    rad = np.where(lab == 1, 1.8, 0.7) + 0.1 * r.randn(n)
    return np.vstack([rad * np.cos(ang), rad * np.sin(ang)]), lab.reshape(1, -1)

def init(dims):
    r = np.random.RandomState(1)
    p = {}
    for l in range(1, len(dims)):
        p['W%d' % l] = r.randn(dims[l], dims[l - 1]) / np.sqrt(dims[l - 1])
        p['b%d' % l] = np.zeros((dims[l], 1))
    return p

def forward(X, p):
    c = {'A0': X}
    L = len(p) // 2
    for l in range(1, L + 1):
        c['Z%d' % l] = np.dot(p['W%d' % l], c['A%d' % (l - 1)]) + p['b%d' % l]
        if l == L:
            c['A%d' % l] = 1. / (1. + np.exp(-c['Z%d' % l]))
        else:
            c['A%d' % l] = np.tanh(c['Z%d' % l])
    return c['A%d' % L], c

def backward(AL, Y, c, p):
    g = {}
    L = len(p) // 2
    m = Y.shape[1]
    dA = -(np.divide(Y, AL)) + np.divide(1 - Y, 1 - AL)
    for l in reversed(range(1, L + 1)):
        A = c['A%d' % l]
        dZ = dA * A * (1 - A) if l == L else dA * (1 - np.power(A, 2))
        g['dW%d' % l] = dZ.dot(c['A%d' % (l - 1)].T) / m
        g['db%d' % l] = dZ.sum(axis=1, keepdims=True) / m
        dA = p['W%d' % l].T.dot(dZ)
    return g

X, Y = make_data(80)
P = init([2, 6, 4, 1])
lr = 0.6
for it in range(600):
    out, cache = forward(X, P)
    mse = np.mean((out - Y) ** 2)
    acc = np.mean((out > 0.5) == (Y > 0.5))
    G = backward(out, Y, cache, P)
    for k in P:
        P[k] = P[k] - lr * G['d' + k]
    if it % 100 == 0:
        print(it, 'mse', round(float(mse), 4), 'accuracy', acc)
print('final mse', mse)
