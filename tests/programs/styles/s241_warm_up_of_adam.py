# Adam with bias correction, linear warm-up, mini-batches (transformer habit)
import numpy as np
rng = np.random.default_rng(6)
X = rng.normal(size=(256, 4)); Y = np.sin(X[:, :1]) + X[:, 1:2] * X[:, 2:3]
p = {'W1': rng.normal(0, .5, (4, 24)), 'b1': np.zeros(24), 'W2': rng.normal(0, .2, (24, 1)), 'b2': np.zeros(1)}
m = {k: np.zeros_like(v) for k, v in p.items()}; v = {k: np.zeros_like(a) for k, a in p.items()}
step = 0
for epoch in range(60):
    idx = rng.permutation(256)
    tot = 0
    for s in range(0, 256, 32):
        xb, yb = X[idx[s:s+32]], Y[idx[s:s+32]]
        lr = 0.02 * min(1, step / 50)
        step += 1
        h = np.tanh(xb @ p['W1'] + p['b1'])
        out = h @ p['W2'] + p['b2']
        tot += np.sum((out - yb) ** 2)
        do = 2 * (out - yb) / len(xb)
        dz = do @ p['W2'].T * (1 - h ** 2)
        g = {'W1': xb.T @ dz, 'b1': dz.sum(0), 'W2': h.T @ do, 'b2': do.sum(0)}
        for k in p:
            m[k] = .9 * m[k] + .1 * g[k]
            v[k] = .999 * v[k] + .001 * g[k] ** 2
            p[k] -= lr * (m[k] / (1 - .9 ** step)) / (np.sqrt(v[k] / (1 - .999 ** step)) + 1e-8)
    if epoch % 10 == 0:
        print(epoch, tot / 256)
