# SGD with a max-norm constraint on each hidden unit's weights, and noise on the inputs
import numpy as np
np.random.seed(80)
def relu(z): return z * (z > 0)
inputs = np.random.rand(60, 2) * 2 - 1
targets = (np.abs(inputs[:, 0]) + np.abs(inputs[:, 1]) < .8).astype(float)[:, None]
w_ih = np.random.randn(2, 20); b_h = np.random.rand(20)
w_ho = np.random.randn(20, 1) * .3; b_o = np.zeros(1)
MAXNORM = 3.0
for epoch in range(150):
    idx = np.random.permutation(60)
    for s in range(0, 60, 15):
        xb = inputs[idx[s:s+15]] + np.random.randn(15, 2) * .02
        tb = targets[idx[s:s+15]]
        pre = xb @ w_ih + b_h
        hid = relu(pre)
        out = 1 / (1 + np.exp(-(hid @ w_ho + b_o)))
        # binary cross entropy + sigmoid => out - t
        err = (out - tb) / 15
        err_h = err @ w_ho.T * (pre > 0)
        w_ho -= .5 * hid.T @ err
        b_o -= .5 * err.sum(0)
        w_ih -= .5 * xb.T @ err_h
        b_h -= .5 * err_h.sum(0)
        length = np.sqrt((w_ih ** 2).sum(0))
        w_ih *= np.minimum(1, MAXNORM / length)
    if epoch % 30 == 0:
        o = 1 / (1 + np.exp(-(relu(inputs @ w_ih + b_h) @ w_ho + b_o)))
        print('epoch', epoch, 'misses', int(((o > .5) != (targets > .5)).sum()))
