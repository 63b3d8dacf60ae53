import numpy as np

def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mu = np.mean(x, axis=0)
    xmu = x - mu
    var = np.mean(xmu ** 2, axis=0)
    ivar = 1.0 / np.sqrt(var + eps)
    xhat = xmu * ivar
    return gamma * xhat + beta, (xhat, xmu, ivar, var, gamma, eps)

def batchnorm_backward(dout, cache):
    xhat, xmu, ivar, var, gamma, eps = cache
    N, D = dout.shape
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xhat, axis=0)
    dxhat = dout * gamma
    dvar = np.sum(dxhat * xmu, axis=0) * -0.5 * (var + eps) ** -0.5
    dmu = -np.sum(dxhat * ivar, axis=0) + dvar * np.mean(-2.0 * xmu, axis=0)
    dx = dxhat * ivar + dvar * 2.0 * xmu / N + dmu / N
    return dx, dgamma, dbeta

np.random.seed(7)
X = np.random.randn(60, 3) * [1, 3, 0.5]
Y = np.sin(X[:, :1]) + 0.3 * X[:, 1:2]
W1 = np.random.randn(3, 8)
gamma, beta = np.ones(8), np.zeros(8)
W2 = np.random.randn(8, 1) * 0.4
b2 = np.zeros(1)
for it in range(600):
    s = X.dot(W1)
    bn, cache = batchnorm_forward(s, gamma, beta)
    h = np.maximum(0, bn)
    out = h.dot(W2) + b2
    loss = np.mean((out - Y) ** 2)
    dout = 2 * (out - Y) / len(X)
    dW2 = h.T.dot(dout)
    db2 = dout.sum(axis=0)
    dh = dout.dot(W2.T)
    dh[bn <= 0] = 0
    ds, dgamma, dbeta = batchnorm_backward(dh, cache)
    dW1 = X.T.dot(ds)
    W1 -= 0.05 * dW1
    gamma -= 0.05 * dgamma
    beta -= 0.05 * dbeta
    W2 -= 0.05 * dW2
    b2 -= 0.05 * db2
    if it % 150 == 0:
        print(it, loss)
print(loss)
